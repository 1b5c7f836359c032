//! How far a notification is, and what its deliveries failed of.
use crate::features::notifications::model::{LeftOut, Progress};
use crate::kernel::Result;
use sqlx::PgConnection;
use uuid::Uuid;

/// How far it is: one row and sixteen, whatever their numbers are.
pub async fn of(db: &mut PgConnection, notification: Uuid) -> Result<Progress> {
    let row = sqlx::query!(
        r#"select p.frozen_at as "frozen_at?: jiff_sqlx::Timestamp", p.people, p.inbox_planned, p.inbox_sent, p.mail_planned, p.mail_sent,
             p.mail_failed, p.mail_skipped, p.deleted, p.suspended, p.no_consent, p.no_inbox, p.no_mail, p.unsubscribed,
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
        mail_skipped: row.mail_skipped,
        left_out,
        unsubscribed: row.unsubscribed,
        seen: row.seen,
        read: row.read,
    })
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
