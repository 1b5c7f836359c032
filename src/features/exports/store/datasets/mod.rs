//! What can be exported of tables that have no list of their own here: by days, oldest first.
mod credits;
mod generations;
mod payments;
mod person;

pub use credits::CREDITS;
pub use generations::GENERATIONS;
pub use payments::PAYMENTS;
pub use person::PERSON;

use crate::kernel::Result;
use crate::kernel::listing::Listing;
use crate::web::dataset::{Wanted, Words};
use crate::web::list::{day_begins, day_ends};
use crate::web::pairs::Pairs;
use jiff::civil::Date;
use serde::Deserialize;

/// The days that rows were made on, the first and the last included.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Days {
    from: Option<Date>,
    to: Option<Date>,
}

/// The rows of some days, of a table that is called `t`.
fn of_days(wanted: &Wanted, from: &'static str) -> Result<Listing> {
    let days: Days = wanted.filter.read()?;
    let mut list = Listing::of(wanted.select(), from);
    if let Some(at) = days.from.and_then(|day| day_begins(day, &wanted.zone)) {
        list.and_bind("t.created_at >= ", jiff_sqlx::Timestamp::from(at));
    }
    if let Some(at) = days.to.and_then(|day| day_ends(day, &wanted.zone)) {
        list.and_bind("t.created_at < ", jiff_sqlx::Timestamp::from(at));
    }
    if !wanted.counts() {
        list.push(" order by t.created_at, t.id");
    }
    Ok(list)
}

fn days_in_words(filter: &Pairs) -> Result<Words> {
    let days: Days = filter.read()?;
    let set = [("From", days.from), ("To", days.to)];
    Ok(set.into_iter().filter_map(|(name, day)| day.map(|day| (name, day.to_string()))).collect())
}
