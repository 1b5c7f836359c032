//! The same accounts, for the command line.
use crate::features::admins::filter::Filter;
use crate::features::admins::store::{self, list};
use crate::kernel::Result;
use sqlx::{PgConnection, PgPool};
use std::fmt::Write;
use uuid::Uuid;

/// Everybody, a line each.
///
/// # Errors
/// When the database cannot answer.
pub async fn table(db: &mut PgConnection) -> Result<String> {
    let mut text = format!("{:<32} {:<24} {:<18} {:<9} {}\n", "E-MAIL", "NAME", "ROLE", "STATUS", "SECOND FACTOR");
    for row in list::list(db, &Filter::default(), None).await? {
        let account = row.account;
        let factors: Vec<_> = account.factors().into_iter().map(|badge| badge.label).collect();
        let _ = writeln!(
            text,
            "{:<32} {:<24} {:<18} {:<9} {}",
            account.email,
            account.name,
            account.role.code(),
            account.status.code(),
            factors.join(", ")
        );
    }
    Ok(text)
}

/// Whose account has this address.
///
/// # Errors
/// `NotFound` when nobody's has.
pub async fn by_email(db: &PgPool, email: &str) -> Result<Uuid> {
    store::by_email(db, email.trim()).await
}
