//! Lists: filters, sort and page live in the address.
use super::admin::Admin;
use super::pairs::Pairs;
use super::show;
use crate::kernel::page::{COUNT_CAP, EARLIEST, Page};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// A list's address, to change one thing in it.
#[derive(Clone, Debug)]
pub struct Address {
    path: &'static str,
    pairs: Pairs,
}

impl Address {
    /// The address that was asked for, without what is empty.
    pub fn of(admin: &Admin, path: &'static str) -> Self {
        Self::new(path, admin.here().split_once('?').map_or("", |(_, query)| query))
    }

    /// A list with this query, without what is empty.
    pub fn new(path: &'static str, query: &str) -> Self {
        let mut pairs = Pairs::parse(query.as_bytes()).unwrap_or_default();
        pairs.0.retain(|(_, value)| !value.is_empty());
        Self { path, pairs }
    }

    /// With another value, on the first page.
    pub fn with(&self, name: &str, value: &str) -> String {
        let mut pairs = self.first_page();
        pairs.take(name);
        pairs.0.push((name.to_owned(), value.to_owned()));
        self.write(&pairs)
    }

    /// Without a value, on the first page.
    pub fn without(&self, name: &str) -> String {
        let mut pairs = self.first_page();
        pairs.take(name);
        self.write(&pairs)
    }

    /// What is listed, in whatever order and on whatever page: the key of its count.
    pub fn subject(&self) -> String {
        let mut pairs = self.first_page();
        pairs.0.retain(|(name, _)| name != "sort" && name != "show[]");
        pairs.0.sort();
        self.write(&pairs)
    }

    /// Another page of the same list.
    pub fn page(&self, way: &str, cursor: &str) -> String {
        let mut pairs = self.first_page();
        pairs.0.push((way.to_owned(), cursor.to_owned()));
        self.write(&pairs)
    }

    /// Where exactly these rows can be exported.
    pub fn export(&self, dataset: &str) -> String {
        let mut pairs = self.first_page();
        pairs.0.retain(|(name, _)| name != "show[]");
        let filter = pairs.encode();
        let filter = if filter.is_empty() { filter } else { format!("&filter={}", super::link::escape(&filter)) };
        format!("/admin/exports/new?dataset={dataset}{filter}")
    }

    fn first_page(&self) -> Pairs {
        let mut pairs = self.pairs.clone();
        pairs.take("after");
        pairs.take("before");
        pairs
    }

    fn write(&self, pairs: &Pairs) -> String {
        let query = pairs.encode();
        if query.is_empty() { self.path.to_owned() } else { format!("{}?{query}", self.path) }
    }
}

/// A filter that is set, with the address without it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chip {
    pub name: &'static str,
    pub value: String,
    pub remove: String,
}

/// A column's header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub label: &'static str,
    /// Empty: this column does not sort.
    pub href: String,
    /// `ascending`, `descending` or `none`, as `aria-sort` says it.
    pub sort: &'static str,
    pub numeric: bool,
}

/// The foot of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pager {
    pub summary: String,
    pub previous: Option<String>,
    pub next: Option<String>,
}

impl Pager {
    /// The pages before and after this one, and how much there is: of one thing, or of many.
    pub fn new<T>(page: &Page<T>, address: &Address, total: Total, what: (&str, &str)) -> Self {
        let shown = i64::try_from(page.rows.len()).unwrap_or(i64::MAX);
        let summary = match total {
            Total::Exact(1) if shown == 1 => format!("1 {}", what.0),
            Total::Exact(count) if count == shown => format!("{} {}", show::number(count), what.1),
            total => format!("{} of {} {}", show::number(shown), total.words(), what.1),
        };
        Self {
            summary,
            previous: page.before.as_ref().map(|cursor| address.page("before", cursor)),
            next: page.after.as_ref().map(|cursor| address.page("after", cursor)),
        }
    }
}

/// How much there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Total {
    Exact(i64),
    /// The planner's estimate.
    About(i64),
    /// Counting was given up here.
    MoreThan(i64),
}

impl Total {
    /// From a count that stops one past [`COUNT_CAP`].
    pub fn capped(count: i64) -> Self {
        if count > COUNT_CAP { Self::MoreThan(COUNT_CAP) } else { Self::Exact(count) }
    }

    /// `12,431`, `about 1,000,000` or `more than 10,000`.
    pub fn words(self) -> String {
        match self {
            Self::Exact(count) => show::number(count),
            Self::About(count) => format!("about {}", show::number(count)),
            Self::MoreThan(count) => format!("more than {}", show::number(count)),
        }
    }
}

/// When a day begins in a zone.
pub fn day_begins(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    day.to_zoned(zone.clone()).ok().map(|at| at.timestamp().max(EARLIEST))
}

/// When a day ends in a zone: the beginning of the next.
pub fn day_ends(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    day.checked_add(1.day()).ok().and_then(|next| day_begins(next, zone))
}
