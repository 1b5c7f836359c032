//! What was said to a user and about them: messages in their inbox, notes of the staff, and what the staff did.
use crate::kernel::Result;
use jiff::Timestamp;
use sqlx::PgExecutor;
use uuid::Uuid;

/// The newest of each.
#[derive(Default)]
pub struct Told {
    pub messages: Vec<Message>,
    pub notes: Vec<StaffNote>,
    pub deeds: Vec<Deed>,
}

/// A message in their inbox.
pub struct Message {
    pub title: String,
    pub created_at: Timestamp,
    pub is_read: bool,
    pub is_seen: bool,
}

/// A note by the staff.
pub struct StaffNote {
    pub by: String,
    pub body: String,
    pub created_at: Timestamp,
}

/// Something that somebody did about a user.
pub struct Deed {
    pub audit_id: Uuid,
    pub action: String,
    pub reason: Option<String>,
    pub by: String,
    pub at: Timestamp,
}

/// Any of them: of one kind the columns of the others are empty.
struct Row {
    what: String,
    id: Uuid,
    text: String,
    reason: Option<String>,
    by: Option<String>,
    at: Timestamp,
    is_read: Option<bool>,
    is_seen: Option<bool>,
}

pub async fn told(db: impl PgExecutor<'_>, user: Uuid) -> Result<Told> {
    let rows = sqlx::query_as!(
        Row,
        r#"select what as "what!", id as "id!", text as "text!", reason, by, at as "at!: jiff_sqlx::Timestamp", is_read, is_seen from (
             (select 'message' as what, id, title as text, null as reason, null as by, created_at as at, read_at is not null as is_read,
                seen_at is not null as is_seen
              from platform.notifications where user_id = $1 order by created_at desc, id desc limit 8)
             union all
             (select 'note', n.id, n.body, null, a.name, n.created_at, null, null
              from backlot.user_notes n join backlot.admins a on a.id = n.admin_id
              where n.user_id = $1 order by n.created_at desc, n.id desc limit 20)
             union all
             (select 'deed', id, action, reason, actor_name, at, null, null
              from backlot.audit_log where target_kind = 'user' and target_id = $1::uuid::text order by at desc, seq desc limit 15)
           ) t order by at desc, id desc"#,
        user
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().fold(Told::default(), Told::with))
}

impl Told {
    fn with(mut self, row: Row) -> Self {
        let (by, at) = (row.by.unwrap_or_default(), row.at);
        match row.what.as_str() {
            "message" => {
                let (is_read, is_seen) = (row.is_read == Some(true), row.is_seen == Some(true));
                self.messages.push(Message { title: row.text, created_at: at, is_read, is_seen });
            }
            "note" => self.notes.push(StaffNote { by, body: row.text, created_at: at }),
            _ => self.deeds.push(Deed { audit_id: row.id, action: row.text, reason: row.reason, by, at }),
        }
        self
    }
}
