//! Where alerts fire, beside what stands with the notifications; and for how long something must last.
use crate::live::settings::definition::Category::Alerts;
use crate::live::settings::definition::{Definition, Kind, Range};

const PERCENT: Kind = Kind::Number(Range { min: 0.0, max: 100.0, step: 0.1, whole: false });

pub static ALERTS: [Definition; 8] = [
    Definition::new(Alerts, "alerts.failed_workflow_percent", "Failed workflow runs", PERCENT, "20.0")
        .unit("%")
        .about("Rings when more of an hour's runs of crews fail than this; 0: never.")
        .words("crew failure rate alarm")
        .own(),
    Definition::new(Alerts, "alerts.failed_generation_percent", "Failed generations", PERCENT, "10.0")
        .unit("%")
        .about("Rings when more of an hour's images and videos fail than this; 0: never.")
        .words("image video failure rate alarm")
        .own(),
    Definition::new(Alerts, "alerts.rate_minimum", "Fewest for a rate", Kind::whole(1, 10_000), "10")
        .unit("ended")
        .about("Of fewer trainings, runs, images or payments in an hour no rate is judged: one of two would be half of them.")
        .words("minimum sample failure rate alarm")
        .danger("With a high number a quiet studio is told of nothing.")
        .own(),
    Definition::new(Alerts, "alerts.gateway_failures", "Gateway down", Kind::whole(1, 1_000), "3")
        .unit("in a row")
        .about("Rings when so many calls to a gateway have failed one after the other.")
        .words("outage finby training crewai storage mail collector alarm")
        .own(),
    Definition::new(Alerts, "alerts.database_gb", "Size of the database", Kind::whole(0, 100_000), "0")
        .unit("GB")
        .about("Rings when the database is larger than this; 0: never.")
        .words("space storage disk alarm")
        .own(),
    Definition::new(Alerts, "alerts.internal_errors_per_minute", "Errors of Backlot", Kind::whole(0, 10_000), "5")
        .unit("a minute")
        .about("Rings when so many requests go wrong by Backlot's own fault in a minute; 0: never.")
        .words("500 exception bug failure alarm")
        .own(),
    Definition::new(Alerts, "alerts.hold_seconds", "Fires after", Kind::whole(0, 3_600), "30")
        .unit("seconds")
        .about("How long it must be past its limit before an alert fires, so that a moment rings nobody.")
        .words("delay patience hysteresis alarm")
        .danger("A higher number lets users feel a fault for longer before anybody is told.")
        .own(),
    Definition::new(Alerts, "alerts.calm_seconds", "Clears after", Kind::whole(0, 86_400), "120")
        .unit("seconds")
        .about("How long it must be well below its limit before an alert is over, so that it does not come and go.")
        .words("recovery hysteresis flapping alarm")
        .own(),
];
