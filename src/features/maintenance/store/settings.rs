//! The two settings that say the same as the open window, for whoever reads settings.
use crate::kernel::{Result, Tx};
use uuid::Uuid;

/// Brings `maintenance.enabled` and `maintenance.message` in step, with their history; a message means that maintenance is on.
pub async fn keep_in_step(tx: &mut Tx, message: Option<&str>, by: Option<Uuid>) -> Result<()> {
    let audit_id = tx.audit_id();
    sqlx::query!(
        "with told as (select * from (values ('maintenance.enabled', to_jsonb($1::text is not null)),
             ('maintenance.message', to_jsonb(coalesce($1::text, '')))) as told (key, value)),
           changed as (
             update backlot.system_config c set value = told.value, updated_by = $2, updated_at = now(), version = c.version + 1
             from told join backlot.system_config was on was.key = told.key
             where c.key = told.key and c.value is distinct from told.value
             returning c.key, c.version, was.value as old_value, c.value as new_value)
         insert into backlot.system_config_history (id, key, version, old_value, new_value, admin_user_id, audit_id)
         select gen_random_uuid(), key, version, old_value, new_value, $2, $3 from changed",
        message,
        by,
        audit_id
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
