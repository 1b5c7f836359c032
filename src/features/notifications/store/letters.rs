//! Letters in hand: claimed for a while, sent, and written down as what became of them.
use crate::kernel::Result;
use sqlx::PgConnection;
use std::time::Duration;
use uuid::Uuid;

/// How long a claim holds. Longer than the slowest mail server may take over all letters of one.
pub const CLAIM: Duration = Duration::from_secs(180);
/// How often a letter is tried that the mail server cannot take for the moment.
pub const TRIES: i16 = 8;

/// A letter that is claimed.
#[derive(Clone, Debug)]
pub struct Claimed {
    pub id: Uuid,
    pub user_id: Uuid,
    pub address: String,
    /// Tried before.
    pub attempts: i16,
}

/// What became of a letter.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub user_id: Uuid,
    /// `sent`, `failed` or `queued`.
    pub state: &'static str,
    /// Failed, but not for good.
    pub again: bool,
    pub reason: Option<String>,
    pub detail: Option<String>,
    /// Whether it is not known if the mail server took it.
    pub unsure: bool,
    /// Seconds until the next try.
    pub wait: f64,
}

/// Puts back what was claimed by somebody who is lost: whether those letters went is not known, and written down.
pub async fn recover(db: &mut PgConnection, notification: Uuid) -> Result<u64> {
    let lost = sqlx::query!(
        "update backlot.notification_deliveries set state = 'queued', claim = null, due_at = clock_timestamp(), unsure = unsure + 1,
           reason = 'stopped in the middle', detail = 'Whoever sent it was stopped before the mail server''s answer was written down.'
         where notification_id = $1 and state = 'claimed' and due_at < clock_timestamp()",
        notification
    );
    Ok(lost.execute(db).await?.rows_affected())
}

/// Leaves out those of the next letters whose user has unsubscribed, or closed their account, since they were written down.
pub async fn skip(db: &mut PgConnection, notification: Uuid, kind: &str, most: i64) -> Result<i64> {
    let skipped = sqlx::query!(
        "with next as materialized (
           select d.user_id from backlot.notification_deliveries d
           where d.notification_id = $1 and d.state = 'queued' and d.due_at <= clock_timestamp()
           order by d.due_at limit $3 for update skip locked),
         gone as (
           select next.user_id, case when u.status = 'deleted' then 'account closed meanwhile' else 'unsubscribed meanwhile' end as why
           from next join platform.users u on u.id = next.user_id
             left join platform.notification_preferences p on p.user_id = u.id and p.category = $2
           where u.status = 'deleted' or not coalesce(p.email, true) or ($2 = 'promotional' and not u.marketing_consent))
         update backlot.notification_deliveries d set state = 'skipped', reason = gone.why, at = clock_timestamp(), due_at = null
         from gone where d.notification_id = $1 and d.channel = 'email' and d.user_id = gone.user_id and d.state = 'queued'",
        notification,
        kind,
        most
    );
    let count = i64::try_from(skipped.execute(&mut *db).await?.rows_affected()).unwrap_or(i64::MAX);
    if count > 0 {
        sqlx::query!(
            "update backlot.notification_progress set mail_skipped = mail_skipped + $2 where notification_id = $1",
            notification,
            count
        )
        .execute(db)
        .await?;
    }
    Ok(count)
}

/// Puts the next of those letters back that somebody wants to be sent again; how many.
pub async fn put_back(db: &mut PgConnection, notification: Uuid, most: i64) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"with next as materialized (
             select d.user_id from backlot.notification_deliveries d
               join backlot.notification_progress p on p.notification_id = d.notification_id
             where d.notification_id = $1 and d.again and d.at <= p.again_at order by d.at limit $2 for update of d),
           back as (
             update backlot.notification_deliveries d
             set state = 'queued', again = false, attempts = 0, due_at = clock_timestamp(), at = null
             from next where d.notification_id = $1 and d.channel = 'email' and d.user_id = next.user_id returning d.user_id),
           counted as (select count(*) as count from back)
           update backlot.notification_progress p
           set mail_failed = mail_failed - count, mail_again = mail_again - count
           from counted where p.notification_id = $1 returning count as "count!""#,
        notification,
        most
    );
    Ok(count.fetch_one(db).await?)
}

/// Claims the next letters; nobody else gets them while the claim holds.
pub async fn claim(db: &mut PgConnection, notification: Uuid, claim: Uuid, most: i64) -> Result<Vec<Claimed>> {
    Ok(sqlx::query_as!(
        Claimed,
        r#"with next as materialized (
             select user_id from backlot.notification_deliveries
             where notification_id = $1 and state = 'queued' and due_at <= clock_timestamp()
             order by due_at limit $3 for update skip locked),
           taken as (
             update backlot.notification_deliveries d
             set state = 'claimed', claim = $2, attempts = attempts + 1, due_at = clock_timestamp() + make_interval(secs => $4)
             from next where d.notification_id = $1 and d.channel = 'email' and d.user_id = next.user_id
             returning d.id, d.user_id, d.attempts)
           select t.id as "id!", t.user_id as "user_id!", u.email as "address!", t.attempts as "attempts!"
           from taken t join platform.users u on u.id = t.user_id"#,
        notification,
        claim,
        most,
        CLAIM.as_secs_f64()
    )
    .fetch_all(db)
    .await?)
}

/// Takes so much of the time that letters may take, over all servers; how many seconds until it begins.
pub async fn pace(db: &mut PgConnection, letters: i64, per_second: i64) -> Result<f64> {
    let seconds = sqlx::query_scalar!(
        r#"with was as (select free_at from backlot.notification_pace for update)
           update backlot.notification_pace p
           set free_at = greatest(was.free_at, clock_timestamp()) + make_interval(secs => $1::float8 / $2::float8)
           from was returning greatest(extract(epoch from was.free_at - clock_timestamp()), 0)::float8 as "seconds!""#,
        letters as f64,
        per_second.max(1) as f64
    );
    Ok(seconds.fetch_one(db).await?)
}

/// Writes down what became of claimed letters, and moves the counters on. A claim that is lost changes nothing.
pub async fn settle(db: &mut PgConnection, notification: Uuid, claim: Uuid, outcomes: &[Outcome]) -> Result<()> {
    let users: Vec<Uuid> = outcomes.iter().map(|outcome| outcome.user_id).collect();
    let states: Vec<String> = outcomes.iter().map(|outcome| outcome.state.to_owned()).collect();
    let reasons: Vec<String> = outcomes.iter().map(|outcome| outcome.reason.clone().unwrap_or_default()).collect();
    let details: Vec<String> = outcomes.iter().map(|outcome| outcome.detail.clone().unwrap_or_default()).collect();
    let again: Vec<bool> = outcomes.iter().map(|outcome| outcome.again).collect();
    let unsure: Vec<bool> = outcomes.iter().map(|outcome| outcome.unsure).collect();
    let waits: Vec<f64> = outcomes.iter().map(|outcome| outcome.wait).collect();
    sqlx::query!(
        "with done as (
           update backlot.notification_deliveries d
           set state = o.state, again = o.again, claim = null, reason = nullif(o.reason, ''), detail = nullif(o.detail, ''),
             unsure = d.unsure + o.unsure::int::smallint, at = case when o.state <> 'queued' then clock_timestamp() end,
             due_at = case when o.state = 'queued' then clock_timestamp() + make_interval(secs => o.wait) end
           from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::bool[], $8::float8[], $9::bool[])
             as o (user_id, state, reason, detail, unsure, wait, again)
           where d.notification_id = $1 and d.channel = 'email' and d.user_id = o.user_id and d.state = 'claimed' and d.claim = $2
           returning d.state, d.again)
         update backlot.notification_progress p
         set mail_sent = mail_sent + (select count(*) from done where state = 'sent'),
           mail_failed = mail_failed + (select count(*) from done where state = 'failed'),
           mail_again = mail_again + (select count(*) from done where again), worked_at = clock_timestamp()
         where p.notification_id = $1",
        notification,
        claim,
        &users,
        &states,
        &reasons,
        &details,
        &unsure,
        &waits,
        &again
    )
    .execute(db)
    .await?;
    Ok(())
}

/// How many seconds until the next letter may be tried; nothing when none is open.
pub async fn next_due(db: &mut PgConnection, notification: Uuid) -> Result<Option<f64>> {
    let seconds = sqlx::query_scalar!(
        r#"select case when min(due_at) is not null then greatest(extract(epoch from min(due_at) - clock_timestamp()), 0) end::float8 as seconds
           from backlot.notification_deliveries where notification_id = $1 and state in ('queued', 'claimed')"#,
        notification
    );
    Ok(seconds.fetch_one(db).await?)
}
