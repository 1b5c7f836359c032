//! Models and runs of crews, as many as a platform of years has: the demo's own, many times over.
use crate::common::url;
use sqlx::{AssertSqlSafe, Connection, PgConnection, raw_sql};
use std::path::Path;

/// How many there shall be in a studio of a million people; fewer people, fewer of them.
pub const MODELS: i64 = 1_000_000;
pub const RUNS: i64 = 5_000_000;

const MORE_MODELS: &str = "
insert into platform.lora_models (id, user_id, name, base_model, trigger_word, status, progress, config, error_class, error, cost_minor,
    created_at, updated_at)
  select gen_random_uuid(), user_id, name || ' ' || n, base_model, trigger_word, status, progress, config, error_class, error, cost_minor,
    created_at - n * interval '97 minutes', updated_at - n * interval '97 minutes'
  from (select * from platform.lora_models where deleted_at is null order by created_at desc limit $2) m, (select $3::int as n) step
  limit $1";

const MORE_RUNS: &str = "
insert into platform.workflow_jobs (id, user_id, crew, status, inputs, tasks, error_signature, error, state, root_id, created_at, started_at,
    finished_at)
  select id, user_id, crew, status, '{}', '[]', error_signature, error, state, id, at, at, at + interval '1 minute'
  from (select gen_random_uuid() as id, user_id, crew, w.status, error_signature, error, w.state, w.created_at - n * interval '83 minutes' as at
    from (select * from platform.workflow_jobs where state in ('succeeded', 'failed', 'stopped') order by created_at desc limit $2) w,
      (select $3::int as n) step) more
  limit $1";

/// Fills a studio of so many people up to its share: in steps that fit into memory and the log, without the triggers that keep single
/// rows in step, and without the indexes that no constraint needs; they are built again at the end.
pub async fn grow(data: &Path, users: i64) {
    let mut db = PgConnection::connect(&url(data, "owner")).await.expect("the database is there");
    for (table, sql, most) in [("lora_models", MORE_MODELS, MODELS), ("workflow_jobs", MORE_RUNS, RUNS)] {
        let wanted = most * users / 1_000_000;
        let count = format!("select count(*) from platform.{table}");
        let there: i64 = sqlx::query_scalar(AssertSqlSafe(count)).fetch_one(&mut db).await.expect("a count");
        if there >= wanted {
            continue;
        }
        eprintln!("{} more rows in {table}", wanted - there);
        let base = there.clamp(1, 250_000);
        say(&mut db, &DROP.replace("{table}", table)).await;
        for step in 0..(wanted - there) / base + 1 {
            let left = (wanted - there - step * base).clamp(0, base);
            sqlx::query(sql)
                .bind(left)
                .bind(base)
                .bind(i32::try_from(step + 1).expect("few steps"))
                .execute(&mut db)
                .await
                .expect("more rows");
        }
        say(&mut db, &BUILD.replace("{table}", table)).await;
        say(&mut db, &format!("vacuum (analyze) platform.{table}")).await;
    }
}

/// Takes triggers and indexes away, and remembers how the indexes were made.
const DROP: &str = "alter table platform.{table} disable trigger user;
create temp table kept as select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as made from pg_index i
  where i.indrelid = 'platform.{table}'::regclass and not exists (select from pg_constraint c where c.conindid = i.indexrelid);
do $$ declare one record; begin for one in select * from kept loop execute 'drop index ' || one.name; end loop; end $$;";

/// Puts them back.
const BUILD: &str = "do $$ declare one record; begin for one in select * from kept loop execute one.made; end loop; end $$;
drop table kept;
alter table platform.{table} enable trigger user;";

async fn say(db: &mut PgConnection, sql: &str) {
    raw_sql(AssertSqlSafe(sql.to_owned())).execute(db).await.expect("it is said");
}
