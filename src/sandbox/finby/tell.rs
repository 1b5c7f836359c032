//! Notifications: signed, and as late, often, forged or altered as it is told.
use super::books::{Ear, Kind, Paper};
use super::{Inside, PROJECT, SECRET, rest};
use crate::gateways::finby::{Amount, signature};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// How it tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Post {
    /// Never tells.
    pub silent: bool,
    pub delay: Duration,
    /// How often each piece of news is delivered.
    pub copies: usize,
    /// With a signature that is not its own.
    pub forged: bool,
    /// With another amount than was signed.
    pub altered: bool,
    /// Until a refund that was taken is done.
    pub settles: Duration,
}

impl Default for Post {
    fn default() -> Self {
        Self { silent: false, delay: Duration::ZERO, copies: 1, forged: false, altered: false, settles: Duration::from_millis(20) }
    }
}

/// How often a delivery is tried.
const TRIES: u32 = 5;

/// Completes a refund after a while, and tells of it.
pub fn settle(inside: &Arc<Inside>, id: i64) {
    let after = inside.open().post.settles;
    let own = Arc::clone(inside);
    let task = tokio::spawn(async move {
        tokio::time::sleep(after).await;
        own.open().books.complete(id);
        tell(&own, id);
    });
    inside.open().running.push(task);
}

/// Tells how a payment is now.
pub fn tell(inside: &Arc<Inside>, id: i64) {
    let mut desk = inside.open();
    let (post, paper) = (desk.post, desk.books.find(id).cloned());
    let Some(paper) = paper.filter(|paper| !post.silent && paper.ear != Ear::Nowhere) else { return };
    for _ in 0..post.copies {
        let (own, paper) = (Arc::clone(inside), paper.clone());
        desk.running.push(tokio::spawn(async move {
            tokio::time::sleep(post.delay).await;
            deliver(&own, &paper, post).await;
        }));
    }
}

async fn deliver(inside: &Inside, paper: &Paper, post: Post) {
    for attempt in 0..TRIES {
        let request = match &paper.ear {
            Ear::Json(url) => inside.http.post(url).json(&json(paper, post)),
            Ear::Fields(url) => {
                let joint = if url.contains('?') { '&' } else { '?' };
                inside.http.get(format!("{url}{joint}{}", fields(paper, post)))
            }
            Ear::Nowhere => return,
        };
        if request.send().await.is_ok_and(|answer| answer.status().is_success()) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50 << attempt)).await;
    }
}

fn key(post: Post) -> &'static str {
    if post.forged { "somebody else's secret" } else { SECRET }
}

/// An amount ten times as high.
fn altered(amount: Amount) -> String {
    format!("{}.{:02}", amount.minor() / 10, amount.minor() % 10 * 10)
}

fn json(paper: &Paper, post: Post) -> Value {
    let mut told = json!({
        "PaymentMethod": "Card", "MerchantIdentification": { "ProjectId": PROJECT }, "PaymentInformation": rest::told(paper),
    });
    let mut values = Vec::new();
    leaves(&told, &mut values, &paper.amount.to_string());
    let values: Vec<_> = values.iter().map(String::as_str).collect();
    told["Signature"] = signature::sign_sorted(key(post), &values).into();
    if post.altered {
        told["PaymentInformation"]["Amount"]["Amount"] = serde_json::from_str(&altered(paper.amount)).unwrap_or_default();
    }
    told
}

/// Every value; the only number is the amount, which is signed with two decimals.
fn leaves(value: &Value, into: &mut Vec<String>, amount: &str) {
    match value {
        Value::Object(fields) => fields.values().for_each(|field| leaves(field, into, amount)),
        Value::String(text) => into.push(text.clone()),
        Value::Number(_) => into.push(amount.to_owned()),
        _ => {}
    }
}

fn fields(paper: &Paper, post: Post) -> String {
    let result = match (paper.state, paper.code) {
        ("Paid" | "Refunded", _) => "0",
        ("Pending", _) => "1",
        (_, None) => "1005",
        _ => "1006",
    };
    let kind = if paper.kind == Kind::Refund || paper.state == "Chargebacked" { "DBIT" } else { "CRDT" };
    let (amount, payment) = (paper.amount.to_string(), format!("P-{}", paper.id));
    let signed = [
        ("AccountId", PROJECT),
        ("Amount", &amount),
        ("Currency", paper.amount.currency()),
        ("Type", kind),
        ("ResultCode", result),
        ("CounterAccount", ""),
        ("CounterAccountName", ""),
        ("OrderId", ""),
        ("PaymentId", &payment),
        ("Reference", &paper.reference),
        ("RefuseReason", paper.code.unwrap_or_default()),
    ];
    let values: Vec<_> = signed.iter().map(|(_, value)| *value).collect();
    let signature = signature::sign_filled(key(post), &values);
    let sent = signed.into_iter().map(|(name, value)| match name {
        "Amount" if post.altered => (name, altered(paper.amount)),
        _ => (name, value.to_owned()),
    });
    let more = [("PaymentRequestId", paper.id.to_string()), ("Signature", signature)];
    serde_urlencoded::to_string(sent.chain(more).collect::<Vec<_>>()).unwrap_or_default()
}
