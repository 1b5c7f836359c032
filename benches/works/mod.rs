//! Models and runs of crews, as many as a platform of years has: the demo's own, many times over.
use crate::common::url;
use sqlx::{AssertSqlSafe, PgPool, raw_sql};
use std::path::Path;

/// How many there shall be in a studio of a million people; fewer people, fewer of them.
pub const MODELS: i64 = 1_000_000;
pub const RUNS: i64 = 5_000_000;

const MORE_MODELS: &str = "
insert into platform.lora_models (id, user_id, name, base_model, trigger_word, status, progress, config, error_class, error, cost_minor,
    created_at, updated_at)
  select gen_random_uuid(), user_id, name || ' ' || n, base_model, trigger_word, status, progress, config, error_class, error, cost_minor,
    created_at - n * interval '97 minutes', updated_at - n * interval '97 minutes'
  from (select * from platform.lora_models where deleted_at is null order by created_at desc limit $2) m, generate_series(1, $3::int) n
  limit greatest($1, 0)";

const MORE_RUNS: &str = "
insert into platform.workflow_jobs (id, user_id, crew, status, inputs, tasks, error_signature, error, state, root_id, created_at, started_at,
    finished_at)
  select id, user_id, crew, status, '{}', '[]', error_signature, error, state, id, at, at, at + interval '1 minute'
  from (select gen_random_uuid() as id, user_id, crew, w.status, error_signature, error, w.state, w.created_at - n * interval '83 minutes' as at
    from (select * from platform.workflow_jobs where state in ('succeeded', 'failed', 'stopped') order by created_at desc limit $2) w,
      generate_series(1, $3::int) n) more
  limit greatest($1, 0)";

/// Fills a studio of so many people up to its share. Triggers that keep single rows in step are away meanwhile.
pub async fn grow(data: &Path, users: i64) {
    let pool = PgPool::connect(&url(data, "owner")).await.expect("the database is there");
    for (table, sql, most) in [("lora_models", MORE_MODELS, MODELS), ("workflow_jobs", MORE_RUNS, RUNS)] {
        let wanted = most * users / 1_000_000;
        let count = AssertSqlSafe(format!("select count(*) from platform.{table}"));
        let there: i64 = sqlx::query_scalar(count).fetch_one(&pool).await.expect("a count");
        if there >= wanted {
            continue;
        }
        eprintln!("{} more rows in {table}", wanted - there);
        let mut tx = pool.begin().await.expect("a transaction");
        let triggers = |word: &str| raw_sql(AssertSqlSafe(format!("alter table platform.{table} {word} trigger user")));
        triggers("disable").execute(&mut *tx).await.expect("no triggers");
        let base = there.clamp(1, 250_000);
        sqlx::query(sql).bind(wanted - there).bind(base).bind((wanted - there) / base + 1).execute(&mut *tx).await.expect("more rows");
        triggers("enable").execute(&mut *tx).await.expect("triggers");
        tx.commit().await.expect("a commit");
        raw_sql(AssertSqlSafe(format!("vacuum (analyze) platform.{table}"))).execute(&pool).await.expect("tidy");
    }
}
