//! The side navigation: the pages that a role may read, in groups.
use super::routes::{Access, Route};
use crate::kernel::Role;
use std::sync::Arc;

/// A group of the side navigation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavGroup {
    pub title: &'static str,
    pub items: Vec<NavItem>,
}

/// A page in the side navigation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavItem {
    pub href: &'static str,
    pub label: &'static str,
    pub icon: &'static str,
    pub current: bool,
    /// How many things wait there for this admin.
    pub waiting: i64,
}

/// The pages that a role may read, grouped, with the one marked that the path belongs to.
pub fn groups(table: &[Arc<Route>], role: Role, path: &str) -> Vec<NavGroup> {
    let path = path.split('?').next().unwrap_or(path);
    let current = table
        .iter()
        .filter(|route| route.nav.is_some() && (belongs(path, route.path) || is_beside(path, route.path)))
        .max_by_key(|route| (belongs(path, route.path), route.path.len()))
        .map(|route| route.path);
    let mut groups: Vec<NavGroup> = Vec::new();
    for route in table {
        let (Some(nav), Access::Page(permission)) = (route.nav, &route.access) else { continue };
        if !permission.held_by(role) {
            continue;
        }
        let item = NavItem { href: route.path, label: nav.label, icon: nav.icon, current: current == Some(route.path), waiting: 0 };
        match groups.iter_mut().find(|group| group.title == nav.group) {
            Some(group) => group.items.push(item),
            None => groups.push(NavGroup { title: nav.group, items: vec![item] }),
        }
    }
    groups
}

/// Whether a path lies in the folder of a page that is not directly below `/admin`: `/admin/billing/notices` beside
/// `/admin/billing/operations`.
fn is_beside(path: &str, page: &str) -> bool {
    page.rsplit_once('/').is_some_and(|(folder, _)| folder.matches('/').count() > 1 && belongs(path, folder))
}

fn belongs(path: &str, page: &str) -> bool {
    path == page || path.strip_prefix(page).is_some_and(|rest| rest.starts_with('/'))
}
