//! Signatures: HMAC-SHA-256 over values joined by slashes, in capital hexadecimal, with the secret as its UTF-8 bytes.
//!
//! They bind values, not their names, and no time: swapping two values of the same message, or sending it again, still verifies. So a
//! message that verifies is believed to come from the gateway, and what it says is read from the gateway again.
use crate::kernel::secret;
use ring::hmac;
use std::fmt::Write;

/// Signs values as they are, empty ones too (MAPI5 requests).
#[must_use]
pub fn sign(key: &str, values: &[&str]) -> String {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes()), values.join("/").as_bytes());
    let mut signature = String::with_capacity(64);
    for byte in tag.as_ref() {
        let _ = write!(signature, "{byte:02X}");
    }
    signature
}

/// Signs the values that are not empty (MAPI5 notifications).
#[must_use]
pub fn sign_filled(key: &str, values: &[&str]) -> String {
    let filled: Vec<_> = values.iter().copied().filter(|value| !value.is_empty()).collect();
    sign(key, &filled)
}

/// Signs the values that are not empty, sorted by their bytes (REST notifications).
#[must_use]
pub fn sign_sorted(key: &str, values: &[&str]) -> String {
    let mut filled: Vec<_> = values.iter().copied().filter(|value| !value.is_empty()).collect();
    filled.sort_unstable();
    sign(key, &filled)
}

/// Whether a signature is the one, compared in constant time; its letters may be small.
#[must_use]
pub fn is(given: &str, right: &str) -> bool {
    secret::same(given.to_ascii_uppercase().as_bytes(), right.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::{is, sign, sign_filled, sign_sorted};

    /// The vectors that the gateway publishes.
    #[test]
    fn published_requests_have_their_signatures() {
        let wire = sign("secret", &["1", "6.00", "EUR", "1", "0"]);
        assert_eq!(wire, "ABDF4A889E8C0D0DB297DE0A4DD6EF0BA59C405C4B7DD2A132EE5119E9D60DBB");
        let card = sign("secret", &["1", "6.00", "EUR", "1", "0", "City", "CZ", "12345", "Street", "Name", "name@user.com"]);
        assert_eq!(card, "978157CC5999F143D9BCEF9F6057A5CB1FAD9386EA0D7443704DD4C7DE8F0E5E");
    }

    #[test]
    fn a_notification_is_signed_over_its_filled_values_in_order_of_their_bytes() {
        let values = [
            "4107000000",
            "29.00",
            "EUR",
            "sub_01_2026-11",
            "",
            "Paid",
            "CRDT",
            "Card",
            "1234567890",
            "P-1",
            "420000******0000",
            "1230",
            "tok_sim_1",
        ];
        assert_eq!(sign_sorted("sim-secret", &values), "DC10A437FEF1035B83F2BCEF5287D0BBBD2FD0391FE4AF5B9574E7110783AD3F");
    }

    #[test]
    fn empty_values_count_in_requests_and_not_in_notifications() {
        assert_ne!(sign("k", &["a", "", "b"]), sign("k", &["a", "b"]));
        assert_eq!(sign_filled("k", &["a", "", "b"]), sign("k", &["a", "b"]));
    }

    #[test]
    fn a_signature_is_compared_whole() {
        let right = sign("k", &["a"]);
        assert!(is(&right, &right) && is(&right.to_lowercase(), &right));
        for wrong in ["", &right[..63], &format!("{right}0"), &right.replace(char::is_alphabetic, "0")] {
            assert!(!is(wrong, &right), "{wrong}");
        }
    }
}
