//! The gateway that this server moves money through, if it moves any.
use super::{Addresses, Amount, GatewayError, Mode, PaymentGateway};
use std::fmt;
use std::sync::Arc;

/// The only currency that is charged and refunded: how the gateway writes amounts of others is not known for sure, and a wrong decimal
/// is a hundred times the money.
const CURRENCY: &str = "EUR";

/// The gateway, or none; cheap to clone.
#[derive(Clone, Default)]
pub struct Payments(Option<Arc<Inside>>);

struct Inside {
    gateway: Arc<dyn PaymentGateway>,
    places: Places,
    /// Whether subscriptions are renewed from here.
    renews: bool,
}

/// Where the gateway tells us, and where it sends customers.
#[derive(Clone, Debug)]
pub struct Places {
    /// Where Backlot is reached.
    pub public_url: String,
    /// The platform's page for customers who have paid; nothing: they stay on the gateway's.
    pub back: Option<String>,
}

impl fmt::Debug for Payments {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Payments({:?})", self.mode())
    }
}

impl Payments {
    /// Through this gateway; with `renews` subscriptions are renewed from here.
    pub fn new(gateway: Arc<dyn PaymentGateway>, places: Places, renews: bool) -> Self {
        Self(Some(Arc::new(Inside { gateway, places, renews })))
    }

    /// The world that money moves in; nothing: none moves from here.
    pub fn mode(&self) -> Option<Mode> {
        self.0.as_ref().map(|inside| inside.gateway.mode())
    }

    /// Whether subscriptions are renewed from here.
    pub fn renews(&self) -> bool {
        self.0.as_ref().is_some_and(|inside| inside.renews)
    }

    /// The gateway, for what is of its mode: a row of the sandbox has no place at a real gateway, and the other way round.
    ///
    /// # Errors
    /// `Rejected` when there is none, or it is another's.
    pub fn of(&self, mode: Mode) -> Result<Arc<dyn PaymentGateway>, GatewayError> {
        match &self.0 {
            Some(inside) if inside.gateway.mode() == mode => Ok(Arc::clone(&inside.gateway)),
            Some(inside) => {
                Err(refused(format!("it is of the mode {}, and this server moves money in {}", mode.code(), inside.gateway.mode().code())))
            }
            None => Err(refused("no payment gateway is set up here".into())),
        }
    }

    /// The gateway, whatever its mode; nothing when there is none.
    pub fn gateway(&self) -> Option<Arc<dyn PaymentGateway>> {
        self.0.as_ref().map(|inside| Arc::clone(&inside.gateway))
    }

    /// Why nothing can be moved from here in this currency, if nothing can.
    pub fn lacks(&self, currency: &str) -> Option<String> {
        match &self.0 {
            None => Some("No payment gateway is set up here (BACKLOT_FINBY_MODE).".into()),
            Some(_) if currency != CURRENCY => Some(format!("Only {CURRENCY} is charged and refunded from here; this is {currency}.")),
            Some(_) => None,
        }
    }

    /// An amount that can be moved.
    ///
    /// # Errors
    /// `Rejected` for another currency, or nothing.
    pub fn amount(&self, minor: i64, currency: &str) -> Result<Amount, GatewayError> {
        let amount = Amount::new(minor, currency).filter(|amount| amount.minor() > 0);
        match (self.lacks(currency), amount) {
            (Some(why), _) => Err(refused(why)),
            (None, Some(amount)) => Ok(amount),
            (None, None) => Err(refused("it is no amount".into())),
        }
    }

    /// Where a customer goes after paying, and where we are told of it.
    pub fn addresses(&self) -> Addresses {
        let Some(inside) = &self.0 else { return Addresses::default() };
        let place =
            |word: &str| inside.places.back.as_deref().map_or_else(String::new, |back| format!("{back}{}payment={word}", joint(back)));
        Addresses {
            success: place("paid"),
            cancel: place("cancelled"),
            error: place("failed"),
            notification: format!("{}/webhooks/finby/mapi", inside.places.public_url.trim_end_matches('/')),
        }
    }
}

fn joint(address: &str) -> char {
    if address.contains('?') { '&' } else { '?' }
}

fn refused(why: String) -> GatewayError {
    GatewayError::Rejected { code: String::new(), meaning: super::Meaning::Request, why }
}
