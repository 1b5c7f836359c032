//! Cookies beside the session's own: read from a request, set on an answer.
use super::site::Site;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

/// The value of a cookie.
pub fn find<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    lines
        .flat_map(|line| line.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// Sets a cookie for this host only, out of reach of scripts; without an age it ends with the browser.
pub fn set(response: &mut Response, site: &Site, name: &str, value: &str, seconds: Option<u32>) {
    let secure = if site.is_secure() { "; Secure" } else { "" };
    let age = seconds.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    if let Ok(line) = HeaderValue::from_str(&format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}")) {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
}
