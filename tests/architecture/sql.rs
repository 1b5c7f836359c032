//! SQL: checked while compiling, and in one place for each topic.
use super::{File, holds, source};

/// Where SQL may be put together while running, with the reason.
const RUN_TIME: [(&str, &str); 4] = [
    ("src/kernel/listing.rs", "lists: just the filters that are set, from literals"),
    ("src/kernel/audit/guard.rs", "revokes that PostgreSQL takes no parameters for, and what its catalogue says of triggers"),
    ("src/web/operators.rs", "`select 1`"),
    ("src/database/", "roles, databases, demo: statements without parameters, before there are tables to check them with"),
];

fn run_time(files: &[File]) -> Vec<String> {
    let words = [
        "sqlx::query(",
        "query_as(",
        "query_scalar(",
        "query_as::<",
        "query_scalar::<",
        "QueryBuilder",
        "raw_sql",
        "AssertSqlSafe",
        "query_with",
    ];
    let others = files.iter().filter(|file| !RUN_TIME.iter().any(|(may, _)| file.is_in(may)));
    others.flat_map(|file| file.offences(|line| words.iter().any(|word| line.contains(word)))).collect()
}

fn in_stores(files: &[File]) -> Vec<String> {
    let may = |file: &File| file.path.contains("/store");
    let others = files.iter().filter(|file| file.is_in("src/features/") && !may(file));
    others.flat_map(|file| file.offences(|line| line.contains("sqlx::query") || line.contains("Listing::new"))).collect()
}

fn written(files: &[File]) -> Vec<String> {
    files
        .iter()
        .flat_map(|file| {
            file.offences(|line| {
                ["\"select ", "\"insert ", "\"update ", "\"delete "].iter().any(|sql| line.contains(&format!("format!({sql}")))
            })
        })
        .collect()
}

#[test]
fn sql_is_checked_while_compiling() {
    let offenders = [
        ("src/features/users/store/mod.rs", "sqlx::query(\"select 1\")"),
        ("src/web/session.rs", "QueryBuilder::new(\"select\")"),
        ("src/jobs/x.rs", "sqlx::query_as::<_, Row>(\"select 1\")"),
    ];
    holds(run_time, &source(), &offenders);
}

#[test]
fn a_features_sql_is_in_its_store() {
    holds(
        in_stores,
        &source(),
        &[
            ("src/features/users/pages/show.rs", "let x = sqlx::query!(\"select 1\");"),
            ("src/features/users/actions/x.rs", "Listing::new(\"select\")"),
        ],
    );
}

#[test]
fn no_sql_is_formatted() {
    holds(written, &source(), &[("src/database/x.rs", "run(format!(\"delete from {table}\"))")]);
}
