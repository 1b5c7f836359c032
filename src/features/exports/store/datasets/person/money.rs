//! The columns of what moves a user's money.
use crate::web::dataset::{Column, Kind};

pub const DISCOUNTS: &[Column] = &[
    Column::new("id", "ID", Kind::Id, "t.id"),
    Column::new("created_at", "Given", Kind::Time, "t.created_at"),
    Column::new("subscription_id", "Subscription", Kind::Id, "t.subscription_id"),
    Column::new("percent", "Per cent", Kind::Whole, "t.percent"),
    Column::new("amount_minor", "Amount, minor units", Kind::Whole, "t.amount_minor"),
    Column::new("periods", "Periods", Kind::Whole, "t.periods"),
    Column::new("periods_left", "Periods left", Kind::Whole, "t.periods_left"),
    Column::new("ended_at", "Ended", Kind::Time, "t.ended_at"),
];

pub const MANDATES: &[Column] = &[
    Column::new("id", "ID", Kind::Id, "t.id"),
    Column::new("agreed_at", "Agreed", Kind::Time, "t.agreed_at"),
    Column::new("gateway_mode", "Mode", Kind::Text, "t.gateway_mode"),
    Column::new("card_brand", "Card", Kind::Text, "t.card_brand"),
    Column::new("card_last4", "Its last digits", Kind::Text, "t.card_last4"),
    Column::new("revoked_at", "Revoked", Kind::Time, "t.revoked_at"),
];

pub const OPERATIONS: &[Column] = &[
    Column::new("id", "ID", Kind::Id, "t.id"),
    Column::new("requested_at", "Asked for", Kind::Time, "t.requested_at"),
    Column::new("kind", "Kind", Kind::Text, "t.kind"),
    Column::new("purpose", "For", Kind::Text, "t.purpose"),
    Column::new("state", "State", Kind::Text, "t.state"),
    Column::new("gateway_mode", "Mode", Kind::Text, "t.gateway_mode"),
    Column::new("amount_minor", "Amount, minor units or credits", Kind::Whole, "t.amount_minor"),
    Column::new("currency", "Currency", Kind::Text, "t.currency::text"),
    Column::new("payment_id", "Payment", Kind::Id, "t.payment_id"),
    Column::new("reference", "Reference", Kind::Text, "t.reference"),
    Column::new("settled_at", "Settled", Kind::Time, "t.settled_at"),
];
