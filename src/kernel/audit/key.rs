//! The key that signs seals, and the keys whose signatures are believed.
use super::{Error, Result};
use base64::prelude::{BASE64_STANDARD, Engine};
use ring::rand::SystemRandom;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// The private key. It lives in a file that only the server's user can read, never in the database.
pub struct SigningKey {
    pair: Ed25519KeyPair,
    id: String,
}

impl SigningKey {
    /// Reads the key, or makes one where there is no file yet.
    ///
    /// # Errors
    /// When the file cannot be read or written, is open to others, or holds no key.
    pub fn load_or_generate(path: &Path) -> Result<Self> {
        if path.exists() { Self::load(path) } else { Self::generate(path) }
    }

    /// Reads the key from its file.
    ///
    /// # Errors
    /// When the file cannot be read, is open to others, or holds no key.
    pub fn load(path: &Path) -> Result<Self> {
        let mode = std::fs::metadata(path).map_err(|error| refused(path, &error))?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(refused(path, &"others may read it; it must have mode 0600"));
        }
        let text = std::fs::read_to_string(path).map_err(|error| refused(path, &error))?;
        Self::parse(&text).map_err(|error| refused(path, &error))
    }

    /// Makes a new key and keeps it in a file that only this user can read.
    ///
    /// # Errors
    /// When the file exists or cannot be written.
    pub fn generate(path: &Path) -> Result<Self> {
        let text = Self::draw()?;
        let mut file =
            std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(|error| refused(path, &error))?;
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(|error| refused(path, &error))?;
        Self::parse(&text)
    }

    /// A new key as text, for a secret store instead of a file.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn draw() -> Result<String> {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new())
            .map_err(|_| Error::Key("The system gave no randomness for a signing key.".into()))?;
        Ok(BASE64_STANDARD.encode(document.as_ref()) + "\n")
    }

    /// Reads a key from its text: PKCS#8 in base64.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &str) -> Result<Self> {
        let document = BASE64_STANDARD.decode(text.trim()).ok();
        let pair = document.and_then(|document| Ed25519KeyPair::from_pkcs8(&document).ok());
        let pair = pair.ok_or_else(|| Error::Key("this is not an Ed25519 key (PKCS#8, base64)".into()))?;
        let id = key_id(pair.public_key().as_ref());
        Ok(Self { pair, id })
    }

    /// The first 8 bytes of the public key's SHA-256, in hexadecimal.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The public key as it is given to whoever verifies.
    pub fn public(&self) -> String {
        BASE64_STANDARD.encode(self.pair.public_key().as_ref())
    }

    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(message).as_ref().to_vec()
    }
}

/// The public keys whose signatures are believed.
#[derive(Clone, Debug, Default)]
pub struct TrustedKeys(Vec<(String, Vec<u8>)>);

impl TrustedKeys {
    /// Only this key.
    pub fn of(key: &SigningKey) -> Self {
        Self(vec![(key.id.clone(), key.pair.public_key().as_ref().to_vec())])
    }

    /// Public keys in base64, one on each line; what follows a `#` is a comment.
    ///
    /// # Errors
    /// Names the line that is no key.
    pub fn parse(text: &str) -> Result<Self> {
        let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
        let keys = lines.filter(|line| !line.is_empty()).map(|line| {
            let bytes = BASE64_STANDARD.decode(line).ok().filter(|bytes| bytes.len() == 32);
            let bytes = bytes.ok_or_else(|| Error::Key(format!("\"{line}\" is not an Ed25519 public key in base64.")))?;
            Ok((key_id(&bytes), bytes))
        });
        keys.collect::<Result<_>>().map(Self)
    }

    /// Reads them from a file.
    ///
    /// # Errors
    /// When it cannot be read, or a line is no key.
    pub fn load(path: &Path) -> Result<Self> {
        Self::parse(&std::fs::read_to_string(path).map_err(|error| refused(path, &error))?)
    }

    /// These keys and those.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is wrong with a signature, if anything is.
    pub(super) fn objection(&self, id: &str, message: &[u8], signature: &[u8]) -> Option<String> {
        let Some((_, public)) = self.0.iter().find(|(known, _)| known == id) else {
            return Some(format!("it is signed with the key {id}, which is not trusted"));
        };
        let genuine = UnparsedPublicKey::new(&ED25519, public).verify(message, signature).is_ok();
        (!genuine).then(|| format!("its signature is not that of the key {id}"))
    }
}

fn key_id(public: &[u8]) -> String {
    super::Hash::over(&[public]).to_string().chars().take(16).collect()
}

fn refused(path: &Path, why: &dyn std::fmt::Display) -> Error {
    Error::Key(format!("The key file {} cannot be used: {why}.", path.display()))
}
