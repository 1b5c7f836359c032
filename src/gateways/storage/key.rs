//! The name of an object: a path that cannot lead anywhere else.
use std::fmt;

/// The longest that S3 takes, in bytes (Amazon S3 User Guide, "Naming Amazon S3 objects").
const LONGEST: usize = 1_024;

/// The name of an object, as `loras/0192…/adapter_model.safetensors`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(String);

/// Why a text names no object.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is no name of an object")]
pub struct NoKey(String);

impl Key {
    /// Reads one. Each part is a plain name: no `.` or `..`, nothing empty, no backslash, no control character.
    ///
    /// # Errors
    /// When it could lead out of the store, or be understood in two ways.
    pub fn parse(text: &str) -> Result<Self, NoKey> {
        let is_plain = |part: &str| !part.is_empty() && part != "." && part != "..";
        let is_odd = |letter: char| letter.is_control() || letter == '\\';
        if text.len() > LONGEST || !text.split('/').all(is_plain) || text.contains(is_odd) {
            return Err(NoKey(text.chars().take(100).collect()));
        }
        Ok(Self(text.to_owned()))
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its folders and its own name.
    pub(super) fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.split('/')
    }
}

impl fmt::Display for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_leads_nowhere_else() {
        let long = "x".repeat(1_025);
        for wrong in ["", "/", "/etc/passwd", "a//b", "a/", "../a", "a/../b", "a/./b", "a\\..\\b", "a\0b", "a\nb", long.as_str()] {
            assert!(Key::parse(wrong).is_err(), "{wrong:?}");
        }
        for right in ["a", "loras/1/x.safetensors", "..a/b..", "ünï/cødé", "a b/c%2f..%2f"] {
            assert_eq!(Key::parse(right).map(|key| key.to_string()).as_deref(), Ok(right));
        }
    }
}
