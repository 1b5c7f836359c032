//! The numbers of `/metrics`, each with what it says: told to Prometheus as help, and listed in the README.
use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};

/// What kind of number it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Only grows, until the server starts anew.
    Counter,
    /// As it is now.
    Gauge,
    /// A summary of durations in seconds.
    Seconds,
}

/// A number: its name, kind, labels, and what it says.
pub type Number = (&'static str, Kind, &'static str, &'static str);

/// Every number of Backlot.
pub const NUMBERS: &[Number] = &[
    ("backlot_requests_total", Kind::Counter, "status", "Requests of people, answered with this status."),
    ("backlot_request_seconds", Kind::Seconds, "", "How long requests of people took."),
    ("backlot_machine_requests_total", Kind::Counter, "status", "Requests of the platform's services, answered with this status."),
    ("backlot_machine_request_seconds", Kind::Seconds, "", "How long requests of the platform's services took."),
    ("backlot_actions_total", Kind::Counter, "action, outcome", "Actions of admins and jobs: done, denied or failed."),
    ("backlot_jobs_total", Kind::Counter, "name, ending", "Attempts at jobs: done, retried, dead, stopped, lost or unwritten."),
    ("backlot_job_seconds", Kind::Seconds, "name", "How long attempts at jobs took."),
    ("backlot_jobs_due", Kind::Gauge, "", "Jobs that are due and wait for a worker."),
    ("backlot_jobs_lag_seconds", Kind::Gauge, "", "How long the oldest due job has waited."),
    (
        "backlot_jobs_unknown",
        Kind::Gauge,
        "",
        "Due jobs that this version does not know: an older server must go first, or a newer one is missing.",
    ),
    ("backlot_jobs_rescued_total", Kind::Counter, "", "Jobs taken back from servers that died."),
    ("backlot_pool_connections", Kind::Gauge, "role", "Open connections to the database."),
    ("backlot_pool_idle", Kind::Gauge, "role", "Those of them that nobody uses."),
    ("backlot_events_sent_total", Kind::Counter, "", "Analytics events that the collector took."),
    ("backlot_events_failures_total", Kind::Counter, "", "Rounds in which the collector could not be reached."),
    ("backlot_events_refused_total", Kind::Counter, "", "Analytics events that the collector will not have."),
    ("backlot_webhooks_refused_total", Kind::Counter, "source", "Webhooks that did not come from where they said."),
    ("backlot_gateway_calls_total", Kind::Counter, "endpoint, outcome", "Calls to the payment gateway."),
    ("backlot_outside_calls_total", Kind::Counter, "gateway, outcome", "Calls to services outside: answered or failed."),
    ("backlot_outside_call_seconds", Kind::Seconds, "gateway", "How long these calls took."),
    ("backlot_integrity_runs_total", Kind::Counter, "check, outcome", "Checks of the data that ran, and how they ended."),
    ("backlot_cleanup_removed_rows_total", Kind::Counter, "sweep", "Rows that tidying up has removed."),
    ("backlot_integrity_found_rows", Kind::Gauge, "check", "Rows that the last run of a check found wrong."),
    ("backlot_billing_alerts_total", Kind::Counter, "what", "Things about money that a person must look at."),
    ("audit_unsealed_rows", Kind::Gauge, "", "Audit entries that no seal covers yet."),
    ("audit_seal_lag_seconds", Kind::Gauge, "", "How long the oldest of them has waited."),
    ("audit_sealer_halted", Kind::Gauge, "", "1 when sealing has stopped because something is wrong."),
];

/// Tells whoever collects them what they are.
pub fn describe() {
    for (name, kind, _, says) in NUMBERS.iter().copied() {
        match kind {
            Kind::Counter => describe_counter!(name, says),
            Kind::Gauge => describe_gauge!(name, says),
            Kind::Seconds => describe_histogram!(name, Unit::Seconds, says),
        }
    }
}
