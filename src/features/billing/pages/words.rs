//! What happens next to a subscription, in sentences.
use crate::features::billing::model::{Discount, Status, Subscription};
use crate::web::{Admin, show};

/// What happens next and when, in one sentence; with the price as the discount that runs lowers it.
pub fn next(admin: &Admin, one: &Subscription, discount: Option<&Discount>) -> String {
    let at = |at| admin.time(at).local;
    let price = discount.map_or(one.price_minor, |discount| discount.lower(one.price_minor));
    let price = show::money(price, &one.currency);
    match one.status {
        Status::Trialing if one.card.is_none() => format!("The trial ends on {}: there is no card to charge.", at(one.period_end)),
        Status::Trialing => format!("The trial ends on {}, and {price} is charged then.", at(one.period_end)),
        Status::Active => match one.pending_tier {
            Some(tier) => format!("On {} it becomes {tier}.", at(one.period_end)),
            None => format!("It renews on {} for {price}.", at(one.period_end)),
        },
        Status::PastDue => {
            let tries = match one.next_charge_at.filter(|_| one.renews()) {
                Some(next) => format!("{price} is tried again on {}", at(next)),
                None => "It is not tried again by itself".to_owned(),
            };
            format!("{tries}; access is kept until {}.", at(one.access_until()))
        }
        Status::Cancelled => format!("It ends on {} and is not charged again.", at(one.period_end)),
        Status::Lapsed => format!("It ended on {}.", at(one.cancelled_at.unwrap_or(one.period_end))),
    }
}
