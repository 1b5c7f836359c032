//! What is remembered between two looks, and what a look changes.
use crate::features::alerts::model::{Alert, Reading, Rule, Silence, Watch};
use crate::kernel::{Error, Result, id};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

/// One look at a time: of two servers that look at once, the second waits and finds what the first has done.
pub async fn hold(db: &mut PgConnection) -> Result<Timestamp> {
    sqlx::query!("select taken from backlot.locks where name = 'alerts' for update").fetch_one(&mut *db).await?;
    let now: jiff_sqlx::Timestamp =
        sqlx::query_scalar!(r#"select clock_timestamp() as "now!: jiff_sqlx::Timestamp""#).fetch_one(db).await?;
    Ok(now.into())
}

/// What a rule remembers, with the alert that is open, by subject; also of subjects of which nothing was measured now.
pub struct Known {
    pub subject: String,
    pub watch: Watch,
    pub open: Option<Uuid>,
}

/// All of a rule's.
pub async fn known(db: &mut PgConnection, rule: Rule) -> Result<Vec<Known>> {
    let rows = sqlx::query!(
        r#"select coalesce(w.subject, a.subject) as "subject!", w.over_since as "over_since?: jiff_sqlx::Timestamp",
             w.calm_since as "calm_since?: jiff_sqlx::Timestamp", a.id as "open?"
           from (select * from backlot.alert_watches where rule = $1) w
           full join (select * from backlot.alerts where rule = $1 and cleared_at is null) a on a.subject = w.subject"#,
        rule.code()
    );
    let known = |subject, over: Option<jiff_sqlx::Timestamp>, calm: Option<jiff_sqlx::Timestamp>, open| Known {
        subject,
        watch: Watch { over_since: over.map(Into::into), calm_since: calm.map(Into::into) },
        open,
    };
    Ok(rows.fetch_all(db).await?.into_iter().map(|row| known(row.subject, row.over_since, row.calm_since, row.open)).collect())
}

/// Remembers a look.
pub async fn remember(db: &mut PgConnection, rule: Rule, reading: &Reading, watch: Watch) -> Result<()> {
    sqlx::query!(
        "insert into backlot.alert_watches (rule, subject, value, over_since, calm_since) values ($1, $2, $3, $4, $5)
         on conflict (rule, subject) do update set value = $3, over_since = $4, calm_since = $5, looked_at = now()",
        rule.code(),
        reading.subject,
        reading.value,
        watch.over_since.map(ToSqlx::to_sqlx) as _,
        watch.calm_since.map(ToSqlx::to_sqlx) as _
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Opens an alert; nothing when there is one already.
pub async fn open(db: &mut PgConnection, rule: Rule, reading: &Reading, threshold: f64, summary: &str) -> Result<Option<Uuid>> {
    let opened = sqlx::query_scalar!(
        "insert into backlot.alerts (id, rule, subject, severity, value, peak, threshold, summary) values ($1, $2, $3, $4, $5, $5, $6, $7)
         on conflict (rule, subject) where cleared_at is null do nothing returning id",
        id::new(),
        rule.code(),
        reading.subject,
        rule.severity().code(),
        reading.value,
        threshold,
        summary
    );
    Ok(opened.fetch_optional(db).await?)
}

/// How an open alert is now.
pub async fn look(db: &mut PgConnection, alert: Uuid, reading: &Reading, summary: &str) -> Result<()> {
    sqlx::query!(
        "update backlot.alerts set value = $2, peak = greatest(peak, $2), summary = $3, seen_at = now(),
           people = (select count(*) from (select from backlot.alert_people p where p.alert_id = $1 limit 10000) s)
         where id = $1",
        alert,
        reading.value,
        summary
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Closes it.
pub async fn close(db: &mut PgConnection, alert: Uuid) -> Result<()> {
    sqlx::query!("update backlot.alerts set cleared_at = now(), seen_at = now() where id = $1 and cleared_at is null", alert)
        .execute(db)
        .await?;
    Ok(())
}

/// An alert that somebody must be told of.
pub struct Untold {
    pub id: Uuid,
    pub rule: String,
    pub subject: String,
    pub severity: String,
    pub summary: String,
    pub people: i32,
    pub fired_at: Timestamp,
}

/// Open ones that nobody was told of, and that are not silenced.
pub async fn untold(db: &mut PgConnection) -> Result<Vec<Untold>> {
    Ok(sqlx::query_as!(
        Untold,
        "select id, rule, subject, severity, summary, people, fired_at from backlot.alerts a
         where cleared_at is null and announced_at is null and not exists (
           select from backlot.alert_silences s where s.rule = a.rule and s.subject in ('', a.subject) and s.until > now())
         order by fired_at, id"
    )
    .fetch_all(db)
    .await?)
}

/// One that was just closed, if those who were told that it began are to be told that it is over.
pub async fn over(db: &mut PgConnection, alert: Uuid) -> Result<Option<Untold>> {
    Ok(sqlx::query_as!(
        Untold,
        "select id, rule, subject, severity, summary, people, fired_at from backlot.alerts a
         where id = $1 and announced_at is not null and not exists (
           select from backlot.alert_silences s where s.rule = a.rule and s.subject in ('', a.subject) and s.until > now())",
        alert
    )
    .fetch_optional(db)
    .await?)
}

/// They are told with this transaction.
pub async fn told(db: &mut PgConnection, alert: Uuid) -> Result<()> {
    sqlx::query!("update backlot.alerts set announced_at = now() where id = $1", alert).execute(db).await?;
    Ok(())
}

/// The addresses of those whom a rule concerns.
pub async fn concerned(db: &mut PgConnection, rule: Rule) -> Result<Vec<String>> {
    let roles: Vec<String> = rule.roles().iter().map(|role| role.code().to_owned()).collect();
    Ok(sqlx::query_scalar!("select email from backlot.admins where status = 'active' and role = any($1) order by email", &roles)
        .fetch_all(db)
        .await?)
}

/// Forgets what is long over: alerts after four hundred days, silences after a month, and what was never wrong.
pub async fn forget(db: &mut PgConnection) -> Result<()> {
    sqlx::query!(
        "delete from backlot.alerts where id in (
           select id from backlot.alerts where fired_at < now() - interval '400 days' and cleared_at is not null order by fired_at limit 500)"
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!("delete from backlot.alert_silences where until < now() - interval '30 days'").execute(db).await?;
    Ok(())
}

/// One alert, held for an action.
pub async fn lock(db: &mut PgConnection, alert: Uuid) -> Result<Alert> {
    let row = sqlx::query!(
        "select id, rule, subject, summary, acknowledged_at, note, cleared_at from backlot.alerts where id = $1 for update",
        alert
    );
    let row = row.fetch_optional(db).await?.ok_or_else(|| Error::no("alert"))?;
    Ok(Alert {
        id: row.id,
        rule: row.rule,
        subject: row.subject,
        summary: row.summary,
        acknowledged_at: row.acknowledged_at.map(jiff_sqlx::Timestamp::to_jiff),
        note: row.note,
        cleared_at: row.cleared_at.map(jiff_sqlx::Timestamp::to_jiff),
    })
}

/// Somebody is at it.
pub async fn acknowledge(db: &mut PgConnection, alert: Uuid, admin: Option<Uuid>, note: Option<&str>) -> Result<()> {
    sqlx::query!(
        "update backlot.alerts set acknowledged_at = coalesce(acknowledged_at, now()), acknowledged_by = $2, note = $3, version = version + 1 where id = $1",
        alert,
        admin,
        note
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The silence of a rule and subject, held; nothing when there is none.
pub async fn silence(db: &mut PgConnection, rule: &str, subject: &str) -> Result<Option<Silence>> {
    Ok(sqlx::query_as!(
        Silence,
        "select rule, subject, until, reason from backlot.alert_silences where rule = $1 and subject = $2 and until > now() for update",
        rule,
        subject
    )
    .fetch_optional(db)
    .await?)
}

/// Silences it for so many hours.
pub async fn hush(db: &mut PgConnection, of: (&str, &str), hours: i32, reason: &str, admin: Uuid) -> Result<Silence> {
    Ok(sqlx::query_as!(
        Silence,
        "insert into backlot.alert_silences (rule, subject, until, reason, admin_id) values ($1, $2, now() + make_interval(hours => $3), $4, $5)
         on conflict (rule, subject) do update set until = excluded.until, reason = excluded.reason, admin_id = excluded.admin_id, made_at = now()
         returning rule, subject, until, reason",
        of.0,
        of.1,
        hours,
        reason,
        admin
    )
    .fetch_one(db)
    .await?)
}

/// Ends a silence now.
pub async fn speak(db: &mut PgConnection, rule: &str, subject: &str) -> Result<()> {
    sqlx::query!("delete from backlot.alert_silences where rule = $1 and subject = $2", rule, subject).execute(db).await?;
    Ok(())
}
