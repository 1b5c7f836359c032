//! Reading everything that is live, in one moment of the database.
use super::flag::{Exception, Kind, Roster, Rule};
use super::maintenance::{Maintenance, Window};
use super::settings::{Pinned, Settings};
use super::snapshot::{Flag, Snapshot, Topic, Versions};
use crate::kernel::{Error, Result, Tier};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use sqlx::{Connection, PgConnection, PgPool};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use uuid::Uuid;

/// What `config` holds.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Config {
    percentage: super::Percentage,
    tiers: Vec<Tier>,
    user_overrides: BTreeMap<Uuid, bool>,
}

/// What is read of `overrides`.
#[derive(Deserialize)]
struct About {
    until: Option<Timestamp>,
}

pub(super) async fn load(pool: &PgPool, before: &Snapshot, pinned: &Pinned) -> Result<Snapshot> {
    let mut connection = pool.acquire().await?;
    let mut tx = connection.begin_with("begin isolation level repeatable read read only").await?;
    let versions = versions(&mut tx).await?;
    let flags = if versions.flags == before.versions.flags { before.flags.clone() } else { flags(&mut tx, before).await? };
    let settings = if versions.settings == before.versions.settings {
        before.settings.clone()
    } else {
        Settings::of(&settings(&mut tx).await?, pinned)
    };
    let maintenance = maintenance(&mut tx).await?;
    tx.commit().await?;
    Ok(Snapshot { versions, flags, settings, maintenance })
}

async fn versions(db: &mut PgConnection) -> Result<Versions> {
    let mut versions = Versions::default();
    for row in sqlx::query!("select topic, version from backlot.live_topics").fetch_all(db).await? {
        versions.set(Topic::try_from(row.topic)?, row.version);
    }
    Ok(versions)
}

async fn flags(db: &mut PgConnection, before: &Snapshot) -> Result<BTreeMap<String, Flag>> {
    let rows = sqlx::query!(
        "select id, name, description, type as kind, enabled, config, overrides, kept, salt, version from backlot.feature_flags
         where archived_at is null"
    );
    let rows = rows.fetch_all(&mut *db).await?;
    let mut rosters: HashMap<Uuid, Arc<Roster>> =
        before.flags.values().filter_map(|flag| flag.rule.kept.clone()).map(|kept| (kept.id, kept)).collect();
    let mut flags = BTreeMap::new();
    for row in rows {
        let kept = match row.kept {
            Some(id) => Some(roster(db, &mut rosters, id).await?),
            None => None,
        };
        let config: Config = serde_json::from_value(row.config)?;
        let rule = Rule {
            enabled: row.enabled,
            archived: false,
            kind: Kind::try_from(row.kind)?,
            percentage: config.percentage,
            tiers: config.tiers,
            overrides: exceptions(config.user_overrides, row.overrides)?,
            kept,
            salt: row.salt,
        };
        flags.insert(row.name, Flag { id: row.id, version: row.version, description: row.description, rule });
    }
    Ok(flags)
}

fn exceptions(values: BTreeMap<Uuid, bool>, about: Value) -> Result<BTreeMap<Uuid, Exception>> {
    let about: BTreeMap<Uuid, About> = serde_json::from_value(about)?;
    let exception = |(user, value)| (user, Exception { value, until: about.get(&user).and_then(|about| about.until) });
    Ok(values.into_iter().map(exception).collect())
}

/// A roster never changes: one that is known is not read again.
async fn roster(db: &mut PgConnection, known: &mut HashMap<Uuid, Arc<Roster>>, id: Uuid) -> Result<Arc<Roster>> {
    if let Some(roster) = known.get(&id) {
        return Ok(Arc::clone(roster));
    }
    let ids = sqlx::query_scalar!("select ids from backlot.feature_flag_rosters where id = $1", id).fetch_one(db).await?;
    let roster = Arc::new(Roster::new(id, &ids));
    known.insert(id, Arc::clone(&roster));
    Ok(roster)
}

async fn settings(db: &mut PgConnection) -> Result<BTreeMap<String, Value>> {
    let rows = sqlx::query!("select key, value from backlot.system_config").fetch_all(db).await?;
    Ok(rows.into_iter().map(|row| (row.key, row.value)).collect())
}

async fn maintenance(db: &mut PgConnection) -> Result<Maintenance> {
    let rows = sqlx::query!(
        r#"(select state, id, message, coalesce(started_at, starts_at) as "starts_at!", ends_at
            from backlot.maintenance_windows where state = 'active')
           union all
           (select state, id, message, starts_at, ends_at from backlot.maintenance_windows where state = 'planned'
            order by starts_at, id limit 1)"#
    );
    let mut maintenance = Maintenance::default();
    for row in rows.fetch_all(db).await? {
        let (id, message) = (row.id.zip(row.message)).ok_or_else(|| Error::internal("a window without an id"))?;
        let window = Window { id, message, starts_at: row.starts_at.to_jiff(), ends_at: row.ends_at.map(jiff_sqlx::Timestamp::to_jiff) };
        match row.state.as_deref() {
            Some("active") => maintenance.open = Some(window),
            _ => maintenance.next = Some(window),
        }
    }
    Ok(maintenance)
}
