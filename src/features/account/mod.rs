//! Account: an admin's own settings.
mod actions;
mod pages;
mod store;

use crate::web::{Routes, at};
use actions::SetTheme;

/// The pages and actions.
pub fn routes(routes: Routes) -> Routes {
    routes.action(at::<SetTheme>("/admin/account/theme"), pages::set_theme)
}
