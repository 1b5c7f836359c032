//! The second factor: time-based codes (TOTP, RFC 6238; SHA-1, six digits, 30 seconds, as authenticator apps expect).
use super::secret::{Secrets, random};
use super::{Error, Result};
use qrcodegen::{QrCode, QrCodeEcc};
use totp_rs::{Builder, Secret, Totp};
use uuid::Uuid;

/// One step of tolerance for slow typing and a clock a little off (RFC 6238, 5.2); a used step is never taken again.
const SKEW: u16 = 1;

/// Bytes in a secret: 160 bits (RFC 4226, 4 R6).
pub const LENGTH: usize = 20;

/// A new secret of 160 bits (RFC 4226, 4 R6).
///
/// # Errors
/// When the system has no randomness.
pub fn new_secret() -> Result<Vec<u8>> {
    Ok(random::<LENGTH>()?.to_vec())
}

fn totp(secret: &[u8], account: &str) -> Result<Totp> {
    Builder::new()
        .with_secret(secret.to_vec())
        .with_skew(SKEW)
        .with_issuer(Some("Backlot"))
        .with_account_name(account.replace(':', " "))
        .build()
        .map_err(Error::internal)
}

/// The step that a code belongs to, if it is right at this time (seconds since 1970).
///
/// # Errors
/// When the secret is malformed.
pub fn step(secret: &[u8], code: &str, now: u64) -> Result<Option<i64>> {
    let digits: String = code.chars().filter(|letter| !letter.is_whitespace()).collect();
    let step = totp(secret, "admin")?.check(&digits, now);
    Ok(step.and_then(|step| i64::try_from(step).ok()))
}

/// The code at this time: for the demo's printed sign-in, and for tests.
///
/// # Errors
/// When the secret is malformed.
pub fn code_now(secret: &[u8], now: u64) -> Result<String> {
    Ok(totp(secret, "admin")?.generate(now).to_string())
}

/// A secret as it stands in the database: sealed, and bound to its owner.
///
/// # Errors
/// When the system has no randomness.
pub fn seal_secret(secrets: &Secrets, admin: Uuid, secret: &[u8]) -> Result<Vec<u8>> {
    secrets.seal(admin.as_bytes(), secret)
}

/// The secret for typing, in groups of four.
pub fn spelled(secret: &[u8]) -> String {
    let text = Secret::from(secret.to_vec()).to_base32();
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// The secret for scanning: a QR code as the path of an SVG, one unit a module, with its width.
///
/// # Errors
/// When the account's name does not fit.
pub fn qr(secret: &[u8], account: &str) -> Result<(String, i32)> {
    let url = totp(secret, account)?.to_url().map_err(Error::internal)?;
    let code = QrCode::encode_text(&url, QrCodeEcc::Medium).map_err(Error::internal)?;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in 0..code.size() {
            if code.get_module(x, y) {
                path.push_str(&format!("M{x} {y}h1v1h-1z"));
            }
        }
    }
    Ok((path, code.size()))
}
