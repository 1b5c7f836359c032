//! Taking overrides off flags, each with a version of its own, as when somebody does it by hand.
use super::{Row, mended};
use crate::features::integrity::model::Mended;
use crate::kernel::{Actor, Result, Tx};

/// Takes off overrides, each named as the flag's id and the user's, of users who do not exist.
///
/// # Errors
/// When the database refuses.
pub async fn drop_overrides(tx: &mut Tx, actor: &Actor, rows: &[String]) -> Result<Vec<Mended>> {
    let audit_id = tx.audit_id();
    mended!(
        tx,
        r#"with named as (
             select split_part(r, ' ', 1)::uuid as flag_id, split_part(r, ' ', 2) as who from unnest($1::text[]) r),
           wrong as (
             select f.id, n.who, (f.config #>> array['userOverrides', n.who])::bool as value from backlot.feature_flags f join named n on n.flag_id = f.id
             where f.archived_at is null and f.config -> 'userOverrides' ? n.who
               and not exists (select from platform.users u where u.id = case when n.who ~ '^[0-9a-f-]{36}$' then n.who::uuid end)),
           by_flag as (select id, array_agg(who) as people from wrong group by id),
           written as (
             update backlot.feature_flags f set config = jsonb_set(f.config, '{userOverrides}', (f.config -> 'userOverrides') - b.people),
               overrides = f.overrides - b.people, version = f.version + 1, updated_at = now()
             from by_flag b where b.id = f.id returning f.id, f.name, f.version, b.people),
           kept as (
             insert into backlot.feature_flag_history (id, flag_id, flag_name, version, what, admin_user_id, old_config, new_config, reason, audit_id)
             select backlot.new_id(), w.id, w.name, w.version, 'overrides of absent users removed', $2, h.new_config,
               jsonb_set(h.new_config, '{userOverrides}', (h.new_config -> 'userOverrides') - w.people), 'Their users do not exist.', $3
             from written w cross join lateral (
               select h.new_config from backlot.feature_flag_history h where h.flag_id = w.id order by h.version desc limit 1) h
             returning flag_id)
           select x.id || ' ' || x.who as "row_id!", w.name || ' for ' || x.who as "label!", jsonb_build_object('value', x.value) as "before!", null::jsonb as after
           from wrong x join written w on w.id = x.id where exists (select from kept k where k.flag_id = x.id) order by 1"#,
        rows,
        actor.id(),
        audit_id
    )
}
