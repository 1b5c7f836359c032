//! Handing a view over to the platform's own pages: a signed token that says who looks as whom, and the key to verify it.
//!
//! The token is a JWT (RFC 7519) signed with Ed25519 (`EdDSA`, RFC 8037). `sub` is the user and `act` the admin who acts for them
//! (RFC 8693, 4.1); `scope` is `read`, `jti` the grant, whose standing the platform asks for while the view lasts.
use crate::kernel::Result;
use crate::kernel::secret::{Secrets, sha256};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

/// Seconds in which the platform must take a token over: it travels in an address.
pub const GOOD_FOR: i64 = 60;

/// What a token says.
pub struct Claims<'a> {
    /// Backlot's own address.
    pub issuer: &'a str,
    /// Where the platform takes over.
    pub audience: &'a str,
    pub user: Uuid,
    pub admin: (Uuid, &'a str),
    pub grant: Uuid,
    pub now: Timestamp,
    /// When the view ends: the platform ends it then too.
    pub ends: Timestamp,
}

/// The token, in its compact form (RFC 7515, 7.1).
///
/// # Errors
/// When it cannot be written as JSON.
pub fn token(secrets: &Secrets, claims: &Claims<'_>) -> Result<String> {
    let now = claims.now.as_second();
    let header = json!({ "alg": "EdDSA", "typ": "JWT", "kid": thumbprint(secrets) });
    let body = json!({
        "iss": claims.issuer, "aud": claims.audience, "sub": claims.user,
        "act": { "sub": claims.admin.0, "name": claims.admin.1 },
        "scope": "read", "jti": claims.grant, "iat": now, "exp": (now + GOOD_FOR).min(claims.ends.as_second()),
        "view_ends": claims.ends.as_second(),
    });
    let part = |value: &Value| Ok::<_, serde_json::Error>(BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(value)?));
    let signed = format!("{}.{}", part(&header)?, part(&body)?);
    let signature = BASE64_URL_SAFE_NO_PAD.encode(secrets.sign(signed.as_bytes()));
    Ok(format!("{signed}.{signature}"))
}

/// The keys that verify tokens (RFC 7517; `OKP`, RFC 8037).
pub fn keys(secrets: &Secrets) -> Value {
    json!({ "keys": [{
        "kty": "OKP", "crv": "Ed25519", "x": BASE64_URL_SAFE_NO_PAD.encode(secrets.verifying_key()),
        "use": "sig", "alg": "EdDSA", "kid": thumbprint(secrets),
    }] })
}

/// The key's name: its thumbprint (RFC 7638, with the members of RFC 8037, 2, in their order).
fn thumbprint(secrets: &Secrets) -> String {
    let x = BASE64_URL_SAFE_NO_PAD.encode(secrets.verifying_key());
    BASE64_URL_SAFE_NO_PAD.encode(sha256(format!("{{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"{x}\"}}").as_bytes()))
}
