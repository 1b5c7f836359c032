//! What Backlot itself reads: exports, notifications, alerts.
use crate::live::settings::definition::Category::{Alerts, Exports, Notifications};
use crate::live::settings::definition::{Definition, Kind, Range};

const PERCENT: Kind = Kind::Number(Range { min: 0.0, max: 100.0, step: 0.1, whole: false });
const FACTOR: Kind = Kind::Number(Range { min: 1.5, max: 100.0, step: 0.5, whole: false });

pub static EXPORTS: [Definition; 4] = [
    Definition::new(Exports, "exports.max_rows", "Most rows", Kind::steps(1_000, 100_000_000, 1_000), "1000000")
        .unit("rows")
        .about("An export that would hold more is refused.")
        .words("csv download limit")
        .own(),
    Definition::new(Exports, "exports.concurrent_per_admin", "Exports at once", Kind::whole(1, 10), "2")
        .unit("per admin")
        .about("How many exports one admin may have in the making.")
        .words("csv download parallel")
        .own(),
    Definition::new(Exports, "exports.retention_hours", "Keep for", Kind::whole(1, 720), "24")
        .unit("hours")
        .about("After this an export can no longer be downloaded, and its file is deleted.")
        .words("csv download expiry delete")
        .danger("With a lower number, files that wait to be downloaded are deleted within the hour.")
        .own(),
    Definition::new(Exports, "exports.step_up_rows", "Second factor from", Kind::steps(0, 1_000_000, 100), "10000")
        .unit("rows")
        .about("An export of so many rows or more takes a second factor.")
        .words("csv download confirm security")
        .danger("Below this number whoever sits at an unlocked screen can take people's data along.")
        .own(),
];

pub static NOTIFICATIONS_AND_ALERTS: [Definition; 13] = [
    Definition::new(Notifications, "notifications.second_admin_above", "Second admin above", Kind::whole(1, 1_000_000), "1000")
        .unit("people")
        .about("Writing to more people than this takes a second admin who approves it.")
        .words("approval broadcast threshold four eyes")
        .danger("Up to this number one admin alone can write to people.")
        .own(),
    Definition::new(Notifications, "notifications.batch_size", "Batch", Kind::whole(1, 10_000), "1000")
        .unit("people")
        .about("How many are written to in one step; between two steps sending can be stopped.")
        .words("broadcast bulk chunk")
        .own(),
    Definition::new(Notifications, "notifications.rate_per_second", "Pace", Kind::whole(1, 1_000), "50")
        .unit("a second")
        .about("How many letters are sent in a second, at most, over all notifications.")
        .words("broadcast bulk throttle speed")
        .own(),
    Definition::new(Notifications, "notifications.late_hours", "Too late after", Kind::whole(1, 168), "6")
        .unit("hours")
        .about("What was planned for a time and could not be sent until so much later is held, and somebody decides.")
        .words("scheduled delay missed expiry")
        .own(),
    Definition::new(
        Notifications,
        "notifications.sender_name",
        "Sender",
        Kind::Text { longest: 60, lines: false, pattern: Some((r"\S", "Give a name.")) },
        "\"Your studio\"",
    )
    .about("Who messages to users are from.")
    .words("from name broadcast")
    .own(),
    Definition::new(Alerts, "alerts.failed_training_percent", "Failed trainings", PERCENT, "10.0")
        .unit("%")
        .about("Rings when more of an hour's trainings fail than this.")
        .words("lora failure rate alarm")
        .own(),
    Definition::new(Alerts, "alerts.payment_failure_percent", "Failed payments", PERCENT, "5.0")
        .unit("%")
        .about("Rings when more of an hour's payments fail than this.")
        .words("billing failure rate alarm money")
        .own(),
    Definition::new(Alerts, "alerts.queue_age_seconds", "Age of the queue", Kind::steps(10, 86_400, 10), "300")
        .unit("seconds")
        .about("Rings when a job has waited longer than this.")
        .words("jobs backlog delay alarm")
        .own(),
    Definition::new(Alerts, "alerts.dead_jobs", "Dead jobs", Kind::whole(1, 10_000), "1")
        .unit("jobs")
        .about("Rings when so many jobs have died and nobody has looked at them.")
        .words("failed queue alarm")
        .own(),
    Definition::new(Alerts, "alerts.disk_percent", "Disk", Kind::whole(50, 99), "85")
        .unit("%")
        .about("Rings when more of the database's disk is used.")
        .words("space storage full alarm")
        .own(),
    Definition::new(Alerts, "alerts.seal_lag_seconds", "Audit log unsealed", Kind::whole(5, 3_600), "60")
        .unit("seconds")
        .about("Rings when an entry of the audit log has waited longer for its seal.")
        .words("security lag alarm")
        .danger("Until an entry is sealed, removing it would go unnoticed.")
        .own(),
    Definition::new(Alerts, "alerts.sign_in_attacks_per_minute", "Attacks on the door", Kind::whole(1, 10_000), "30")
        .unit("a minute")
        .about("Rings when more sign-ins to Backlot fail in a minute.")
        .words("login security brute force alarm")
        .danger("A higher number lets somebody try longer before anybody looks.")
        .own(),
    Definition::new(Alerts, "alerts.error_spike", "Errors beyond the usual", FACTOR, "3.0")
        .unit("times")
        .about("Rings when the platform has so many times the errors of the same hour of other days.")
        .words("failure rate spike alarm")
        .own(),
];
