//! Runs of the crews: how often, and how many at once, they are started again from here.
use crate::live::settings::definition::Category::Generation;
use crate::live::settings::definition::{Definition, Kind};

pub static WORKFLOWS: [Definition; 2] = [
    Definition::new(Generation, "workflows.max_attempts", "Attempts of a workflow", Kind::whole(1, 50), "5")
        .unit("attempts")
        .about("A run that failed so many times is not started again from Backlot.")
        .words("crew retry limit")
        .danger("Each attempt costs what the first did, and does again what its tasks do outside.")
        .own(),
    Definition::new(Generation, "workflows.bulk_retry_max", "Workflows retried at once", Kind::whole(1, 1_000), "100")
        .unit("runs")
        .about("How many failed runs one retry of many may start again.")
        .words("crew retry bulk limit")
        .danger("A higher number starts more runs on one click, and costs as much.")
        .own(),
];
