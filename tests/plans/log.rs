//! The plans that the server ran: `auto_explain` writes each into its log.
use crate::support::server::Database;
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

/// It comes with PostgreSQL's other extras, of which Backlot needs one anyway. Rows are counted, but no clock is read.
const SETTINGS: [(&str, &str); 6] = [
    ("session_preload_libraries", "auto_explain"),
    ("auto_explain.log_min_duration", "0"),
    ("auto_explain.log_format", "json"),
    ("auto_explain.log_nested_statements", "on"),
    ("auto_explain.log_analyze", "on"),
    ("auto_explain.log_timing", "off"),
];
/// As whom pages ask; tests look behind the curtain as somebody else.
const ROLES: [&str; 2] = ["backlot_reader", "backlot_app"];

/// The plan that a statement was run with.
pub struct Plan {
    pub statement: String,
    pub tree: Value,
}

/// The end of the server's log.
pub struct Log {
    file: File,
    heads: [String; 2],
}

impl Log {
    /// Has the plans of a database written down, for every connection that is opened from now on.
    pub async fn open(database: &Database) -> Self {
        let mut root = PgConnection::connect_with(&database.root()).await.unwrap();
        for (setting, value) in SETTINGS {
            let sql = format!("alter database {} set {setting} = '{value}'", database.name);
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut root).await.unwrap();
        }
        root.close().await.unwrap();
        let mut file = File::open(Database::home().await.join("postgres.log")).expect("the server's log");
        file.seek(SeekFrom::End(0)).unwrap();
        Self { file, heads: ROLES.map(|role| format!(" {role}@{} LOG:  duration: ", database.name)) }
    }

    /// How many plans pages ran since this was asked last, and those in which `word` stands. A plan is written down before its
    /// statement is answered, and other databases write into the log, too.
    pub fn plans(&mut self, word: &str) -> (usize, Vec<Plan>) {
        let mut text = Vec::new();
        self.file.read_to_end(&mut text).unwrap();
        let text = String::from_utf8_lossy(&text);
        let mut lines = text.lines().peekable();
        let (mut all, mut found) = (0, Vec::new());
        while let Some(head) = lines.next() {
            // What belongs to a line is indented below it.
            let explained: Vec<_> = std::iter::from_fn(|| lines.next_if(|line| line.starts_with('\t'))).collect();
            if head.ends_with(" plan:") && self.heads.iter().any(|ours| head.contains(ours)) {
                all += 1;
                if explained.iter().any(|line| line.contains(word)) {
                    found.push(plan(&explained.concat()));
                }
            }
        }
        (all, found)
    }
}

fn plan(explained: &str) -> Plan {
    let explained: Value = serde_json::from_str(explained).unwrap_or_else(|error| panic!("{error}: {explained}"));
    Plan { statement: explained["Query Text"].as_str().unwrap().to_owned(), tree: explained["Plan"].clone() }
}
