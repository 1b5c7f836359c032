//! The data's integrity: from when on work counts as stuck, and how long what nobody needs any more is kept.
use crate::live::settings::definition::Category::Integrity;
use crate::live::settings::definition::{Definition, Kind};

const HOURS: Kind = Kind::whole(1, 720);
const DAYS: Kind = Kind::whole(7, 3_650);

pub static INTEGRITY: [Definition; 10] = [
    Definition::new(Integrity, "integrity.stuck_generation_hours", "Generation stuck after", HOURS, "12")
        .unit("hours")
        .about("A generation that is neither done nor failed by then is shown as stuck, and can be given up.")
        .words("hanging timeout job image video")
        .own(),
    Definition::new(Integrity, "integrity.stuck_workflow_hours", "Workflow stuck after", HOURS, "24")
        .unit("hours")
        .about("A run whose crew has said nothing for so long is shown as stuck.")
        .words("hanging timeout crew")
        .own(),
    Definition::new(Integrity, "integrity.stuck_training_hours", "Training stuck after", HOURS, "6")
        .unit("hours")
        .about("A training in which nothing has moved for so long is shown as stuck.")
        .words("hanging timeout lora")
        .own(),
    Definition::new(Integrity, "integrity.keep_runs_days", "Keep what checks found", DAYS, "90")
        .unit("days")
        .about("How far back the trend of each check goes.")
        .words("history retention")
        .own(),
    Definition::new(Integrity, "cleanup.nightly", "Tidy up every night", Kind::Switch, "false")
        .about("What is older than the settings below say is removed every night; else only when somebody asks for it.")
        .words("retention automatic schedule delete")
        .danger("From the next night on, old rows are removed without anybody looking.")
        .own(),
    Definition::new(Integrity, "cleanup.user_session_days", "Users' sessions unused for", DAYS, "365")
        .unit("days")
        .about("Sessions of users that were last used longer ago can be removed.")
        .words("retention sign out device")
        .danger("Whoever comes back later than this has to sign in again.")
        .own(),
    Definition::new(Integrity, "cleanup.outbox_days", "Sent analytics events", DAYS, "30")
        .unit("days")
        .about("Analytics events that were delivered longer ago can be removed here; the collector has them.")
        .words("retention outbox posthog")
        .own(),
    Definition::new(Integrity, "cleanup.training_log_days", "Logs of trainings", DAYS, "180")
        .unit("days")
        .about("Logs of trainings that ended longer ago can be removed. The attempts themselves stay.")
        .words("retention lora lines")
        .danger("Without its log nobody can tell any more why an old training failed.")
        .own(),
    Definition::new(Integrity, "cleanup.view_grant_days", "Views as a user", DAYS, "400")
        .unit("days")
        .about("Leaves to view the platform as a user that ended longer ago can be removed. The audit log keeps that they were.")
        .words("retention impersonation")
        .own(),
    Definition::new(Integrity, "cleanup.gateway_call_days", "Calls to the payment gateway", DAYS, "400")
        .unit("days")
        .about("The record of single calls to the payment gateway can be removed after this. Payments and operations stay.")
        .words("retention billing finby")
        .own(),
];
