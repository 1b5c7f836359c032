//! Looking at the platform as one of its users: what is open meanwhile, and how its pages read.
use super::admin::Admin;
use super::routes::{Access, Route};
use super::show::Moment;
use crate::kernel::secret::Secrets;
use crate::kernel::{Error, Result, Target};
use axum::http::Method;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, Postgres, Transaction};
use std::ops::{Deref, DerefMut};
use uuid::Uuid;

/// The audit log's word for a page that was seen.
pub const SEEN: &str = "impersonation.view";
/// Where one lands when a view is over.
pub const OVER: &str = "/admin/view-ended";

/// What a view shows the database: nowhere stored, so whoever reads the tables cannot look as anybody.
pub fn token(secrets: &Secrets, grant: Uuid) -> String {
    secrets.prove(&[b"view as", grant.as_bytes()]).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A look at the platform as one of its users.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct View {
    pub grant: Uuid,
    /// The audit entry that began it.
    pub audit_id: Uuid,
    pub user_id: Uuid,
    /// What they are called.
    pub user_name: String,
    pub user_email: String,
    /// Microseconds.
    pub ends: i64,
}

/// A look into the database as the user: read-only, and blind for everybody else's rows. Ends when it is dropped.
pub struct Look(Transaction<'static, Postgres>);

impl Deref for Look {
    type Target = PgConnection;
    fn deref(&self) -> &PgConnection {
        &self.0
    }
}

impl DerefMut for Look {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.0
    }
}

/// The view that is on, for the banner above every page.
pub struct Viewing {
    pub user: String,
    pub email: String,
    pub ends: Moment,
    /// Seconds until then.
    pub left: i64,
}

impl Admin {
    /// As whom they look at the platform.
    pub fn view(&self) -> Option<&View> {
        self.signed().view.as_ref()
    }

    /// For the banner.
    pub fn viewing(&self) -> Option<Viewing> {
        let view = self.view()?;
        let ends = Timestamp::from_microsecond(view.ends).ok()?;
        let left = ends.as_second() - self.site().clock.now().as_second();
        Some(Viewing { user: view.user_name.clone(), email: view.user_email.clone(), ends: self.time(ends), left: left.max(0) })
    }

    /// Looks into the database as the user.
    ///
    /// # Errors
    /// When no view is on, or the database cannot be reached.
    pub async fn look(&self) -> Result<Look> {
        let view = self.view().ok_or_else(over)?;
        let mut tx = self.site().viewer.begin_with("begin transaction read only").await?;
        let token = token(&self.site().secrets, view.grant);
        // For this transaction only: the connection is lent to the next look afterwards.
        sqlx::query!("select set_config('backlot.view_token', $1, true)", token).fetch_one(&mut *tx).await?;
        Ok(Look(tx))
    }
}

fn over() -> Error {
    Error::NotFound("This view is over.".into())
}

/// While a view is on, its own pages and the ways out are open, and nothing else.
///
/// # Errors
/// `Viewing`, on the record.
pub(super) async fn hold(admin: &Admin, route: &Route, action: &str) -> Result<()> {
    match (admin.view(), &route.access) {
        (Some(_), Access::Viewed) => admin.desk().seen(admin.actor(), SEEN, &page(admin)).await,
        (Some(view), _) if !is_way_out(route) => Err(refuse(admin, view, action).await?),
        _ => Ok(()),
    }
}

/// Refuses what is not open while this view is on.
///
/// # Errors
/// When the refusal cannot be recorded.
pub async fn refuse(admin: &Admin, view: &View, action: &str) -> Result<Error> {
    admin.desk().refuse(admin.actor(), action, Some(&page(admin)), "view the platform as a user and do this meanwhile").await?;
    Ok(Error::Viewing(view.user_name.clone()))
}

fn page(admin: &Admin) -> Target {
    let path = super::show::short(&admin.facts().path, 300);
    Target::new("page", &path, path.as_str())
}

/// Ending the view, or the session with it. The form that began it may be sent twice, and looks by itself whether it was.
fn is_way_out(route: &Route) -> bool {
    let began = route.path == "/admin/users/{id}/impersonate" && route.method == Method::POST;
    began || route.path == "/as/end" || route.path.starts_with("/sign-out")
}
