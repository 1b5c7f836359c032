//! Runs of crews as they are exported: all that the list's filter leaves, in the list's order.
use super::list::Narrowed;
use crate::features::workflows::filter::{Filter, Sort};
use crate::kernel::listing::Listing;
use crate::kernel::{Permission, Result};
use crate::web::dataset::{Asks, Column, Dataset, Kind, Wanted, one};
use uuid::Uuid;

const COLUMNS: &[Column] = &[
    Column::new("id", "ID", Kind::Id, "w.id"),
    Column::new("created_at", "Created", Kind::Time, "w.created_at"),
    Column::new("started_at", "Started", Kind::Time, "w.started_at"),
    Column::new("finished_at", "Finished", Kind::Time, "w.finished_at"),
    Column::new("user_id", "User ID", Kind::Id, "w.user_id"),
    Column::new("user_email", "User", Kind::Text, "u.email"),
    Column::new("project_id", "Project ID", Kind::Id, "w.project_id"),
    Column::new("crew", "Crew", Kind::Text, "w.crew"),
    Column::new("state", "State", Kind::Text, "w.state"),
    Column::new("attempt", "Attempt", Kind::Whole, "w.attempt"),
    Column::new("retry_of", "Retry of", Kind::Id, "w.retry_of"),
    Column::new("external_id", "ID at the crew's host", Kind::Text, "w.external_id"),
    Column::new("error_signature", "Error like", Kind::Text, "w.error_signature"),
    Column::new("error", "Error", Kind::Text, "w.error"),
    Column::new("inputs", "Inputs", Kind::Json, "w.inputs::text"),
    Column::new("outputs", "Outputs", Kind::Json, "w.outputs::text"),
    Column::new("tasks", "Tasks", Kind::Json, "w.tasks::text"),
];

/// The runs of a filter.
pub const RUNS: Dataset = Dataset {
    name: "workflow_runs",
    label: "Workflow runs",
    about: "Each run of a crew with its user, state, times, inputs, outputs and tasks.",
    what: ("run", "runs"),
    icon: "robot",
    permission: Permission::ExportsAll,
    always_fresh: false,
    asks: Asks::Days { list: Some("/admin/workflows") },
    columns: COLUMNS,
    parts: |wanted| one("workflow_runs", "Workflow runs", wanted, rows),
    words: |filter| Ok(filter.read::<Filter>()?.words().into_iter().map(|(name, _, value)| (name, value)).collect()),
};

fn rows(wanted: &Wanted) -> Result<Listing> {
    let filter: Filter = wanted.filter.read()?;
    let mut list = Listing::of(wanted.select(), "platform.workflow_jobs w left join platform.users u on u.id = w.user_id");
    Narrowed { filter: &filter, user: None, zone: &wanted.zone }.narrow(&mut list);
    match filter.user().map(|text| (text, Uuid::try_parse(text))) {
        None => {}
        Some((_, Ok(id))) => {
            list.and_bind("w.user_id = ", id);
        }
        Some((text, Err(_))) => {
            list.and_bind("u.email_key = lower(", text.to_owned()).push(")");
        }
    }
    if !wanted.counts() {
        list.push(if filter.order() == Sort::Newest { " order by w.created_at desc, w.id desc" } else { " order by w.created_at, w.id" });
    }
    Ok(list)
}
