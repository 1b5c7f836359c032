//! What customers, clients and the gateway do by chance.
use super::GOOD;
use crate::support::{Browser, Studio};
use backlot::gateways::finby::{Addresses, Amount, Finby, Hosted, Payer, PaymentGateway};
use backlot::sandbox::finby::{Call, Fault, Gateway, Post};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

const CUSTOMERS: usize = 120;

/// Numbers that are the same for the same seed (xorshift64*, Vigna 2016).
pub struct Chance(pub AtomicU64);

impl Chance {
    pub fn below(&self, most: u64) -> u64 {
        let mut x = self.0.load(Ordering::Relaxed);
        x ^= x >> 12;
        x ^= x << 25;
        x ^= x >> 27;
        self.0.store(x, Ordering::Relaxed);
        (x.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % most
    }
}

/// Customers with a card and a payment of €29.00 each; half of them are past due.
pub async fn customers(studio: &Studio, gateway: &Gateway, port: u16) {
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
pub async fn one(studio: &Studio, admin: &mut Browser, chance: &Chance) -> bool {
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
pub fn trouble(gateway: &Gateway, chance: &Chance) {
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
