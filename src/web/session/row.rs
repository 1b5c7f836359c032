//! A session's row, with its admin and the view that is on.
use super::{IDLE_MINUTES, LONGEST_HOURS, SIGNED, Signed, Stage, backend};
use crate::kernel::Role;
use crate::web::viewing::View;
use serde_json::Value;
use sqlx::PgConnection;
use std::collections::HashMap;
use time::OffsetDateTime;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::Result;
use uuid::Uuid;

/// A session that lives, with its admin.
pub(super) struct Row {
    admin_id: Uuid,
    stage: String,
    data: Value,
    email: String,
    name: String,
    role: String,
    theme: String,
    time_zone: String,
    shortcuts: bool,
    fresh: bool,
    longest_left: i32,
    due: bool,
    started: i64,
    grant: Option<Uuid>,
    audit_id: Option<Uuid>,
    user_id: Option<Uuid>,
    user_name: Option<String>,
    user_email: Option<String>,
    ends: Option<i64>,
    open_alerts: i64,
}

impl Row {
    /// The session, if it lives, with its admin as the database sees them now.
    pub(super) async fn find(db: &mut PgConnection, id_hash: &[u8]) -> sqlx::Result<Option<Self>> {
        sqlx::query_as!(
            Self,
            r#"select s.admin_id, s.stage, s.data, a.email, a.name, a.role, a.theme, a.time_zone, a.shortcuts,
                 coalesce(s.fresh_at > now() - interval '5 minutes', false) as "fresh!",
                 extract(epoch from s.started_at + make_interval(hours => $3) - now())::int as "longest_left!",
                 s.last_seen_at < now() - interval '10 seconds' as "due!",
                 (extract(epoch from s.started_at) * 1000000)::bigint as "started!",
                 v.id as "grant?", v.audit_id as "audit_id?", v.user_id as "user_id?", v.user_name as "user_name?", v.user_email as "user_email?",
                 (extract(epoch from v.expires_at) * 1000000)::bigint as ends,
                 (select count(*) from backlot.alerts where cleared_at is null) as "open_alerts!"
               from backlot.sessions s join backlot.admins a on a.id = s.admin_id
               left join backlot.view_grants v on v.session_hash = s.id_hash and v.ended_at is null and backlot.view_is_void(v.id) is null
               where s.id_hash = $1 and s.ended_at is null and a.status = 'active'
                 and s.last_seen_at > now() - make_interval(mins => $2)
                 and s.started_at > now() - make_interval(hours => $3)
                 and (s.stage = 'full' or s.started_at > now() - interval '15 minutes')"#,
            id_hash,
            IDLE_MINUTES,
            LONGEST_HOURS,
        )
        .fetch_optional(db)
        .await
    }

    fn view(&self) -> Option<View> {
        Some(View {
            grant: self.grant?,
            audit_id: self.audit_id?,
            user_id: self.user_id?,
            user_name: self.user_name.clone()?,
            user_email: self.user_email.clone()?,
            ends: self.ends?,
        })
    }

    /// As the session layer keeps it.
    pub(super) fn record(self, id: Id, id_hash: Vec<u8>) -> Result<Record> {
        let view = self.view();
        let signed = Signed {
            view,
            admin_id: self.admin_id,
            email: self.email,
            name: self.name,
            role: Role::try_from(self.role).map_err(backend)?,
            stage: Stage::try_from(self.stage).map_err(backend)?,
            fresh: self.fresh,
            longest_left: self.longest_left,
            due: self.due,
            theme: self.theme,
            time_zone: self.time_zone,
            shortcuts: self.shortcuts,
            id_hash,
            started: self.started,
            open_alerts: self.open_alerts,
        };
        let mut data: HashMap<String, Value> = serde_json::from_value(self.data).map_err(backend)?;
        data.insert(SIGNED.into(), serde_json::to_value(signed).map_err(backend)?);
        // The row's own times decide; this date only tells the layer that the record is alive now.
        Ok(Record { id, data, expiry_date: OffsetDateTime::now_utc() + time::Duration::days(1) })
    }
}
