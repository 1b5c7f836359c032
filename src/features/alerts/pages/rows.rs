//! An alert on a list.
use super::{PATH, lasted};
use crate::features::alerts::model::{Rule, Severity};
use crate::features::alerts::store::list::Row as Stored;
use crate::web::Admin;
use crate::web::parts::Badge;
use crate::web::show::{Moment, number};

/// An alert, as lists show it.
pub struct Row {
    pub href: String,
    pub title: String,
    pub summary: String,
    pub severity: Badge,
    pub state: Badge,
    pub people: String,
    pub fired: Moment,
    pub lasted: String,
    pub open: bool,
}

/// The badge of how bad it is.
pub fn severity(code: &str) -> Badge {
    match Severity::try_from(code.to_owned()) {
        Ok(Severity::Critical) => Badge::new("bad", "Critical"),
        _ => Badge::new("warn", "Warning"),
    }
}

/// The badge of where it is in its life, with why.
pub fn state(admin: &Admin, alert: &Stored) -> Badge {
    if let Some(at) = alert.cleared_at {
        return Badge::new("ok", "Cleared").because(admin.time(at.into()).local);
    }
    if let Some(until) = alert.silenced_until {
        return Badge::new("", "Silenced").because(format!("until {}", admin.time(until.into()).local));
    }
    match (&alert.acknowledged_at, &alert.by_name) {
        (Some(_), Some(name)) => Badge::new("info", "Acknowledged").because(format!("by {name}")),
        (Some(_), None) => Badge::new("info", "Acknowledged"),
        _ => Badge::new("bad", "Open"),
    }
}

/// A row.
pub fn row(admin: &Admin, alert: &Stored) -> Row {
    let fired: jiff::Timestamp = alert.fired_at.into();
    let end = alert.cleared_at.map_or_else(|| admin.site().clock.now(), Into::into);
    Row {
        href: format!("{PATH}/{}", alert.id),
        title: Rule::named(&alert.rule, &alert.subject),
        summary: alert.summary.clone(),
        severity: severity(&alert.severity),
        state: state(admin, alert),
        people: if alert.people == 0 { "—".into() } else { number(i64::from(alert.people)) },
        fired: admin.time(fired),
        lasted: lasted(end.as_second() - fired.as_second()),
        open: alert.cleared_at.is_none(),
    }
}
