//! The one builder of SQL at run time: a list with just the filters that are set, so that indexes are used.
use super::Result;
use super::page::{COUNT_CAP, SIZE, Way};
use sqlx::postgres::PgRow;
use sqlx::{Encode, FromRow, PgExecutor, Postgres, QueryBuilder, Type};

/// A list in the making. Every piece of SQL is a literal of the program; every value is bound.
pub struct Listing {
    sql: QueryBuilder<Postgres>,
    filtered: bool,
    planned_anew: bool,
}

impl Listing {
    /// Begins with `select … from …`, or with what must come before it.
    pub fn new(head: &'static str) -> Self {
        Self { sql: QueryBuilder::new(head), filtered: false, planned_anew: false }
    }

    /// Adds SQL as it is.
    pub fn push(&mut self, sql: &'static str) -> &mut Self {
        self.sql.push(sql);
        self
    }

    /// Adds a value.
    pub fn bind<V: for<'q> Encode<'q, Postgres> + Type<Postgres> + Send + 'static>(&mut self, value: V) -> &mut Self {
        self.sql.push_bind(value);
        self
    }

    /// Plans this list each time with its very values: for patterns, whose rarity decides which index helps.
    pub fn plan_anew(&mut self) -> &mut Self {
        self.planned_anew = true;
        self
    }

    /// Adds a condition that ends with one of the program's own words. It stands in the SQL as it is, not as a parameter: so the
    /// planner knows how rare it is, and the plan can be kept.
    pub fn and_word(&mut self, condition: &'static str, word: &'static str) -> &mut Self {
        self.and(condition).push("'").push(word).push("'")
    }

    /// Begins anew with conditions: the next one is the first of another `select`.
    pub fn restart(&mut self) -> &mut Self {
        self.filtered = false;
        self
    }

    /// Adds a condition without a value, or the part of one before its value.
    pub fn and(&mut self, condition: &'static str) -> &mut Self {
        self.sql.push(if self.filtered { " and " } else { " where " }).push(condition);
        self.filtered = true;
        self
    }

    /// Adds a condition that ends with a value.
    pub fn and_bind<V: for<'q> Encode<'q, Postgres> + Type<Postgres> + Send + 'static>(
        &mut self,
        condition: &'static str,
        value: V,
    ) -> &mut Self {
        self.and(condition).bind(value)
    }

    /// The rows, one more than a page holds.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn page<T: for<'r> FromRow<'r, PgRow> + Send + Unpin>(mut self, db: impl PgExecutor<'_>, order: Order) -> Result<Vec<T>> {
        self.sql.push(order.sql()).push(" limit ").push(SIZE + 1);
        Ok(self.sql.build_query_as::<T>().persistent(!self.planned_anew).fetch_all(db).await?)
    }

    /// All rows that there are: for what is few by itself, or limited by what was pushed.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn all<T: for<'r> FromRow<'r, PgRow> + Send + Unpin>(mut self, db: impl PgExecutor<'_>) -> Result<Vec<T>> {
        Ok(self.sql.build_query_as::<T>().persistent(!self.planned_anew).fetch_all(db).await?)
    }

    /// The only row.
    ///
    /// # Errors
    /// When the database cannot answer, or there is none.
    pub async fn one<T: for<'r> FromRow<'r, PgRow> + Send + Unpin>(mut self, db: impl PgExecutor<'_>) -> Result<T> {
        Ok(self.sql.build_query_as::<T>().persistent(!self.planned_anew).fetch_one(db).await?)
    }

    /// How many rows there are, counted no further than [`COUNT_CAP`] and one; begun with `select count(*) from (select from …`.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn capped_count(mut self, db: impl PgExecutor<'_>) -> Result<i64> {
        self.sql.push(" limit ").push(COUNT_CAP + 1).push(") s");
        Ok(self.sql.build_query_scalar::<i64>().persistent(!self.planned_anew).fetch_one(db).await?)
    }
}

/// How a page's rows are ordered: two literals, for forwards and for a page before a cursor.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    pub forwards: &'static str,
    pub backwards: &'static str,
    pub way: Option<Way>,
}

impl Order {
    fn sql(self) -> &'static str {
        if self.way == Some(Way::Before) { self.backwards } else { self.forwards }
    }
}
