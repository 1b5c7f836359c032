//! The SQL of feature flags.
pub mod people;
pub mod reach;
mod rosters;
pub mod versions;

pub use rosters::{keep, roster};

use super::filter::{Filter, Stand};
use super::model::{Flag, Kept, Override, State};
use crate::kernel::{Error, Result, Tier, Tx};
use crate::live::{Kind, Percentage};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::{PgConnection, PgExecutor};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The most flags that a list shows.
pub const MOST: i64 = 500;

/// A flag as the table holds it.
pub(super) struct Row {
    pub id: Uuid,
    pub name: String,
    pub description: String,
    pub kind: String,
    pub enabled: bool,
    pub config: Value,
    pub overrides: Value,
    pub kept: Option<Uuid>,
    pub kept_size: Option<i32>,
    pub salt: String,
    pub owner: String,
    pub tags: Vec<String>,
    pub version: i32,
    pub archived: bool,
    pub created_at: jiff_sqlx::Timestamp,
    pub updated_at: jiff_sqlx::Timestamp,
}

/// The column `config`.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Config {
    percentage: Percentage,
    tiers: Vec<Tier>,
    user_overrides: BTreeMap<Uuid, bool>,
}

/// One of the column `overrides`.
#[derive(Serialize, Deserialize)]
struct About {
    reason: String,
    until: Option<Timestamp>,
    by: String,
    since: Timestamp,
}

impl Row {
    fn flag(self) -> Result<Flag> {
        let config: Config = serde_json::from_value(self.config)?;
        let mut about: BTreeMap<Uuid, About> = serde_json::from_value(self.overrides)?;
        let mut user_overrides = BTreeMap::new();
        for (user, value) in config.user_overrides {
            let About { reason, until, by, since } =
                about.remove(&user).ok_or_else(|| Error::internal(format!("the override of {user} in {} has no reason", self.name)))?;
            user_overrides.insert(user, Override { value, reason, until, by, since });
        }
        let state = State {
            name: self.name,
            description: self.description,
            owner: self.owner,
            tags: self.tags,
            kind: Kind::try_from(self.kind)?,
            enabled: self.enabled,
            archived: self.archived,
            percentage: config.percentage,
            tiers: config.tiers,
            user_overrides,
            kept: self.kept.zip(self.kept_size).map(|(roster, size)| Kept { roster, size }),
        };
        let (created_at, updated_at) = (self.created_at.to_jiff(), self.updated_at.to_jiff());
        Ok(Flag { id: self.id, salt: self.salt, version: self.version, created_at, updated_at, state })
    }
}

/// Flags that match, by name.
///
/// # Errors
/// When the database cannot answer.
pub async fn list(db: &mut PgConnection, filter: &Filter) -> Result<Vec<Flag>> {
    let like = filter.search().map(|text| format!("%{}%", text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")));
    let rows = sqlx::query_as!(
        Row,
        r#"select f.id, f.name, f.description, f.type as kind, f.enabled, f.config, f.overrides, f.kept, r.size as "kept_size?", f.salt,
             f.owner, f.tags, f.version, f.archived_at is not null as "archived!", f.created_at, f.updated_at
           from backlot.feature_flags f left join backlot.feature_flag_rosters r on r.id = f.kept
           where ($1::text is null or f.name ilike $1 or f.description ilike $1)
             and ($2::text is null or f.type = $2)
             and case $3::text when 'archived' then f.archived_at is not null
                 when 'on' then f.archived_at is null and f.enabled when 'off' then f.archived_at is null and not f.enabled
                 else f.archived_at is null end
             and ($4::text is null or $4 = any (f.tags)) and ($5::text is null or f.owner = $5)
           order by f.name, f.created_at limit $6"#,
        like,
        filter.kind.map(Kind::code),
        filter.state.map(Stand::code),
        filter.tag,
        filter.owner,
        MOST
    );
    rows.fetch_all(db).await?.into_iter().map(Row::flag).collect()
}

/// A flag by its name or id; of several with the name, the one that is not archived.
///
/// # Errors
/// `NotFound`.
pub async fn find(db: impl PgExecutor<'_>, which: &str) -> Result<Flag> {
    let row = sqlx::query_as!(
        Row,
        r#"select f.id, f.name, f.description, f.type as kind, f.enabled, f.config, f.overrides, f.kept, r.size as "kept_size?", f.salt,
             f.owner, f.tags, f.version, f.archived_at is not null as "archived!", f.created_at, f.updated_at
           from backlot.feature_flags f left join backlot.feature_flag_rosters r on r.id = f.kept
           where f.name = $1 or f.id = $2 order by f.archived_at desc nulls first limit 1"#,
        which,
        Uuid::try_parse(which).ok()
    );
    row.fetch_optional(db).await?.ok_or_else(|| Error::NotFound(format!("There is no flag “{which}”.").into()))?.flag()
}

/// The same, held until the transaction ends.
///
/// # Errors
/// As [`find`].
pub async fn lock(tx: &mut Tx, id: Uuid) -> Result<Flag> {
    sqlx::query!("select id from backlot.feature_flags where id = $1 for update", id).fetch_optional(&mut **tx).await?;
    find(&mut **tx, &id.to_string()).await
}

/// When the transaction began.
///
/// # Errors
/// When the database cannot answer.
pub async fn now(tx: &mut Tx) -> Result<Timestamp> {
    Ok(sqlx::query_scalar!(r#"select now() as "now!""#).fetch_one(&mut **tx).await?.to_jiff())
}

/// Every flag that is not archived and holds an override that has run out.
///
/// # Errors
/// When the database cannot answer.
pub async fn with_expired(db: &mut PgConnection) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select id from backlot.feature_flags f where archived_at is null
           and exists (select from jsonb_each(f.overrides) o where (o.value ->> 'until')::timestamptz < now()) order by id"
    )
    .fetch_all(db)
    .await?)
}

/// Adds a flag.
///
/// # Errors
/// When its name is taken.
pub async fn insert(tx: &mut Tx, flag: &Flag, by: Option<Uuid>) -> Result<()> {
    let (config, overrides) = columns(&flag.state)?;
    sqlx::query!(
        "insert into backlot.feature_flags (id, name, description, type, enabled, config, overrides, created_by, salt, owner, tags)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        flag.id,
        flag.state.name,
        flag.state.description,
        flag.state.kind.code(),
        flag.state.enabled,
        config,
        overrides,
        by,
        flag.salt,
        flag.state.owner,
        &flag.state.tags
    )
    .execute(&mut **tx)
    .await
    .map_err(|error| {
        taken(error).on_constraint("feature_flags_pkey", "", "This form has made its flag already. Open it again for another.")
    })?;
    Ok(())
}

/// Writes a flag's next version.
///
/// # Errors
/// When its name is taken.
pub async fn update(tx: &mut Tx, flag: &Flag) -> Result<()> {
    let (config, overrides) = columns(&flag.state)?;
    sqlx::query!(
        "update backlot.feature_flags set name = $2, description = $3, type = $12, enabled = $4, config = $5, overrides = $6, kept = $7, owner = $8,
           tags = $9, version = $10, updated_at = now(), archived_at = case when $11 then coalesce(archived_at, now()) end
         where id = $1",
        flag.id,
        flag.state.name,
        flag.state.description,
        flag.state.enabled,
        config,
        overrides,
        flag.state.kept.map(|kept| kept.roster),
        flag.state.owner,
        &flag.state.tags,
        flag.version,
        flag.state.archived,
        flag.state.kind.code()
    )
    .execute(&mut **tx)
    .await
    .map_err(taken)?;
    Ok(())
}

fn taken(error: sqlx::Error) -> Error {
    Error::from(error).on_constraint("feature_flags_name_key", "name", "Another flag has this name.")
}

fn columns(state: &State) -> Result<(Value, Value)> {
    let about = |set: &Override| About { reason: set.reason.clone(), until: set.until, by: set.by.clone(), since: set.since };
    let config = Config {
        percentage: state.percentage,
        tiers: state.tiers.clone(),
        user_overrides: state.user_overrides.iter().map(|(user, set)| (*user, set.value)).collect(),
    };
    let overrides: BTreeMap<_, _> = state.user_overrides.iter().map(|(user, set)| (*user, about(set))).collect();
    Ok((serde_json::to_value(config)?, serde_json::to_value(overrides)?))
}
