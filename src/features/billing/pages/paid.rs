//! Payments, and what was asked of the gateway, as rows of the billing desk.
use super::show::word;
use crate::features::billing::store::desk::{Asked, Payment};
use crate::web::Admin;
use crate::web::parts::Badge;
use crate::web::show::{self, Moment, money, number};
use uuid::Uuid;

/// A payment.
pub struct Paid {
    pub id: Uuid,
    pub at: Moment,
    pub what: String,
    pub mode: String,
    pub state: Badge,
    pub is_failed: bool,
    pub error: String,
    pub gateway: String,
    pub gateway_ref: String,
    pub seen: Option<Moment>,
    pub amount: String,
    pub back: String,
    pub refund: bool,
    pub retry: bool,
    pub operation: Option<Uuid>,
}

/// Something that was asked of the gateway, or waits for a second admin.
pub struct Wish {
    pub id: Uuid,
    pub what: String,
    pub state: Badge,
    pub amount: String,
    pub by: String,
    pub note: String,
    pub at: Moment,
}

/// A payment.
pub fn paid(admin: &Admin, one: Payment, may: bool) -> Paid {
    let back = money(one.refunded_minor, &one.currency);
    let state = match one.status.as_str() {
        _ if one.charged_back_at.is_some() => Badge::new("bad", "Charged back"),
        "paid" => Badge::new("ok", "Paid"),
        "failed" => Badge::new("bad", "Failed"),
        "pending" => Badge::new("info", "Pending"),
        "refunded" => Badge::new("", "Refunded"),
        _ => Badge::new("", "Partly refunded"),
    };
    let on_its_way = money(one.refunding_minor, &one.currency);
    let left = one.amount_minor - one.refunded_minor - one.refunding_minor;
    let is_captured = matches!(one.status.as_str(), "paid" | "partially_refunded") && one.charged_back_at.is_none();
    Paid {
        id: one.id,
        at: admin.time(one.created_at),
        what: one.description,
        mode: one.mode,
        state,
        is_failed: one.status == "failed",
        error: [one.failure_text.unwrap_or_default(), one.failure_code.map(|code| format!("({code})")).unwrap_or_default()]
            .join(" ")
            .trim()
            .to_owned(),
        gateway: one.gateway_state.unwrap_or_default(),
        gateway_ref: one.gateway_ref.unwrap_or_default(),
        seen: one.gateway_seen_at.map(|at| admin.time(at.to_jiff())),
        amount: money(one.amount_minor, &one.currency),
        back: match (one.refunded_minor, one.refunding_minor) {
            (0, 0) => String::new(),
            (_, 0) => format!("{back} back"),
            (0, _) => format!("{on_its_way} on its way back"),
            _ => format!("{back} back, {on_its_way} on its way"),
        },
        refund: may && is_captured && left > 0,
        retry: may && one.status == "failed" && !one.is_overtaken && one.open_operation.is_none(),
        operation: one.open_operation,
    }
}

/// An operation.
pub fn wish(admin: &Admin, one: Asked) -> Wish {
    let (tone, state) = match one.state.as_str() {
        "awaiting_approval" => ("warn", "Awaits approval"),
        "queued" => ("info", "Queued"),
        "sending" => ("info", "Being sent"),
        "waiting" => ("info", "At the gateway"),
        "uncertain" => ("bad", "Uncertain"),
        "succeeded" => ("ok", "Done"),
        "failed" => ("bad", "Failed"),
        _ => ("", "Called off"),
    };
    let amount =
        if one.currency == "CRD" { format!("{} credits", number(one.amount_minor)) } else { money(one.amount_minor, &one.currency) };
    Wish {
        id: one.id,
        what: word(&one.purpose),
        state: Badge::new(tone, state),
        amount,
        by: one.by.unwrap_or_else(|| "Backlot".into()),
        note: one.note.map(|note| show::short(&note, 90)).unwrap_or_default(),
        at: admin.time(one.requested_at),
    }
}
