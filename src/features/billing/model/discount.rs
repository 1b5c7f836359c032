//! A price that is lowered for some periods.
use super::plan::lowered;
use crate::web::show;
use uuid::Uuid;

/// A price that is lowered for some periods: by a share or by an amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discount {
    pub id: Uuid,
    pub subscription_id: Uuid,
    pub percent: Option<i32>,
    pub amount_minor: Option<i64>,
    pub currency: String,
    pub periods: i32,
    pub periods_left: i32,
}

impl Discount {
    /// A price after it; never below nothing. One that cannot be reckoned lowers nothing.
    pub fn lower(&self, price: i64) -> i64 {
        lowered(price, self.percent, self.amount_minor).unwrap_or(price)
    }

    /// `20 % for 3 periods`.
    pub fn words(&self) -> String {
        let off = match (self.percent, self.amount_minor) {
            (Some(percent), _) => format!("{percent} %"),
            (None, amount) => show::money(amount.unwrap_or_default(), &self.currency),
        };
        let periods = if self.periods == 1 { "1 period".to_owned() } else { format!("{} periods", self.periods) };
        format!("{off} off for {periods}")
    }
}
