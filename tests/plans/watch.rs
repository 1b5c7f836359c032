//! Somebody who asks for pages again and again, and looks at the plans behind them.
use super::log::Log;
use crate::support::{Browser, Studio};
use serde_json::Value;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, PgConnection, Row};
use std::collections::BTreeMap;
use std::fmt;

/// Five times a statement is planned with its values; from the sixth on, one plan for all values may be kept.
const ROUNDS: i64 = 7;
/// A table with more rows is large.
pub const LARGE: f64 = 1_000.0;
const SCAN: &str = "Seq Scan";

/// A large table that a statement reads from end to end, and the first address that this was seen behind.
pub struct Offence {
    pub table: String,
    pub statement: String,
    pub address: String,
}

impl fmt::Display for Offence {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} is read from end to end behind {}: {}", self.table, self.address, self.statement)
    }
}

/// Looks at the plans behind pages.
pub struct Watch<'a> {
    studio: &'a Studio,
    log: Log,
    /// How many rows each large table has.
    large: BTreeMap<String, f64>,
    offences: BTreeMap<(String, String), String>,
}

impl<'a> Watch<'a> {
    pub async fn new(studio: &'a Studio, log: Log) -> Self {
        let sql = "select relname::text, reltuples::float8 from pg_class where relkind in ('r', 'm') and reltuples > $1";
        let large: Vec<(String, f64)> = sqlx::query_as(sql).bind(LARGE).fetch_all(&studio.root).await.unwrap();
        Self { studio, log, large: large.into_iter().collect(), offences: BTreeMap::new() }
    }

    /// Asks for each of these pages so often that a plan is kept for every statement that may keep one.
    pub async fn walk(&mut self, browser: &mut Browser, addresses: &[String]) {
        for round in 0..ROUNDS {
            // A change makes all counts that are remembered old.
            browser.post("/admin/account/theme", &[("theme", if round % 2 == 0 { "dark" } else { "light" })]).await.must(303);
            self.ask_all(browser, addresses).await;
        }
    }

    /// The same for pages that remember no counts.
    pub async fn stroll(&mut self, browser: &Browser, addresses: &[String]) {
        for _ in 0..ROUNDS {
            self.ask_all(browser, addresses).await;
        }
    }

    async fn ask_all(&mut self, browser: &Browser, addresses: &[String]) {
        for address in addresses {
            self.ask(browser, address).await;
        }
    }

    /// The pages behind these lists: the next, the one after it, and from there back.
    pub async fn further(&mut self, browser: &mut Browser, lists: &[String]) -> Vec<String> {
        let mut found = Vec::new();
        for list in lists {
            let mut here = list.clone();
            for way in ["next", "next", "prev"] {
                let page = self.ask(browser, &here).await;
                let Some((_, link)) = page.split_once(&format!("rel=\"{way}\" href=\"")) else { break };
                here = link.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
                found.push(here.clone());
            }
        }
        found
    }

    async fn ask(&mut self, browser: &Browser, address: &str) -> String {
        let mut answer = browser.glance(address).await;
        if answer.status == 503 {
            // A machine that stood still for seconds is none of this test's business.
            answer = browser.glance(address).await;
        }
        assert!(matches!(answer.status.as_u16(), 200 | 303 | 404 | 409), "{answer:?}");
        let plans = self.look(address);
        assert!(plans > 0 || !address.starts_with("/admin"), "no plan was written down for {address}");
        answer.text
    }

    /// Looks at what was run since the last time; returns how much it was.
    pub fn look(&mut self, address: &str) -> usize {
        let (all, plans) = self.log.plans(SCAN);
        for plan in plans {
            self.judge(&plan.tree, &plan.statement, address);
        }
        all
    }

    /// Looks at the plan for any values of each statement, whether it was kept or not. All were run often enough to keep one.
    pub async fn look_at_kept_plans(&mut self) {
        let mut line = self.studio.site.lines.take().await.unwrap();
        let mut seldom = self.studio.site.reader.acquire().await.unwrap();
        let (pages, others) = (self.look_at_kept(&mut line).await, self.look_at_kept(&mut seldom).await);
        let (changing, kept) = (pages.0 + others.0, pages.1 + others.1);
        assert!(kept * 2 > changing, "of {changing} statements with values, only {kept} had their plan kept");
    }

    /// How many statements of a connection take values, and of how many the plan was kept.
    async fn look_at_kept(&mut self, db: &mut PgConnection) -> (usize, usize) {
        let prepared = "select name, statement, coalesce(array_length(parameter_types, 1), 0), custom_plans, generic_plans
                        from pg_prepared_statements where statement !~ 'pg_prepared_statements'";
        let rows = sqlx::raw_sql(prepared).fetch_all(&mut *db).await.unwrap();
        let (mut changing, mut kept) = (0, 0);
        for row in rows.iter().filter(|row| row.get::<i32, _>(2) > 0) {
            let (statement, custom, generic): (&str, i64, i64) = (row.get(1), row.get(3), row.get(4));
            assert!(custom + generic >= ROUNDS, "run {} times only: {statement}", custom + generic);
            changing += 1;
            kept += usize::from(generic > 0);
            self.judge(&plan_for_any_values(db, row).await, statement, "any page");
        }
        (changing, kept)
    }

    fn judge(&mut self, node: &Value, statement: &str, address: &str) {
        let table = node["Relation Name"].as_str().filter(|_| node["Node Type"] == SCAN);
        if let Some((table, rows)) = table.and_then(|table| self.large.get_key_value(table))
            && !is_cut_short(node, *rows)
        {
            let statement = statement.split_whitespace().collect::<Vec<_>>().join(" ");
            self.offences.entry((table.clone(), statement)).or_insert_with(|| address.to_owned());
        }
        for below in node["Plans"].as_array().into_iter().flatten() {
            self.judge(below, statement, address);
        }
    }

    /// What was found since the last time.
    pub fn offences(&mut self) -> Vec<Offence> {
        let found = std::mem::take(&mut self.offences).into_iter();
        found.map(|((table, statement), address)| Offence { table, statement, address }).collect()
    }
}

async fn plan_for_any_values(db: &mut PgConnection, prepared: &PgRow) -> Value {
    let (name, parameters): (&str, i32) = (prepared.get(0), prepared.get(2));
    let values = vec!["null"; usize::try_from(parameters).unwrap()].join(", ");
    let sql = format!("set local plan_cache_mode = force_generic_plan; explain (format json) execute {name} ({values})");
    let explained: Value = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_one(db).await.unwrap().get(0);
    explained[0]["Plan"].clone()
}

/// Whether a limit ended the scan well before the table did, and the planner knew how soon it would: the plan was made for these
/// very values. Such a scan stays as short when the table grows; a plan for any values would go on when it meets a rare one.
fn is_cut_short(scan: &Value, rows: f64) -> bool {
    let number = |name: &str| scan[name].as_f64();
    let Some(matching) = number("Actual Rows") else { return false };
    let read = (matching + number("Rows Removed by Filter").unwrap_or(0.0)) * number("Actual Loops").unwrap_or(1.0);
    let for_any_values = scan["Filter"].as_str().is_some_and(|filter| filter.contains('$'));
    read < 0.8 * rows && !for_any_values
}
