//! Whom a notification would reach now: counted over exactly the people that it would be written down for.
use crate::features::notifications::model::{Audience, Channel, Kind, LeftOut, Notification};
use crate::kernel::listing::Listing;
use crate::kernel::{Crowd, Error, Result, Tier};
use crate::web::typed;
use jiff::Timestamp;
use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgConnection, Row as _};
use std::collections::BTreeMap;
use uuid::Uuid;

/// How many people are named beside a number.
const SAMPLE: usize = 8;

/// Whom it would reach.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    pub people: i64,
    pub by_tier: Vec<(Tier, i64)>,
    pub inbox: i64,
    pub mail: i64,
    pub left_out: LeftOut,
    pub sample: Vec<Somebody>,
}

/// Somebody whom it would reach.
#[derive(Clone, Debug)]
pub struct Somebody {
    pub id: Uuid,
    pub name: String,
    pub email: String,
}

impl FromRow<'_, PgRow> for Somebody {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self { id: row.try_get("id")?, name: row.try_get("name")?, email: row.try_get("email")? })
    }
}

/// People of one tier, left out by one reason or none.
struct Counted {
    tier: String,
    why: Option<String>,
    in_app: bool,
    email: bool,
    people: i64,
}

impl FromRow<'_, PgRow> for Counted {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            tier: row.try_get("tier")?,
            why: row.try_get("why")?,
            in_app: row.try_get("in_app")?,
            email: row.try_get("email")?,
            people: row.try_get("people")?,
        })
    }
}

/// Where its people are looked for: all users, or those whom its list names.
pub(super) fn from(list: &mut Listing, kind: Kind, audience: &Audience, id: Uuid) {
    if audience.named.is_some() {
        list.push(" from backlot.notification_people l join platform.users u on u.id = l.user_id");
    } else {
        list.push(" from platform.users u");
    }
    if kind.can_be_declined() {
        list.push(" left join platform.notification_preferences p on p.user_id = u.id and p.category = ").bind(kind.code());
    }
    if audience.named.is_some() {
        list.and_bind("l.notification_id = ", id);
    }
}

/// What each of them is asked: why they are left out, and which channels they want.
pub(super) fn ask(list: &mut Listing, kind: Kind) {
    list.push("backlot.left_out(").bind(kind.code()).push(", u.status, u.marketing_consent) as why, ");
    list.push(if kind.can_be_declined() {
        "coalesce(p.in_app, true) as in_app, coalesce(p.email, true) as email"
    } else {
        "true as in_app, true as email"
    });
}

/// The conditions of an audience, as they are at a moment: who comes after it is none of its people.
pub(super) fn narrow(list: &mut Listing, audience: &Audience, (crowd, at): (Crowd, Timestamp)) -> Result<()> {
    if let [tier] = audience.tiers.as_slice() {
        list.and_word("u.tier = ", tier.code());
    } else if !audience.tiers.is_empty() {
        let tiers: Vec<String> = audience.tiers.iter().map(|tier| tier.code().to_owned()).collect();
        list.and_bind("u.tier = any (", tiers).push(")");
    }
    let at = jiff_sqlx::Timestamp::from(at);
    if let Some(days) = audience.active_days {
        list.and_bind("u.last_active_at >= ", at).push("::timestamptz - make_interval(days => ").bind(days).push(")");
    }
    list.and_bind("u.created_at <= ", at);
    if let Some(query) = &audience.narrowed {
        crowd.narrow(list, query, &typed::named(&audience.zone))?;
    }
    Ok(())
}

/// Whom it would reach, counted exactly.
pub async fn of(db: &mut PgConnection, notification: &Notification, (crowd, now): (Crowd, Timestamp)) -> Result<Reach> {
    let (kind, audience) = (notification.content.kind, &notification.audience);
    let mut list = Listing::new("select tier, why, in_app, email, count(*) as people from (select u.tier, ");
    ask(&mut list, kind);
    from(&mut list, kind, audience, notification.id);
    narrow(&mut list, audience, (crowd, now))?;
    list.push(") s group by tier, why, in_app, email");
    list.plan_anew();
    let counted: Vec<Counted> = list.all(&mut *db).await?;
    let mut reach = add_up(&counted, &notification.content.channels)?;
    reach.sample = sample(db, notification, (crowd, now)).await?;
    Ok(reach)
}

fn add_up(counted: &[Counted], channels: &[Channel]) -> Result<Reach> {
    let (by_inbox, by_mail) = (channels.contains(&Channel::InApp), channels.contains(&Channel::Email));
    let (mut reach, mut tiers) = (Reach::default(), BTreeMap::<String, i64>::new());
    for Counted { tier, why, in_app, email, people } in counted {
        match why.as_deref() {
            None => {
                let (inbox, mail) = (by_inbox && *in_app, by_mail && *email);
                reach.inbox += if inbox { *people } else { 0 };
                reach.mail += if mail { *people } else { 0 };
                reach.left_out.no_inbox += if by_inbox && !in_app { *people } else { 0 };
                reach.left_out.no_mail += if by_mail && !email { *people } else { 0 };
                if inbox || mail {
                    reach.people += people;
                    *tiers.entry(tier.clone()).or_default() += people;
                }
            }
            Some("deleted") => reach.left_out.deleted += people,
            Some("suspended") => reach.left_out.suspended += people,
            Some("no_consent") => reach.left_out.no_consent += people,
            Some(other) => return Err(Error::internal(format!("“{other}” is no reason to leave somebody out"))),
        }
    }
    reach.by_tier = Tier::ALL.iter().filter_map(|tier| tiers.get(tier.code()).map(|people| (*tier, *people))).collect();
    Ok(reach)
}

async fn sample(db: &mut PgConnection, notification: &Notification, at: (Crowd, Timestamp)) -> Result<Vec<Somebody>> {
    let (kind, audience) = (notification.content.kind, &notification.audience);
    let mut list = Listing::new("select u.id, u.name, u.email");
    from(&mut list, kind, audience, notification.id);
    narrow(&mut list, audience, at)?;
    list.and_bind("backlot.left_out(", kind.code()).push(", u.status, u.marketing_consent) is null order by u.id desc limit 8");
    list.plan_anew();
    let mut some: Vec<Somebody> = list.all(db).await?;
    some.truncate(SAMPLE);
    Ok(some)
}
