//! What protects the log inside the database: a check that it is in place, and the part that only a superuser can add.
use super::Result;
use sqlx::{PgConnection, PgPool};

/// What is missing of the protection that the server needs before it starts, in sentences. Empty: all is in place.
///
/// # Errors
/// When the database does not answer.
pub async fn guards(pool: &PgPool) -> Result<Vec<String>> {
    let mut missing = Vec::new();
    let triggers = sqlx::query!(
        r#"select wanted.on_table as "on_table!", wanted.name as "name!"
           from (values ('audit_log', 'audit_stamp', 7), ('audit_log', 'audit_refuse', 27), ('audit_log', 'audit_refuse_truncate', 34),
             ('audit_seals', 'audit_refuse', 27), ('audit_seals', 'audit_refuse_truncate', 34), ('audit_seals', 'audit_record_opening', 5)
           ) as wanted (on_table, name, kind)
           where not exists (select from pg_trigger t join pg_class c on c.oid = t.tgrelid
             where c.relnamespace = 'backlot'::regnamespace and c.relname = wanted.on_table
               and t.tgname = wanted.name and t.tgtype = wanted.kind and t.tgenabled = 'A')"#
    )
    .fetch_all(pool)
    .await?;
    missing.extend(triggers.into_iter().map(|t| format!("The trigger {} on {} is missing or switched off.", t.name, t.on_table)));
    let role = sqlx::query!(
        r#"select current_user::text as "name!", r.rolsuper as "superuser!",
             exists (select from pg_class c where c.relnamespace = 'backlot'::regnamespace
               and c.relname in ('audit_log', 'audit_seals') and pg_has_role(c.relowner, 'MEMBER')) as "owner!",
             has_table_privilege('backlot.audit_log', 'UPDATE, DELETE, TRUNCATE') or
             has_table_privilege('backlot.audit_seals', 'UPDATE, DELETE, TRUNCATE') as "may_change!"
           from pg_roles r where r.rolname = current_user"#
    )
    .fetch_one(pool)
    .await?;
    if role.superuser || role.owner || role.may_change {
        let why = if role.superuser {
            "is a superuser"
        } else if role.owner {
            "owns the audit log"
        } else {
            "may change audit rows"
        };
        missing.push(format!("The database role {} {why}; the server needs one that may only add to it.", role.name));
    }
    Ok(missing)
}

/// Takes from everybody what PostgreSQL gives to everybody and what writes even in a read-only transaction: large objects,
/// notifications and advisory locks. Those functions belong to the superuser, so no migration can do it; it holds for
/// this database only, and does nothing where it was done before.
///
/// # Errors
/// When the connection is not a superuser's.
pub async fn harden(superuser: &mut PgConnection) -> Result<()> {
    sqlx::raw_sql(
        r"do $$
          declare f regprocedure;
          begin
            for f in select oid from pg_proc where pronamespace = 'pg_catalog'::regnamespace
              and (proname like 'lo\_%' or proname in ('loread', 'lowrite', 'pg_notify') or proname like 'pg\_%advisory%')
            loop
              execute format('revoke execute on function %s from public', f);
              if f::text !~ '^lo' then
                execute format('grant execute on function %s to backlot_owner, backlot_app, backlot_sealer', f);
              end if;
            end loop;
          end $$",
    )
    .execute(superuser)
    .await?;
    Ok(())
}
