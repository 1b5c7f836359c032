//! Signature version 4 in an address, checked (Amazon S3 API Reference, "Authenticating Requests: Using Query Parameters").
//!
//! Written from the specification and not with the client's library, so that one finds the other's mistakes.
use crate::kernel::secret::{same, sha256};
use axum::http::{HeaderMap, Method, Uri, header};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use ring::hmac;

/// The longest that an address may be good for: seven days.
const LONGEST: i64 = 604_800;

/// What a request says of its signature.
struct Signed<'a> {
    key_id: &'a str,
    scope: &'a str,
    region: &'a str,
    day: &'a str,
    date: &'a str,
    expires: i64,
    signature: &'a str,
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn code(key: &[u8], text: &str) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes()).as_ref().to_vec()
}

/// The signature of a request: method, path and query as they stand in the address, host.
#[must_use]
pub fn sign(secret: &str, (method, path, host): (&str, &str, &str), query: &str) -> String {
    let mut pairs: Vec<_> = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("X-Amz-Signature=")).collect();
    pairs.sort_unstable();
    let asked = format!("{method}\n{path}\n{}\nhost:{host}\n\nhost\nUNSIGNED-PAYLOAD", pairs.join("&"));
    let value = |name: &str| pairs.iter().find_map(|pair| pair.strip_prefix(name)).unwrap_or_default();
    let credential = value("X-Amz-Credential=").replace("%2F", "/");
    let scope = credential.split_once('/').map_or("", |(_, scope)| scope);
    let text = format!("AWS4-HMAC-SHA256\n{}\n{scope}\n{}", value("X-Amz-Date="), hex(&sha256(asked.as_bytes())));
    let key = scope.split('/').fold(format!("AWS4{secret}").into_bytes(), |key, part| code(&key, part));
    hex(&code(&key, &text))
}

fn read<'a>(query: &'a str, credential: &'a str) -> Option<Signed<'a>> {
    let value = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name)).filter(|value| !value.is_empty());
    let (key_id, scope) = credential.split_once('/')?;
    let mut parts = scope.split('/');
    let (day, region) = (parts.next()?, parts.next()?);
    let is_whole = parts.next() == Some("s3") && parts.next() == Some("aws4_request") && parts.next().is_none();
    let is_v4 = value("X-Amz-Algorithm=")? == "AWS4-HMAC-SHA256" && value("X-Amz-SignedHeaders=")? == "host";
    (is_whole && is_v4).then_some(Signed {
        key_id,
        scope,
        region,
        day,
        date: value("X-Amz-Date=")?,
        expires: value("X-Amz-Expires=")?.parse().ok()?,
        signature: value("X-Amz-Signature=")?,
    })
}

fn moment(date: &str) -> Option<Timestamp> {
    let civil = DateTime::strptime("%Y%m%dT%H%M%SZ", date).ok()?;
    civil.to_zoned(TimeZone::UTC).ok().map(|at| at.timestamp())
}

/// Why a request is not let in, as S3 names it; `Ok` when it is.
pub fn check(
    (key_id, secret): (&str, &str),
    region: &str,
    (method, uri, headers): (&Method, &Uri, &HeaderMap),
    now: Timestamp,
) -> Result<(), &'static str> {
    let query = uri.query().unwrap_or_default();
    let credential = query.split('&').find_map(|pair| pair.strip_prefix("X-Amz-Credential=")).unwrap_or_default().replace("%2F", "/");
    let signed = read(query, &credential).ok_or("AccessDenied")?;
    let began = moment(signed.date).ok_or("AuthorizationQueryParametersError")?;
    if signed.key_id != key_id {
        return Err("InvalidAccessKeyId");
    }
    let is_right = signed.region == region && signed.date.starts_with(signed.day) && (1..=LONGEST).contains(&signed.expires);
    if !is_right || signed.scope.is_empty() {
        return Err("AuthorizationQueryParametersError");
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if !same(sign(secret, (method.as_str(), uri.path(), host), query).as_bytes(), signed.signature.as_bytes()) {
        return Err("SignatureDoesNotMatch");
    }
    let age = now.as_second() - began.as_second();
    // A clock a quarter of an hour ahead is one that is wrong.
    if age > signed.expires || age < -900 { Err("AccessDenied") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification, with its published signature.
    const QUERY: &str = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request\
                         &X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host";
    const SIGNATURE: &str = "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    fn check_at(path: &str, host: &'static str, second: i64) -> Result<(), &'static str> {
        let uri: Uri = format!("{path}?{QUERY}&X-Amz-Signature={SIGNATURE}").parse().expect("an address");
        let headers = HeaderMap::from_iter([(header::HOST, header::HeaderValue::from_static(host))]);
        let now = Timestamp::from_second(second).expect("a moment");
        check(("AKIAIOSFODNN7EXAMPLE", SECRET), "us-east-1", (&Method::GET, &uri, &headers), now)
    }

    #[test]
    fn the_specifications_example_is_let_in_and_nothing_else() {
        const HOST: &str = "examplebucket.s3.amazonaws.com";
        let began = 1_369_353_600;
        assert_eq!(sign(SECRET, ("GET", "/test.txt", HOST), QUERY), SIGNATURE);
        assert_eq!(check_at("/test.txt", HOST, began), Ok(()));
        assert_eq!(check_at("/other.txt", HOST, began), Err("SignatureDoesNotMatch"));
        assert_eq!(check_at("/test.txt", "evil.example", began), Err("SignatureDoesNotMatch"));
        assert_eq!(check_at("/test.txt", HOST, began + 86_401), Err("AccessDenied"), "it has expired");
        assert_eq!(check_at("/test.txt", HOST, began - 901), Err("AccessDenied"), "it is from the future");
    }
}
