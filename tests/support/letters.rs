//! The letters of a studio: kept where tests can read them.
use async_trait::async_trait;
use backlot::gateways::mail::{Carrier, Envelope, Refusal};
use std::sync::Mutex;

/// A carrier that delivers to the test.
#[derive(Default)]
pub struct Letters(Mutex<Vec<Envelope>>);

impl Letters {
    /// What has arrived, in order.
    pub fn all(&self) -> Vec<Envelope> {
        self.0.lock().unwrap().clone()
    }

    /// The last that arrived for somebody.
    #[track_caller]
    pub fn last_to(&self, address: &str) -> Envelope {
        self.all()
            .into_iter()
            .rfind(|letter| letter.to == address)
            .unwrap_or_else(|| panic!("no letter to {address} among {:?}", self.all()))
    }
}

#[async_trait]
impl Carrier for Letters {
    async fn carry(&self, letter: &Envelope) -> Result<(), Refusal> {
        let mut all = self.0.lock().unwrap();
        if !all.iter().any(|known| known.id == letter.id) {
            all.push(letter.clone());
        }
        Ok(())
    }
}
