//! What can be done with many users at once: the same changes and the same records as for each alone.
use super::tag::parse_tag;
use super::{AddTag, ChangeTier, EndUserSessions, RestoreUser, SuspendUser};
use crate::features::users::jobs::EndSessions;
use crate::features::users::model::{Status, Tagged, Tier, User};
use crate::features::users::store::bulk as store;
use crate::jobs::NewJob;
use crate::kernel::batch::Record;
use crate::kernel::{Actor, Audited, Change, Invalid, Permission, Result, Target, Tx};
use crate::web::bulk::{BulkKind, Frozen, Order, Outcome, Way, no_params, nothing};
use crate::web::pairs::Pairs;
use crate::web::parts::Field;
use async_trait::async_trait;
use serde_json::{Value, json};
use std::collections::HashMap;
use uuid::Uuid;

const USERS: BulkKind = BulkKind {
    name: "users.suspend",
    label: "Suspend",
    effect: "are suspended: they are signed out and cannot come in",
    list: "users",
    what: ("user", "users"),
    approval: Permission::BulkRun,
    destroys: true,
    fields: nothing,
    parse: no_params,
    words: |_| "Suspend".to_owned(),
    rows: store::to_suspend,
    way: &Suspend,
    batch: 500,
};

/// What the list of users offers.
pub const KINDS: &[BulkKind] = &[
    BulkKind {
        name: "users.change_tier",
        label: "Change tier",
        effect: "get the tier, and a message that says so; what they pay is not changed",
        destroys: false,
        fields: tier_field,
        parse: parse_tier,
        words: |params| format!("Change tier to {}", tier(params).map_or("?", Tier::label)),
        rows: store::to_change,
        way: &ChangeTiers,
        ..USERS
    },
    USERS,
    BulkKind {
        name: "users.restore",
        label: "Restore",
        effect: "are let in again",
        destroys: false,
        words: |_| "Restore".to_owned(),
        rows: store::to_restore,
        way: &Restore,
        ..USERS
    },
    BulkKind {
        name: "users.tag",
        label: "Tag",
        effect: "get the tag; the platform knows nothing of it",
        destroys: false,
        fields: tag_field,
        parse: |pairs| Ok(json!({ "tag": parse_tag(pairs.get("tag"))? })),
        words: |params| format!("Tag “{}”:", params.get("tag").and_then(Value::as_str).unwrap_or_default()),
        rows: store::to_tag,
        way: &AddTags,
        ..USERS
    },
];

fn tier_field() -> Vec<Field> {
    let choices = std::iter::once(("", "Choose a tier")).chain(Tier::choices());
    vec![Field::new("select", "tier", "Tier").choices(choices)]
}

fn tag_field() -> Vec<Field> {
    vec![Field::new("text", "tag", "Tag").hint("Letters from a to z, digits and hyphens.")]
}

fn parse_tier(pairs: &Pairs) -> Result<Value, Invalid> {
    let tier = pairs.get("tier").and_then(|code| Tier::try_from(code.to_owned()).ok());
    tier.map(|tier| json!({ "tier": tier })).ok_or_else(|| Invalid::field("tier", "Choose a tier."))
}

fn tier(params: &Value) -> Option<Tier> {
    params.get("tier").and_then(|tier| serde_json::from_value(tier.clone()).ok())
}

/// The rows as they are now: those that are as they were seen, and what is said of the others.
fn sort(rows: &[Frozen], now: Vec<User>, state: fn(&User) -> &'static str) -> (Vec<User>, Vec<(Uuid, Outcome)>) {
    let was: HashMap<Uuid, &str> = rows.iter().map(|row| (row.id, row.was.as_str())).collect();
    let (mut same, mut others) = (Vec::new(), Vec::new());
    for user in now {
        match was.get(&user.id) {
            Some(was) if *was == state(&user) && user.status != Status::Deleted => same.push(user),
            Some(was) => others.push((user.id, Outcome::Skipped(format!("Changed meanwhile: {was} then, {} now.", state(&user))))),
            None => {}
        }
    }
    (same, others)
}

fn ids(users: &[User]) -> Vec<Uuid> {
    users.iter().map(|user| user.id).collect()
}

fn locked(rows: &[Frozen]) -> Vec<Uuid> {
    rows.iter().map(|row| row.id).collect()
}

fn done(record: Record) -> Outcome {
    Outcome::Done(Box::new(record))
}

struct Suspend;

#[async_trait]
impl Way for Suspend {
    async fn batch(&self, tx: &mut Tx, _: &Actor, rows: &[Frozen], order: &Order) -> Result<Vec<(Uuid, Outcome)>> {
        let now = store::lock(tx, &locked(rows)).await?;
        let (users, mut outcomes) = sort(rows, now, |user| user.status.code());
        store::set_status(tx, &ids(&users), Status::Suspended, order.why.reason.as_deref()).await?;
        let signed_in = store::signed_in(tx, &ids(&users)).await?;
        let mut jobs = Vec::new();
        for before in users {
            let after = User { status: Status::Suspended, status_reason: order.why.reason.clone(), ..before.clone() };
            let event = json!({ "user_id": after.id, "tier": after.tier });
            let record = Record::like::<SuspendUser>(Target::of(&after), &order.why, Change::updated(&before, &after)?, event);
            if signed_in.contains(&after.id) {
                jobs.push(NewJob::of(&EndSessions(EndUserSessions { id: after.id }))?.cause(record.id));
            }
            outcomes.push((after.id, done(record)));
        }
        NewJob::enqueue_all(tx, &jobs).await?;
        Ok(outcomes)
    }
}

struct Restore;

#[async_trait]
impl Way for Restore {
    async fn batch(&self, tx: &mut Tx, _: &Actor, rows: &[Frozen], order: &Order) -> Result<Vec<(Uuid, Outcome)>> {
        let now = store::lock(tx, &locked(rows)).await?;
        let (users, mut outcomes) = sort(rows, now, |user| user.status.code());
        store::set_status(tx, &ids(&users), Status::Active, None).await?;
        for before in users {
            let after = User { status: Status::Active, status_reason: None, ..before.clone() };
            let event = json!({ "user_id": after.id, "tier": after.tier });
            let change = Change::updated(&before, &after)?;
            outcomes.push((after.id, done(Record::like::<RestoreUser>(Target::of(&after), &order.why, change, event))));
        }
        Ok(outcomes)
    }
}

struct ChangeTiers;

#[async_trait]
impl Way for ChangeTiers {
    async fn batch(&self, tx: &mut Tx, _: &Actor, rows: &[Frozen], order: &Order) -> Result<Vec<(Uuid, Outcome)>> {
        let to = tier(&order.params).ok_or_else(|| crate::kernel::Error::internal("no tier was chosen"))?;
        let now = store::lock(tx, &locked(rows)).await?;
        let (users, mut outcomes) = sort(rows, now, |user| user.tier.code());
        store::set_tier(tx, &ids(&users), to).await?;
        store::tell(tx, &ids(&users), "Your plan has changed", &format!("You are now on the {to} plan.")).await?;
        for before in users {
            let after = User { tier: to, ..before.clone() };
            let event = json!({ "user_id": after.id, "old_tier": before.tier, "new_tier": to });
            let change = Change::updated(&before, &after)?;
            outcomes.push((after.id, done(Record::like::<ChangeTier>(Target::of(&after), &order.why, change, event))));
        }
        Ok(outcomes)
    }
}

struct AddTags;

#[async_trait]
impl Way for AddTags {
    async fn batch(&self, tx: &mut Tx, actor: &Actor, rows: &[Frozen], order: &Order) -> Result<Vec<(Uuid, Outcome)>> {
        let tag = order.params.get("tag").and_then(Value::as_str).unwrap_or_default();
        let now = store::lock(tx, &locked(rows)).await?;
        let (users, mut outcomes) = sort(rows, now, |_| "");
        let tagged = store::tag(tx, &ids(&users), tag, actor.id()).await?;
        for user in users {
            if !tagged.contains(&user.id) {
                outcomes.push((user.id, Outcome::Skipped("They have the tag already.".into())));
                continue;
            }
            let change = Change::made(&Tagged { user: user.id, label: user.label(), tag: tag.to_owned() })?;
            let event = json!({ "user_id": user.id, "tag": tag });
            outcomes.push((user.id, done(Record::like::<AddTag>(Target::of(&user), &order.why, change, event))));
        }
        Ok(outcomes)
    }
}
