//! How far a notification is, and what its deliveries failed of.
use crate::features::notifications::model::{LeftOut, Progress};
use crate::kernel::Result;
use jiff::Timestamp;
use sqlx::PgConnection;
use std::time::Duration;
use uuid::Uuid;

/// How far it is: one row and sixteen, whatever their numbers are.
pub async fn of(db: &mut PgConnection, notification: Uuid) -> Result<Progress> {
    let row = sqlx::query!(
        r#"select p.frozen_at as "frozen_at?: jiff_sqlx::Timestamp", p.people, p.inbox_planned, p.inbox_sent, p.mail_planned, p.mail_sent,
             p.mail_failed, p.mail_again, p.again_at is not null as "is_again!", p.mail_skipped, p.deleted, p.suspended, p.no_consent, p.no_inbox, p.no_mail, p.unsubscribed,
             coalesce(r.seen, 0)::bigint as "seen!", coalesce(r.read, 0)::bigint as "read!"
           from backlot.notification_progress p,
             (select sum(seen) as seen, sum(read) as read from backlot.notification_reads where notification_id = $1) r
           where p.notification_id = $1"#,
        notification
    )
    .fetch_one(db)
    .await?;
    let left_out = LeftOut {
        deleted: row.deleted,
        suspended: row.suspended,
        no_consent: row.no_consent,
        no_inbox: row.no_inbox,
        no_mail: row.no_mail,
    };
    Ok(Progress {
        frozen_at: row.frozen_at.map(jiff_sqlx::Timestamp::to_jiff),
        people: row.people,
        inbox_planned: row.inbox_planned,
        inbox_sent: row.inbox_sent,
        mail_planned: row.mail_planned,
        mail_sent: row.mail_sent,
        mail_failed: row.mail_failed,
        mail_again: row.mail_again,
        is_again: row.is_again,
        mail_skipped: row.mail_skipped,
        left_out,
        unsubscribed: row.unsubscribed,
        seen: row.seen,
        read: row.read,
    })
}

/// A sending whose deliveries have not moved for [`STILL`].
pub struct Stall {
    pub since: Timestamp,
    /// When the next letter is tried again; nothing when none waits for its time.
    pub next_at: Option<Timestamp>,
    /// Why it was not sent before.
    pub why: Option<String>,
}

/// After so long without a step its page says so. Two minutes earlier a job is asked for that would go on with it.
pub const STILL: Duration = Duration::from_mins(5);

/// Whether it stands still though it is being sent, and since when.
pub async fn stall(db: &mut PgConnection, notification: Uuid) -> Result<Option<Stall>> {
    let stall = sqlx::query!(
        r#"select coalesce(p.worked_at, n.started_at) as "since!: jiff_sqlx::Timestamp", d.due_at as "next_at?: jiff_sqlx::Timestamp",
             d.reason as "why?"
           from backlot.notifications n join backlot.notification_progress p on p.notification_id = n.id
             left join lateral (
               select due_at, reason from backlot.notification_deliveries
               where notification_id = n.id and state in ('queued', 'claimed') order by due_at limit 1
             ) d on d.due_at > clock_timestamp()
           where n.id = $1 and n.state = 'sending'
             and coalesce(p.worked_at, n.started_at) < clock_timestamp() - make_interval(secs => $2)"#,
        notification,
        STILL.as_secs_f64()
    );
    let stall = stall.fetch_optional(db).await?;
    Ok(stall.map(|row| Stall { since: row.since.to_jiff(), next_at: row.next_at.map(jiff_sqlx::Timestamp::to_jiff), why: row.why }))
}

/// Notes that whatever failed so far, but not for good, is to be sent again.
pub async fn ask_again(db: &mut PgConnection, notification: Uuid) -> Result<()> {
    sqlx::query!("update backlot.notification_progress set again_at = clock_timestamp() where notification_id = $1", notification)
        .execute(db)
        .await?;
    Ok(())
}

/// It begins, or goes on: from now on it is counted how long nothing moves.
pub async fn touch(db: &mut PgConnection, notification: Uuid) -> Result<()> {
    sqlx::query!("update backlot.notification_progress set worked_at = clock_timestamp() where notification_id = $1", notification)
        .execute(db)
        .await?;
    Ok(())
}

/// A reason and how many deliveries came to nothing by it.
pub struct Failure {
    pub reason: String,
    pub count: i64,
}

/// Why deliveries failed or were skipped, the commonest first.
pub async fn failures(db: &mut PgConnection, notification: Uuid) -> Result<Vec<Failure>> {
    Ok(sqlx::query_as!(
        Failure,
        r#"select coalesce(reason, 'unknown') as "reason!", count(*) as "count!" from backlot.notification_deliveries
           where notification_id = $1 and state in ('failed', 'skipped') group by reason order by count(*) desc, reason limit 20"#,
        notification
    )
    .fetch_all(db)
    .await?)
}
