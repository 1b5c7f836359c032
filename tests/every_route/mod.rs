//! What must hold for every route that there is, and for every one that will be.
mod access;
mod ceremonies;
mod data;
mod deeds;
mod fill;
mod forms;
mod hostile;
mod models;
mod paid;
mod rung;
mod seconded;
mod sent;
mod surface;
mod told;

use crate::support::{ADA, Browser, DEAD_JOB, MODEL, Studio};
use axum::http::Method;
use backlot::kernel::{Permission, Role};
use backlot::web::routes::{Access, Route};
use std::sync::Arc;
use uuid::Uuid;

/// An address of a route: parameters name something that is there where this test knows of something, else nothing.
fn address(route: &Route, entry: Uuid) -> String {
    let known = match route.path {
        path if path.starts_with("/admin/users/") => ADA.to_string(),
        path if path.starts_with("/admin/projects/") => "0192f000-0000-7000-8000-0000000000a1".to_owned(),
        path if path.starts_with("/admin/workflows/") => "0192f000-0000-7000-8000-0000000000a6".to_owned(),
        path if path.starts_with("/admin/jobs/") => DEAD_JOB.to_string(),
        path if path.starts_with("/admin/admins/") => backlot::database::demo_admins::id("otto@backlot.example").to_string(),
        path if path.starts_with("/admin/audit/") => entry.to_string(),
        path if path.starts_with("/admin/lora/") => MODEL.to_string(),
        path if path.starts_with("/admin/notifications/") => Uuid::nil().to_string(),
        "/admin/data/{check}/remove" => "images-without-model".to_owned(),
        "/admin/data/cleanup/{sweep}" => "gateway-calls".to_owned(),
        path if path.starts_with("/admin/data/") => "tier-differs".to_owned(),
        path if path.starts_with("/admin/config/") => "generation.max_concurrent".to_owned(),
        _ => Uuid::now_v7().to_string(),
    };
    let ada = ADA.to_string();
    let part = |part| match part {
        "{flag}" => "new_studio_ui",
        "{version}" => "1",
        "{user}" => ada.as_str(),
        "{*key}" => "new_studio_ui",
        part if part.starts_with('{') => known.as_str(),
        part => part,
    };
    route.path.split('/').map(part).collect::<Vec<_>>().join("/")
}

fn permission(route: &Route) -> Option<Permission> {
    match route.access {
        Access::Page(permission) | Access::Live(permission) | Access::Action { permission, .. } => Some(permission),
        Access::Viewed => Some(Permission::UsersView),
        Access::Session | Access::Door | Access::Public | Access::Operator | Access::Machine(_) => None,
    }
}

/// Whether somebody must be signed in.
fn is_inside(route: &Route) -> bool {
    !matches!(route.access, Access::Door | Access::Public | Access::Operator | Access::Machine(_))
}

fn is_post(route: &Route) -> bool {
    route.method == Method::POST
}

/// Every route there is.
fn table(studio: &Studio) -> Vec<Arc<Route>> {
    studio.site.routes().to_vec()
}

/// The routes for people; what machines are answered is tested where it belongs.
fn routes(studio: &Studio) -> Vec<Arc<Route>> {
    table(studio).into_iter().filter(|route| !matches!(route.access, Access::Machine(_))).collect()
}

/// An admin inside, and an audit entry of their own.
async fn inside(studio: &Studio, role: Role) -> (Browser, Uuid) {
    let mut browser = studio.sign_in(role).await;
    let done = browser.post("/admin/account/theme", &[("theme", "light")]).await.must(303);
    let mine = studio.audit_of(done.request_id()).await[0].id;
    (browser, mine)
}
