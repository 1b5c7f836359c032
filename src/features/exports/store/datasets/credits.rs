//! The credit ledger.
use super::{days_in_words, of_days};
use crate::kernel::Permission;
use crate::web::dataset::{Asks, Column, Dataset, Kind, one};

const COLUMNS: &[Column] = &[
    Column::new("id", "ID", Kind::Id, "t.id"),
    Column::new("created_at", "Created", Kind::Time, "t.created_at"),
    Column::new("user_id", "User ID", Kind::Id, "t.user_id"),
    Column::new("user_email", "User", Kind::Text, "u.email"),
    Column::new("kind", "Kind", Kind::Text, "t.kind"),
    Column::new("amount", "Credits", Kind::Whole, "t.amount"),
    Column::new("description", "Description", Kind::Text, "t.description"),
    Column::new("generation_job_id", "Generation ID", Kind::Id, "t.generation_job_id"),
    Column::new("lora_training_id", "Training ID", Kind::Id, "t.lora_training_id"),
    Column::new("payment_id", "Payment ID", Kind::Id, "t.payment_id"),
];

/// Grants, purchases, what was spent and given back.
pub const CREDITS: Dataset = Dataset {
    name: "credit_transactions",
    label: "Credit transactions",
    about: "Every line of the credit ledger: grants, purchases, what was spent and given back.",
    what: ("transaction", "transactions"),
    icon: "coins",
    permission: Permission::ExportsMake,
    always_fresh: false,
    asks: Asks::Days { list: None },
    columns: COLUMNS,
    parts: |wanted| {
        one("credit_transactions", "Credit transactions", wanted, |wanted| {
            of_days(wanted, "platform.credit_transactions t join platform.users u on u.id = t.user_id")
        })
    },
    words: days_in_words,
};
