//! The keys that are not in the database: sealing what only Backlot may read, and proving what it gave out.
use super::{Error, Result};
use ring::aead::{self, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{Ed25519KeyPair, KeyPair};
use ring::{digest, hmac};

/// Everything derived from `BACKLOT_SECRET_KEY`, one key per purpose (HKDF, RFC 5869).
pub struct Secrets {
    sealing: LessSafeKey,
    proving: hmac::Key,
    signing: Ed25519KeyPair,
}

impl Secrets {
    /// Derives the keys.
    ///
    /// # Errors
    /// When the master key is shorter than 32 bytes.
    pub fn derive(master: &[u8]) -> Result<Self> {
        if master.len() < 32 {
            return Err(Error::internal("the secret key is shorter than 32 bytes"));
        }
        let root = Salt::new(HKDF_SHA256, b"backlot").extract(master);
        let mut sealing = [0_u8; 32];
        let mut proving = [0_u8; 32];
        let mut signing = [0_u8; 32];
        for (purpose, key) in [(b"seal".as_slice(), &mut sealing), (b"prove", &mut proving), (b"sign", &mut signing)] {
            root.expand(&[purpose], HKDF_SHA256).and_then(|okm| okm.fill(key)).map_err(|_| Error::internal("key derivation failed"))?;
        }
        let unbound = UnboundKey::new(&aead::CHACHA20_POLY1305, &sealing).map_err(|_| Error::internal("key derivation failed"))?;
        let signing = Ed25519KeyPair::from_seed_unchecked(&signing).map_err(|_| Error::internal("key derivation failed"))?;
        Ok(Self { sealing: LessSafeKey::new(unbound), proving: hmac::Key::new(hmac::HMAC_SHA256, &proving), signing })
    }

    /// Seals a secret for one owner (ChaCha20-Poly1305, RFC 8439; random nonce in front). It opens for no other owner.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn seal(&self, owner: &[u8], secret: &[u8]) -> Result<Vec<u8>> {
        let nonce: [u8; 12] = random()?;
        let mut sealed = secret.to_vec();
        self.sealing
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(owner), &mut sealed)
            .map_err(|_| Error::internal("sealing failed"))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what was sealed for this owner.
    ///
    /// # Errors
    /// When it was sealed for somebody else, with another key, or was altered.
    pub fn open(&self, owner: &[u8], sealed: &[u8]) -> Result<Vec<u8>> {
        let (nonce, sealed) = sealed.split_at_checked(12).ok_or_else(|| Error::internal("sealed secret is too short"))?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Error::internal("sealed secret is malformed"))?;
        let mut sealed = sealed.to_vec();
        let opened = self
            .sealing
            .open_in_place(nonce, Aad::from(owner), &mut sealed)
            .map_err(|_| Error::internal("a sealed secret does not open: it belongs to another owner or key"))?;
        Ok(opened.to_vec())
    }

    /// A code that only Backlot could have made for these parts (HMAC-SHA-256; parts are length-prefixed).
    pub fn prove(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.proving);
        for part in parts {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        let mut code = [0_u8; 32];
        code.copy_from_slice(context.sign().as_ref());
        code
    }

    /// A signature that anybody can verify with [`Secrets::verifying_key`] (Ed25519, RFC 8032).
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.signing.sign(message).as_ref().to_vec()
    }

    /// The public half of the key that signs.
    pub fn verifying_key(&self) -> &[u8] {
        self.signing.public_key().as_ref()
    }

    /// Whether a code is the one for these parts, compared in constant time.
    pub fn proves(&self, parts: &[&[u8]], code: &[u8]) -> bool {
        same(&self.prove(parts), code)
    }
}

/// Compares two secrets in constant time.
pub fn same(left: &[u8], right: &[u8]) -> bool {
    // A keyed digest of both sides hides where they differ; `ring` offers no plain comparison that is not deprecated.
    let key = hmac::Key::new(hmac::HMAC_SHA256, left);
    let tag = hmac::sign(&key, left);
    left.len() == right.len() && hmac::verify(&key, right, tag.as_ref()).is_ok()
}

/// Fresh random bytes from the operating system.
///
/// # Errors
/// When the system has no randomness.
pub fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0_u8; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| Error::internal("the system has no randomness"))?;
    Ok(bytes)
}

/// SHA-256 (FIPS 180-4).
pub fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, bytes).as_ref().to_vec()
}
