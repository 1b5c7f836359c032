//! The doctor: says exactly what a platform's schema lacks, and nothing where nothing is wrong.
mod command;

use crate::support::server::Database;
use backlot::commands::doctor::database as examine;
use backlot::database::doctor::{Catalogue, Finding, Verdict};
use backlot::database::place::Ways;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

fn ways(database: &Database) -> Ways {
    let ways = &database.ways;
    Ways {
        app: ways.app.options(),
        reader: ways.reader.options(),
        viewer: ways.viewer.options(),
        sealer: ways.sealer.options(),
        owner: None,
    }
}

async fn run(database: &Database, sql: &str) {
    let mut root = PgConnection::connect_with(&database.root()).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut root).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    root.close().await.unwrap();
}

async fn ailing(database: &Database) -> Vec<Finding> {
    let found = examine(&ways(database)).await.unwrap();
    found.into_iter().filter(|finding| finding.verdict != Verdict::Ok).collect()
}

#[tokio::test]
async fn the_contract_is_what_the_migrations_make() {
    let database = Database::migrated().await;
    let mut root = PgConnection::connect_with(&database.root()).await.unwrap();
    let made = Catalogue::read(&mut root).await.unwrap();
    root.close().await.unwrap();
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/database/doctor/contract.json");
        std::fs::write(file, serde_json::to_string_pretty(&made).unwrap() + "\n").unwrap();
        return;
    }
    let contract = Catalogue::contract().unwrap();
    assert_eq!(contract.functions, made.functions, "write it anew with INSTA_UPDATE=always");
    for relation in &made.relations {
        let known = contract.relations.iter().find(|known| known.name == relation.name);
        assert_eq!(known, Some(relation), "write it anew with INSTA_UPDATE=always");
    }
    assert_eq!(contract.relations.len(), made.relations.len());
    assert!(made.relations.len() > 14 && made.relations.iter().all(|relation| !relation.columns.is_empty()));
}

#[tokio::test]
async fn on_the_right_schema_all_is_well() {
    let database = Database::migrated().await;
    let found = examine(&ways(&database)).await.unwrap();
    let ailing: Vec<_> = found.iter().filter(|finding| finding.verdict != Verdict::Ok).collect();
    assert!(ailing.is_empty(), "{ailing:?}");
    for says in [
        "platform.users:",
        "pg_trgm is there",
        "backlot_viewer can do only its own part",
        "All migrations have run",
        "backlot_reader only reads",
    ] {
        assert!(found.iter().any(|finding| finding.says.contains(says)), "{says}: {found:?}");
    }
}

/// A fault, what mends it, and what is told of it: how bad it is, what it is, and what to do.
type Told = (&'static str, &'static str, Verdict, &'static str, &'static str);

const FAULTS: &[Told] = &[
    (
        "alter table platform.characters rename column traits to features",
        "alter table platform.characters rename column features to traits",
        Verdict::Problem,
        "platform.characters.traits is missing.",
        "Add the column, of type jsonb.",
    ),
    (
        "alter table platform.training_images alter column width type bigint",
        "alter table platform.training_images alter column width type int",
        Verdict::Problem,
        "platform.training_images.width is bigint, not integer.",
        "Change its type, or give a view that casts it to integer.",
    ),
    (
        "alter table platform.characters alter column name drop not null",
        "alter table platform.characters alter column name set not null",
        Verdict::Warning,
        "platform.characters.name may be null.",
        "Pages that meet a row without it fail: set it not null.",
    ),
    (
        "revoke select (email) on platform.users from backlot_reader",
        "grant select (email) on platform.users to backlot_reader",
        Verdict::Problem,
        "backlot_reader may not select platform.users (email).",
        "grant select (email) on platform.users to backlot_reader;",
    ),
    (
        "revoke delete on platform.user_sessions from backlot_app",
        "grant delete on platform.user_sessions to backlot_app",
        Verdict::Problem,
        "backlot_app may not delete platform.user_sessions.",
        "grant delete on platform.user_sessions to backlot_app;",
    ),
    (
        "grant select (password_hash) on platform.users to backlot_app",
        "revoke select (password_hash) on platform.users from backlot_app",
        Verdict::Problem,
        "backlot_app may read platform.users (password_hash), which it must not.",
        "Revoke select on the table from backlot_app and from public, and grant the columns that it needs.",
    ),
    (
        "drop index platform.characters_by_user",
        "create index characters_by_user on platform.characters (user_id, created_at, id)",
        Verdict::Warning,
        "platform.characters lacks an index: lists and finds by it are slow.",
        "CREATE INDEX CONCURRENTLY ON platform.characters USING btree (user_id, created_at, id);",
    ),
    (
        "drop index platform.subscriptions_current_key",
        "create unique index subscriptions_current_key on platform.subscriptions (user_id) where status <> 'lapsed'",
        Verdict::Problem,
        "platform.subscriptions lacks a unique index: nothing keeps such rows apart.",
        "CREATE UNIQUE INDEX CONCURRENTLY ON platform.subscriptions USING btree (user_id) WHERE (status <> 'lapsed'::text);",
    ),
    (
        "alter table platform.characters drop constraint characters_user_id_fkey",
        "alter table platform.characters add constraint characters_user_id_fkey foreign key (user_id) references platform.users",
        Verdict::Warning,
        "platform.characters lacks a constraint: FOREIGN KEY (user_id) REFERENCES platform.users(id)",
        "Add it, unless the platform makes sure of it otherwise; the checks at /admin/data look for rows that it would refuse.",
    ),
    (
        "alter table platform.payments disable trigger payment_failing_delete",
        "alter table platform.payments enable trigger payment_failing_delete",
        Verdict::Warning,
        "platform.payments lacks a trigger: AFTER DELETE ON platform.payments FOR EACH ROW WHEN ((old.status <> 'pending'::text)) EXECUTE FUNCTION platform.mark_payment_failing()",
        "Add it, unless the platform does the same itself: copies such as payment_failing are out of step without.",
    ),
    (
        "alter table platform.projects disable row level security",
        "alter table platform.projects enable row level security",
        Verdict::Problem,
        "platform.projects has no row-level security: a view as one user would see everybody's rows.",
        "alter table platform.projects enable row level security; and its policies (migrations/0060_view_as.sql).",
    ),
    (
        "revoke execute on function platform.search_key from backlot_reader, public",
        "grant execute on function platform.search_key to backlot_reader, public",
        Verdict::Problem,
        "backlot_reader may not call platform.search_key(text).",
        "grant execute on function platform.search_key(text) to backlot_reader;",
    ),
    (
        "update _sqlx_migrations set version = -version where version = (select max(version) from _sqlx_migrations)",
        "update _sqlx_migrations set version = -version where version < 0",
        Verdict::Problem,
        "The tables are missing or out of date. Run `backlot migrate` with BACKLOT_OWNER_DATABASE_URL set.",
        "The server refuses to start until this is so.",
    ),
];

/// Each fault is told of, and nothing beside it.
#[tokio::test]
async fn each_fault_is_told_of_exactly() {
    let database = Database::migrated().await;
    for (fault, mended, verdict, says, todo) in FAULTS.iter().copied() {
        run(&database, fault).await;
        let found = ailing(&database).await;
        let told: Vec<_> = found.iter().map(|finding| (finding.verdict, finding.says.as_str(), finding.todo.as_str())).collect();
        assert!(told.contains(&(verdict, says, todo)), "{fault}: {told:#?}");
        run(&database, mended).await;
        let left = ailing(&database).await;
        assert!(left.is_empty(), "{mended}: {left:?}");
    }
}

#[tokio::test]
async fn a_view_in_place_of_a_table_is_told_of() {
    let database = Database::migrated().await;
    run(
        &database,
        "alter table platform.notification_preferences rename to wishes; alter table platform.wishes set schema public;
         create view platform.notification_preferences as select user_id, category, in_app, email, changed_at from public.wishes;
         grant select, insert, delete, update (in_app, email, changed_at) on platform.notification_preferences to backlot_app;
         grant select on platform.notification_preferences to backlot_reader",
    )
    .await;
    let found = ailing(&database).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].verdict, found[0].says.as_str()), (Verdict::Warning, "platform.notification_preferences is a view, not a table."));
    run(
        &database,
        "create or replace view platform.notification_preferences as select distinct user_id, category, in_app, email, changed_at from public.wishes",
    )
    .await;
    let found = ailing(&database).await;
    let says: Vec<_> = found.iter().filter(|finding| finding.verdict == Verdict::Problem).map(|finding| finding.says.as_str()).collect();
    let cannot = |verb| format!("platform.notification_preferences cannot take {verb}: PostgreSQL cannot write through this view.");
    assert_eq!(says, [cannot("update"), cannot("insert"), cannot("delete")]);
}

#[tokio::test]
async fn a_schema_that_is_not_there_is_told_of_table_by_table() {
    let database = Database::migrated().await;
    run(&database, "alter schema platform rename to elsewhere").await;
    let found = ailing(&database).await;
    for table in Catalogue::contract().unwrap().relations {
        let says = format!("platform.{} is missing.", table.name);
        assert!(found.iter().any(|finding| finding.verdict == Verdict::Problem && finding.says == says), "{says}: {found:?}");
    }
}
