//! Failures counted by what they have in common, and the base models that there are.
use crate::features::lora::model::ErrorClass;
use crate::kernel::Result;
use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

/// Failures of one signature.
pub struct Group {
    pub signature: String,
    pub class: ErrorClass,
    pub models: i64,
    pub users: i64,
    pub first_at: Timestamp,
    pub last_at: Timestamp,
    /// The one that failed last.
    pub example: Option<Uuid>,
}

/// The largest groups of what failed within so many days, the largest first.
pub async fn of(db: &mut PgConnection, days: i32, class: Option<ErrorClass>) -> Result<Vec<Group>> {
    let rows = sqlx::query!(
        r#"select g.signature as "signature!", g.class, g.models as "models!", g.users as "users!", g.first_at as "first_at!: jiff_sqlx::Timestamp",
             g.last_at as "last_at!: jiff_sqlx::Timestamp",
             (select m.id from platform.lora_models m where m.status = 'failed' and m.deleted_at is null and m.error_signature = g.signature
              order by m.created_at desc, m.id desc limit 1) as example
           from (
             select error_signature as signature, min(error_class) as class, count(*) as models, count(distinct user_id) as users,
               min(updated_at) as first_at, max(updated_at) as last_at
             from platform.lora_models
             where status = 'failed' and deleted_at is null and updated_at > now() - make_interval(days => $1)
               and ($2::text is null or error_class = $2) and error_signature is not null
             group by error_signature order by count(*) desc, error_signature limit 100
           ) g order by g.models desc, g.signature"#,
        days,
        class.map(ErrorClass::code)
    )
    .fetch_all(db)
    .await?;
    let group = rows.into_iter().map(|row| Group {
        signature: row.signature,
        class: super::class(row.class),
        models: row.models,
        users: row.users,
        first_at: row.first_at.to_jiff(),
        last_at: row.last_at.to_jiff(),
        example: row.example,
    });
    Ok(group.collect())
}

/// The base models that there are: one step of an index for each.
pub async fn bases(db: &mut PgConnection) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(
        r#"with recursive bases as (
             (select base_model from platform.lora_models where deleted_at is null order by base_model limit 1)
             union all
             select (select m.base_model from platform.lora_models m where m.base_model > b.base_model and m.deleted_at is null
                     order by m.base_model limit 1)
             from bases b where b.base_model is not null)
           select base_model as "base!" from bases where base_model is not null limit 50"#
    )
    .fetch_all(db)
    .await?)
}
