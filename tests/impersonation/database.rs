//! The role that views: what the database itself shows it, whatever is asked.
use super::viewing;
use crate::support::{ADA, Studio};
use backlot::web::viewing::token;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};
use uuid::Uuid;

/// Tables of which a view shows a part.
const SHOWN: [&str; 11] = [
    "users",
    "projects",
    "characters",
    "lora_models",
    "training_images",
    "generation_jobs",
    "workflow_jobs",
    "subscriptions",
    "payments",
    "credit_transactions",
    "notifications",
];

async fn viewer(studio: &Studio) -> PgConnection {
    PgConnection::connect_with(&studio.database.ways.viewer.options()).await.unwrap()
}

/// The token of the only grant there is.
async fn held(studio: &Studio) -> String {
    let grant: Uuid = studio.text("select id::text from backlot.view_grants").await.parse().unwrap();
    token(&studio.site.secrets, grant)
}

/// How many rows of a table a token shows; over those of one user, when `of` names them.
async fn rows(viewer: &mut PgConnection, shown: &str, table: &str) -> i64 {
    let mut tx = viewer.begin().await.unwrap();
    sqlx::query("select set_config('backlot.view_token', $1, true)").bind(shown).execute(&mut *tx).await.unwrap();
    let count = sqlx::query(AssertSqlSafe(format!("select count(*) from platform.{table}"))).fetch_one(&mut *tx).await.unwrap().get(0);
    tx.rollback().await.unwrap();
    count
}

#[tokio::test]
async fn a_token_shows_its_users_rows_and_no_others() {
    let studio = Studio::open().await;
    let _sam = viewing(&studio).await;
    let (mut viewer, token) = (viewer(&studio).await, held(&studio).await);
    let mut own = 0;
    for table in SHOWN {
        let mine = match table {
            "users" => format!("select count(*) from platform.users where id = '{ADA}'"),
            "training_images" => {
                format!(
                    "select count(*) from platform.training_images where lora_model_id in (select id from platform.lora_models where user_id = '{ADA}')"
                )
            }
            _ => format!("select count(*) from platform.{table} where user_id = '{ADA}'"),
        };
        let expected = studio.number(&mine).await;
        assert_eq!(rows(&mut viewer, &token, table).await, expected, "{table}");
        own += expected;
    }
    assert!(own > 5, "she has rows: {own}");
}

#[tokio::test]
async fn no_token_a_guessed_one_and_one_that_is_over_show_nothing() {
    let studio = Studio::open().await;
    let _sam = viewing(&studio).await;
    let (mut viewer, good) = (viewer(&studio).await, held(&studio).await);
    let hash = studio.text("select encode(token_hash, 'hex') from backlot.view_grants").await;
    let id = studio.text("select id::text from backlot.view_grants").await;
    for table in SHOWN {
        for guess in ["", "x", hash.as_str(), id.as_str(), &good[..63], &good.to_uppercase()] {
            assert_eq!(rows(&mut viewer, guess, table).await, 0, "{table} with {guess:?}");
        }
    }
    assert_eq!(rows(&mut viewer, &good, "users").await, 1);
    studio.run("update backlot.view_grants set started_at = now() - interval '15 minutes', expires_at = now()").await;
    for table in SHOWN {
        assert_eq!(rows(&mut viewer, &good, table).await, 0, "{table} after its time");
    }
    let unset = sqlx::query("select count(*) from platform.users").fetch_one(&mut viewer).await.unwrap();
    assert_eq!(unset.get::<i64, _>(0), 0);
}

/// Why a statement is refused, by its SQLSTATE.
async fn refusal(viewer: &mut PgConnection, sql: String) -> Option<String> {
    match sqlx::raw_sql(AssertSqlSafe(sql)).execute(viewer).await {
        Ok(_) => None,
        Err(error) => {
            Some(error.as_database_error().and_then(sqlx::error::DatabaseError::code).expect("refused by the database").into_owned())
        }
    }
}

/// What a view must not do, beside writing to the tables that it is shown.
const ATTEMPTS: [&str; 19] = [
    "select password_hash from platform.users",
    "select mfa_secret from platform.users",
    "select * from platform.users",
    "select * from platform.user_sessions",
    "select * from platform.training_logs",
    "select cost_minor from platform.lora_models",
    "select * from backlot.view_grants",
    "select * from backlot.admins",
    "select * from backlot.sessions",
    "select * from backlot.audit_log",
    "set role backlot_app",
    "set session authorization backlot_app",
    "select set_config('role', 'backlot_app', false)",
    "create table public.mine (x int)",
    "create table platform.mine (x int)",
    "create schema mine",
    "alter role backlot_viewer superuser",
    "copy platform.users (email) to program 'cat'",
    "select pg_read_file('/etc/passwd')",
];

#[tokio::test]
async fn secrets_other_tables_and_every_way_to_write_or_to_become_another_are_refused() {
    let studio = Studio::open().await;
    let _sam = viewing(&studio).await;
    let (mut viewer, token) = (viewer(&studio).await, held(&studio).await);
    // Even where nothing says that the transaction only reads.
    sqlx::raw_sql("set default_transaction_read_only = off").execute(&mut viewer).await.unwrap();
    sqlx::query("select set_config('backlot.view_token', $1, false)").bind(token).execute(&mut viewer).await.unwrap();
    let mut attempts: Vec<String> = ATTEMPTS.map(str::to_owned).to_vec();
    for table in SHOWN {
        attempts.push(format!("insert into platform.{table} default values"));
        attempts.push(format!("delete from platform.{table}"));
        attempts.push(format!("truncate platform.{table} cascade"));
        attempts.push(format!("alter table platform.{table} disable row level security"));
    }
    attempts.push("update platform.users set tier = 'pro'".into());
    for sql in attempts {
        let code = refusal(&mut viewer, sql.clone()).await;
        assert!(matches!(code.as_deref(), Some("42501" | "22023")), "{sql}: {code:?}");
    }
    let bare = refusal(&mut viewer, "set row_security = off; select count(*) from platform.projects".into()).await;
    assert_eq!(bare.as_deref(), Some("42501"), "who turns the rules off is refused, not obeyed");
}

#[tokio::test]
async fn a_look_leaves_nothing_behind_for_the_next_on_the_same_connection() {
    let studio = Studio::open().await;
    let mut sam = viewing(&studio).await;
    for _ in 0..20 {
        sam.get("/as/projects").await.must(200);
    }
    for _ in 0..8 {
        let shown: i64 = sqlx::query_scalar("select count(*) from platform.users").fetch_one(&studio.site.viewer).await.unwrap();
        let kept: Option<String> =
            sqlx::query_scalar("select current_setting('backlot.view_token', true)").fetch_one(&studio.site.viewer).await.unwrap();
        assert_eq!((shown, kept.unwrap_or_default().as_str()), (0, ""));
    }
}
