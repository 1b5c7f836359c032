//! Everything that is kept of one user, for requests of support and of the law: every table of theirs, no credentials.
mod columns;
mod money;
mod staff;

use crate::kernel::listing::Listing;
use crate::kernel::{Permission, Result};
use crate::web::dataset::{Asks, Column, Dataset, Part, Wanted, Words};
use crate::web::pairs::Pairs;
use serde::Deserialize;
use uuid::Uuid;

/// All of one user.
pub const PERSON: Dataset = Dataset {
    name: "user_data",
    label: "One user's data",
    about: "Everything that is kept of one user: a zip with a JSON file for each table and a page to read it by; no credentials.",
    what: ("row", "rows"),
    icon: "user-circle",
    permission: Permission::ExportsAll,
    always_fresh: true,
    asks: Asks::User,
    columns: &[],
    parts,
    words,
};

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Of {
    user: Uuid,
}

/// A table, how its rows are of a user, and in which order they are read.
struct Table {
    name: &'static str,
    label: &'static str,
    columns: &'static [Column],
    from: &'static str,
    /// Ends where the user's id belongs.
    of: &'static str,
    /// What stands behind the id.
    close: &'static str,
    order: &'static str,
    /// What the pages ask for to show it.
    permission: Permission,
}

const fn own(name: &'static str, label: &'static str, columns: &'static [Column], from: &'static str) -> Table {
    Table {
        name,
        label,
        columns,
        from,
        of: "t.user_id = ",
        close: "",
        order: " order by t.created_at, t.id",
        permission: Permission::UsersRead,
    }
}

const TABLES: [Table; 25] = [
    Table { of: "t.id = ", ..own("account", "Account", columns::ACCOUNT, "platform.users t") },
    own("sessions", "Open sessions", columns::SESSIONS, "platform.user_sessions t"),
    own("projects", "Projects", columns::PROJECTS, "platform.projects t"),
    Table {
        of: "p.user_id = ",
        order: " order by t.project_id, t.version",
        ..own(
            "project_states",
            "Earlier states of projects",
            columns::STATES,
            "platform.project_states t join platform.projects p on p.id = t.project_id",
        )
    },
    own("characters", "Characters", columns::CHARACTERS, "platform.characters t"),
    Table { permission: Permission::LoraRead, ..own("lora_models", "LoRA models", columns::MODELS, "platform.lora_models t") },
    Table {
        of: "m.user_id = ",
        permission: Permission::LoraRead,
        ..own(
            "lora_trainings",
            "Trainings",
            columns::TRAININGS,
            "platform.lora_trainings t join platform.lora_models m on m.id = t.lora_model_id",
        )
    },
    Table {
        of: "m.user_id = ",
        permission: Permission::LoraRead,
        ..own(
            "training_images",
            "Training images",
            columns::IMAGES,
            "platform.training_images t join platform.lora_models m on m.id = t.lora_model_id",
        )
    },
    Table {
        of: "m.user_id = ",
        order: " order by r.created_at, t.lora_training_id, t.line_no",
        permission: Permission::LoraLogs,
        ..own(
            "training_logs",
            "Training logs",
            columns::LOGS,
            "platform.training_logs t join platform.lora_trainings r on r.id = t.lora_training_id join platform.lora_models m on m.id = r.lora_model_id",
        )
    },
    own("generation_jobs", "Generation jobs", columns::GENERATIONS, "platform.generation_jobs t"),
    own("workflow_jobs", "Workflow runs", columns::WORKFLOWS, "platform.workflow_jobs t"),
    own("subscriptions", "Subscriptions", columns::SUBSCRIPTIONS, "platform.subscriptions t"),
    own("payments", "Payments", columns::PAYMENTS, "platform.payments t"),
    Table {
        of: "s.user_id = ",
        permission: Permission::BillingRead,
        ..own("discounts", "Discounts", money::DISCOUNTS, "backlot.discounts t join platform.subscriptions s on s.id = t.subscription_id")
    },
    Table {
        order: " order by t.agreed_at, t.id",
        permission: Permission::BillingRead,
        ..own("mandates", "Cards they agreed to be charged by", money::MANDATES, "backlot.mandates t")
    },
    Table {
        order: " order by t.requested_at, t.id",
        permission: Permission::BillingRead,
        ..own("billing_operations", "Charges, refunds and credits that were asked for", money::OPERATIONS, "backlot.billing_operations t")
    },
    own("credit_transactions", "Credit transactions", columns::CREDITS, "platform.credit_transactions t"),
    own("notifications", "Messages in the inbox", columns::NOTIFICATIONS, "platform.notifications t"),
    Table {
        order: " order by t.category",
        ..own("notification_preferences", "What they want to be told", columns::PREFERENCES, "platform.notification_preferences t")
    },
    Table {
        of: "t.channel = 'email' and t.user_id = ",
        order: " order by t.id",
        ..own(
            "letters",
            "Letters by mail",
            columns::LETTERS,
            "backlot.notification_deliveries t join backlot.notifications n on n.id = t.notification_id",
        )
    },
    Table { order: " order by t.tag", ..own("user_tags", "Tags by the staff", staff::TAGS, "backlot.user_tags t") },
    Table {
        order: " order by a.fired_at, a.id",
        ..own(
            "alert_people",
            "Alerts that concerned them",
            staff::ALERTS,
            "backlot.alert_people t join backlot.alerts a on a.id = t.alert_id",
        )
    },
    own("staff_notes", "Notes by the staff", columns::NOTES, "backlot.user_notes t join backlot.admins a on a.id = t.admin_id"),
    Table {
        order: " order by t.started_at, t.id",
        permission: Permission::AuditReadAll,
        ..own(
            "staff_views",
            "When the staff saw the platform as them",
            columns::VIEWS,
            "backlot.view_grants t join backlot.admins a on a.id = t.admin_id",
        )
    },
    Table {
        of: "t.target_kind = 'user' and t.target_id = ",
        close: "::text",
        order: " order by t.at, t.seq",
        permission: Permission::AuditReadAll,
        ..own("staff_actions", "What the staff did", columns::ACTIONS, "backlot.audit_log t")
    },
];

fn parts(wanted: &Wanted) -> Result<Vec<Part>> {
    let of: Of = wanted.filter.read()?;
    Ok(TABLES.iter().map(|table| part(table, of.user)).collect())
}

fn part(table: &Table, user: Uuid) -> Part {
    let list = |columns: &'static [Column]| {
        let mut list = Listing::of(columns.iter().map(|column| column.sql), table.from);
        list.and_bind(table.of, user).push(table.close);
        list
    };
    let mut rows = list(table.columns);
    rows.push(table.order);
    Part {
        name: table.name,
        label: table.label,
        columns: table.columns.iter().collect(),
        rows,
        count: list(&[]),
        permission: table.permission,
    }
}

fn words(filter: &Pairs) -> Result<Words> {
    let of: Of = filter.read()?;
    Ok(vec![("User", of.user.to_string())])
}
