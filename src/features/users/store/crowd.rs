//! The list's filters as conditions for others: whoever wants exactly the users that the list shows.
use super::bounds::Bounds;
use super::list::narrow;
use crate::features::users::filter::Filter;
use crate::kernel::listing::Listing;
use crate::kernel::{Crowd, Error, Result};
use crate::web::pairs::Pairs;
use jiff::tz::TimeZone;
use uuid::Uuid;

/// What the list is narrowed by, for the assembly to hand on.
pub const CROWD: Crowd = Crowd::new(conditions, words);

/// What only orders or pages a list says nothing of whom it holds.
fn filter(query: &str) -> Result<Filter> {
    let mut pairs = Pairs::parse(query.as_bytes())?;
    pairs.0.retain(|(name, _)| !matches!(name.as_str(), "sort" | "after" | "before" | "show[]"));
    pairs.read()
}

fn conditions(list: &mut Listing, query: &str, zone: &TimeZone) -> Result<()> {
    let filter = filter(query)?;
    let bounds = Bounds::of(&filter, zone);
    if bounds.is_empty() {
        list.and("false");
    }
    narrow(list, &filter, &bounds);
    if let Some(text) = filter.search() {
        search(list, text);
    }
    Ok(())
}

/// As the list searches, without its limit.
fn search(list: &mut Listing, text: &str) {
    if let Ok(id) = Uuid::try_parse(text) {
        list.and_bind("u.id = ", id);
        return;
    }
    let pattern = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    if text.find('@').is_some_and(|at| at > 0) {
        list.and_bind("u.email_key like lower(", pattern).push(") || '%'");
    } else if text.chars().count() < 3 {
        list.and_bind("(u.email_key like lower(", pattern.clone()).push(") || '%' or u.name_key like platform.search_key(");
        list.bind(pattern).push(") || '%')");
    } else {
        list.and_bind("u.found_by like '%' || platform.search_key(", pattern).push(") || '%'");
    }
}

fn words(query: &str) -> Result<Vec<(&'static str, String)>> {
    let filter = filter(query)?;
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string());
    let set = [
        ("Search", filter.search().map(str::to_owned)),
        ("Status", filter.status.map(|status| status.label().to_owned())),
        ("Tier", filter.tier.map(|tier| tier.label().to_owned())),
        ("Role", filter.role.map(|role| role.label().to_owned())),
        ("Created from", day(filter.created_from)),
        ("Created to", day(filter.created_to)),
        ("Active from", day(filter.active_from)),
        ("Active to", day(filter.active_to)),
        ("Payment", filter.failed_payment.map(|_| "failing".to_owned())),
        ("Training", filter.failed_training.map(|_| "failing".to_owned())),
        ("Tag", filter.tag.clone()),
    ];
    let set: Vec<_> = set.into_iter().filter_map(|(name, value)| value.map(|value| (name, value))).collect();
    if query.len() > 4_000 {
        return Err(Error::Malformed("This narrowing of the list of users is too long.".into()));
    }
    Ok(set)
}
