//! `backlot doctor`: says what is missing before anybody runs into it, a line each with what to do.
use super::doctor_around as around;
use super::say;
use crate::database::checks;
use crate::database::doctor::{self, Catalogue, Finding, Verdict};
use crate::database::place::{Place, Ways};
use crate::database::pools::pool;
use crate::settings::{DoctorOrder, Given, Settings};
use serde_json::json;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};
use std::error::Error;
use std::time::Duration;

const DATABASE: &str = "Database server";
/// How long anybody out there may take to take up a connection.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// Looks at everything, and says it.
///
/// # Errors
/// When there is a problem: the command ends with 1.
pub async fn run(given: &Given, order: DoctorOrder) -> Result<(), Box<dyn Error>> {
    let findings = examine(given).await?;
    if order.json {
        tell_json(&findings)?
    } else {
        tell(&findings)
    }
    match findings.iter().filter(|finding| finding.verdict == Verdict::Problem).count() {
        0 => Ok(()),
        1 => Err("there is a problem".into()),
        problems => Err(format!("there are {problems} problems").into()),
    }
}

async fn examine(given: &Given) -> Result<Vec<Finding>, Box<dyn Error>> {
    let settings = Settings::check(given);
    let mut findings = around::settings(&settings);
    match Place::join(given).await {
        Ok(place) => {
            findings.extend(database(&place.ways).await?);
            findings.extend(around::disks(given, place.home.as_deref()));
            place.leave().await?;
        }
        Err(error) => findings.push(Finding::problem(DATABASE, error.to_string(), "See README, “The database”.")),
    }
    findings.extend(around::outside(given, settings.ok().as_ref()).await);
    Ok(findings)
}

/// What can be said of a database through Backlot's own log-ins.
///
/// # Errors
/// When it goes away meanwhile, or the contract that came with the program is broken.
pub async fn database(ways: &Ways) -> Result<Vec<Finding>, Box<dyn Error>> {
    let mut app = match connect(&ways.app).await {
        Ok(app) => app,
        Err(problem) => return Ok(vec![problem]),
    };
    let mut findings = doctor::server(&mut app).await?;
    findings.extend(doctor::roles(&mut app).await?);
    match connect(&ways.reader).await {
        Ok(mut reader) => findings.extend(doctor::readers(&mut reader).await?),
        Err(problem) => findings.push(problem),
    }
    findings.extend([connect(&ways.viewer).await.err(), connect(&ways.sealer).await.err()].into_iter().flatten());
    findings.extend(safety(ways).await);
    findings.extend(doctor::compare(&Catalogue::contract()?, &Catalogue::read(&mut app).await?));
    Ok(findings)
}

async fn connect(way: &PgConnectOptions) -> Result<PgConnection, Finding> {
    let name = way.get_username().to_owned();
    let refused = |why: String| {
        let todo = "See that the server runs, that the address and password are right, and that pg_hba.conf lets this machine in.";
        Finding::problem(DATABASE, format!("{name} cannot sign in: {why}"), todo)
    };
    match tokio::time::timeout(PATIENCE, PgConnection::connect_with(way)).await {
        Ok(connected) => connected.map_err(|error| refused(error.to_string())),
        Err(_) => Err(refused("nobody answers".into())),
    }
}

/// What the server itself looks at before it serves: migrations, the audit log's protection, who may write.
async fn safety(ways: &Ways) -> Vec<Finding> {
    const ABOUT: &str = "Tables";
    let (app, reader) = (pool(&ways.app, 1, "backlot doctor"), pool(&ways.reader, 1, "backlot doctor"));
    match checks::failures(&app, &reader).await {
        Ok(failures) if failures.is_empty() => vec![Finding::ok(ABOUT, "All migrations have run; the audit log is protected.")],
        Ok(failures) => {
            failures.into_iter().map(|failure| Finding::problem(ABOUT, failure, "The server refuses to start until this is so.")).collect()
        }
        Err(error) => vec![Finding::problem(ABOUT, error.to_string(), "Run `backlot migrate` with BACKLOT_OWNER_DATABASE_URL set.")],
    }
}

fn tell(findings: &[Finding]) {
    let mut about = "";
    for finding in findings {
        if finding.about != about {
            about = finding.about;
            say(about);
        }
        let verdict = match finding.verdict {
            Verdict::Ok => "ok     ",
            Verdict::Warning => "warning",
            Verdict::Problem => "problem",
        };
        say(&format!("  {verdict}  {}", finding.says));
        if !finding.todo.is_empty() {
            say(&format!("           → {}", finding.todo));
        }
    }
    let count = |verdict| findings.iter().filter(|finding| finding.verdict == verdict).count();
    say(&format!("{} ok, {} warnings, {} problems", count(Verdict::Ok), count(Verdict::Warning), count(Verdict::Problem)));
}

fn tell_json(findings: &[Finding]) -> Result<(), serde_json::Error> {
    let is_ok = findings.iter().all(|finding| finding.verdict != Verdict::Problem);
    say(&serde_json::to_string_pretty(&json!({ "ok": is_ok, "findings": findings }))?);
    Ok(())
}
