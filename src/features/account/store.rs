//! The SQL of an admin's own settings.
pub mod passkeys;

use crate::codes;
use crate::kernel::{Audited, Error, Result, Tx};
use serde::Serialize;
use uuid::Uuid;

codes! {
    /// The colours of the pages.
    pub enum Theme { Light = "light" / "Light", Dark = "dark" / "Dark", System = "system" / "As the system" }
}

/// What an admin has chosen for themselves.
#[derive(Serialize)]
pub struct Preferences {
    #[serde(skip)]
    pub admin: Uuid,
    #[serde(skip)]
    pub email: String,
    pub theme: Theme,
}

impl Audited for Preferences {
    const KIND: &'static str = "admin";
    const REDACTED: &'static [&'static str] = &[];
    fn id(&self) -> String {
        self.admin.to_string()
    }
    fn label(&self) -> String {
        self.email.clone()
    }
}

/// As it is, locked against others.
pub async fn lock(tx: &mut Tx, admin: Uuid) -> Result<Preferences> {
    let row = sqlx::query!("select email, theme from backlot.admins where id = $1 for update", admin).fetch_optional(&mut **tx).await?;
    let row = row.ok_or_else(|| Error::no("admin"))?;
    Ok(Preferences { admin, email: row.email, theme: Theme::try_from(row.theme)? })
}

/// Keeps the chosen colours.
pub async fn set_theme(tx: &mut Tx, admin: Uuid, theme: Theme) -> Result<()> {
    sqlx::query!("update backlot.admins set theme = $2 where id = $1", admin, theme.code()).execute(&mut **tx).await?;
    Ok(())
}
