//! The list of admins: a staff is small, so it is one page, and says so when it is not.
use crate::features::admins::filter::Filter;
use crate::features::admins::model::{Account, Status};
use crate::kernel::{Result, Role};
use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

/// The most that are shown.
pub const MOST: i64 = 500;

/// An admin in the list.
pub struct Listed {
    pub account: Account,
    pub last_sign_in_at: Option<Timestamp>,
    /// When their open invitation or link ends.
    pub link_until: Option<Timestamp>,
}

struct Row {
    id: Uuid,
    email: String,
    name: String,
    role: String,
    status: String,
    status_reason: Option<String>,
    authenticator_app: bool,
    passkeys: i64,
    recovery_codes: i64,
    last_sign_in_at: Option<jiff_sqlx::Timestamp>,
    link_until: Option<jiff_sqlx::Timestamp>,
}

impl Row {
    fn listed(self) -> Result<Listed> {
        let account = Account {
            id: self.id,
            email: self.email,
            name: self.name,
            role: Role::try_from(self.role)?,
            status: Status::try_from(self.status)?,
            status_reason: self.status_reason,
            // The readers' role does not see it.
            password: false,
            authenticator_app: self.authenticator_app,
            passkeys: self.passkeys,
            recovery_codes: self.recovery_codes,
        };
        let jiff = |at: Option<jiff_sqlx::Timestamp>| at.map(jiff_sqlx::Timestamp::to_jiff);
        Ok(Listed { account, last_sign_in_at: jiff(self.last_sign_in_at), link_until: jiff(self.link_until) })
    }
}

/// Everybody who matches, by name; who is deleted only when asked for.
pub async fn list(db: &mut PgConnection, filter: &Filter, only: Option<Uuid>) -> Result<Vec<Listed>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select * from (
             select a.id, a.email, a.name, a.role, a.status, a.status_reason, a.totp_confirmed_at is not null as "authenticator_app!",
               (select count(*) from backlot.passkeys p where p.admin_id = a.id) as "passkeys!",
               (select count(*) from backlot.recovery_codes c where c.admin_id = a.id) as "recovery_codes!",
               a.last_sign_in_at,
               (select max(l.expires_at) from backlot.admin_links l
                where l.admin_id = a.id and l.used_at is null and l.revoked_at is null and l.expires_at > now()) as link_until
             from backlot.admins a
             where ($1::uuid is null or a.id = $1)
               and ($2::text is null or a.email ilike $2 or a.name ilike $2 or a.id::text ilike $2)
               and ($3::text is null or a.role = $3)
               and (a.status = $4 or ($4::text is null and (a.status <> 'deleted' or $1::uuid is not null)))) f
           where $5::text is null
             or ($5 = 'none' and not f."authenticator_app!" and f."passkeys!" = 0)
             or ($5 = 'app' and f."authenticator_app!") or ($5 = 'passkey' and f."passkeys!" > 0)
             or ($5 = 'no_codes' and f."recovery_codes!" = 0)
           order by lower(f.name), f.id limit $6"#,
        only,
        filter.pattern(),
        filter.role.map(Role::code),
        filter.status.map(Status::code),
        filter.factor.map(crate::features::admins::filter::Factor::code),
        MOST + 1
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Row::listed).collect()
}
