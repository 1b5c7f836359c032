//! CSV as RFC 4180 has it: CRLF, a header, quotes doubled; UTF-8 without a mark.
//!
//! What is absent is an empty field, an empty text is `""`: the two can be told apart. A text that a spreadsheet would take for a
//! formula gets an apostrophe before it (OWASP, "CSV Injection"); numbers, times and ids cannot be one and are left as they are.
use super::cell::{Cell, Row};
use super::text;
use crate::web::dataset::Column;
use std::io::Result;

/// Writes the header.
pub fn header(out: &mut Vec<u8>, columns: &[&'static Column]) {
    for (at, column) in columns.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        field(out, column.name);
    }
    out.extend_from_slice(b"\r\n");
}

/// Writes a row.
pub fn row(out: &mut Vec<u8>, columns: &[&'static Column], mut row: Row<'_>) -> Result<()> {
    for (at, column) in columns.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        match row.next(column.kind)? {
            Cell::Nothing => {}
            Cell::Text(value) | Cell::Json(value) => field(out, value),
            Cell::Id(value) => text::id(out, value),
            Cell::Whole(value) => text::whole(out, value),
            Cell::Money(minor, decimals) => text::money(out, minor, decimals),
            Cell::YesNo(value) => out.extend_from_slice(if value { b"true" } else { b"false" }),
            Cell::Time(at) => text::time(out, at),
        }
    }
    out.extend_from_slice(b"\r\n");
    Ok(())
}

fn field(out: &mut Vec<u8>, value: &str) {
    let bytes = value.as_bytes();
    let is_formula = is_formula(value);
    // What begins or ends with a space is quoted too: some readers would drop it.
    let is_plain = |byte: &u8| !matches!(byte, b'"' | b',' | b'\r' | b'\n' | b'\t' | b';');
    let spaced = bytes.first().is_none_or(|byte| *byte == b' ') || bytes.last() == Some(&b' ');
    if !is_formula && !spaced && bytes.iter().all(is_plain) {
        return out.extend_from_slice(bytes);
    }
    out.push(b'"');
    if is_formula {
        out.push(b'\'');
    }
    for (at, piece) in bytes.split(|byte| *byte == b'"').enumerate() {
        if at > 0 {
            out.extend_from_slice(b"\"\"");
        }
        out.extend_from_slice(piece);
    }
    out.push(b'"');
}

/// Whether a spreadsheet may read a text as a formula: its first sign begins one, also in the wide forms that some turn into plain
/// ones, and also behind what it may drop: spaces, control characters, marks that cannot be seen.
pub fn is_formula(text: &str) -> bool {
    if text.as_bytes().first().is_none_or(u8::is_ascii_alphanumeric) {
        return false;
    }
    let is_dropped = |letter: char| {
        letter.is_whitespace()
            || letter.is_control()
            || matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '"' | '\'')
    };
    let begins =
        |letter: char| matches!(letter, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '﹢' | '﹣' | '﹦' | '﹫' | '\u{2212}');
    text.starts_with(['\t', '\r', '\n']) || text.chars().find(|letter| !is_dropped(*letter)).is_some_and(begins)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(value: &str) -> String {
        let mut out = Vec::new();
        field(&mut out, value);
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn what_could_be_a_formula_is_text() {
        for formula in [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "  =1",
            "\u{a0}=1",
            "\u{feff}=1",
            "＝1",
            "＋1",
            "－1",
            "＠x",
            "\u{200b}=1",
            "\"=1",
            "\tx",
            "=cmd|' /C calc'!A0",
            "\u{202e}=1",
            "\u{3000}＝1",
            "'=1",
        ] {
            assert!(is_formula(formula), "{formula:?}");
            assert!(written(formula).starts_with("\"'"), "{formula:?}");
        }
        for plain in ["", "a=1", "1-2", "Ada", "李", "é=1", "#1", "'s Gravenhage", "(=1)", "x\t=1"] {
            assert!(!is_formula(plain), "{plain:?}");
        }
    }

    #[test]
    fn quotes_stand_where_they_must() {
        assert_eq!(written("plain"), "plain");
        assert_eq!(written(""), "\"\"");
        assert_eq!(written("a \"b\" c"), "\"a \"\"b\"\" c\"");
        assert_eq!(written("a,b\r\nc"), "\"a,b\r\nc\"");
        assert_eq!(written(" a"), "\" a\"");
        assert_eq!(written("\""), "\"\"\"\"");
    }
}
