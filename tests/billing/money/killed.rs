//! A server that can be killed, and what must be so all the same.
use crate::support::{Process, Studio};
use backlot::sandbox::finby::{Gateway, Move, PROJECT, SECRET};
use std::collections::BTreeMap;

/// A server that moves money through the gateway, and renews subscriptions.
pub fn start(studio: &Studio, gateway: &Gateway, port: u16) -> Process {
    let here = format!("http://{}", gateway.address());
    let with = [
        ("BACKLOT_PUBLIC_URL", format!("http://127.0.0.1:{port}")),
        ("BACKLOT_FINBY_MODE", "sandbox".to_owned()),
        ("BACKLOT_FINBY_REST_URL", here.clone()),
        ("BACKLOT_FINBY_MAPI_URL", here),
        ("BACKLOT_FINBY_PROJECT", PROJECT.to_owned()),
        ("BACKLOT_FINBY_SECRET", SECRET.to_owned()),
        ("BACKLOT_BILLING_WORKER", "on".to_owned()),
    ];
    Process::start(studio, &format!("127.0.0.1:{port}"), &with)
}

/// Captured and refunded, by our reference: the gateway's journal and the ledger, and what differs.
pub async fn must_agree(studio: &Studio, gateway: &Gateway) {
    let mut theirs: BTreeMap<String, i64> = BTreeMap::new();
    for entry in gateway.journal().iter().filter(|entry| !entry.reference.starts_with("first_")) {
        let sign = if entry.what == Move::Captured { 1 } else { -1 };
        *theirs.entry(entry.reference.clone()).or_default() += sign * entry.amount.minor();
    }
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "select o.reference, sum(case when t.cause like 'captured:%' then t.amount else -t.amount end)::bigint
         from backlot.ledger_transfers t join backlot.billing_operations o on o.id = t.operation_id where t.unit = 'EUR' group by 1",
    )
    .fetch_all(&studio.root)
    .await
    .unwrap();
    let ours: BTreeMap<String, i64> = rows.into_iter().collect();
    assert_eq!(ours, theirs);
    let twice = theirs.values().filter(|sum| **sum > 2_900).count();
    assert_eq!(twice, 0, "a reference that captured twice");
    let over = studio.number("select count(*) from platform.payments where refunded_minor + refunding_minor > amount_minor").await;
    assert_eq!(over, 0);
    let periods = studio
        .number("select count(*) from (select payment_id from backlot.billing_operations where kind = 'charge' and state = 'succeeded' group by 1 having count(*) > 1) twice")
        .await;
    assert_eq!(periods, 0, "a payment that was charged twice");
}
