//! Jobs as they are exported. What a job was given is left out: it can hold letters and addresses.
use super::list::narrow;
use crate::features::jobs::filter::Filter;
use crate::kernel::listing::Listing;
use crate::kernel::{Permission, Result};
use crate::web::dataset::{Asks, Column, Dataset, Kind, Wanted, one};

const COLUMNS: &[Column] = &[
    Column::new("id", "ID", Kind::Id, "j.id"),
    Column::new("name", "Job", Kind::Text, "j.name"),
    Column::new("state", "State", Kind::Text, "j.state"),
    Column::new("priority", "Priority", Kind::Whole, "j.priority"),
    Column::new("attempts", "Attempts", Kind::Whole, "j.attempt"),
    Column::new("max_attempts", "Most attempts", Kind::Whole, "j.max_attempts"),
    Column::new("run_at", "Due", Kind::Time, "j.run_at"),
    Column::new("created_at", "Asked for", Kind::Time, "j.created_at"),
    Column::new("started_at", "Started", Kind::Time, "j.started_at"),
    Column::new("finished_at", "Ended", Kind::Time, "j.finished_at"),
    Column::new("error_signature", "Error like", Kind::Text, "j.error_signature"),
    Column::new("last_error", "Last error", Kind::Text, "j.last_error"),
    Column::new("cause", "Audit entry", Kind::Id, "j.cause"),
];

/// The jobs of a filter.
pub const JOBS: Dataset = Dataset {
    name: "jobs",
    label: "Jobs",
    about: "Each job of the queue with its state, times, attempts and last error.",
    what: ("job", "jobs"),
    icon: "stack-2",
    permission: Permission::ExportsAll,
    always_fresh: false,
    asks: Asks::List("/admin/jobs"),
    columns: COLUMNS,
    parts: |wanted| one("jobs", "Jobs", wanted, rows),
    words: |filter| Ok(filter.read::<Filter>()?.words().into_iter().map(|(name, _, value)| (name, value)).collect()),
};

fn rows(wanted: &Wanted) -> Result<Listing> {
    let filter: Filter = wanted.filter.read()?;
    let mut list = Listing::of(wanted.select(), "backlot.jobs j");
    narrow(&mut list, &filter);
    if !wanted.counts() {
        list.push(" order by j.created_at desc, j.id desc");
    }
    Ok(list)
}
