//! A browser that somebody has signed in with before: guesses from elsewhere cannot keep it waiting.
use crate::web::Site;
use crate::web::cookies;
use axum::http::HeaderMap;
use axum::response::Response;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

/// How long a browser is remembered, in days.
const DAYS: u32 = 180;

fn name(site: &Site) -> &'static str {
    if site.is_secure() { "__Host-backlot-device" } else { "backlot-device" }
}

fn mark(site: &Site, email: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(site.secrets.prove(&[b"device", email.to_lowercase().as_bytes()]))
}

/// Whether this browser has been signed in with before, by this very account.
pub fn is_known(site: &Site, headers: &HeaderMap, email: &str) -> bool {
    cookies::find(headers, name(site)).is_some_and(|given| crate::kernel::secret::same(given.as_bytes(), mark(site, email).as_bytes()))
}

/// Remembers this browser for this account.
pub fn remember(site: &Site, response: &mut Response, email: &str) {
    cookies::set(response, site, name(site), &mark(site, email), Some(DAYS * 86_400));
}
