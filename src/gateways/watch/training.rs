//! Calls to the training service.
use super::{Outage, Watched};
use crate::gateways::training::{Order, Training, TrainingError, TrainingService};
use async_trait::async_trait;
use uuid::Uuid;

impl Outage for TrainingError {
    fn is_outage(&self) -> bool {
        matches!(self, Self::NeverSent(_) | Self::Uncertain(_) | Self::Auth(_) | Self::Protocol(_))
    }
}

#[async_trait]
impl<T: TrainingService> TrainingService for Watched<T> {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    async fn create(&self, order: &Order) -> Result<Training, TrainingError> {
        self.see(self.inner.create(order)).await
    }

    async fn get(&self, id: &str) -> Result<Training, TrainingError> {
        self.see(self.inner.get(id)).await
    }

    async fn find(&self, reference: Uuid) -> Result<Option<Training>, TrainingError> {
        self.see(self.inner.find(reference)).await
    }

    async fn cancel(&self, id: &str) -> Result<Training, TrainingError> {
        self.see(self.inner.cancel(id)).await
    }
}
