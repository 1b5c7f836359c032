//! The proof that a form came from us: one fresh value per form, good for one sign-in, and the key under which it acts once.
use crate::kernel::secret::{Secrets, random};
use crate::kernel::{Error, Result};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use uuid::Uuid;

/// The name of the hidden field.
pub const FIELD: &str = "_proof";

/// What a proof is bound to: a sign-in, or a stranger's door cookie.
pub struct Bond<'a>(pub &'a [&'a [u8]]);

/// A new proof, for one form.
///
/// # Errors
/// When the system has no randomness.
pub fn make(secrets: &Secrets, bond: &Bond<'_>) -> Result<String> {
    let nonce: [u8; 16] = random()?;
    let code = secrets.prove(&parts(bond, &nonce));
    Ok(BASE64_URL_SAFE_NO_PAD.encode([nonce.as_slice(), &code].concat()))
}

/// Checks a proof, and returns the form's own key.
///
/// # Errors
/// When it is missing, made up, or was given to another sign-in.
pub fn check(secrets: &Secrets, bond: &Bond<'_>, proof: Option<&str>) -> Result<Uuid> {
    let refused = Error::Unproven(
        "This form did not come from your own page, or you have signed in anew since. Open the page again and send it from there.",
    );
    let Some(bytes) = proof.and_then(|proof| BASE64_URL_SAFE_NO_PAD.decode(proof).ok()) else { return Err(refused) };
    let Some((nonce, code)) = bytes.split_first_chunk::<16>() else { return Err(refused) };
    if !secrets.proves(&parts(bond, nonce), code) {
        return Err(refused);
    }
    Ok(Uuid::from_bytes(*nonce))
}

fn parts<'a>(bond: &Bond<'a>, nonce: &'a [u8]) -> Vec<&'a [u8]> {
    bond.0.iter().copied().chain([b"form".as_slice(), nonce]).collect()
}
