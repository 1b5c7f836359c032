//! Users as they are exported: all that the list's filter leaves, in the list's order.
use super::bounds::Bounds;
use super::list::{narrow, order};
use crate::features::users::filter::Filter;
use crate::kernel::listing::Listing;
use crate::kernel::{Permission, Result};
use crate::web::dataset::{Asks, Column, Dataset, Kind, Wanted, one};

const COLUMNS: &[Column] = &[
    Column::new("id", "ID", Kind::Id, "u.id"),
    Column::new("email", "E-mail", Kind::Text, "u.email"),
    Column::new("name", "Name", Kind::Text, "u.name"),
    Column::new("status", "Status", Kind::Text, "u.status"),
    Column::new("status_reason", "Status reason", Kind::Text, "u.status_reason"),
    Column::new("tier", "Tier", Kind::Text, "u.tier"),
    Column::new("role", "Role", Kind::Text, "u.role"),
    Column::new("country", "Country", Kind::Text, "u.country"),
    Column::new("locale", "Language", Kind::Text, "u.locale"),
    Column::new("time_zone", "Time zone", Kind::Text, "u.time_zone"),
    Column::new("marketing_consent", "Promotional mail", Kind::YesNo, "u.marketing_consent"),
    Column::new("payment_failing", "Payment failing", Kind::YesNo, "u.payment_failing"),
    Column::new("training_failing", "Training failing", Kind::YesNo, "u.training_failing"),
    Column::new("created_at", "Created", Kind::Time, "u.created_at"),
    Column::new("last_active_at", "Last active", Kind::Time, "u.last_active_at"),
    Column::new("status_changed_at", "Status changed", Kind::Time, "u.status_changed_at"),
];

/// The users of a filter.
pub const USERS: Dataset = Dataset {
    name: "users",
    label: "Users",
    about: "Profile, status, tier and times of each user; no credentials.",
    what: ("user", "users"),
    icon: "users",
    permission: Permission::ExportsMake,
    always_fresh: false,
    asks: Asks::List("/admin/users"),
    columns: COLUMNS,
    parts: |wanted| one("users", "Users", wanted, rows),
    words: |filter| Ok(filter.read::<Filter>()?.words().into_iter().map(|(name, _, value)| (name, value)).collect()),
};

fn rows(wanted: &Wanted) -> Result<Listing> {
    let filter: Filter = wanted.filter.read()?;
    let bounds = Bounds::of(&filter, &wanted.zone);
    let mut list = Listing::of(wanted.select(), "platform.users u");
    if bounds.is_empty() {
        list.and("false");
    }
    if let Some(text) = filter.search() {
        search(&mut list, text);
    }
    narrow(&mut list, &filter, &bounds);
    if !wanted.counts() {
        list.push(order(filter.order(), None).forwards);
    }
    Ok(list)
}

/// The same matches as on the list, but all of them: an export may take its time.
fn search(list: &mut Listing, text: &str) {
    let text = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    if text.find('@').is_some_and(|at| at > 0) {
        list.and_bind("u.email_key like lower(", text).push(") || '%'");
    } else if text.chars().count() < 3 {
        list.and_bind("(u.email_key like lower(", text.clone()).push(") || '%' or u.name_key like platform.search_key(");
        list.bind(text).push(") || '%')");
    } else {
        list.and_bind("u.found_by like '%' || platform.search_key(", text).push(") || '%'");
    }
}
