//! A JSON document as a page shows it: branches that open and close without scripts, however large or deep it is.
use super::show::{number, short};
use serde_json::Value;

/// The most lines that are drawn.
const LINES: usize = 400;
/// The most children of one branch.
const CHILDREN: usize = 60;
/// How deep it is drawn from where it begins.
const DEPTH: usize = 9;
/// The most letters of a text or a name.
const LETTERS: usize = 300;

/// A piece of the drawing, in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A branch begins; what follows is inside of it until it is closed.
    Open {
        name: String,
        /// `3 fields` or `12 items`.
        about: String,
        open: bool,
    },
    Close,
    Leaf {
        name: String,
        value: String,
        /// `text`, `number`, `yes`, `no`, `null`, `hidden` or `none` (an empty branch).
        kind: &'static str,
    },
    /// The rest of a branch is drawn elsewhere.
    More {
        text: String,
        href: String,
    },
}

/// Where and how a document is drawn.
pub struct Drawing<'a> {
    /// The page that draws any branch: `?at=` is added to it. Empty: what is left out is only counted.
    pub page: &'a str,
    /// Which branch, as a JSON pointer (RFC 6901).
    pub at: &'a str,
    /// Which of its children is the first.
    pub from: usize,
    /// What must not be shown, by its name and value.
    pub hides: fn(&str, &Value) -> bool,
}

/// A document that hides nothing.
pub fn hides_nothing(_: &str, _: &Value) -> bool {
    false
}

struct Pen<'a> {
    drawing: &'a Drawing<'a>,
    pieces: Vec<Piece>,
    left: usize,
}

/// Draws a branch of a document; nothing, when there is no such branch.
pub fn draw(document: &Value, drawing: &Drawing<'_>) -> Option<Vec<Piece>> {
    let branch = document.pointer(drawing.at)?;
    let mut pen = Pen { drawing, pieces: Vec::new(), left: LINES };
    if drawing.at.is_empty() || !is_hidden(drawing) {
        pen.children(branch, drawing.at, drawing.from, 0);
    }
    Some(pen.pieces)
}

/// A branch below a name that hides what is there stays hidden when it is asked for by itself.
fn is_hidden(drawing: &Drawing<'_>) -> bool {
    drawing.at.split('/').skip(1).any(|token| (drawing.hides)(&token.replace("~1", "/").replace("~0", "~"), &Value::Null))
}

fn size(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.len(),
        Value::Object(fields) => fields.len(),
        _ => 0,
    }
}

fn about(value: &Value) -> String {
    let words = match (value, size(value)) {
        (Value::Array(_), 1) => "item",
        (Value::Array(_), _) => "items",
        (_, 1) => "field",
        _ => "fields",
    };
    format!("{} {words}", number(i64::try_from(size(value)).unwrap_or(i64::MAX)))
}

impl Pen<'_> {
    fn children(&mut self, branch: &Value, at: &str, from: usize, depth: usize) {
        match branch {
            Value::Object(fields) => {
                for (name, value) in fields.iter().skip(from).take(CHILDREN) {
                    let place = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
                    self.one(name, value, &place, depth);
                }
            }
            Value::Array(items) => {
                for (no, value) in items.iter().enumerate().skip(from).take(CHILDREN) {
                    self.one(&no.to_string(), value, &format!("{at}/{no}"), depth);
                }
            }
            leaf => self.leaf("", leaf),
        }
        let shown = from + CHILDREN;
        if size(branch) > shown {
            let rest = number(i64::try_from(size(branch) - shown).unwrap_or(i64::MAX));
            self.more(format!("{rest} more"), at, shown);
        }
    }

    fn one(&mut self, name: &str, value: &Value, place: &str, depth: usize) {
        // Only what has no name at all is drawn without one.
        let name = if name.is_empty() { "“”" } else { name };
        if (self.drawing.hides)(name, value) && !value.is_null() {
            self.pieces.push(Piece::Leaf { name: short(name, LETTERS), value: "(hidden)".into(), kind: "hidden" });
        } else if size(value) == 0 {
            self.leaf(name, value);
        } else if depth + 1 >= DEPTH || self.left == 0 {
            self.more(format!("{}: {}", short(name, LETTERS), about(value)), place, 0);
        } else {
            self.left = self.left.saturating_sub(1);
            let open = depth == 0 && size(value) <= 12;
            self.pieces.push(Piece::Open { name: short(name, LETTERS), about: about(value), open });
            self.children(value, place, 0, depth + 1);
            self.pieces.push(Piece::Close);
        }
    }

    fn leaf(&mut self, name: &str, value: &Value) {
        self.left = self.left.saturating_sub(1);
        let (text, kind) = match value {
            Value::Null => ("null".to_owned(), "null"),
            Value::Bool(yes) => (yes.to_string(), if *yes { "yes" } else { "no" }),
            Value::Number(number) => (number.to_string(), "number"),
            Value::String(text) => (short(text, LETTERS), "text"),
            Value::Array(_) => ("no items".to_owned(), "none"),
            Value::Object(_) => ("no fields".to_owned(), "none"),
        };
        self.pieces.push(Piece::Leaf { name: short(name, LETTERS), value: text, kind });
    }

    fn more(&mut self, text: String, at: &str, from: usize) {
        let page = self.drawing.page;
        let query = serde_urlencoded::to_string([("at", at), ("from", &from.to_string())]).unwrap_or_default();
        // A way to what is hidden leads nowhere.
        let href = if page.is_empty() { String::new() } else { format!("{page}?{query}") };
        if self.pieces.last().is_none_or(|last| !matches!(last, Piece::More { href: known, .. } if *known == href && !href.is_empty())) {
            self.pieces.push(Piece::More { text, href });
        }
    }
}

/// Whether a field's name or value looks like a secret: a password, a key, a token.
pub fn looks_secret(name: &str, value: &Value) -> bool {
    const NAMES: [&str; 12] = [
        "password",
        "passwd",
        "passphrase",
        "secret",
        "token",
        "apikey",
        "authorization",
        "credential",
        "privatekey",
        "accesskey",
        "cookie",
        "bearer",
    ];
    const VALUES: [&str; 9] = ["Bearer ", "Basic ", "sk-", "ghp_", "github_pat_", "xoxb-", "AKIA", "eyJ", "-----BEGIN"];
    let bare: String = name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    // How many tokens something may use, or used, is no secret.
    let counts = value.is_number() || value.is_boolean();
    let named = !counts && NAMES.iter().any(|word| bare.contains(word));
    named || value.as_str().is_some_and(|text| text.len() > 11 && VALUES.iter().any(|begin| text.trim_start().starts_with(begin)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn drawn(document: &Value, at: &str, from: usize) -> Option<Vec<Piece>> {
        draw(document, &Drawing { page: "/p", at, from, hides: looks_secret })
    }

    fn words(pieces: &[Piece]) -> String {
        format!("{pieces:?}")
    }

    fn is_balanced(pieces: &[Piece]) -> bool {
        let step = |depth: i32, piece: &Piece| match piece {
            Piece::Open { .. } => depth + 1,
            Piece::Close => depth - 1,
            _ => depth,
        };
        pieces.iter().fold(0, step) == 0
    }

    #[test]
    fn a_document_of_any_size_and_depth_is_drawn_in_few_lines() {
        let wide = json!({ "rows": (0..50_000).map(|n| json!({ "n": n, "cells": vec![n; 20] })).collect::<Vec<_>>() });
        let deep = (0..100).fold(json!("end"), |inner, _| json!({ "in": [inner, 1] }));
        let many = (0..300).map(|n| (n.to_string(), json!({ "x": vec![n; 70] }))).collect::<serde_json::Map<_, _>>();
        for document in [wide, deep, Value::Object(many)] {
            let pieces = drawn(&document, "", 0).expect("it is drawn");
            assert!(pieces.len() < 4 * LINES, "{}", pieces.len());
            assert!(is_balanced(&pieces));
            assert!(words(&pieces).contains("/p?at="), "the rest is a click away");
        }
    }

    #[test]
    fn every_branch_can_be_drawn_by_itself() {
        let document = json!({ "a/b": { "~": [1, 2, { "": "deep" }] } });
        assert_eq!(drawn(&document, "/a~1b/~0/2", 0), Some(vec![Piece::Leaf { name: "“”".into(), value: "deep".into(), kind: "text" }]));
        assert_eq!(drawn(&document, "/nowhere", 0), None);
        assert_eq!(drawn(&document, "/a~1b/~0", 2).expect("drawn").len(), 3, "from the third on");
        assert_eq!(drawn(&document, "/a~1b/~0", 99), Some(Vec::new()));
    }

    #[test]
    fn what_looks_secret_is_not_drawn_however_it_is_asked_for() {
        let document =
            json!({ "api_key": "x", "Api-Key": ["y"], "note": "Bearer abcdefghijk", "max_tokens": 5, "passwords": { "db": "z" } });
        let pieces = words(&drawn(&document, "", 0).expect("drawn"));
        for secret in ["\"x\"", "\"y\"", "Bearer", "\"z\""] {
            assert!(!pieces.contains(secret), "{secret} in {pieces}");
        }
        assert!(pieces.contains("\"5\""), "{pieces}");
        assert_eq!(drawn(&document, "/passwords", 0), Some(Vec::new()));
    }
}
