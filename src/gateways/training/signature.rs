//! Signatures of messages, as the Standard Webhooks specification has them: `webhook-id`, `webhook-timestamp`, `webhook-signature`.
use base64::{Engine, prelude::BASE64_STANDARD};
use jiff::Timestamp;
use ring::hmac;

/// How old, or how far ahead, a message may be, in seconds (Standard Webhooks, "Verifying webhook authenticity").
const TOLERANCE: u64 = 300;
/// The most signatures of one message that are looked at.
const MOST: usize = 16;
/// The longest id of a message.
const LONGEST: usize = 200;

/// The keys that messages are signed with: more than one while they are changed.
#[derive(Clone, Default)]
pub struct Keys(Vec<hmac::Key>);

/// The headers of a message, as they came.
#[derive(Clone, Copy, Debug, Default)]
pub struct Headers<'a> {
    pub id: &'a str,
    /// Seconds since 1970.
    pub timestamp: &'a str,
    pub signature: &'a str,
}

/// Why a message is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unbelieved {
    #[error("Send webhook-id, webhook-timestamp and webhook-signature.")]
    Unsigned,
    #[error("The message is too old, or from the future: the clocks differ by more than five minutes.")]
    Stale,
    #[error("No signature of the message is one of a known key.")]
    Forged,
}

impl Keys {
    /// From secrets such as `whsec_…`, separated by commas.
    ///
    /// # Errors
    /// When one is not written so, or is shorter than the specification's 24 bytes.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let key = |secret: &str| {
            let encoded = secret.strip_prefix("whsec_").ok_or("a signing secret begins with whsec_")?;
            let bytes = BASE64_STANDARD.decode(encoded).map_err(|_| "what follows whsec_ is not base64")?;
            if bytes.len() < 24 { Err("a signing secret has at least 24 bytes") } else { Ok(hmac::Key::new(hmac::HMAC_SHA256, &bytes)) }
        };
        text.split(',').map(str::trim).filter(|secret| !secret.is_empty()).map(key).collect::<Result<_, _>>().map(Self)
    }

    /// Whether there is none: then nothing is believed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Signs a message: `v1,…` for the header.
    #[must_use]
    pub fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let signed = content(id, &timestamp.to_string(), body);
        let one = |key| format!("v1,{}", BASE64_STANDARD.encode(hmac::sign(key, &signed)));
        self.0.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    /// Makes sure that a message is from somebody who holds a key, and of now. Codes are compared in constant time.
    ///
    /// # Errors
    /// Why it is not believed.
    pub fn check(&self, headers: Headers<'_>, body: &[u8], now: Timestamp) -> Result<(), Unbelieved> {
        let Headers { id, timestamp, signature } = headers;
        // A full stop in the id would let the parts of what is signed be understood in another way.
        if id.is_empty() || id.len() > LONGEST || id.contains('.') || signature.is_empty() {
            return Err(Unbelieved::Unsigned);
        }
        let sent: i64 = timestamp.parse().map_err(|_| Unbelieved::Unsigned)?;
        if sent.abs_diff(now.as_second()) > TOLERANCE {
            return Err(Unbelieved::Stale);
        }
        let signed = content(id, timestamp, body);
        let codes = signature.split(' ').filter_map(|part| part.strip_prefix("v1,")).take(MOST);
        let mut codes = codes.filter_map(|code| BASE64_STANDARD.decode(code).ok());
        let is_ours = |code: Vec<u8>| self.0.iter().any(|key| hmac::verify(key, &signed, &code).is_ok());
        if codes.any(is_ours) { Ok(()) } else { Err(Unbelieved::Forged) }
    }
}

fn content(id: &str, timestamp: &str, body: &[u8]) -> Vec<u8> {
    [id.as_bytes(), b".", timestamp.as_bytes(), b".", body].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The specification's own example (Standard Webhooks, reference libraries' tests).
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const BODY: &[u8] = b"{\"test\": 2432232314}";
    const EXAMPLE: Headers<'_> = Headers {
        id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp: "1614265330",
        signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    };

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a moment")
    }

    fn check(headers: Headers<'_>, body: &[u8], now: i64) -> Result<(), Unbelieved> {
        Keys::parse(SECRET).expect("keys").check(headers, body, at(now))
    }

    #[test]
    fn the_specifications_example_is_believed_and_made_again() {
        assert_eq!(check(EXAMPLE, BODY, 1_614_265_330), Ok(()));
        let keys = Keys::parse(SECRET).expect("keys");
        assert_eq!(keys.sign(EXAMPLE.id, 1_614_265_330, BODY), EXAMPLE.signature);
        let several = format!("v1a,hallo v1,bm9wZQ== {}", EXAMPLE.signature);
        assert_eq!(check(Headers { signature: &several, ..EXAMPLE }, BODY, 1_614_265_330), Ok(()));
    }

    #[test]
    fn what_was_altered_is_old_or_unsigned_is_not_believed() {
        let now = 1_614_265_330;
        assert_eq!(check(EXAMPLE, b"{\"test\": 2432232315}", now), Err(Unbelieved::Forged));
        assert_eq!(check(Headers { id: "msg_other", ..EXAMPLE }, BODY, now), Err(Unbelieved::Forged));
        assert_eq!(check(Headers { timestamp: "1614265331", ..EXAMPLE }, BODY, now), Err(Unbelieved::Forged));
        assert_eq!(check(EXAMPLE, BODY, now + 301), Err(Unbelieved::Stale));
        assert_eq!(check(EXAMPLE, BODY, now - 301), Err(Unbelieved::Stale));
        assert_eq!(check(EXAMPLE, BODY, now + 300), Ok(()));
        for unsigned in [
            Headers { id: "", ..EXAMPLE },
            Headers { id: "a.b", ..EXAMPLE },
            Headers { timestamp: "", ..EXAMPLE },
            Headers { timestamp: "1e9", ..EXAMPLE },
            Headers { signature: "", ..EXAMPLE },
        ] {
            assert_eq!(check(unsigned, BODY, now), Err(Unbelieved::Unsigned), "{unsigned:?}");
        }
        assert_eq!(check(Headers { timestamp: "-9223372036854775808", ..EXAMPLE }, BODY, now), Err(Unbelieved::Stale));
        assert_eq!(Keys::default().check(EXAMPLE, BODY, at(now)), Err(Unbelieved::Forged), "without a key nothing is");
    }

    #[test]
    fn either_key_is_good_while_they_are_changed() {
        let other = format!("whsec_{}", BASE64_STANDARD.encode([9; 32]));
        let both = Keys::parse(&format!("{other}, {SECRET}")).expect("keys");
        assert_eq!(both.check(EXAMPLE, BODY, at(1_614_265_330)), Ok(()));
        for wrong in ["hunter2", "whsec_%", "whsec_c2hvcnQ="] {
            assert!(Keys::parse(wrong).is_err(), "{wrong}");
        }
    }
}
