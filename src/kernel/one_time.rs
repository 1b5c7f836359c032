//! One-time links: the database knows a link by its id and the hash of its token; the token is made from the id with a key that is
//! not there, so a letter can be written later and nothing that opens a door lies in the queue.
use super::secret::{Secrets, sha256};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A link, as the database may know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneTime {
    pub id: Uuid,
    /// The SHA-256 of the token.
    pub token_hash: Vec<u8>,
}

impl OneTime {
    /// The link with this id: always the same token for the same id, so that a form sent twice makes one link.
    pub fn of(secrets: &Secrets, id: Uuid) -> Self {
        Self { id, token_hash: sha256(Self::token(secrets, id).as_bytes()) }
    }

    /// The token of the link with this id: 256 bits that nobody can guess without the key.
    pub fn token(secrets: &Secrets, id: Uuid) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(secrets.prove(&[b"one-time link", id.as_bytes()]))
    }
}
