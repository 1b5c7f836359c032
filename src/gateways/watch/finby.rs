//! Calls to the payment gateway.
use super::{Outage, Watched};
use crate::gateways::finby::{Charge, Charged, GatewayError, Hosted, Mode, Notice, Payer, Payment, PaymentGateway, PaymentId};
use crate::gateways::finby::{Refund, Started, Unbelieved};
use async_trait::async_trait;

impl Outage for GatewayError {
    fn is_outage(&self) -> bool {
        matches!(self, Self::NeverSent(_) | Self::Uncertain(_) | Self::Auth(_))
    }
}

#[async_trait]
impl<G: PaymentGateway> PaymentGateway for Watched<G> {
    fn mode(&self) -> Mode {
        self.inner.mode()
    }

    async fn start(&self, payment: &Hosted) -> Result<Started, GatewayError> {
        self.see(self.inner.start(payment)).await
    }

    fn agree(&self, payment: &Hosted, payer: &Payer) -> Result<String, GatewayError> {
        self.inner.agree(payment, payer)
    }

    async fn charge(&self, charge: &Charge) -> Result<Charged, GatewayError> {
        self.see(self.inner.charge(charge)).await
    }

    async fn refund(&self, refund: &Refund) -> Result<PaymentId, GatewayError> {
        self.see(self.inner.refund(refund)).await
    }

    async fn fetch(&self, id: PaymentId) -> Result<Payment, GatewayError> {
        self.see(self.inner.fetch(id)).await
    }

    fn believe_json(&self, body: &[u8]) -> Result<Notice, Unbelieved> {
        self.inner.believe_json(body)
    }

    fn believe_fields(&self, fields: &str) -> Result<Notice, Unbelieved> {
        self.inner.believe_fields(fields)
    }
}
