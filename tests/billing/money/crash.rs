//! Two thousand operations from eight clients, while the server is killed ten times, the database restarts twice, and the gateway
//! loses answers and tells everything late, twice or never. In the end its journal and the ledger agree to the cent.
use super::GOOD;
use super::killed::{Killed, must_agree};
use super::settle::say;
use crate::support::server::Database;
use crate::support::{Browser, Studio};
use backlot::database::cluster::{Cluster, Options};
use backlot::gateways::finby::{Addresses, Amount, Finby, Hosted, Payer, PaymentGateway, Payments, Places};
use backlot::kernel::Role;
use backlot::sandbox::finby::{Call, Fault, Gateway, Move, Post};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use uuid::Uuid;

const OPERATIONS: usize = 2_000;
const CLIENTS: usize = 8;
const CUSTOMERS: usize = 120;
const KILLS: usize = 10;

/// Numbers that are the same for the same seed (xorshift64*, Vigna 2016).
struct Chance(AtomicU64);

impl Chance {
    fn below(&self, most: u64) -> u64 {
        let mut x = self.0.load(Ordering::Relaxed);
        x ^= x >> 12;
        x ^= x << 25;
        x ^= x >> 27;
        self.0.store(x, Ordering::Relaxed);
        (x.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % most
    }
}

/// Customers with a card and a payment of €29.00 each; half of them are past due.
async fn customers(studio: &Studio, gateway: &Gateway, port: u16) {
    let finby = Finby::new(gateway.access().unwrap()).unwrap();
    let addresses = Addresses { notification: format!("http://127.0.0.1:{port}/webhooks/finby/mapi"), ..Addresses::default() };
    for n in 0..CUSTOMERS {
        let hosted = Hosted {
            reference: format!("first_{n}"),
            amount: Amount::new(2_900, "EUR").unwrap(),
            language: "en".into(),
            addresses: addresses.clone(),
        };
        let initial = super::pay(gateway, &finby.agree(&hosted, &Payer::default()).unwrap(), GOOD).await;
        let (status, grace) = if n % 2 == 0 { ("past_due", "now() + interval '30 days'") } else { ("active", "null") };
        studio
            .run(&format!(
                "insert into platform.users (id, email, name) values (md5('u{n}')::uuid, 'c{n}@customers.example', 'Customer {n}');
                 insert into platform.subscriptions (id, user_id, tier, status, period_start, period_end, price_minor, card_last4, grace_until) values
                   (md5('s{n}')::uuid, md5('u{n}')::uuid, 'pro', '{status}', now() - interval '30 days', now() + interval '1 day', 2900, '0000', {grace});
                 insert into platform.payments (id, user_id, subscription_id, status, description, amount_minor, gateway_ref, created_at, settled_at) values
                   (md5('p{n}')::uuid, md5('u{n}')::uuid, md5('s{n}')::uuid, 'paid', 'Pro plan', 2900, '{initial}', now() - interval '30 days', now() - interval '30 days');
                 insert into backlot.mandates (id, user_id, gateway_mode, initial_ref) values (gen_random_uuid(), md5('u{n}')::uuid, 'sandbox', {initial})"
            ))
            .await;
        if n % 2 == 0 {
            studio.run(&failed(n)).await;
        }
    }
    studio.run("select backlot.open_ledger()").await;
}

/// Another period of a customer that could not be charged.
fn failed(n: usize) -> String {
    format!(
        "insert into platform.payments (id, user_id, subscription_id, status, description, amount_minor, failure_code, created_at, settled_at)
           select gen_random_uuid(), md5('u{n}')::uuid, md5('s{n}')::uuid, 'failed', 'Pro plan', 2900, '800.100.155', clock_timestamp(), now()
           where not exists (select from backlot.billing_operations where subscription_id = md5('s{n}')::uuid and kind = 'charge' and state in ('queued', 'sending', 'waiting', 'uncertain'));
         update platform.subscriptions set status = 'past_due', grace_until = now() + interval '30 days' where id = md5('s{n}')::uuid"
    )
}

/// What one client does next. A refusal is an answer, too; so is a database that is away.
async fn one(studio: &Studio, admin: &mut Browser, chance: &Chance) -> bool {
    let n = usize::try_from(chance.below(CUSTOMERS as u64)).unwrap();
    let (kind, cents) = (chance.below(10), 1 + chance.below(400));
    let wanted = match kind {
        0..6 => format!(
            "select id::text from platform.payments where user_id = md5('u{n}')::uuid and status in ('paid', 'partially_refunded') order by random() limit 1"
        ),
        _ => format!(
            "select id::text from platform.payments where user_id = md5('u{n}')::uuid and status = 'failed' order by created_at desc limit 1"
        ),
    };
    let found: Result<Option<String>, _> = sqlx::query_scalar(sqlx::AssertSqlSafe(wanted)).fetch_optional(&studio.root).await;
    let payment = match found {
        Ok(Some(payment)) => payment,
        Ok(None) if kind >= 6 => {
            let _ = sqlx::raw_sql(sqlx::AssertSqlSafe(failed(n))).execute(&studio.root).await;
            return false;
        }
        _ => return false,
    };
    let amount = format!("{}.{:02}", cents / 100, cents % 100);
    let (path, fields): (String, Vec<(&str, &str)>) = match kind {
        0..6 => (format!("/admin/payments/{payment}/refund"), vec![("amount", &amount), ("reason_code", "goodwill"), ("reason", "chance")]),
        _ => (format!("/admin/payments/{payment}/retry"), vec![("reason", "chance")]),
    };
    let page = admin.get(&path).await;
    if page.status != 200 {
        return false;
    }
    let form = fields.iter().fold(page.form(&path), |form, (name, value)| form.with(name, value));
    let shown = admin.submit(&form).await;
    if shown.status != 200 {
        return false;
    }
    admin.submit(&shown.form(&path)).await.status == 303
}

/// What goes wrong at the gateway meanwhile.
fn trouble(gateway: &Gateway, chance: &Chance) {
    const FAULTS: [Fault; 8] =
        [Fault::HangUp, Fault::LostAnswer, Fault::Html, Fault::Torn, Fault::Broken, Fault::Busy, Fault::Stranger, Fault::NotYet];
    const CALLS: [Call; 4] = [Call::Charge, Call::Refund, Call::Fetch, Call::Token];
    let pick = |most: usize| usize::try_from(chance.below(most as u64)).unwrap();
    gateway.fail(CALLS[pick(4)], &[FAULTS[pick(8)]]);
    gateway.post(Post {
        silent: chance.below(6) == 0,
        copies: 1 + pick(3),
        forged: chance.below(10) == 0,
        altered: chance.below(10) == 0,
        delay: Duration::from_millis(chance.below(120)),
        settles: Duration::from_millis(5 + chance.below(80)),
    });
}

/// Until nothing is under way by itself any more: what was lost is told again, and looked at again.
async fn calm(studio: &Studio, gateway: &Gateway) {
    gateway.post(Post::default());
    let since = Instant::now();
    let open = "select count(*) from backlot.billing_operations where state in ('queued', 'sending', 'waiting')";
    loop {
        gateway.tell_again();
        gateway.told().await;
        studio
            .run("update backlot.gateway_notices set verdict = 'waiting', received_at = now() - interval '5 minutes' where verdict = 'quarantined';
                  update backlot.billing_operations set next_look_at = now() - interval '5 minutes' where next_look_at is not null;
                  update backlot.billing_operations set requested_at = requested_at - interval '5 minutes' where state = 'queued';
                  update backlot.billing_operations set sent_at = sent_at - interval '5 minutes' where state = 'sending';
                  update backlot.jobs set run_at = now() where finished_at is null and run_at > now();
                  insert into backlot.jobs (id, name, payload, max_attempts) values (gen_random_uuid(), 'billing.look_for_late', 'null', 1)")
            .await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        let waiting = studio.number("select count(*) from backlot.gateway_notices where verdict = 'waiting'").await;
        if studio.number(open).await == 0 && waiting == 0 {
            return;
        }
        assert!(since.elapsed() < Duration::from_secs(180), "{} operations and {waiting} notices stay open", studio.number(open).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "takes minutes: two thousand operations, ten kills and two restarts"]
async fn journal_and_ledger_agree_to_the_cent_after_two_thousand_operations_and_ten_kills() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let seed = std::env::var("BILLING_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(20_261_127_u64);
    eprintln!("seed {seed}");
    let options = Options { throwaway: false, ..Options::for_tests(env!("CARGO_BIN_EXE_backlot").into()).unwrap() };
    let mut cluster = Cluster::start(options.clone()).await.unwrap();
    let gateway = Arc::new(Gateway::start().await.unwrap());
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    // The clients' pages: they only write down what is wanted. Who sends it is the server that is killed.
    let places = Places { public_url: format!("http://127.0.0.1:{port}"), back: None };
    let payments = Payments::new(Arc::new(Finby::new(gateway.access().unwrap()).unwrap()), places, true);
    let studio = Arc::new(Studio::with_payments(Database::furnished_in(&cluster).await, payments).await);
    customers(&studio, &gateway, port).await;
    let admin = studio.sign_in(Role::SuperAdmin).await;
    let chance = Arc::new(Chance(AtomicU64::new(seed)));
    let done = Arc::new(AtomicUsize::new(0));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let (studio, mut admin, chance, done) = (Arc::clone(&studio), admin.clone(), Arc::clone(&chance), Arc::clone(&done));
            tokio::spawn(async move {
                while done.load(Ordering::Relaxed) < OPERATIONS {
                    if one(&studio, &mut admin, &chance).await {
                        done.fetch_add(1, Ordering::Relaxed);
                    }
                }
            })
        })
        .collect();
    let mut server = Killed::start(&studio, &gateway, port);
    for kill in 1..=KILLS {
        let until = OPERATIONS * kill / (KILLS + 1);
        let since = Instant::now();
        while done.load(Ordering::Relaxed) < until {
            assert!(since.elapsed() < Duration::from_secs(240), "only {} were asked for", done.load(Ordering::Relaxed));
            tokio::time::sleep(Duration::from_millis(50)).await;
            trouble(&gateway, &chance);
            // The run takes longer than a second factor stays fresh.
            studio.run("update backlot.sessions set fresh_at = now()").await;
        }
        drop(server);
        if kill % 5 == 0 {
            cluster.stop().await.unwrap();
            cluster = Cluster::start(options.clone()).await.unwrap();
        }
        server = Killed::start(&studio, &gateway, port);
    }
    for client in clients {
        client.await.unwrap();
    }
    let sent = studio.number("select count(*) from backlot.billing_operations").await;
    calm(&studio, &gateway).await;
    let uncertain = studio.number("select count(*) from backlot.billing_operations where state = 'uncertain'").await;
    settled_by_two(&studio, &gateway).await;
    must_agree(&studio, &gateway).await;
    let mut second = studio.sign_in(Role::BillingAdmin).await;
    let page = second.get("/admin/billing/reconciliation").await.must(200);
    assert!(!page.words().contains("Broken"), "{}", page.words());
    let left =
        studio.number("select count(*) from backlot.billing_operations where state not in ('succeeded', 'failed', 'called_off')").await;
    assert_eq!(left, 0);
    let captured: i64 = gateway.journal().iter().filter(|entry| entry.what == Move::Captured).map(|entry| entry.amount.minor()).sum();
    eprintln!(
        "{sent} operations, {KILLS} kills, 2 restarts, {} lines in the journal, {captured} cents captured, {uncertain} settled by two admins",
        gateway.journal().len()
    );
    assert!(uncertain > 0 && sent >= OPERATIONS as i64);
    drop(server);
    studio.jobs().await;
    drop(studio);
    cluster.stop().await.unwrap();
    let _ = std::fs::remove_dir_all(&options.data_home);
}

/// Two admins look into the gateway's own books for what nobody could say anything of.
async fn settled_by_two(studio: &Studio, gateway: &Gateway) {
    studio.run("update backlot.billing_operations set sent_at = sent_at - interval '2 days' where state = 'uncertain'").await;
    let open: Vec<(Uuid, String)> = sqlx::query_as("select id, reference from backlot.billing_operations where state = 'uncertain'")
        .fetch_all(&studio.root)
        .await
        .unwrap();
    let journal = gateway.journal();
    for role in [Role::BillingAdmin, Role::SuperAdmin] {
        let mut admin = studio.sign_in(role).await;
        for (operation, reference) in &open {
            let found = journal.iter().find(|entry| entry.reference == *reference);
            let (outcome, number) = found.map_or(("failed", String::new()), |entry| ("succeeded", entry.id.to_string()));
            let (status, words) = say(&mut admin, *operation, outcome, &number).await;
            assert_eq!(status, 303, "{reference}: {words}");
        }
    }
}
