//! The two people: who they are now, and whether one of them has power over the other.
use crate::features::approvals::model::{Standing, deciders};
use crate::kernel::{Permission, Result, Role};
use sqlx::PgConnection;
use uuid::Uuid;

/// What an admin does to another's account that gives them a way into it, or to what it may do.
const REACHES_INTO: [&str; 7] = [
    "admins.invite",
    "admins.send_link",
    "admins.change_role",
    "admins.reset_password",
    "admins.reset_factors",
    "admins.enable",
    "admins.bootstrap",
];
/// What takes others away who could have approved.
const TAKES_AWAY: [&str; 4] = ["admins.disable", "admins.delete", "admins.change_role", "admins.reset_factors"];

/// An admin as they stand now.
pub async fn standing(db: &mut PgConnection, id: Uuid) -> Result<Option<Standing>> {
    let row = sqlx::query!("select id, name, email, role, status from backlot.admins where id = $1", id).fetch_optional(db).await?;
    row.map(|row| {
        let role = Role::try_from(row.role)?;
        Ok(Standing { id: row.id, name: row.name, email: row.email, role, is_active: row.status == "active" })
    })
    .transpose()
}

/// Who may approve what one of them proposes.
pub async fn who_may(db: &mut PgConnection, needs: Permission, proposer: Uuid) -> Result<Vec<Standing>> {
    let rows = sqlx::query!(
        "select id, name, email, role from backlot.admins where status = 'active' and role = any ($1) and id <> $2 order by email",
        &deciders(needs),
        proposer
    );
    let standing = rows.fetch_all(db).await?.into_iter().map(|row| {
        let role = Role::try_from(row.role)?;
        Ok(Standing { id: row.id, name: row.name, email: row.email, role, is_active: true })
    });
    standing.collect()
}

/// Whether an admin has made, reset or promoted another's account within the last day: then the other is no second pair of eyes.
pub async fn has_power_over(db: &mut PgConnection, proposer: Uuid, approver: Uuid) -> Result<bool> {
    let actions = REACHES_INTO.map(str::to_owned);
    Ok(sqlx::query_scalar!(
        r#"select exists (select from backlot.audit_log
             where actor_id = $1 and target_kind = 'admin' and target_id = $2 and action = any ($3) and outcome = 'done'
               and at > now() - interval '24 hours') as "has!""#,
        proposer,
        approver.to_string(),
        &actions
    )
    .fetch_one(db)
    .await?)
}

/// Whether an admin has taken somebody away within the last day: then they are no team of one.
pub async fn has_emptied_the_room(db: &mut PgConnection, proposer: Uuid) -> Result<bool> {
    let actions = TAKES_AWAY.map(str::to_owned);
    Ok(sqlx::query_scalar!(
        r#"select exists (select from backlot.audit_log where actor_id = $1 and action = any ($2) and outcome = 'done'
             and at > now() - interval '24 hours') as "has!""#,
        proposer,
        &actions
    )
    .fetch_one(db)
    .await?)
}
