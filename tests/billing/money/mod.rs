//! Money: what is charged and given back, whatever the gateway, the line and the clock do meanwhile.
mod approve;
mod chance;
mod charges;
mod crash;

mod dunning;
mod faults;
mod killed;
mod notices;
mod pages;
mod refunds;
mod settle;

use crate::support::server::Database;
use crate::support::{BEN, Browser, Filled, Studio};
use backlot::gateways::finby::{Addresses, Amount, Finby, Hosted, Payer, PaymentGateway, Payments, Places};
use backlot::kernel::Role;
use backlot::sandbox::finby::{Gateway, Move, card};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use uuid::{Uuid, uuid};

/// Ben's subscription: pro, its period over in an hour.
pub const BENS: Uuid = uuid!("0192f000-0000-7000-8000-0000000000c1");
/// The payment with which Ben agreed: €29.00, paid.
pub const PAID: Uuid = uuid!("0192f000-0000-7000-8000-0000000000c2");
/// A payment of Ben's that failed; only where a test makes it.
pub const FAILED: Uuid = uuid!("0192f000-0000-7000-8000-0000000000c3");

/// A studio, the gateway that it moves money through, and where that gateway reaches it.
pub struct Till {
    pub studio: Studio,
    pub gateway: Gateway,
    pub initial: i64,
    serving: tokio::task::JoinHandle<()>,
}

impl Drop for Till {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// A studio where Ben has a card of this kind and pays for pro.
pub async fn till(number: &str) -> Till {
    till_over(Database::furnished().await, number).await
}

pub async fn till_over(database: Database, number: &str) -> Till {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let gateway = Gateway::start().await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let client = Finby::with_patience(gateway.access().unwrap(), Duration::from_secs(2)).unwrap();
    let places = Places { public_url: format!("http://{address}"), back: None };
    let studio = Studio::with_payments(database, Payments::new(Arc::new(client), places, true)).await;
    let service = studio.router.clone().into_make_service_with_connect_info::<SocketAddr>();
    let serving = tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
    let initial = agree(&gateway, address, number).await;
    studio.run(&rows(initial)).await;
    gateway.told().await;
    studio.run_jobs().await;
    Till { studio, gateway, initial, serving }
}

/// Ben pays €29.00 on the hosted page, and agrees to later charges.
async fn agree(gateway: &Gateway, address: SocketAddr, number: &str) -> i64 {
    let finby = Finby::new(gateway.access().unwrap()).unwrap();
    let addresses = Addresses { notification: format!("http://{address}/webhooks/finby/mapi"), ..Addresses::default() };
    let amount = Amount::new(2_900, "EUR").unwrap();
    let page =
        finby.agree(&Hosted { reference: "bens_first".into(), amount, language: "en".into(), addresses }, &Payer::default()).unwrap();
    pay(gateway, &page, number).await
}

/// The customer opens a link and pays with a card; the payment's number.
pub async fn pay(gateway: &Gateway, page: &str, number: &str) -> i64 {
    let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let shown = browser.get(page).send().await.unwrap();
    let place = shown.headers()["location"].to_str().unwrap().to_owned();
    let id = place.rsplit('/').next().unwrap().parse().unwrap();
    assert!(gateway.pay(id, number), "nothing to pay at {place}");
    id
}

fn rows(initial: i64) -> String {
    format!(
        "insert into platform.subscriptions (id, user_id, tier, status, period_start, period_end, price_minor, card_last4, card_brand) values
           ('{BENS}', '{BEN}', 'pro', 'active', now() - interval '30 days' + interval '1 hour', now() + interval '1 hour', 2900, '0000', 'visa');
         insert into platform.payments (id, user_id, subscription_id, status, description, amount_minor, gateway_ref, created_at, settled_at) values
           ('{PAID}', '{BEN}', '{BENS}', 'paid', 'Pro plan', 2900, '{initial}', now() - interval '30 days', now());
         insert into backlot.mandates (id, user_id, gateway_mode, initial_ref) values (gen_random_uuid(), '{BEN}', 'sandbox', {initial});
         select backlot.open_ledger()"
    )
}

/// A renewal that failed with this code, and the days of grace that follow from it.
pub fn past_due(code: &str) -> String {
    format!(
        "insert into platform.payments (id, user_id, subscription_id, status, description, amount_minor, failure_code, failure_text, created_at, settled_at)
           values ('{FAILED}', '{BEN}', '{BENS}', 'failed', 'Pro plan', 2900, '{code}', 'refused', now() - interval '1 hour', now());
         update platform.subscriptions set status = 'past_due', failed_charges = 1, grace_until = now() + interval '14 days' where id = '{BENS}'"
    )
}

impl Till {
    /// Does what is due, until nothing is, and everything that the gateway wanted to tell is told and looked into.
    pub async fn settle(&self) {
        for _ in 0..4 {
            self.studio.run_jobs().await;
            self.gateway.told().await;
        }
        self.studio.run_jobs().await;
    }

    /// Has Ben's subscription renewed, or whatever its time has come for: an hour after its period's end. Until then the clock of the
    /// server itself, which goes on meanwhile, finds nothing to do.
    pub async fn renew(&self) {
        let over = "update platform.subscriptions set period_start = period_start - interval '2 hours', period_end = period_end - interval '2 hours'";
        let soon = "period_end between now() and now() + interval '2 hours' and status in ('active', 'cancelled')";
        self.studio.run(&format!("{over} where id = '{BENS}' and {soon}")).await;
        self.clock("billing.renew").await;
    }

    /// Has a job done that comes by the clock.
    pub async fn clock(&self, job: &str) {
        self.studio
            .run(&format!("insert into backlot.jobs (id, name, payload, max_attempts) values (gen_random_uuid(), '{job}', 'null', 1)"))
            .await;
        self.settle().await;
    }

    /// The states of all operations of a kind, the oldest first.
    pub async fn states(&self, kind: &str) -> String {
        let sql = "select coalesce(string_agg(state, ' ' order by requested_at, id), '') from backlot.billing_operations where kind = ";
        self.studio.text(&format!("{sql}'{kind}'")).await
    }

    /// `status refunded refunding` of a payment.
    pub async fn payment(&self, id: Uuid) -> String {
        self.studio
            .text(&format!("select concat_ws(' ', status, refunded_minor, refunding_minor) from platform.payments where id = '{id}'"))
            .await
    }

    /// `status tier failed_charges` of Ben's subscription.
    pub async fn subscription(&self) -> String {
        self.studio
            .text(&format!("select concat_ws(' ', status, tier, failed_charges) from platform.subscriptions where id = '{BENS}'"))
            .await
    }

    /// What moved at the gateway since Ben agreed, in cents: captured and refunded.
    pub fn moved(&self) -> (i64, i64) {
        let of =
            |what: Move| self.gateway.journal().iter().skip(1).filter(|entry| entry.what == what).map(|entry| entry.amount.minor()).sum();
        (of(Move::Captured), of(Move::Refunded))
    }

    /// What the ledger has of money since its opening: captured and refunded.
    pub async fn booked(&self) -> (i64, i64) {
        let sum =
            |cause: &str| format!("select coalesce(sum(amount), 0)::bigint from backlot.ledger_transfers where cause like '{cause}:%'");
        (self.studio.number(&sum("captured")).await, self.studio.number(&sum("refunded")).await)
    }

    /// The gateway's journal and the ledger agree, and nothing that must hold is broken.
    pub async fn must_agree(&self) {
        assert_eq!(self.booked().await, self.moved(), "the ledger and the gateway's journal");
        let mut admin = self.studio.sign_in(Role::BillingAdmin).await;
        let page = admin.get("/admin/billing/reconciliation").await.must(200);
        assert!(!page.words().contains("Broken"), "{}", page.words());
    }

    /// How many alerts of a kind the customer got in their inbox.
    pub async fn told(&self, title: &str) -> i64 {
        self.studio
            .number(&format!(
                "select count(*) from platform.notifications where user_id = '{BEN}' and kind = 'billing' and title = '{title}'"
            ))
            .await
    }
}

/// An action's page, filled, and with its effect shown.
pub async fn ready(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Filled {
    let page = browser.get(path).await.must(200);
    let form = fields.iter().fold(page.form(path), |form, (name, value)| form.with(name, value));
    browser.submit(&form).await.must(200).form(path)
}

/// Does an action from its page; the operation that it leads to.
pub async fn act(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Uuid {
    let form = ready(browser, path, fields).await;
    let sent = browser.submit(&form).await.must(303);
    sent.location().rsplit('/').next().unwrap().parse().unwrap()
}

/// Refunds so much of a payment.
pub async fn refund(browser: &mut Browser, payment: Uuid, amount: &str) -> Uuid {
    let path = format!("/admin/payments/{payment}/refund");
    act(browser, &path, &[("amount", amount), ("reason_code", "goodwill"), ("reason", "lost a day")]).await
}

/// Charges a payment that failed again.
pub async fn retry(browser: &mut Browser, payment: Uuid) -> Uuid {
    act(browser, &format!("/admin/payments/{payment}/retry"), &[("reason", "they called")]).await
}

pub const GOOD: &str = card::GOOD;

/// Ben agrees to another card, on a page of the gateway's.
pub async fn pay_anew(till: &Till) -> i64 {
    let finby = Finby::new(till.gateway.access().unwrap()).unwrap();
    let amount = Amount::new(2_900, "EUR").unwrap();
    let hosted = Hosted { reference: "bens_second".into(), amount, language: "en".into(), addresses: Addresses::default() };
    let page = finby.agree(&hosted, &Payer::default()).unwrap();
    let number = pay(&till.gateway, &page, GOOD).await;
    till.studio
        .run(&format!(
            "update backlot.mandates set revoked_at = now();
             insert into backlot.mandates (id, user_id, gateway_mode, initial_ref) values (gen_random_uuid(), '{BEN}', 'sandbox', {number})"
        ))
        .await;
    number
}
