//! The demo studio's staff: one admin per role, with a password and a second factor that may be known to everybody.
use crate::features::sign_in;
use crate::kernel::password::Passwords;
use crate::kernel::secret::{Secrets, sha256};
use crate::kernel::{Result, Role};
use sqlx::PgConnection;
use uuid::Uuid;

/// Everybody's password in the demo.
pub const PASSWORD: &str = "backlot demo studio";

/// One of the demo's staff.
pub struct DemoAdmin {
    pub id: Uuid,
    pub email: &'static str,
    pub name: &'static str,
    pub role: Role,
    /// The second factor's secret, 160 bits.
    pub secret: Vec<u8>,
}

const STAFF: [(&str, &str, Role); 5] = [
    ("maya@backlot.example", "Maya Krüger", Role::SuperAdmin),
    ("sam@backlot.example", "Sam Okonkwo", Role::SupportAdmin),
    ("olga@backlot.example", "Olga Petrova", Role::OperationsAdmin),
    ("dai@backlot.example", "Dai Nakamura", Role::DataAdmin),
    ("bea@backlot.example", "Bea Lindqvist", Role::BillingAdmin),
];

/// Those who cannot come in: one has still to take up the invitation, one has left.
const OTHERS: [(&str, &str, Role, &str, Option<&str>); 2] = [
    ("noor@backlot.example", "Noor Haddad", Role::SupportAdmin, "invited", None),
    ("otto@backlot.example", "Otto Weiß", Role::BillingAdmin, "disabled", Some("Left the studio in spring.")),
];

/// The demo's staff: the same every time.
pub fn staff() -> Vec<DemoAdmin> {
    let admin = |(email, name, role): (&'static str, &'static str, Role)| DemoAdmin {
        id: id(email),
        email,
        name,
        role,
        secret: digest(email)[..20].to_vec(),
    };
    STAFF.into_iter().map(admin).collect()
}

/// The id of whoever of them has this address.
pub fn id(email: &str) -> Uuid {
    let mut id = [0_u8; 16];
    id.copy_from_slice(&digest(email)[..16]);
    uuid::Builder::from_custom_bytes(id).into_uuid()
}

fn digest(email: &str) -> Vec<u8> {
    sha256(format!("backlot demo {email}").as_bytes())
}

/// Hires them, as the tables' owner; who is there stays as they are.
///
/// # Errors
/// When the database or the password hashing fails.
pub async fn hire(owner: &mut PgConnection, passwords: &Passwords, secrets: &Secrets) -> Result<()> {
    for admin in staff() {
        let sealed = sign_in::seal_secret(secrets, admin.id, &admin.secret)?;
        let hash = passwords.hash(PASSWORD).await?;
        sqlx::query!(
            "insert into backlot.admins (id, email, name, role, status, password_hash, totp_secret, totp_confirmed_at)
             values ($1, $2, $3, $4, 'active', $5, $6, now()) on conflict do nothing",
            admin.id,
            admin.email,
            admin.name,
            admin.role.code(),
            hash,
            sealed
        )
        .execute(&mut *owner)
        .await?;
    }
    for (email, name, role, status, reason) in OTHERS {
        sqlx::query!(
            "with hired as (
               insert into backlot.admins (id, email, name, role, status, status_reason, status_changed_at)
               values ($1, $2, $3, $4, $5, $6, now() - interval '40 days') on conflict do nothing returning id)
             insert into backlot.admin_links (id, token_hash, admin_id, purpose, created_at, expires_at)
             select gen_random_uuid(), sha256(id::text::bytea), id, 'activate', now() - interval '4 hours', now() + interval '20 hours'
             from hired where $5 = 'invited'",
            id(email),
            email,
            name,
            role.code(),
            status,
            reason
        )
        .execute(&mut *owner)
        .await?;
    }
    Ok(())
}
