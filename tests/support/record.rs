//! What a studio has written down: audit rows, events, jobs, and a fingerprint of everything else.
use super::Studio;
use serde_json::Value;
use sqlx::{AssertSqlSafe, FromRow};
use std::collections::BTreeMap;
use uuid::Uuid;

#[derive(Clone, Debug, FromRow)]
pub struct AuditRow {
    pub id: Uuid,
    pub actor_kind: String,
    pub actor_id: Option<Uuid>,
    pub actor_name: String,
    pub action: String,
    pub outcome: String,
    pub target_id: Option<String>,
    pub reason: Option<String>,
    pub ticket: Option<String>,
    pub changes: String,
    pub cause: Option<Uuid>,
    pub request_id: Option<Uuid>,
}

impl AuditRow {
    /// What the only change did to a field: before and after.
    pub fn change(&self, field: &str) -> (Value, Value) {
        let changes: Vec<Value> = serde_json::from_str(&self.changes).unwrap();
        assert_eq!(changes.len(), 1, "{}", self.changes);
        (changes[0]["before"][field].clone(), changes[0]["after"][field].clone())
    }
}

#[derive(Clone, Debug, FromRow)]
pub struct Event {
    pub name: String,
    pub properties: Value,
    pub admin_id: Option<Uuid>,
    pub audit_id: Uuid,
}

impl Studio {
    /// The whole log, oldest first.
    pub async fn audit(&self) -> Vec<AuditRow> {
        let sql = "select id, actor_kind, actor_id, actor_name, action, outcome, target_id, reason, ticket, changes, cause, request_id
                   from backlot.audit_log order by seq";
        sqlx::query_as(sql).fetch_all(&self.root).await.unwrap()
    }

    /// The entries that one request has left.
    pub async fn audit_of(&self, request: Uuid) -> Vec<AuditRow> {
        self.audit().await.into_iter().filter(|row| row.request_id == Some(request)).collect()
    }

    /// The entries of one action that ended so.
    pub async fn entries(&self, action: &str, outcome: &str) -> Vec<AuditRow> {
        self.audit().await.into_iter().filter(|row| row.action == action && row.outcome == outcome).collect()
    }

    pub async fn events(&self) -> Vec<Event> {
        let sql = "select name, properties, admin_id, audit_id from backlot.outbox_events order by created_at, id";
        sqlx::query_as(sql).fetch_all(&self.root).await.unwrap()
    }

    pub async fn number(&self, sql: &str) -> i64 {
        sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&self.root).await.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    pub async fn text(&self, sql: &str) -> String {
        sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&self.root).await.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    pub async fn texts(&self, sql: &str) -> Vec<String> {
        sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&self.root).await.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    pub async fn run(&self, sql: &str) {
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&self.root).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// A hash of every table's rows, but for those named; when a session was last seen is left out.
    pub async fn fingerprint(&self, but: &[&str]) -> BTreeMap<String, String> {
        let sql = "select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
                   where n.nspname in ('backlot', 'platform') and c.relkind = 'r' order by 1";
        let tables: Vec<String> = sqlx::query_scalar(sql).fetch_all(&self.root).await.unwrap();
        let wanted = tables.into_iter().filter(|table| !but.contains(&table.as_str()));
        let each: Vec<_> = wanted
            .map(|table| format!("select '{table}', coalesce((select md5(string_agg(row, ',' order by row)) from (select md5((to_jsonb(t) - 'last_seen_at')::text) as row from {table} t) r), '')"))
            .collect();
        let rows: Vec<(String, String)> = sqlx::query_as(AssertSqlSafe(each.join(" union all "))).fetch_all(&self.root).await.unwrap();
        rows.into_iter().collect()
    }
}
