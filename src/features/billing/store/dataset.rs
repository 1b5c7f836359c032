//! Subscriptions and operations as they are exported: all that the list's filter leaves, in the list's order.
use super::list::Narrowed;
use super::queue;
use crate::features::billing::filter::{Filter, Sort};
use crate::features::billing::model::filter::Filter as Asked;
use crate::kernel::listing::Listing;
use crate::kernel::{Permission, Result};
use crate::web::dataset::{Asks, Column, Dataset, Kind, Wanted, one};
use uuid::Uuid;

const COLUMNS: &[Column] = &[
    Column::new("id", "ID", Kind::Id, "s.id"),
    Column::new("user_id", "User ID", Kind::Id, "s.user_id"),
    Column::new("user_email", "User", Kind::Text, "u.email"),
    Column::new("tier", "Tier", Kind::Text, "s.tier"),
    Column::new("status", "Status", Kind::Text, "s.status"),
    Column::new("price", "Price before discounts", Kind::Money, "s.price_minor || ' ' || s.currency"),
    Column::new("created_at", "Since", Kind::Time, "s.created_at"),
    Column::new("period_start", "Period from", Kind::Time, "s.period_start"),
    Column::new("period_end", "Period to", Kind::Time, "s.period_end"),
    Column::new("grace_until", "Grace until", Kind::Time, "s.grace_until"),
    Column::new("next_charge_at", "Tried again", Kind::Time, "s.next_charge_at"),
    Column::new("failed_charges", "Failed charges", Kind::Whole, "s.failed_charges"),
    Column::new("pending_tier", "Then", Kind::Text, "s.pending_tier"),
    Column::new("cancelled_at", "Cancelled", Kind::Time, "s.cancelled_at"),
    Column::new("cancel_reason", "Why", Kind::Text, "s.cancel_reason"),
    Column::new("card_brand", "Card", Kind::Text, "s.card_brand"),
    Column::new("card_last4", "Its last digits", Kind::Text, "s.card_last4"),
];

const ASKED: &[Column] = &[
    Column::new("id", "ID", Kind::Id, "o.id"),
    Column::new("kind", "Kind", Kind::Text, "o.kind"),
    Column::new("purpose", "Purpose", Kind::Text, "o.purpose"),
    Column::new("state", "State", Kind::Text, "o.state"),
    Column::new("user_id", "User ID", Kind::Id, "o.user_id"),
    Column::new("user_email", "User", Kind::Text, "u.email"),
    Column::new("amount", "Amount", Kind::Money, "case when o.currency <> 'CRD' then o.amount_minor || ' ' || o.currency end"),
    Column::new("credits", "Credits", Kind::Whole, "case when o.currency = 'CRD' then o.amount_minor end"),
    Column::new("payment_id", "Payment ID", Kind::Id, "o.payment_id"),
    Column::new("subscription_id", "Subscription ID", Kind::Id, "o.subscription_id"),
    Column::new("gateway_mode", "Mode of the gateway", Kind::Text, "o.gateway_mode"),
    Column::new("reference", "Our reference", Kind::Text, "o.reference"),
    Column::new("gateway_ref", "The gateway's reference", Kind::Whole, "o.gateway_ref"),
    Column::new("code", "Code of the answer", Kind::Text, "o.code"),
    Column::new("answer", "Answer", Kind::Text, "o.answer"),
    Column::new("reason", "Reason", Kind::Text, "o.reason_code"),
    Column::new("note", "Note", Kind::Text, "o.note"),
    Column::new("ticket", "Ticket", Kind::Text, "o.ticket"),
    Column::new("requested_by", "Asked for by", Kind::Text, "(select a.email from backlot.admins a where a.id = o.requested_by)"),
    Column::new("requested_at", "Asked for", Kind::Time, "o.requested_at"),
    Column::new("decided_by", "Decided by", Kind::Text, "(select a.email from backlot.admins a where a.id = o.decided_by)"),
    Column::new("decided_at", "Decided", Kind::Time, "o.decided_at"),
    Column::new("settled_at", "Ended", Kind::Time, "o.settled_at"),
];

/// The subscriptions of a filter.
pub const SUBSCRIPTIONS: Dataset = Dataset {
    name: "subscriptions",
    label: "Subscriptions",
    about: "Each subscription with its user, tier, price, period, grace and card.",
    what: ("subscription", "subscriptions"),
    icon: "rotate-clockwise-2",
    permission: Permission::ExportsMake,
    always_fresh: false,
    asks: Asks::List("/admin/subscriptions"),
    columns: COLUMNS,
    parts: |wanted| one("subscriptions", "Subscriptions", wanted, rows),
    words: |filter| Ok(filter.read::<Filter>()?.words().into_iter().map(|(name, _, value)| (name, value)).collect()),
};

/// The operations of a filter: charges, refunds, and credits given or taken.
pub const OPERATIONS: Dataset = Dataset {
    name: "billing_operations",
    label: "Charges and refunds",
    about: "Each charge, refund and change of credits with its user, amount, state, who asked for it and what the gateway said.",
    what: ("operation", "operations"),
    icon: "receipt-refund",
    permission: Permission::ExportsMake,
    always_fresh: false,
    asks: Asks::List("/admin/billing/operations"),
    columns: ASKED,
    parts: |wanted| one("billing_operations", "Charges and refunds", wanted, asked),
    words: |filter| Ok(filter.read::<Asked>()?.words().into_iter().map(|(name, _, value)| (name, value)).collect()),
};

fn asked(wanted: &Wanted) -> Result<Listing> {
    let filter: Asked = wanted.filter.read()?;
    let mut list = Listing::of(wanted.select(), "backlot.billing_operations o join platform.users u on u.id = o.user_id");
    let user = filter.user().map(|text| (text.to_owned(), Uuid::try_parse(text).ok()));
    queue::narrow(&mut list, &filter, user.as_ref().map(|(_, id)| *id));
    if let Some((email, None)) = user {
        list.and_bind("u.email_key = lower(", email).push(")");
    }
    if !wanted.counts() {
        list.push(queue::NEWEST);
    }
    Ok(list)
}

fn rows(wanted: &Wanted) -> Result<Listing> {
    let filter: Filter = wanted.filter.read()?;
    let mut list = Listing::of(wanted.select(), "platform.subscriptions s join platform.users u on u.id = s.user_id");
    let named = filter.user().map(|text| (text.to_owned(), Uuid::try_parse(text).ok()));
    // Whoever is named has all of theirs, over or not; the name itself is compared below.
    Narrowed { filter: &filter, user: named.as_ref().map(|(_, id)| *id), zone: &wanted.zone }.narrow(&mut list);
    if let Some((email, None)) = named {
        list.and_bind("u.email_key = lower(", email).push(")");
    }
    if !wanted.counts() {
        list.push(match filter.order() {
            Sort::Soonest => " order by s.period_end, s.id",
            Sort::Latest => " order by s.period_end desc, s.id desc",
            Sort::Grace => " order by s.grace_until, s.id",
        });
    }
    Ok(list)
}
