//! Notifications: what the gateway tells by itself, in JSON (REST) or in fields (MAPI5). One that is believed is still only a reason to
//! look: nothing in it is bound to its name, and it may be old.
use super::answer::{number, text};
use super::{Amount, Meaning, PaymentId, State, meaning, signature};
use crate::kernel::secret::sha256;
use serde_json::Value;

/// Which way money went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// To us: a payment.
    Credit,
    /// From us: a refund, or a dispute that was lost.
    Debit,
}

/// A notification that is the gateway's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub direction: Direction,
    /// `None` for a word that was not there when this was written.
    pub state: Option<State>,
    pub payment: Option<PaymentId>,
    /// The payment that a refund is of.
    pub original: Option<PaymentId>,
    pub reference: String,
    pub amount: Amount,
    /// The acquirer's code where it was refused.
    pub code: Option<String>,
}

/// Why a notification is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unbelieved {
    #[error("The notification cannot be read.")]
    Unreadable,
    #[error("The notification is for another project.")]
    Stray,
    #[error("The signature is not the gateway's.")]
    Forged,
}

impl Notice {
    /// The same for each delivery of the same news.
    #[must_use]
    pub fn key(&self) -> String {
        let parts = format!(
            "{:?}|{:?}|{:?}|{:?}|{}|{}",
            self.payment,
            self.state,
            self.direction,
            self.amount,
            self.reference,
            self.original.unwrap_or(0)
        );
        sha256(parts.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// What a REST notification's signature covers ("Creating a Notification signature"), below `PaymentInformation` unless it begins with
/// a slash.
const SIGNED: [&str; 22] = [
    "/MerchantIdentification/ProjectId",
    "Amount/Currency",
    "References/MerchantReference",
    "References/EndToEnd",
    "References/PaymentRequestId",
    "References/PaymentId",
    "References/ClearingSystemReference",
    "References/OriginalPaymentRequestId",
    "References/OriginalPaymentId",
    "Status",
    "StatusReasonInformation/Reason/Code",
    "StatusReasonInformation/Reason/RejectReason",
    "StatusReasonInformation/Reason/MerchantAdviceCode",
    "CreditDebitIndicator",
    "/PaymentMethod",
    "DebtorAccount/Iban",
    "CreditorAccount/Iban",
    "DebtorAgent/Bic",
    "CreditorAgent/Bic",
    "MandateInformation/UMR",
    "DebtorAccount/Other",
    "Debtor/Address/CountryCode",
];
const OF_CARD: [&str; 4] = ["MaskedPan", "ExpiryDate", "Token", "SubType"];

/// A notification in JSON.
pub fn json(key: &str, project: &str, body: &[u8]) -> Result<Notice, Unbelieved> {
    let told: Value = serde_json::from_slice(body).map_err(|_| Unbelieved::Unreadable)?;
    let payment = told.get("PaymentInformation").ok_or(Unbelieved::Unreadable)?;
    let amount = Amount::parse(&text(payment.pointer("/Amount/Amount")), &text(payment.pointer("/Amount/Currency")));
    let amount = amount.ok_or(Unbelieved::Unreadable)?;
    let values = signed(&told, payment, amount);
    let values: Vec<_> = values.iter().map(String::as_str).collect();
    if !signature::is(&text(told.get("Signature")), &signature::sign_sorted(key, &values)) {
        return Err(Unbelieved::Forged);
    }
    if text(told.pointer("/MerchantIdentification/ProjectId")) != project {
        return Err(Unbelieved::Stray);
    }
    let of = |name: &str| payment.pointer(&format!("/References/{name}"));
    Ok(Notice {
        direction: direction(&text(payment.get("CreditDebitIndicator"))).ok_or(Unbelieved::Unreadable)?,
        state: State::parse(&text(payment.get("Status"))),
        payment: number(of("PaymentRequestId")),
        original: number(of("OriginalPaymentRequestId")),
        reference: text(of("MerchantReference")),
        amount,
        code: filled(text(payment.pointer("/StatusReasonInformation/Reason/Code"))),
    })
}

/// The values, as they are signed: the amount with two decimals however the number was written.
fn signed(told: &Value, payment: &Value, amount: Amount) -> Vec<String> {
    let at = |path: &str| match path.strip_prefix('/') {
        Some(_) => text(told.pointer(path)),
        None => text(payment.pointer(&format!("/{path}"))),
    };
    let name = Some(text(payment.pointer("/Creditor/Name"))).filter(|name| !name.is_empty());
    let name = name.unwrap_or_else(|| text(payment.pointer("/Debtor/Name")));
    let card = OF_CARD.iter().map(|field| text(payment.pointer(&format!("/CardTransaction/Card/{field}"))));
    SIGNED.iter().map(|path| at(path)).chain(card).chain([amount.to_string(), name]).collect()
}

/// A notification in fields: eleven of them signed in this order, empty ones left out.
pub fn fields(key: &str, project: &str, fields: &str) -> Result<Notice, Unbelieved> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(fields).map_err(|_| Unbelieved::Unreadable)?;
    let named = |name: &str| {
        let mut all = pairs.iter().filter(|(known, _)| known == name);
        let first = all.next().map(|(_, value)| value.as_str()).unwrap_or_default();
        // Of a field that stands twice nobody knows which one was signed.
        if all.next().is_some() { Err(Unbelieved::Unreadable) } else { Ok(first) }
    };
    let order = [
        "AccountId",
        "Amount",
        "Currency",
        "Type",
        "ResultCode",
        "CounterAccount",
        "CounterAccountName",
        "OrderId",
        "PaymentId",
        "Reference",
        "RefuseReason",
    ];
    let values = order.into_iter().map(named).collect::<Result<Vec<_>, _>>()?;
    if !signature::is(named("Signature")?, &signature::sign_filled(key, &values)) {
        return Err(Unbelieved::Forged);
    }
    if values[0] != project {
        return Err(Unbelieved::Stray);
    }
    let direction = direction(values[3]).ok_or(Unbelieved::Unreadable)?;
    Ok(Notice {
        direction,
        state: outcome(meaning(values[4]), direction),
        payment: named("PaymentRequestId")?.parse().ok().filter(|id| *id > 0),
        original: None,
        reference: values[9].to_owned(),
        amount: Amount::parse(values[1], values[2]).ok_or(Unbelieved::Unreadable)?,
        code: filled(values[10].to_owned()),
    })
}

/// The state that a MAPI5 result amounts to.
fn outcome(means: Meaning, direction: Direction) -> Option<State> {
    match (means, direction) {
        (Meaning::Done, Direction::Credit) => Some(State::Paid),
        (Meaning::Done, Direction::Debit) => Some(State::Refunded),
        (Meaning::Pending, _) => Some(State::Pending),
        (Meaning::Declined(_), _) => Some(State::Rejected),
        _ => None,
    }
}

fn direction(word: &str) -> Option<Direction> {
    match word {
        "CRDT" => Some(Direction::Credit),
        "DBIT" => Some(Direction::Debit),
        _ => None,
    }
}

fn filled(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}
