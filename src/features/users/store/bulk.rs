//! Many users at once: which of them, and what is changed in one statement.
use super::crowd::CROWD;
use crate::features::users::model::{Profile, Status, Tier, User, UserRole};
use crate::kernel::listing::Listing;
use crate::kernel::{Error, Result, Tx};
use crate::web::bulk::{Wanted, Which};
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

const WHO: &str = "select u.id, coalesce(nullif(btrim(u.name), ''), u.email) as label, ";
const FROM: &str = " as skip from platform.users u";

fn of(list: &mut Listing, wanted: &Wanted<'_>) -> Result<()> {
    match wanted.which {
        Which::These(ids) => {
            list.and_bind("u.id = any (", ids.clone()).push(")");
            Ok(())
        }
        Which::All(query) => CROWD.narrow(list, query, wanted.zone),
    }
}

fn word(params: &Value, name: &str) -> String {
    params.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Those that are suspended: the active ones.
pub fn to_suspend(list: &mut Listing, wanted: &Wanted<'_>) -> Result<()> {
    list.push(WHO).push("u.status as was, case when u.status <> 'active' then 'They are ' || u.status || ' already.' end").push(FROM);
    of(list, wanted)
}

/// Those that are restored: the suspended ones.
pub fn to_restore(list: &mut Listing, wanted: &Wanted<'_>) -> Result<()> {
    list.push(WHO).push("u.status as was, case when u.status <> 'suspended' then 'They are not suspended, but ' || u.status || '.' end");
    list.push(FROM);
    of(list, wanted)
}

/// Those that get another tier.
pub fn to_change(list: &mut Listing, wanted: &Wanted<'_>) -> Result<()> {
    list.push(WHO).push("u.tier as was, case when u.status = 'deleted' then 'They are deleted.' when u.tier = ");
    list.bind(word(wanted.params, "tier")).push(" then 'They are on ' || u.tier || ' already.' end").push(FROM);
    of(list, wanted)
}

/// Those that are tagged: whoever has not the tag yet.
pub fn to_tag(list: &mut Listing, wanted: &Wanted<'_>) -> Result<()> {
    list.push(WHO).push("'' as was, case when u.status = 'deleted' then 'They are deleted.' when exists (select from backlot.user_tags t where t.user_id = u.id and t.tag = ");
    list.bind(word(wanted.params, "tag")).push(") then 'They have the tag already.' end").push(FROM);
    of(list, wanted)
}

/// These users, locked against others in the order of their ids, until the transaction ends. Who is gone is not among them.
pub async fn lock(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<User>> {
    let rows = sqlx::query!(
        r#"select id, email, name, tier, status, status_reason, role, country, locale, time_zone, created_at as "created_at: jiff_sqlx::Timestamp",
             last_active_at as "last_active_at: jiff_sqlx::Timestamp", status_changed_at as "status_changed_at: jiff_sqlx::Timestamp",
             marketing_consent, view_as_refused, payment_failing, training_failing
           from platform.users where id = any ($1) order by id for no key update"#,
        ids
    );
    let rows = rows.fetch_all(&mut **tx).await?.into_iter().map(|row| {
        Ok::<_, Error>(User {
            id: row.id,
            email: row.email,
            name: row.name,
            tier: Tier::try_from(row.tier)?,
            status: Status::try_from(row.status)?,
            status_reason: row.status_reason,
            role: UserRole::try_from(row.role)?,
            profile: Profile {
                country: row.country,
                locale: row.locale,
                time_zone: row.time_zone,
                created_at: row.created_at.to_jiff(),
                last_active_at: row.last_active_at.to_jiff(),
                status_changed_at: row.status_changed_at.map(|at| -> Timestamp { at.to_jiff() }),
                marketing_consent: row.marketing_consent,
                view_as_refused: row.view_as_refused,
                payment_failing: row.payment_failing,
                training_failing: row.training_failing,
            },
        })
    });
    rows.collect()
}

/// Gives all of them the same status.
pub async fn set_status(tx: &mut Tx, ids: &[Uuid], status: Status, reason: Option<&str>) -> Result<()> {
    let changed = sqlx::query!(
        "update platform.users set status = $2, status_reason = $3, status_changed_at = now(), version = version + 1 where id = any ($1)",
        ids,
        status.code(),
        reason
    );
    all(changed.execute(&mut **tx).await?.rows_affected(), ids)
}

/// Gives all of them the same tier.
pub async fn set_tier(tx: &mut Tx, ids: &[Uuid], tier: Tier) -> Result<()> {
    let changed = sqlx::query!("update platform.users set tier = $2, version = version + 1 where id = any ($1)", ids, tier.code());
    all(changed.execute(&mut **tx).await?.rows_affected(), ids)
}

/// They are locked, so each of them is there.
fn all(changed: u64, ids: &[Uuid]) -> Result<()> {
    if usize::try_from(changed).is_ok_and(|changed| changed == ids.len()) {
        Ok(())
    } else {
        Err(Error::internal(format!("{changed} of {} users were changed", ids.len())))
    }
}

/// Tells all of them the same in their inbox.
pub async fn tell(tx: &mut Tx, users: &[Uuid], title: &str, body: &str) -> Result<()> {
    let ids: Vec<Uuid> = users.iter().map(|_| crate::kernel::id::new()).collect();
    sqlx::query!(
        "insert into platform.notifications (id, user_id, kind, title, body)
         select n.id, n.user_id, 'account', $3, $4 from unnest($1::uuid[], $2::uuid[]) as n (id, user_id)",
        &ids,
        users,
        title,
        body
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Which of them are signed in somewhere.
pub async fn signed_in(tx: &mut Tx, users: &[Uuid]) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!("select distinct user_id from platform.user_sessions where user_id = any ($1)", users)
        .fetch_all(&mut **tx)
        .await?)
}

/// Gives all of them a tag; answers who had it not yet.
pub async fn tag(tx: &mut Tx, users: &[Uuid], tag: &str, by: Option<Uuid>) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "insert into backlot.user_tags (user_id, tag, added_by) select unnest($1::uuid[]), $2, $3 on conflict do nothing returning user_id",
        users,
        tag,
        by
    )
    .fetch_all(&mut **tx)
    .await?)
}
