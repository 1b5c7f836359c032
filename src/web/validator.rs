//! Validators of what machines fetch again and again: a strong ETag, and whether the caller has it already (RFC 9110, 8.8.3 and 13.1.2).
use crate::kernel::secret::sha256;
use axum::http::{HeaderMap, header};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

/// The ETag of these bytes.
pub fn of(bytes: &[u8]) -> String {
    format!("\"{}\"", BASE64_URL_SAFE_NO_PAD.encode(&sha256(bytes)[..16]))
}

/// Whether the caller says in `If-None-Match` that it has this one: any of a list, compared weakly, or `*`.
pub fn is_known(asked: &HeaderMap, tag: &str) -> bool {
    let all = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut known = all.flat_map(|line| line.split(',')).map(str::trim);
    known.any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

#[cfg(test)]
mod tests {
    use super::{HeaderMap, header, is_known};
    use axum::http::HeaderValue;

    #[test]
    fn a_validator_is_known_in_each_form_that_a_caller_may_send_it() {
        for (asked, known) in
            [("\"a\"", true), ("W/\"a\"", true), ("\"b\", W/\"a\"", true), ("*", true), ("\"b\"", false), ("a", false), ("", false)]
        {
            let headers = HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_static(asked))]);
            assert_eq!(is_known(&headers, "\"a\""), known, "{asked}");
        }
        assert!(!is_known(&HeaderMap::new(), "\"a\""));
    }
}
