//! Passwords: hashed away from the async threads, a few at a time, in the same time for everybody.
mod objection;

pub use objection::{Owner, objection};

use super::{Error, Result};
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

/// The shortest password, in characters (NIST SP 800-63B-4, 3.1.1.2; OWASP ASVS 5.0, 6.2.1).
pub const SHORTEST: usize = 15;
/// The longest, in bytes, so that hashing it costs no more than any other.
pub const LONGEST: usize = 1_024;

/// Hashes and verifies with argon2id (RFC 9106; 19 MiB, two passes, one lane).
#[derive(Clone)]
pub struct Passwords {
    seats: Arc<Semaphore>,
    /// What an unknown account's password is compared with, so that it takes as long.
    nobody: Arc<str>,
}

impl Passwords {
    /// At most `seats` are hashed at the same time: each takes 19 MiB.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn new(seats: usize) -> Result<Self> {
        let nobody = hash_now("nobody has this password")?;
        Ok(Self { seats: Arc::new(Semaphore::new(seats)), nobody: nobody.into() })
    }

    /// Whether a password is the account's; an unknown account takes as long and is never right.
    ///
    /// # Errors
    /// `Unavailable` when too many others wait.
    pub async fn verify(&self, hash: Option<String>, password: &str) -> Result<bool> {
        let known = hash.is_some() && password.len() <= LONGEST;
        let hash = hash.unwrap_or_else(|| self.nobody.to_string());
        let password = if password.len() <= LONGEST { normal(password) } else { String::new() };
        let right = self.seated(move || verify_now(&hash, &password)).await?;
        Ok(known && right)
    }

    /// A new hash, as a PHC string.
    ///
    /// # Errors
    /// `Unavailable` when too many others wait.
    pub async fn hash(&self, password: &str) -> Result<String> {
        let password = normal(password);
        self.seated(move || hash_now(&password)).await?
    }

    /// The same with a given salt: what one form proposes is hashed alike however often it is sent. A salt is used for one form only.
    ///
    /// # Errors
    /// `Unavailable` when too many others wait.
    pub async fn hash_salted(&self, password: &str, salt: [u8; 16]) -> Result<String> {
        let password = normal(password);
        self.seated(move || phc(Argon2::default().hash_password_with_salt(password.as_bytes(), &salt))).await?
    }

    async fn seated<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let seat = tokio::time::timeout(Duration::from_secs(5), Arc::clone(&self.seats).acquire_owned());
        let seat = seat.await.map_err(|_| Error::Unavailable("too many sign-ins at once".into()))?.map_err(Error::internal)?;
        tokio::task::spawn_blocking(move || {
            let done = work();
            drop(seat);
            done
        })
        .await
        .map_err(Error::internal)
    }
}

/// Unicode is compared in one form (NFC), so that "é" is one password however it was typed (NIST SP 800-63B-4, 3.1.1.2).
fn normal(password: &str) -> String {
    password.nfc().collect()
}

fn hash_now(password: &str) -> Result<String> {
    phc(Argon2::default().hash_password(password.as_bytes()))
}

fn phc(hash: argon2::password_hash::Result<PasswordHash>) -> Result<String> {
    hash.map(|hash| hash.to_string()).map_err(|error| Error::internal(error.to_string()))
}

fn verify_now(hash: &str, password: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}
