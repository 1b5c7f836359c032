//! What can be exported: declared by the feature that owns the rows, handed on by the assembly.
use super::pairs::Pairs;
use crate::kernel::listing::Listing;
use crate::kernel::{Permission, Result};
use jiff::tz::TimeZone;

/// What a column holds. It decides how a cell is read and how each format writes it; only [`Kind::Text`] can be taken for a formula.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `text`.
    Text,
    /// `uuid`.
    Id,
    /// `int2`, `int4` or `int8`.
    Whole,
    /// `text`, as `2900 EUR`: minor units and currency. Written as a number with the currency's decimals.
    Money,
    /// `bool`.
    YesNo,
    /// `timestamptz`.
    Time,
    /// `json` or `jsonb`, cast to `text`.
    Json,
}

/// A column of an export.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name in CSV and JSON; never changed once people have written programs for it.
    pub name: &'static str,
    /// Its words for people.
    pub label: &'static str,
    pub kind: Kind,
    /// What gives it, of exactly the type that its kind says.
    pub sql: &'static str,
}

impl Column {
    /// A column.
    pub const fn new(name: &'static str, label: &'static str, kind: Kind, sql: &'static str) -> Self {
        Self { name, label, kind, sql }
    }
}

/// What is asked of a dataset.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The list's own filters, as they stand in its address.
    pub filter: Pairs,
    /// The zone that days are meant in.
    pub zone: TimeZone,
    /// In the order of the file. Empty: rows are only counted, so no order is needed either.
    pub columns: Vec<&'static Column>,
}

impl Wanted {
    /// What stands between `select` and `from`.
    pub fn select(&self) -> impl Iterator<Item = &'static str> {
        self.columns.iter().map(|column| column.sql)
    }

    /// Whether rows are only counted.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.columns.is_empty()
    }
}

/// One table of an export.
pub struct Part {
    pub name: &'static str,
    pub label: &'static str,
    pub columns: Vec<&'static Column>,
    pub rows: Listing,
    /// The same rows to be counted: no columns, no order.
    pub count: Listing,
    /// What it takes to read it, beside what the whole dataset takes.
    pub permission: Permission,
}

/// Which filter a dataset without a list of its own asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// Nothing: the filter comes from the list.
    List(&'static str),
    /// `from` and `to`, days of when a row was made; and the list, if it has one.
    Days { list: Option<&'static str> },
    /// One user's id, as `user`.
    User,
}

/// What a set's filter says, for people: name and value.
pub type Words = Vec<(&'static str, String)>;

/// Something that can be exported.
#[derive(Clone, Copy)]
pub struct Dataset {
    /// Its name in addresses and in the database.
    pub name: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// What is in it, in a sentence.
    pub about: &'static str,
    /// One row and many.
    pub what: (&'static str, &'static str),
    pub icon: &'static str,
    pub permission: Permission,
    /// It takes a fresh second factor however small it is.
    pub always_fresh: bool,
    pub asks: Asks,
    /// What there is to choose from; empty: everything is in it, in files of its own.
    pub columns: &'static [Column],
    /// Its tables: one, or those of a whole person. A filter that makes no sense is refused.
    pub parts: fn(&Wanted) -> Result<Vec<Part>>,
    /// Its filter in words.
    pub words: fn(&Pairs) -> Result<Words>,
}

impl Dataset {
    /// Whether it is one person's everything, in a zip.
    #[must_use]
    pub fn is_whole_person(&self) -> bool {
        self.asks == Asks::User
    }
}

/// The only table of a set that has one.
///
/// # Errors
/// When the filter makes no sense.
pub fn one(name: &'static str, label: &'static str, wanted: &Wanted, select: fn(&Wanted) -> Result<Listing>) -> Result<Vec<Part>> {
    let counted = Wanted { columns: Vec::new(), ..wanted.clone() };
    let (rows, count) = (select(wanted)?, select(&counted)?);
    Ok(vec![Part { name, label, columns: wanted.columns.clone(), rows, count, permission: Permission::Own }])
}
