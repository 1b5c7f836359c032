//! Payments.
use super::{days_in_words, of_days};
use crate::kernel::Permission;
use crate::web::dataset::{Asks, Column, Dataset, Kind, one};

const COLUMNS: &[Column] = &[
    Column::new("id", "ID", Kind::Id, "t.id"),
    Column::new("created_at", "Created", Kind::Time, "t.created_at"),
    Column::new("settled_at", "Settled", Kind::Time, "t.settled_at"),
    Column::new("user_id", "User ID", Kind::Id, "t.user_id"),
    Column::new("user_email", "User", Kind::Text, "u.email"),
    Column::new("status", "Status", Kind::Text, "t.status"),
    Column::new("description", "Description", Kind::Text, "t.description"),
    Column::new("amount", "Amount", Kind::Money, "t.amount_minor || ' ' || t.currency"),
    Column::new("refunded", "Refunded", Kind::Money, "t.refunded_minor || ' ' || t.currency"),
    Column::new("currency", "Currency", Kind::Text, "t.currency::text"),
    Column::new("subscription_id", "Subscription ID", Kind::Id, "t.subscription_id"),
    Column::new("gateway", "Gateway", Kind::Text, "t.gateway"),
    Column::new("gateway_mode", "Gateway mode", Kind::Text, "t.gateway_mode"),
    Column::new("gateway_ref", "Gateway's reference", Kind::Text, "t.gateway_ref"),
    Column::new("failure_code", "Failure code", Kind::Text, "t.failure_code"),
    Column::new("failure_text", "Failure", Kind::Text, "t.failure_text"),
];

/// What users paid, and what of it went back.
pub const PAYMENTS: Dataset = Dataset {
    name: "payments",
    label: "Payments",
    about: "Every charge: amount, what of it was refunded, how it ended, and the gateway's reference.",
    what: ("payment", "payments"),
    icon: "credit-card",
    permission: Permission::ExportsMake,
    always_fresh: false,
    asks: Asks::Days { list: None },
    columns: COLUMNS,
    parts: |wanted| {
        one("payments", "Payments", wanted, |wanted| of_days(wanted, "platform.payments t join platform.users u on u.id = t.user_id"))
    },
    words: days_in_words,
};
