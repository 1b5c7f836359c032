//! The server and Backlot's log-ins in it.
use super::Finding;
use crate::database::roles::{APP, OWNER, READER, SEALER, VIEWER, wrong_attributes};
use crate::kernel::Clock;
use sqlx::{PgConnection, Row};

/// The oldest PostgreSQL that the migrations run on.
const OLDEST: i32 = 150_000;
/// A clock that is off by more makes times on pages look wrong; by much more, codes of second factors fail.
const CLOCK_WARNS: f64 = 2.0;
const CLOCK_FAILS: f64 = 30.0;

/// The server: its version, its clock beside ours, and the extension that searches need.
///
/// # Errors
/// When the database cannot be asked.
pub async fn server(db: &mut PgConnection) -> Result<Vec<Finding>, sqlx::Error> {
    const ABOUT: &str = "Database server";
    let row = sqlx::query(
        "select current_setting('server_version_num')::int as version, current_setting('server_version') as words,
           extract(epoch from clock_timestamp())::float8 as now, exists (select from pg_extension where extname = 'pg_trgm') as trigrams",
    )
    .fetch_one(db)
    .await?;
    let ours = Clock::system().now().as_millisecond() as f64 / 1_000.0;
    let apart = (row.try_get::<f64, _>("now")? - ours).abs();
    let words: String = row.try_get("words")?;
    let version = match row.try_get::<i32, _>("version")? {
        OLDEST.. => Finding::ok(ABOUT, format!("PostgreSQL {words}")),
        _ => Finding::problem(ABOUT, format!("PostgreSQL {words} is too old."), "Use PostgreSQL 15 or newer."),
    };
    let clock = if apart < CLOCK_WARNS {
        Finding::ok(ABOUT, "Its clock and this machine's agree.")
    } else {
        let says = format!("Its clock and this machine's are {apart:.0} seconds apart.");
        let todo = "Have both follow a time server (NTP).";
        if apart < CLOCK_FAILS { Finding::warning(ABOUT, says, todo) } else { Finding::problem(ABOUT, says, todo) }
    };
    let trigrams = if row.try_get("trigrams")? {
        Finding::ok(ABOUT, "The extension pg_trgm is there.")
    } else {
        Finding::problem(ABOUT, "The extension pg_trgm is missing: nothing can be searched for.", "create extension pg_trgm schema public;")
    };
    Ok(vec![version, clock, trigrams])
}

/// The five log-ins, and whether each can do only its own part.
///
/// # Errors
/// When the database cannot be asked.
pub async fn roles(db: &mut PgConnection) -> Result<Vec<Finding>, sqlx::Error> {
    const ABOUT: &str = "Roles";
    let mut findings = Vec::new();
    for role in [OWNER, APP, READER, VIEWER, SEALER] {
        findings.push(match wrong_attributes(db, role).await? {
            None => {
                Finding::problem(ABOUT, format!("There is no role {role}."), "Run `backlot migrate` with BACKLOT_OWNER_DATABASE_URL set.")
            }
            Some(wrong) if wrong.is_empty() => Finding::ok(ABOUT, format!("{role} can do only its own part.")),
            Some(wrong) => {
                let wrong = wrong.join(" ");
                Finding::problem(ABOUT, format!("{role} is not {wrong}."), format!("alter role {role} {wrong};"))
            }
        });
    }
    Ok(findings)
}

/// Whether whoever reads cannot write, and no statement of theirs goes on for ever.
///
/// # Errors
/// When the database cannot be asked.
pub async fn readers(reader: &mut PgConnection) -> Result<Vec<Finding>, sqlx::Error> {
    const ABOUT: &str = "Roles";
    let row = sqlx::query(
        "select current_setting('default_transaction_read_only') as read_only, current_setting('statement_timeout') as patience, current_user::text as name",
    )
    .fetch_one(reader)
    .await?;
    let (read_only, patience): (String, String) = (row.try_get("read_only")?, row.try_get("patience")?);
    let name: String = row.try_get("name")?;
    let mut findings = Vec::new();
    if read_only != "on" {
        let todo = format!("alter role {name} set default_transaction_read_only = on;");
        findings.push(Finding::warning(ABOUT, format!("{name} does not read only by default."), todo));
    }
    if patience == "0" {
        let todo = format!("alter role {name} set statement_timeout = '10s';");
        findings.push(Finding::warning(ABOUT, format!("Statements of {name} may go on for ever."), todo));
    }
    if findings.is_empty() {
        findings.push(Finding::ok(ABOUT, format!("{name} only reads, and no statement of it lasts longer than {patience}.")));
    }
    Ok(findings)
}
