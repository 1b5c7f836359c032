//! What stands in a schema, as the database's own catalogue says it; and the contract, which is the same of the schema that the
//! migrations make.
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use std::collections::BTreeSet;

/// What the migrations make. A test holds it against them, and says how to write it anew.
const CONTRACT: &str = include_str!("contract.json");

/// The relations and functions of schema `platform`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalogue {
    pub relations: Vec<Relation>,
    pub functions: Vec<Function>,
}

/// A table or view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relation {
    pub name: String,
    /// `table`, `view` …
    pub kind: String,
    pub row_security: bool,
    /// Which statements it takes, as bits: 4 update, 8 insert, 16 delete (PostgreSQL, `pg_relation_is_updatable`).
    pub writable: i32,
    pub columns: Vec<Column>,
    pub rights: Vec<Right>,
    /// As they are made, without their names.
    pub indexes: BTreeSet<String>,
    pub constraints: BTreeSet<String>,
    pub triggers: BTreeSet<String>,
    pub policies: BTreeSet<String>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub not_null: bool,
}

/// What a role may do with which columns; `*` where it is about whole rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Right {
    pub role: String,
    pub privilege: String,
    pub columns: BTreeSet<String>,
}

/// A function, and which roles may call it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Function {
    pub name: String,
    pub roles: BTreeSet<String>,
}

impl Catalogue {
    /// What there is.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn read(db: &mut PgConnection) -> Result<Self, sqlx::Error> {
        // Names in definitions are written in full whatever the log-in's search path is.
        sqlx::query("set search_path = pg_catalog").execute(&mut *db).await?;
        let found: sqlx::types::Json<Self> = sqlx::query_scalar(include_str!("catalogue.sql")).fetch_one(&mut *db).await?;
        sqlx::query("reset search_path").execute(db).await?;
        Ok(found.0)
    }

    /// What there must be.
    ///
    /// # Errors
    /// When the file that came with the program is broken.
    pub fn contract() -> Result<Self, serde_json::Error> {
        serde_json::from_str(CONTRACT)
    }

    pub(super) fn relation(&self, name: &str) -> Option<&Relation> {
        self.relations.iter().find(|relation| relation.name == name)
    }
}

impl Relation {
    /// Whether it keeps its own rows: then it can have constraints, triggers and indexes.
    pub(super) fn is_table(&self) -> bool {
        self.kind == "table"
    }

    pub(super) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    pub(super) fn columns_of(&self, role: &str, privilege: &str) -> BTreeSet<String> {
        let right = self.rights.iter().find(|right| right.role == role && right.privilege == privilege);
        right.map(|right| right.columns.clone()).unwrap_or_default()
    }
}
