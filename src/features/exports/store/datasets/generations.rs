//! Generation jobs.
use super::{days_in_words, of_days};
use crate::kernel::Permission;
use crate::web::dataset::{Asks, Column, Dataset, Kind, one};

const COLUMNS: &[Column] = &[
    Column::new("id", "ID", Kind::Id, "t.id"),
    Column::new("created_at", "Created", Kind::Time, "t.created_at"),
    Column::new("started_at", "Started", Kind::Time, "t.started_at"),
    Column::new("finished_at", "Finished", Kind::Time, "t.finished_at"),
    Column::new("user_id", "User ID", Kind::Id, "t.user_id"),
    Column::new("user_email", "User", Kind::Text, "u.email"),
    Column::new("project_id", "Project ID", Kind::Id, "t.project_id"),
    Column::new("kind", "Kind", Kind::Text, "t.kind"),
    Column::new("quality", "Quality", Kind::Text, "t.quality"),
    Column::new("status", "Status", Kind::Text, "t.status"),
    Column::new("model", "Model", Kind::Text, "t.model"),
    Column::new("credits", "Credits", Kind::Whole, "t.credits"),
    Column::new("prompt", "Prompt", Kind::Text, "t.prompt"),
    Column::new("error_class", "Kind of error", Kind::Text, "t.error_class"),
    Column::new("error", "Error", Kind::Text, "t.error"),
];

/// Pictures and clips that were asked for.
pub const GENERATIONS: Dataset = Dataset {
    name: "generation_jobs",
    label: "Generation jobs",
    about: "Every picture or clip that was asked for: prompt, model, credits, times and errors.",
    what: ("job", "jobs"),
    icon: "photo",
    permission: Permission::ExportsAll,
    always_fresh: false,
    asks: Asks::Days { list: None },
    columns: COLUMNS,
    parts: |wanted| {
        one("generation_jobs", "Generation jobs", wanted, |wanted| {
            of_days(wanted, "platform.generation_jobs t join platform.users u on u.id = t.user_id")
        })
    },
    words: days_in_words,
};
