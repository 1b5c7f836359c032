//! Calls to the crews' hosts.
use super::{Outage, Watched};
use crate::gateways::crewai::{CrewError, Kickoff, Status, Stopping, WorkflowRunner};
use async_trait::async_trait;

impl Outage for CrewError {
    fn is_outage(&self) -> bool {
        matches!(self, Self::NeverSent(_) | Self::Uncertain(_) | Self::Auth(_) | Self::Protocol(_))
    }
}

#[async_trait]
impl<R: WorkflowRunner> WorkflowRunner for Watched<R> {
    fn knows(&self, crew: &str) -> bool {
        self.inner.knows(crew)
    }

    async fn inputs(&self, crew: &str) -> Result<Vec<String>, CrewError> {
        self.see(self.inner.inputs(crew)).await
    }

    async fn kickoff(&self, crew: &str, kickoff: &Kickoff) -> Result<String, CrewError> {
        self.see(self.inner.kickoff(crew, kickoff)).await
    }

    async fn status(&self, crew: &str, run: &str) -> Result<Status, CrewError> {
        self.see(self.inner.status(crew, run)).await
    }

    async fn stop(&self, crew: &str, run: &str) -> Result<Stopping, CrewError> {
        self.see(self.inner.stop(crew, run)).await
    }
}
