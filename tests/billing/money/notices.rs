//! What claims to come from the gateway: forged, altered, swapped, twice, late, out of order, or about nobody.
use super::{FAILED, GOOD, PAID, Till, act, past_due, pay, ready, refund, till};
use crate::support::Sent;
use axum::http::Method;
use backlot::gateways::finby::signature::sign_filled;
use backlot::kernel::Role;
use backlot::sandbox::finby::{PROJECT, Post, SECRET};

/// A notice in fields, signed as the gateway does it.
fn signed(reference: &str, number: i64, amount: &str, kind: &str, result: &str) -> String {
    let signed = [
        ("AccountId", PROJECT),
        ("Amount", amount),
        ("Currency", "EUR"),
        ("Type", kind),
        ("ResultCode", result),
        ("PaymentId", "P-1"),
        ("Reference", reference),
    ];
    let values: Vec<_> = signed.iter().map(|(_, value)| *value).collect();
    let mut sent: Vec<(&str, String)> = signed.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    sent.push(("PaymentRequestId", number.to_string()));
    sent.push(("Signature", sign_filled(SECRET, &values)));
    serde_urlencoded::to_string(sent).unwrap()
}

impl Till {
    async fn hear(&self, fields: &str, status: u16) {
        self.studio.browser().send(Sent::get(&format!("/webhooks/finby/mapi?{fields}"))).await.must(status);
        self.settle().await;
    }

    /// `verdict times` of each notice, the oldest first.
    async fn verdicts(&self) -> String {
        self.studio
            .text("select coalesce(string_agg(verdict || ' ' || times, ', ' order by received_at, id), '') from backlot.gateway_notices where reference is distinct from 'bens_first'")
            .await
    }

    async fn reference(&self) -> String {
        self.studio.text("select reference from backlot.billing_operations order by requested_at desc limit 1").await
    }
}

/// A link that waits to be paid; its address.
async fn link(till: &Till) -> String {
    till.studio.run(&past_due("300.100.100")).await;
    let mut admin = till.studio.sign_in(Role::BillingAdmin).await;
    let link = act(&mut admin, &format!("/admin/payments/{FAILED}/link"), &[("reason", "bank wants them")]).await;
    till.settle().await;
    till.studio.text(&format!("select link from backlot.billing_operations where id = '{link}'")).await
}

#[tokio::test]
async fn forged_and_altered_ones_change_nothing_and_are_seen() {
    for post in [Post { forged: true, ..Post::default() }, Post { altered: true, ..Post::default() }] {
        let till = till(GOOD).await;
        let address = link(&till).await;
        till.gateway.post(post);
        pay(&till.gateway, &address, GOOD).await;
        till.gateway.told().await;
        till.settle().await;
        assert_eq!(till.states("link").await, "waiting", "{post:?}");
        assert_eq!(till.booked().await, (0, 0));
        let verdicts = till.verdicts().await;
        assert!(verdicts.starts_with("forged "), "{verdicts}");
        let page = till.studio.sign_in(Role::SupportAdmin).await.get("/admin/billing/notices?verdict=forged").await.must(200);
        assert!(page.words().contains("The signature is not the gateway's."), "{}", page.words());
        till.gateway.post(Post::default());
        till.gateway.tell_again();
        till.gateway.told().await;
        till.settle().await;
        assert_eq!(till.states("link").await, "succeeded", "the gateway's own is believed");
        till.must_agree().await;
    }
}

#[tokio::test]
async fn one_that_is_told_three_times_counts_once() {
    let till = till(GOOD).await;
    let mut admin = till.studio.sign_in(Role::BillingAdmin).await;
    till.gateway.post(Post { copies: 3, ..Post::default() });
    refund(&mut admin, PAID, "9.00").await;
    till.settle().await;
    assert_eq!(till.verdicts().await, "believed 3");
    assert_eq!(till.payment(PAID).await, "partially_refunded 900 0");
    assert_eq!(till.told("Your refund is on its way").await, 1);
    till.must_agree().await;
}

#[tokio::test]
async fn what_does_not_match_the_gateways_own_books_is_quarantined() {
    let till = till(GOOD).await;
    let address = link(&till).await;
    let (reference, initial) = (till.reference().await, till.initial);
    // A number of another payment; another amount for the right one; a reference and a number of nothing.
    let before =
        till.studio.fingerprint(&["backlot.gateway_notices", "backlot.gateway_calls", "backlot.jobs", "backlot.job_schedules"]).await;
    till.hear(&signed(&reference, initial, "29.00", "CRDT", "0"), 200).await;
    till.hear(&signed("nobodys", 77, "29.00", "CRDT", "0"), 200).await;
    till.hear(&signed("bens_first", initial, "2900.00", "CRDT", "0"), 200).await;
    assert_eq!(till.studio.number("select count(*) from backlot.gateway_notices where verdict = 'quarantined'").await, 3);
    let after =
        till.studio.fingerprint(&["backlot.gateway_notices", "backlot.gateway_calls", "backlot.jobs", "backlot.job_schedules"]).await;
    let changed: Vec<_> = after.iter().filter(|(table, print)| before.get(*table) != Some(*print)).collect();
    assert!(changed.is_empty(), "{changed:?}");
    pay(&till.gateway, &address, GOOD).await;
    till.gateway.told().await;
    till.settle().await;
    assert_eq!(till.states("link").await, "succeeded");
    // Somebody looks into one, and puts it away.
    let mut admin = till.studio.sign_in(Role::BillingAdmin).await;
    let page = admin.get("/admin/billing/notices?verdict=quarantined").await.must(200);
    let place = page.attributes("td a.btn", "href").remove(0);
    let form = ready(&mut admin, &place, &[("reason", "a test of the gateway's")]).await;
    admin.submit(&form).await.must(303);
    assert_eq!(till.studio.number("select count(*) from backlot.gateway_notices where verdict = 'dismissed'").await, 1);
    let form = admin.get(&place).await.must(200).form(&place).with("reason", "once more");
    admin.submit(&form).await.must(409);
}

#[tokio::test]
async fn late_ones_undo_nothing_and_early_ones_wait_for_the_books() {
    let till = till(GOOD).await;
    let address = link(&till).await;
    let reference = till.reference().await;
    till.gateway.post(Post { silent: true, ..Post::default() });
    let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let shown = browser.get(&address).send().await.unwrap();
    let number: i64 = shown.headers()["location"].to_str().unwrap().rsplit('/').next().unwrap().parse().unwrap();
    // It says "paid" before the gateway's books do: nothing is concluded from it.
    till.hear(&signed(&reference, number, "29.00", "CRDT", "0"), 200).await;
    assert_eq!(till.states("link").await, "waiting");
    assert!(till.gateway.pay(number, GOOD));
    till.gateway.post(Post::default());
    till.gateway.tell_again();
    till.gateway.told().await;
    till.studio.run("update backlot.gateway_notices set verdict = 'waiting', received_at = now() - interval '5 minutes' where verdict = 'quarantined'").await;
    till.clock("billing.look_for_late").await;
    assert_eq!(till.states("link").await, "succeeded");
    for result in ["1", "1005", "1006"] {
        till.hear(&signed(&reference, number, "29.00", "CRDT", result), 200).await;
    }
    assert_eq!(till.states("link").await, "succeeded");
    assert_eq!(till.payment(FAILED).await, "paid 0 0");
    till.must_agree().await;
}

#[tokio::test]
async fn a_payment_that_the_bank_takes_back_is_booked_and_marked() {
    let till = till(GOOD).await;
    till.gateway.charge_back(till.initial);
    till.gateway.told().await;
    till.settle().await;
    till.gateway.tell_again();
    till.gateway.told().await;
    till.settle().await;
    assert_eq!(
        till.studio.number("select sum(amount)::bigint from backlot.ledger_transfers where cause like 'charged_back:%'").await,
        2_900
    );
    let mut admin = till.studio.sign_in(Role::BillingAdmin).await;
    let path = format!("/admin/payments/{PAID}/refund");
    let form =
        admin.get(&path).await.must(200).form(&path).with("amount", "1.00").with("reason_code", "fraudulent").with("reason", "to be safe");
    let answer = admin.submit(&form).await.must(409);
    assert!(answer.words().contains("took it back"), "{}", answer.words());
}

#[tokio::test]
async fn nonsense_is_refused_and_a_flood_of_it_fills_no_disk() {
    let till = till(GOOD).await;
    let post =
        |body: Vec<u8>| Sent { method: Method::POST, body, ..Sent::get("/webhooks/finby") }.header("content-type", "application/json");
    for body in [Vec::new(), b"{}".to_vec(), b"\xff\x00".to_vec(), vec![b'['; 50_000]] {
        till.studio.browser().send(post(body)).await.must(401);
    }
    till.studio.browser().send(post(vec![b'x'; 70_000])).await.must(400);
    till.studio.browser().send(post(vec![b'x'; 3 << 20])).await.must(413);
    for number in 0..230 {
        till.studio.browser().send(Sent::get(&format!("/webhooks/finby/mapi?x={number}"))).await.must(401);
    }
    assert_eq!(till.studio.number("select count(*) from backlot.gateway_notices where verdict = 'forged'").await, 200);
    assert!(till.studio.number("select max(length(body))::bigint from backlot.gateway_notices where verdict = 'forged'").await <= 2_000);
}
