//! Asking before a subscription gets another tier.
use super::words::next;
use super::{Subject, coded, crumbs, done, subject};
use crate::features::billing::actions::{PlanFields, Terms};
use crate::features::billing::jobs::Rules;
use crate::features::billing::model::Subscription;
use crate::gateways::finby::Payments;
use crate::kernel::{Invalid, Result, Tier};
use crate::web::ask::Ask;
use crate::web::parts::Field;
use crate::web::{Admin, Flash, Form, Path, html, show};
use axum::Extension;
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};
use uuid::Uuid;

fn question(admin: Admin, Subject { user, subscription, discount, mode }: &Subject, fields: &PlanFields) -> Ask {
    let rules = Rules::of(&admin.site().live);
    let price =
        |tier| rules.price(tier, &subscription.currency).map_or_else(String::new, |minor| show::money(minor, &subscription.currency));
    let offers: Vec<_> = [Tier::Starter, Tier::Pro].map(|tier| (tier.code(), format!("{tier}, {} a month", price(tier)))).into();
    let choose = Field::new("select", "tier", "Tier")
        .hint("A dearer tier begins now, and the difference for the rest of the period is charged. A cheaper one begins with the next period.")
        .choices([("", "Choose …")].into_iter().chain(offers.iter().map(|(code, label)| (*code, label.as_str()))))
        .value(fields.tier.map(Tier::code));
    let mut all = vec![choose];
    all.extend(coded(fields.cause, fields.reason.as_deref(), fields.ticket.as_deref()));
    let lead = next(&admin, subscription, discount.as_ref());
    Ask::new(admin, format!("Change the tier that {} pays for", user.label()), "Change the tier")
        .under(crumbs(user), "Change tier")
        .lead(lead)
        .badges(vec![subscription.badge(), mode.clone()])
        .rehearsed()
        .fields(all)
        .undo("A cheaper tier that is to come can be called off until the period ends. A charge can be refunded.")
}

/// What the settings and the gateway say of a tier.
fn terms(admin: &Admin, payments: &Payments, of: &Subscription, tier: Tier) -> Result<Terms, Invalid> {
    let rules = Rules::of(&admin.site().live);
    let none = || Invalid::field("tier", format!("The price list has no price in {}.", of.currency));
    let price = rules.price(tier, &of.currency).ok_or_else(none)?;
    let rises = Tier::ALL.iter().position(|one| *one == tier) > Tier::ALL.iter().position(|one| *one == of.tier);
    match payments.lacks(&of.currency).filter(|_| rises) {
        Some(why) => Err(Invalid::field("tier", why)),
        None => Ok(Terms { mode: payments.mode(), price, credits: (rules.credits(of.tier), rules.credits(tier)) }),
    }
}

/// The question.
pub async fn ask(admin: Admin, Path(id): Path<Uuid>, Extension(payments): Extension<Payments>) -> Result<Response> {
    let subject = subject(&admin, &payments, id).await?;
    html(&question(admin, &subject, &PlanFields::default()))
}

/// Shows the effect, then does it.
pub async fn submit(
    admin: Admin,
    Path(id): Path<Uuid>,
    Extension(payments): Extension<Payments>,
    form: Form<PlanFields>,
) -> Result<Response> {
    let before = subject(&admin, &payments, id).await?;
    let action = form.fields.parse(id, form.key, |tier| terms(&admin, &payments, &before.subscription, tier));
    let submitted = admin.submit(&form, action).await?;
    let subject = subject(&admin, &payments, id).await?;
    match question(admin.clone(), &subject, &form.fields).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => done(&admin, id, &performed, Flash::ok("The change of tier is under way; here is how far it is.")).await,
    }
}
