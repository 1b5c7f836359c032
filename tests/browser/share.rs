//! One of a kind for all tests that run at the same time; who is last to leave turns off the light.
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// A thing that is dropped with its last user, unlike a plain static, which the end of the process would leave running.
pub struct Shared<T>(Mutex<Weak<T>>);

impl<T> Shared<T> {
    pub const fn new() -> Self {
        Self(Mutex::new(Weak::new()))
    }

    /// The one that others use now, or a new one.
    pub fn join(&self, make: impl FnOnce() -> T) -> Arc<T> {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        slot.upgrade().unwrap_or_else(|| {
            let made = Arc::new(make());
            *slot = Arc::downgrade(&made);
            made
        })
    }
}
