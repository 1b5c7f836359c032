//! The database, as far as the pages' role may look.
use super::{bytes, percent, seconds};
use crate::features::health::store::{database, samples};
use crate::kernel::Result;
use crate::web::Admin;
use crate::web::parts::Badge;
use crate::web::show::{Moment, number, short};
use sqlx::PgConnection;
use std::collections::HashMap;

/// The panel.
pub struct Database {
    pub latency: String,
    pub version: String,
    pub connections: String,
    pub used: i64,
    pub level: &'static str,
    pub size: String,
    pub disk: String,
    pub replication: String,
    pub oldest: String,
    pub seal: Badge,
    /// What this role may not read, in a sentence.
    pub hidden: String,
    pub running: Vec<Statement>,
    pub bloated: Vec<Table>,
}

/// A statement that runs.
pub struct Statement {
    pub seconds: String,
    pub who: String,
    pub text: String,
}

/// A table with dead rows.
pub struct Table {
    pub name: String,
    pub dead: String,
    pub share: String,
    pub vacuumed: Option<Moment>,
}

/// The panel now.
pub async fn of(admin: &Admin, db: &mut PgConnection, latest: &HashMap<String, f64>) -> Result<Database> {
    let facts = database::facts(&mut *db).await?;
    let disk = samples::highest(&mut *db, "disk_percent").await?;
    let running = database::running(&mut *db).await?;
    let bloated = database::bloated(&mut *db).await?;
    let used = facts.connections * 100 / facts.allowed.max(1);
    let oldest = latest.get("oldest_transaction").copied().unwrap_or_default().max(facts.oldest_transaction);
    Ok(Database {
        latency: format!("{:.1} ms", facts.milliseconds),
        version: short(&facts.version, 40),
        connections: format!("{} of {}", number(facts.connections), number(facts.allowed)),
        used: used.clamp(0, 100),
        level: match used {
            90.. => "high",
            70.. => "mid",
            _ => "",
        },
        size: latest.get("database_bytes").map_or_else(|| "not measured yet".into(), |size| bytes(*size)),
        disk: disk
            .map_or_else(|| "not known from here: the database is on another machine".into(), |disk| format!("{} used", percent(disk))),
        replication: replication(&facts),
        oldest: if oldest > 0.0 { seconds(oldest) } else { "none is open".into() },
        seal: seal(latest.get("seal_lag").copied()),
        hidden: hidden(facts.hidden),
        running: running.into_iter().map(|one| Statement { seconds: seconds(one.seconds), who: one.who, text: one.text }).collect(),
        bloated: bloated.iter().map(|one| table(admin, one)).collect(),
    })
}

fn replication(facts: &database::Facts) -> String {
    match (facts.follows, facts.replicas, facts.lag_seconds) {
        (true, ..) => "this server follows another one".into(),
        (_, 0, _) => "no server follows this one".into(),
        (_, replicas, Some(lag)) => format!("{} follow, the slowest {} behind", number(replicas), seconds(lag)),
        (_, replicas, None) => format!("{} follow; how far behind they are, this role may not read", number(replicas)),
    }
}

fn hidden(hidden: i64) -> String {
    if hidden == 0 {
        return String::new();
    }
    format!(
        "What {} connections of other roles are doing is not readable by backlot_reader. Membership in pg_read_all_stats, with inheritance, would show it.",
        number(hidden)
    )
}

fn seal(lag: Option<f64>) -> Badge {
    match lag {
        None => Badge::new("", "not measured yet"),
        Some(lag) if lag < 10.0 => Badge::new("ok", "sealed"),
        Some(lag) => Badge::new("warn", format!("{} behind", seconds(lag))),
    }
}

fn table(admin: &Admin, found: &database::Bloated) -> Table {
    let share = found.dead as f64 * 100.0 / (found.live + found.dead).max(1) as f64;
    Table {
        name: found.table.clone(),
        dead: number(found.dead),
        share: percent(share),
        vacuumed: admin.time_if(found.vacuumed_at.map(Into::into)),
    }
}
