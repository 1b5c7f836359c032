//! Writing the recipients down, piece by piece: who was looked at is remembered in the same transaction, so that after a crash nobody
//! is missed and nobody is there twice.
use super::reach::{ask, from, narrow};
use crate::features::notifications::model::{Channel, Notification};
use crate::kernel::listing::Listing;
use crate::kernel::{Crowd, Result};
use jiff::Timestamp;
use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgConnection, Row as _};
use uuid::Uuid;

/// What came of one piece.
#[derive(Clone, Debug)]
pub struct Piece {
    pub looked: i64,
    last: Option<Uuid>,
    people: i64,
    inbox: i64,
    mail: i64,
    deleted: i64,
    suspended: i64,
    no_consent: i64,
    no_inbox: i64,
    no_mail: i64,
}

impl Piece {
    /// How many of them get it.
    pub fn people(&self) -> i64 {
        self.people
    }
}

impl FromRow<'_, PgRow> for Piece {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            looked: row.try_get("looked")?,
            last: row.try_get("last")?,
            people: row.try_get("people")?,
            inbox: row.try_get("inbox")?,
            mail: row.try_get("mail")?,
            deleted: row.try_get("deleted")?,
            suspended: row.try_get("suspended")?,
            no_consent: row.try_get("no_consent")?,
            no_inbox: row.try_get("no_inbox")?,
            no_mail: row.try_get("no_mail")?,
        })
    }
}

const WRITE: &str = "),
  wanted as (select id, why, in_app and ";
/// In the order of users, as they were read.
const COUNT: &str = ") select (select count(*) from batch) as looked, (select id from batch order by id desc limit 1) as last,
  count(*) filter (where why is null and (in_app or email)) as people,
  (select count(*) from put where channel = 'in_app') as inbox, (select count(*) from put where channel = 'email') as mail,
  count(*) filter (where why = 'deleted') as deleted, count(*) filter (where why = 'suspended') as suspended,
  count(*) filter (where why = 'no_consent') as no_consent, count(*) filter (where why is null and no_inbox) as no_inbox,
  count(*) filter (where why is null and no_mail) as no_mail
  from wanted";

/// Writes down the recipients among the next so many users.
pub async fn piece(
    db: &mut PgConnection,
    notification: &Notification,
    at: (Crowd, Timestamp),
    (after, size): (Option<Uuid>, i64),
) -> Result<Piece> {
    let (kind, audience, channels) = (notification.content.kind, &notification.audience, &notification.content.channels);
    let mut list = Listing::new("with batch as (select u.id, ");
    ask(&mut list, kind);
    from(&mut list, kind, audience, notification.id);
    narrow(&mut list, audience, at)?;
    if let Some(after) = after {
        list.and_bind("u.id > ", after);
    }
    list.push(" order by u.id limit ").bind(size);
    let word = |channel| if channels.contains(&channel) { "true" } else { "false" };
    let (inbox, mail) = (word(Channel::InApp), word(Channel::Email));
    list.push(WRITE).push(inbox).push(" as in_app, email and ").push(mail).push(" as email, not in_app and ").push(inbox);
    list.push(" as no_inbox, not email and ").push(mail).push(" as no_mail from batch),\n  put as (");
    list.push("insert into backlot.notification_deliveries (notification_id, channel, user_id, id, state, due_at) select ");
    list.bind(notification.id).push("::uuid, c.channel, w.id, backlot.new_id(), c.state, c.due from wanted w cross join lateral (");
    list.push("select 'in_app', 'settled', null::timestamptz where w.in_app union all select 'email', 'queued', now() where w.email");
    list.push(") c (channel, state, due) where w.why is null order by w.id on conflict do nothing returning channel").push(COUNT);
    list.one(db).await
}

/// Moves the counters on; when nobody is left to be looked at, all recipients are written down.
pub async fn note(db: &mut PgConnection, notification: Uuid, piece: &Piece, is_last: bool) -> Result<()> {
    sqlx::query!(
        "update backlot.notification_progress set frozen_to = coalesce($2, frozen_to), people = people + $3,
           inbox_planned = inbox_planned + $4, mail_planned = mail_planned + $5, deleted = deleted + $6, suspended = suspended + $7,
           no_consent = no_consent + $8, no_inbox = no_inbox + $9, no_mail = no_mail + $10,
           frozen_at = case when $11 then clock_timestamp() end, worked_at = clock_timestamp()
         where notification_id = $1",
        notification,
        piece.last,
        piece.people,
        piece.inbox,
        piece.mail,
        piece.deleted,
        piece.suspended,
        piece.no_consent,
        piece.no_inbox,
        piece.no_mail,
        is_last
    )
    .execute(db)
    .await?;
    Ok(())
}
