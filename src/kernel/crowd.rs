//! A crowd of users, as a list of users is narrowed: what one feature hands to others, through the assembly.
use super::Result;
use super::listing::Listing;
use jiff::tz::TimeZone;

/// Narrows users as the address of their list does. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Crowd {
    narrow: Narrow,
    words: Words,
}

/// Adds the conditions of a list's query to a listing in which users are `u`. Days are days of the zone.
type Narrow = fn(&mut Listing, &str, &TimeZone) -> Result<()>;
/// The same conditions for people: name and value.
type Words = fn(&str) -> Result<Vec<(&'static str, String)>>;

impl Crowd {
    /// By these two.
    pub const fn new(narrow: Narrow, words: Words) -> Self {
        Self { narrow, words }
    }

    /// Adds the conditions of a list's query to a listing in which users are `u`.
    ///
    /// # Errors
    /// When the query is none of that list's.
    pub fn narrow(self, list: &mut Listing, query: &str, zone: &TimeZone) -> Result<()> {
        (self.narrow)(list, query, zone)
    }

    /// The conditions in words.
    ///
    /// # Errors
    /// When the query is none of that list's.
    pub fn words(self, query: &str) -> Result<Vec<(&'static str, String)>> {
        (self.words)(query)
    }
}
