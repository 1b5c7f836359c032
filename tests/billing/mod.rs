//! Billing: what people pay for, and that no cent goes where it should not.
mod cancel;
mod desk;
mod money;
mod terms;
mod upgrade;

use crate::support::{Answer, Browser, EVE, RTL, Studio};
use backlot::kernel::Role;
use uuid::{Uuid, uuid};

/// Eve's subscription: active, a third of its period gone.
pub const EVES: Uuid = uuid!("0192f000-0000-7000-8000-0000000000b1");
/// The subscription of the one whose name runs from right to left: cancelled, with a discount that runs.
pub const ENDING: Uuid = uuid!("0192f000-0000-7000-8000-0000000000b2");

/// Two more subscriptions beside Ada's, who is past due.
pub fn subscribed() -> String {
    format!(
        "insert into platform.subscriptions (id, user_id, tier, status, period_start, period_end, price_minor, card_last4, card_brand,
           cancel_reason, cancelled_at) values
           ('{EVES}', '{EVE}', 'starter', 'active', now() - interval '10 days', now() + interval '20 days', 900, '1111', 'visa', null, null),
           ('{ENDING}', '{RTL}', 'pro', 'cancelled', now() - interval '10 days', now() + interval '20 days', 2900, '2222', 'visa', 'Quality', now());
         insert into platform.payments (id, user_id, subscription_id, status, description, amount_minor, gateway_ref, settled_at) values
           ('0192f000-0000-7000-8000-0000000000b3', '{RTL}', '{ENDING}', 'paid', 'Pro plan, 30 days', 2900, '4100000001', now());
         insert into backlot.discounts (id, subscription_id, percent, periods, periods_left, granted_by, reason) values
           ('0192f000-0000-7000-8000-0000000000b4', '{EVES}', 20, 3, 2, '0192f000-0000-7000-8000-0000000000e1', 'long outage')"
    )
}

pub async fn studio() -> (Studio, Browser) {
    let studio = Studio::open().await;
    studio.run(&subscribed()).await;
    let billing = studio.sign_in(Role::BillingAdmin).await;
    (studio, billing)
}

/// Fills the form, is shown the effect, and confirms it.
pub async fn act(admin: &mut Browser, path: &str, fields: &[(&str, &str)]) -> (Answer, Answer) {
    let shown = ask(admin, path, fields).await.must(200);
    let done = admin.submit(&shown.form(path)).await;
    (shown, done)
}

pub async fn ask(admin: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
    let asked = admin.get(path).await.must(200);
    let form = fields.iter().fold(asked.form(path), |form, (name, value)| form.with(name, value));
    admin.submit(&form).await
}

pub async fn of(studio: &Studio, id: impl std::fmt::Display, what: &str) -> String {
    studio.text(&format!("select ({what})::text from platform.subscriptions where id = '{id}'")).await
}

pub async fn try_sql(studio: &Studio, sql: &str) -> sqlx::Result<()> {
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned())).execute(&studio.root).await.map(drop)
}

pub async fn act_once(admin: &mut Browser, path: &str) {
    ask(admin, path, &[]).await.must(303);
}
