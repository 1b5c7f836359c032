//! The form in which PostgreSQL stores a password, made here so that no password is ever part of a statement.
//!
//! A statement can end up in the server's log or in `pg_stat_activity`; this verifier cannot be turned back.

use std::num::NonZeroU32;

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::{digest, hmac, pbkdf2, rand};

/// How much work guessing is made, and with it each sign-in.
#[derive(Clone, Copy)]
pub(super) enum Password {
    /// Thought up by a person: each guess must cost something.
    Chosen,
    /// At least 128 random bits: beyond guessing, so signing in may be quick.
    Random,
}

impl Password {
    fn rounds(self) -> u32 {
        match self {
            Self::Chosen => 4096,
            Self::Random => 1,
        }
    }
}

const SALT_BYTES: usize = 16;

/// `None` for a password outside printable ASCII: other characters would need the server's own normalisation.
pub(super) fn verifier(password: &str, kind: Password) -> Option<String> {
    let salt: [u8; SALT_BYTES] = rand::generate(&rand::SystemRandom::new()).ok()?.expose();
    with_salt(password, &salt, kind.rounds())
}

fn with_salt(password: &str, salt: &[u8], rounds: u32) -> Option<String> {
    if password.is_empty() || !password.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return None;
    }
    let mut salted = [0; digest::SHA256_OUTPUT_LEN];
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, NonZeroU32::new(rounds)?, salt, password.as_bytes(), &mut salted);
    let key = hmac::Key::new(hmac::HMAC_SHA256, &salted);
    let stored = digest::digest(&digest::SHA256, hmac::sign(&key, b"Client Key").as_ref());
    let server = hmac::sign(&key, b"Server Key");
    Some(format!("SCRAM-SHA-256${rounds}:{}${}:{}", STANDARD.encode(salt), STANDARD.encode(stored), STANDARD.encode(server)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worked_example_of_rfc_7677_gives_its_keys() {
        let salt = STANDARD.decode("W22ZaJ0SNY7soEsUEjb6gQ==").unwrap();
        assert_eq!(
            with_salt("pencil", &salt, Password::Chosen.rounds()).unwrap(),
            "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
        );
    }

    #[test]
    fn a_password_that_would_need_normalising_is_refused() {
        assert_eq!(verifier("žluťoučký", Password::Chosen), None);
        assert_eq!(verifier("", Password::Chosen), None);
        assert_eq!(verifier("two\nlines", Password::Random), None);
    }
}
