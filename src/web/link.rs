//! Addresses: where one may be sent, and how text goes into one.

/// Escapes text for a query's value.
pub fn escape(text: &str) -> String {
    serde_urlencoded::to_string([("", text)]).unwrap_or_default().trim_start_matches('=').to_owned()
}

/// Where to go after signing in: only a page of ours, else home.
pub fn inside(next: Option<&str>) -> &str {
    match next {
        Some(path) if path.starts_with("/admin") && !path.contains("//") && !path.contains('\\') && !path.contains(char::is_control) => {
            path
        }
        _ => "/admin",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_are_next() {
        for elsewhere in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/admin//evil.example",
            "/admin\r\nx: y",
            "javascript:alert(1)",
            "",
        ] {
            assert_eq!(inside(Some(elsewhere)), "/admin", "{elsewhere}");
        }
        assert_eq!(inside(Some("/admin/users?q=a%20b")), "/admin/users?q=a%20b");
    }

    #[test]
    fn text_is_escaped() {
        assert_eq!(escape("a b&c=d"), "a+b%26c%3Dd");
    }
}
