//! Periods that end: the next one is charged, a charge that failed is tried again, and what is over ends. Each subscription is taken by
//! itself and held while it is, so that two workers never do the same.
use super::credits::{Granted, grant};
use super::operations::{Asker, Wanted, begin_for};
use super::periods::{self, Paid, Running, Status};
use super::{mandates, payments, plans, tell};
use crate::features::billing::jobs::Rules;
use crate::features::billing::model::operation::{Kind, Purpose};
use crate::features::billing::model::plan::Plan;
use crate::gateways::finby::Mode;
use crate::kernel::{Error, Result, Tier, Why, id};
use sqlx::PgConnection;
use uuid::Uuid;

/// Subscriptions whose time has come, for whatever: at most so many, the oldest first.
pub async fn due(db: &mut PgConnection, mode: Mode, most: i64) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        r#"(select s.id as "id!" from platform.subscriptions s
            where s.status in ('active', 'trialing') and s.currency = 'EUR' and s.period_end <= now()
              and (s.pending_tier = 'free' or (s.status = 'trialing' and s.card_last4 is null)
                or exists (select from backlot.mandates m where m.user_id = s.user_id and m.gateway_mode = $1 and m.revoked_at is null))
              and not exists (select from backlot.billing_operations o where o.subscription_id = s.id and o.kind = 'charge'
                and (o.state in ('queued', 'sending', 'waiting', 'uncertain') or o.requested_at > now() - interval '1 hour'))
            order by s.period_end, s.id limit $2)
           union all
           (select s.id from platform.subscriptions s where s.next_charge_at <= now() and s.status = 'past_due' order by s.next_charge_at, s.id limit $2)
           union all
           (select s.id from platform.subscriptions s where s.status = 'past_due' and s.grace_until <= now()
              and not exists (select from backlot.billing_operations o where o.subscription_id = s.id and o.kind = 'charge'
                and o.state in ('queued', 'sending', 'waiting', 'uncertain')) order by s.grace_until, s.id limit $2)
           union all
           (select s.id from platform.subscriptions s where s.status = 'cancelled' and s.period_end <= now() order by s.period_end, s.id limit $2)"#,
        mode.code(),
        most
    )
    .fetch_all(db)
    .await?)
}

/// Does for one subscription what its time has come for.
///
/// # Errors
/// `Conflict` when something stands in the way; then nothing has happened.
pub async fn step(db: &mut PgConnection, subscription: Uuid, mode: Mode, rules: &Rules) -> Result<()> {
    let running = periods::lock(db, subscription).await?;
    if periods::is_being_charged(db, subscription).await? {
        return Ok(());
    }
    match running.status {
        Status::Active | Status::Trialing if running.is_due => renew(db, &running, mode, rules).await,
        Status::PastDue if running.is_out_of_grace => {
            end(db, &running, "Payment failed", "We could not charge your card, so your plan has ended.").await
        }
        Status::PastDue if running.is_retry_due => again(db, &running, mode, rules).await,
        Status::Cancelled if running.is_due => end(db, &running, "Cancelled", "Your plan has ended, as you asked.").await,
        _ => Ok(()),
    }
}

async fn end(db: &mut PgConnection, running: &Running, why: &str, body: &str) -> Result<()> {
    periods::lapsed(db, running, Some(why)).await?;
    tell::tell(db, running.user, "warning", "Your plan has ended", body).await
}

async fn renew(db: &mut PgConnection, running: &Running, mode: Mode, rules: &Rules) -> Result<()> {
    if running.pending_tier == Some(Tier::Free) {
        return end(db, running, "Changed to free", "Your plan has ended, as you asked. You are on the free tier now.").await;
    }
    if mandates::standing(db, running.user, mode).await?.is_none() {
        let is_unpaid_trial = running.status == Status::Trialing && !running.has_card;
        let body = "Your trial has ended. You can choose a plan whenever you like.";
        return if is_unpaid_trial { end(db, running, "Trial ended without a card", body).await } else { Ok(()) };
    }
    let (plan, amount) = plans::next(db, running, rules).await?;
    let Plan::Renewal { tier, .. } = plan else { return Err(Error::internal("a renewal has another plan")) };
    if amount == 0 {
        return free(db, running, &plan).await;
    }
    let wanted = Wanted {
        key: id::new(),
        kind: Kind::Charge,
        purpose: Purpose::Renewal,
        user: running.user,
        subscription: Some(running.id),
        payment: unsent(db, running, amount).await?,
        mode,
        minor: amount,
        currency: running.currency.clone(),
        description: format!("{} plan", tier.label()),
        plan,
        reason_code: None,
        why: Why::default(),
        needs_approval: false,
    };
    begin_for(db, Asker::default(), &wanted).await.map(drop)
}

/// The payment of an earlier try to charge this period that never reached the gateway: it is charged in place of a new one.
async fn unsent(db: &mut PgConnection, running: &Running, amount: i64) -> Result<Option<Uuid>> {
    let payment = sqlx::query_scalar!(
        r#"select o.payment_id as "payment!" from backlot.billing_operations o join platform.payments p on p.id = o.payment_id
           where o.subscription_id = $1 and o.state = 'called_off' and o.purpose = 'renewal' and p.status = 'failed' and p.amount_minor = $2
             and (o.plan ->> 'period_start')::timestamptz = $3
           order by o.requested_at desc limit 1"#,
        running.id,
        amount,
        jiff_sqlx::Timestamp::from(running.period_end) as _
    );
    Ok(payment.fetch_optional(db).await?)
}

/// A period that costs nothing: there is nothing to charge.
async fn free(db: &mut PgConnection, running: &Running, plan: &Plan) -> Result<()> {
    let Plan::Renewal { tier, period_start, period_end, price_minor, credits, discounted } = plan else { return Ok(()) };
    let paid = Paid { tier: *tier, from: *period_start, to: *period_end, price_minor: *price_minor, discounted: *discounted };
    periods::renewed(db, running.id, &paid).await?;
    periods::set_tier(db, running.user, *tier).await?;
    let about = format!("{} plan: credits", tier.label());
    let granted = Granted {
        user: running.user,
        operation: None,
        cause: format!("credits:{}:{period_start}", running.id),
        signed: *credits,
        kind: "grant",
        about: &about,
        payment: None,
    };
    grant(db, &granted).await?;
    let body = format!("The next period of your {} plan is free.", tier.label());
    tell::tell(db, running.user, "success", "Your plan was renewed", &body).await
}

/// The charge that failed, again.
async fn again(db: &mut PgConnection, running: &Running, mode: Mode, rules: &Rules) -> Result<()> {
    let Some(payment) = payments::failed_of(db, running.id).await? else { return periods::give_up(db, running.id).await };
    let has_card = mandates::standing(db, running.user, mode).await?.is_some();
    let owed = if payment.mode == mode && has_card { plans::again(db, &payment, rules).await } else { Err(Error::Conflict("".into())) };
    let (purpose, plan) = match owed {
        Ok((_, purpose, plan)) => (purpose, plan),
        Err(Error::Conflict(_)) => return periods::give_up(db, running.id).await,
        Err(error) => return Err(error),
    };
    let wanted = Wanted {
        key: id::new(),
        kind: Kind::Charge,
        purpose,
        user: running.user,
        subscription: Some(running.id),
        payment: Some(payment.id),
        mode,
        minor: payment.minor,
        currency: payment.currency,
        description: payment.description,
        plan,
        reason_code: None,
        why: Why::default(),
        needs_approval: false,
    };
    begin_for(db, Asker::default(), &wanted).await.map(drop)
}
