//! The names and values of a form or an address, read strictly: what cannot be right is refused in a sentence.
use crate::kernel::{Error, Result};
use serde::de::DeserializeOwned;

/// Names and values in the order they were sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pairs(pub Vec<(String, String)>);

/// The longest value that any field takes, in bytes.
const LONGEST: usize = 100_000;

impl Pairs {
    /// Parses `application/x-www-form-urlencoded` (URL Standard, §5).
    ///
    /// # Errors
    /// When a name or value is not UTF-8, holds a NUL, or is longer than any field takes.
    pub fn parse(encoded: &[u8]) -> Result<Self> {
        let mut pairs = Vec::new();
        for part in encoded.split(|byte| *byte == b'&').filter(|part| !part.is_empty()) {
            let (name, value) = match part.iter().position(|byte| *byte == b'=') {
                Some(at) => (&part[..at], &part[at + 1..]),
                None => (part, &part[..0]),
            };
            pairs.push((text(name)?, text(value)?));
        }
        Ok(Self(pairs))
    }

    /// The first value of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Takes a name out, and returns its first value.
    pub fn take(&mut self, name: &str) -> Option<String> {
        let value = self.get(name).map(str::to_owned);
        self.0.retain(|(key, _)| key != name);
        value
    }

    /// Writes them back.
    pub fn encode(&self) -> String {
        serde_urlencoded::to_string(&self.0).unwrap_or_default()
    }

    /// Reads them into a struct. Empty values count as absent.
    ///
    /// # Errors
    /// When a field is unknown, sent twice, or has a value that it cannot have.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T> {
        let filled: Vec<_> = self.0.iter().filter(|(_, value)| !value.is_empty()).collect();
        for (at, (name, _)) in filled.iter().enumerate() {
            if !name.ends_with("[]") && filled[..at].iter().any(|(earlier, _)| earlier == name) {
                return Err(Error::Malformed(format!("“{}” was sent twice.", short(name)).into()));
            }
        }
        let encoded = serde_urlencoded::to_string(&filled).map_err(|error| Error::Malformed(error.to_string().into()))?;
        serde_html_form::from_str(&encoded)
            .map_err(|error| Error::Malformed(format!("This cannot be read: {}.", short(&error.to_string())).into()))
    }
}

fn short(text: &str) -> String {
    text.chars().take(200).collect()
}

fn text(encoded: &[u8]) -> Result<String> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded;
    while let Some((byte, tail)) = rest.split_first() {
        rest = tail;
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let code = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok()).and_then(|hex| u8::from_str_radix(hex, 16).ok());
                match code {
                    Some(code) => {
                        bytes.push(code);
                        rest = &tail[2..];
                    }
                    None => bytes.push(b'%'),
                }
            }
            other => bytes.push(*other),
        }
    }
    if bytes.len() > LONGEST {
        return Err(Error::Malformed(format!("A field is longer than {LONGEST} bytes.").into()));
    }
    let text = String::from_utf8(bytes).map_err(|_| Error::Malformed("A field is not valid UTF-8.".into()))?;
    if text.contains('\0') {
        return Err(Error::Malformed("A field holds a NUL character.".into()));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_encoded_is_read_back(pairs in prop::collection::vec(("[^\0]{1,20}", "[^\0]{0,40}"), 0..8)) {
            let pairs = Pairs(pairs);
            prop_assert_eq!(Pairs::parse(pairs.encode().as_bytes()).ok(), Some(pairs));
        }

        #[test]
        fn any_bytes_are_read_or_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Pairs::parse(&bytes);
        }
    }
}
