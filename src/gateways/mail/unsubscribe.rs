//! The link by which a user says no, without signing in: it names them and what they want no more of, and only we could have made it.
use crate::kernel::secret::Secrets;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use uuid::Uuid;

/// Who wants no more of what, and the notification that asked for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsubscribe {
    pub user: Uuid,
    pub category: String,
    pub notification: Uuid,
}

/// What the code is for, so that no other code of ours is one.
const PURPOSE: &[u8] = b"unsubscribe";

impl Unsubscribe {
    /// The end of the link: both ids, the category, and a code (HMAC-SHA-256) of all three.
    pub fn token(&self, secrets: &Secrets) -> String {
        let Self { user, category, notification } = self;
        let code = secrets.prove(&[PURPOSE, user.as_bytes(), category.as_bytes(), notification.as_bytes()]);
        BASE64_URL_SAFE_NO_PAD.encode([user.as_bytes().as_slice(), notification.as_bytes(), &code, category.as_bytes()].concat())
    }

    /// Reads one; nothing when somebody made it up, or altered it. Compared in constant time.
    pub fn read(secrets: &Secrets, token: &str) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).ok()?;
        let (user, rest) = bytes.split_at_checked(16)?;
        let (notification, rest) = rest.split_at_checked(16)?;
        let (code, category) = rest.split_at_checked(32)?;
        let is_ours = secrets.proves(&[PURPOSE, user, category, notification], code);
        let category = String::from_utf8(category.to_vec()).ok()?;
        is_ours.then_some(Self { user: Uuid::from_slice(user).ok()?, category, notification: Uuid::from_slice(notification).ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_we_have_made_is_read() {
        let secrets = Secrets::derive(&[7; 32]).expect("keys");
        let link = Unsubscribe { user: Uuid::from_u128(1), category: "promotional".into(), notification: Uuid::from_u128(2) };
        let token = link.token(&secrets);
        assert_eq!(Unsubscribe::read(&secrets, &token), Some(link));
        for at in 0..token.len() {
            let mut letters = token.clone().into_bytes();
            letters[at] = if letters[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(Unsubscribe::read(&secrets, std::str::from_utf8(&letters).expect("ASCII")), None, "letter {at}");
        }
        let others = Secrets::derive(&[8; 32]).expect("keys");
        assert_eq!(Unsubscribe::read(&others, &token), None);
        for nonsense in ["", "x", "AAAA", &token[..60], &token.repeat(2)] {
            assert_eq!(Unsubscribe::read(&secrets, nonsense), None, "{nonsense}");
        }
    }
}
