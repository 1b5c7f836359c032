//! The one builder of SQL at run time: a list with just the filters that are set, so that indexes are used.
use super::Result;
use super::page::{COUNT_CAP, SIZE, Way};
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Encode, Execute, FromRow, PgConnection, PgExecutor, Postgres, QueryBuilder, Type};

/// A list in the making. Every piece of SQL is a literal of the program; every value is bound.
pub struct Listing {
    sql: QueryBuilder<Postgres>,
    /// The same SQL as it was put together; nothing where a value stands.
    pieces: Vec<Option<&'static str>>,
    filtered: bool,
    planned_anew: bool,
}

impl Listing {
    /// Begins with `select … from …`, or with what must come before it.
    pub fn new(head: &'static str) -> Self {
        Self { sql: QueryBuilder::new(head), pieces: vec![Some(head)], filtered: false, planned_anew: false }
    }

    /// Begins with these columns of a table, or with none of them, to be counted.
    pub fn of(columns: impl IntoIterator<Item = &'static str>, from: &'static str) -> Self {
        let mut list = Self::new("select ");
        for (at, column) in columns.into_iter().enumerate() {
            list.push(if at == 0 { "" } else { ", " }).push(column);
        }
        list.push(" from ").push(from);
        list
    }

    /// Adds SQL as it is.
    pub fn push(&mut self, sql: &'static str) -> &mut Self {
        self.sql.push(sql);
        self.pieces.push(Some(sql));
        self
    }

    /// Adds a value.
    pub fn bind<V: for<'q> Encode<'q, Postgres> + Type<Postgres> + Send + 'static>(&mut self, value: V) -> &mut Self {
        self.sql.push_bind(value);
        self.pieces.push(None);
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
        let joint = if self.filtered { " and " } else { " where " };
        self.filtered = true;
        self.push(joint).push(condition)
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

    /// All rows, in an order; whoever asks has limited them.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn rows<T: for<'r> FromRow<'r, PgRow> + Send + Unpin>(mut self, db: impl PgExecutor<'_>, order: Order) -> Result<Vec<T>> {
        self.sql.push(order.sql());
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

impl Listing {
    /// The SQL with its values written out, for `copy` and `explain`, which take no parameters. PostgreSQL quotes them itself.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn written(mut self, db: &mut PgConnection) -> Result<Written> {
        let count = self.pieces.iter().filter(|piece| piece.is_none()).count();
        let mut values = Vec::new();
        if count > 0 {
            let quoted: Vec<_> =
                (1..=count).map(|at| format!("coalesce(quote_literal(${at}), 'null') || '::' || pg_typeof(${at})::text")).collect();
            let arguments = self.sql.build().take_arguments().map_err(super::Error::Internal)?.unwrap_or_default();
            let sql = ["select array[", &quoted.join(", "), "]"].concat();
            values = sqlx::query_scalar_with::<_, Vec<String>, _>(AssertSqlSafe(sql), arguments).persistent(false).fetch_one(db).await?;
        }
        let mut values = values.into_iter();
        let written = self.pieces.into_iter().map(|piece| piece.map_or_else(|| values.next().unwrap_or_default(), str::to_owned));
        Ok(Written(written.collect()))
    }
}

/// A list's SQL with its values in it, quoted by PostgreSQL.
#[derive(Clone, Debug)]
pub struct Written(String);

impl Written {
    /// About how many rows there are, as the planner guesses: no row is read for it.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn guess(&self, db: &mut PgConnection) -> Result<i64> {
        let sql = format!("explain (format json) {}", self.0);
        let plan: serde_json::Value = sqlx::query_scalar(AssertSqlSafe(sql)).persistent(false).fetch_one(db).await?;
        Ok(plan.pointer("/0/Plan/Plan Rows").and_then(serde_json::Value::as_i64).unwrap_or_default())
    }

    /// How many rows there are, counted no further than this.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn count(&self, db: &mut PgConnection, most: i64) -> Result<i64> {
        let sql = ["select count(*) from (select from (", &self.0, ") rows limit $1) s"].concat();
        Ok(sqlx::query_scalar(AssertSqlSafe(sql)).bind(most).persistent(false).fetch_one(db).await?)
    }

    /// As a statement that sends all rows in PostgreSQL's binary form.
    pub(super) fn copied(&self) -> String {
        format!("copy ({}) to stdout (format binary)", self.0)
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
