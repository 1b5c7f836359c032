//! Letters and analytics events that are handed over.
use super::{Outage, Watched};
use crate::gateways::collector::{Collector, Event, Refusal as EventRefusal};
use crate::gateways::mail::{Carrier, Envelope, Refusal};
use async_trait::async_trait;

impl Outage for Refusal {
    fn is_outage(&self) -> bool {
        matches!(self, Self::NotNow { .. } | Self::Unheard(_))
    }
}

impl Outage for EventRefusal {
    fn is_outage(&self) -> bool {
        matches!(self, Self::NotNow { .. })
    }
}

#[async_trait]
impl<C: Carrier> Carrier for Watched<C> {
    async fn carry(&self, letter: &Envelope) -> Result<(), Refusal> {
        self.see(self.inner.carry(letter)).await
    }
}

impl<C: Collector> Collector for Watched<C> {
    async fn send(&self, events: &[Event]) -> Result<(), EventRefusal> {
        self.see(self.inner.send(events)).await
    }
}
