//! A made-up platform to try Backlot on: believable users and what they did, the same every time for the same number.
use std::time::Instant;

use sqlx::{Connection, PgConnection};

/// One topic each, in the order in which they need each other.
const STEPS: [(&str, &str); 14] = [
    ("ground", include_str!("demo/00_ground.sql")),
    ("names", include_str!("demo/10_names.sql")),
    ("users", include_str!("demo/20_users.sql")),
    ("projects", include_str!("demo/30_projects.sql")),
    ("LoRA models", include_str!("demo/40_lora.sql")),
    ("generation jobs", include_str!("demo/50_generation.sql")),
    ("workflows", include_str!("demo/60_workflows.sql")),
    ("billing", include_str!("demo/70_billing.sql")),
    ("mandates", include_str!("demo/75_mandates.sql")),
    ("credits", include_str!("demo/80_ledger.sql")),
    ("inboxes and sessions", include_str!("demo/85_inbox.sql")),
    ("stories", include_str!("demo/88_stories.sql")),
    ("feature flags", include_str!("demo/89_flags.sql")),
    ("indexes", include_str!("demo/90_finish.sql")),
];

/// Every table is vacuumed once: lists and counts then read indexes alone, from the first page on.
const VACUUM: [&str; 15] = [
    "vacuum (analyze) platform.users",
    "vacuum (analyze) platform.user_sessions",
    "vacuum (analyze) platform.projects",
    "vacuum (analyze) platform.project_states",
    "vacuum (analyze) platform.characters",
    "vacuum (analyze) platform.lora_models",
    "vacuum (analyze) platform.lora_trainings",
    "vacuum (analyze) platform.training_images",
    "vacuum (analyze) platform.training_logs",
    "vacuum (analyze) platform.generation_jobs",
    "vacuum (analyze) platform.workflow_jobs",
    "vacuum (analyze) platform.subscriptions",
    "vacuum (analyze) platform.payments",
    "vacuum (analyze) platform.credit_transactions",
    "vacuum (analyze) platform.notifications",
];

/// What the demo's staff did before today, once they are hired; who has done something of the kind is left alone.
///
/// # Errors
/// The database's.
pub async fn look_back(owner: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(include_str!("demo/95_past.sql")).execute(owner).await.map(drop)
}

/// What the checks of the data have found before today, and that they look now; where they have looked already, nothing.
///
/// # Errors
/// The database's.
pub async fn look_over(owner: &mut PgConnection, checks: &[String]) -> Result<(), sqlx::Error> {
    sqlx::query(include_str!("demo/96_looks.sql")).bind(checks).execute(owner).await.map(drop)
}

/// Fills an empty platform with `users` users (50 to 5,000,000) and all that belongs to them, in one transaction.
///
/// The connection must be the owner's. When there are users already nothing is changed and the answer is the
/// database's error 55000; a number out of range is its error 22023.
pub async fn fill(owner: &mut PgConnection, users: u32) -> Result<(), sqlx::Error> {
    fill_as_of(owner, users, None).await
}

/// As [`fill`], with everything reckoned back from `moment` (such as `2026-11-21T09:00:00Z`) instead of from now, so
/// that even the ids and times are the same at each run.
pub async fn fill_as_of(owner: &mut PgConnection, users: u32, moment: Option<&str>) -> Result<(), sqlx::Error> {
    let began = Instant::now();
    let mut tx = owner.begin().await?;
    sqlx::query("select set_config('backlot.demo_users', $1, true), set_config('backlot.demo_now', $2, true)")
        .bind(users.to_string())
        .bind(moment.unwrap_or_default())
        .execute(&mut *tx)
        .await?;
    for (topic, statements) in STEPS {
        let started = Instant::now();
        sqlx::raw_sql(statements).execute(&mut *tx).await?;
        tracing::info!(topic, seconds = started.elapsed().as_secs_f32(), "demo data");
    }
    tx.commit().await?;
    for statement in VACUUM {
        sqlx::raw_sql(statement).execute(&mut *owner).await?;
    }
    tracing::info!(users, seconds = began.elapsed().as_secs_f32(), "demo data is complete");
    Ok(())
}
