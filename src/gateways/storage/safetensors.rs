//! The header of a `.safetensors` file: eight bytes of its length, then JSON (Hugging Face, "safetensors: Format").
//!
//! Only the header is read, by ranges, however large the file is. Whoever wrote the file may have written anything: the length is
//! capped before anything is read, the depth before anything is parsed, and nothing is kept but what is shown.
use super::{Key, ObjectStore, StoreError};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The longest header that is read, in bytes. The format allows 100 MB; those of LoRA models are some 100 kB.
pub const LONGEST: u64 = 4 << 20;
/// How deep a header nests: a tensor's shape is the third level.
const DEEPEST: usize = 8;
/// Read at first; longer headers take a second call.
const FIRST: u64 = 64 << 10;
/// The most tensors that a header may have.
const TENSORS: usize = 100_000;

/// What is in a file's header.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Header {
    /// Bytes of the whole file.
    pub size: u64,
    /// Bytes of the header.
    pub length: u64,
    /// `__metadata__`: every value is a text.
    pub metadata: BTreeMap<String, String>,
    pub tensors: usize,
    /// How many numbers all tensors hold.
    pub parameters: u64,
    /// Types of numbers, and how many tensors have them.
    pub types: BTreeMap<String, usize>,
}

/// Why a header cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("The file has {0} bytes: too few for a header.")]
    TooShort(u64),
    #[error("The file says that its header has {0} bytes; no more than {LONGEST} are read.")]
    TooLong(u64),
    #[error("The file ends inside its header: it says {header} bytes, and the file has {file}.")]
    Truncated { header: u64, file: u64 },
    #[error("The header is no JSON: {0}.")]
    NotJson(String),
    #[error("The header nests deeper than {DEEPEST} levels.")]
    TooDeep,
    #[error("The header is not one of safetensors: {0}.")]
    Wrong(&'static str),
}

/// Reads the header of a file in the store.
///
/// # Errors
/// When the store does not give it, or it is no header, with a sentence that says why.
pub async fn read(store: &dyn ObjectStore, key: &Key) -> Result<Header, Unreadable> {
    let first = match store.get_range(key, 0..FIRST).await {
        // An empty file has no first byte to be asked for (RFC 9110, 15.5.17).
        Err(StoreError::Refused(code)) if code == "InvalidRange" => return Err(Unreadable::TooShort(0)),
        other => other?,
    };
    let length = length(&first.bytes, first.total)?;
    let mut bytes = first.bytes;
    let end = 8 + length;
    if (bytes.len() as u64) < end {
        let from = bytes.len() as u64;
        bytes.extend(store.get_range(key, from..end).await?.bytes);
    }
    let json = usize::try_from(end).ok().and_then(|end| bytes.get(8..end));
    parse(json.ok_or(Unreadable::Truncated { header: length, file: first.total })?, length, first.total)
}

/// The header's length, if it can be one.
fn length(bytes: &[u8], total: u64) -> Result<u64, Unreadable> {
    let eight = bytes.first_chunk::<8>().ok_or(Unreadable::TooShort(total))?;
    let length = u64::from_le_bytes(*eight);
    if length > LONGEST {
        return Err(Unreadable::TooLong(length));
    }
    if length < 2 || 8 + length > total {
        return Err(Unreadable::Truncated { header: length, file: total });
    }
    Ok(length)
}

fn parse(json: &[u8], length: u64, size: u64) -> Result<Header, Unreadable> {
    if depth(json) > DEEPEST {
        return Err(Unreadable::TooDeep);
    }
    let parsed: Value = serde_json::from_slice(json).map_err(|error| Unreadable::NotJson(error.to_string()))?;
    let Value::Object(mut entries) = parsed else { return Err(Unreadable::Wrong("it is no object")) };
    let mut header = Header { size, length, metadata: metadata(entries.remove("__metadata__"))?, ..Header::default() };
    if entries.len() > TENSORS {
        return Err(Unreadable::Wrong("it has too many tensors"));
    }
    for tensor in entries.values() {
        add(&mut header, tensor, size.saturating_sub(8 + length)).ok_or(Unreadable::Wrong("a tensor's entry makes no sense"))?;
    }
    Ok(header)
}

/// How deep brackets nest, outside of texts; found without building anything.
fn depth(json: &[u8]) -> usize {
    let (mut now, mut deepest, mut in_text, mut escaped) = (0_usize, 0, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => {
                now += 1;
                deepest = deepest.max(now);
            }
            b'}' | b']' if !in_text => now = now.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

fn metadata(entry: Option<Value>) -> Result<BTreeMap<String, String>, Unreadable> {
    let wrong = || Unreadable::Wrong("its metadata is not made of texts");
    let entries = match entry {
        None => Map::new(),
        Some(Value::Object(entries)) => entries,
        Some(_) => return Err(wrong()),
    };
    let text = |(name, value)| match value {
        Value::String(text) => Ok((name, text)),
        _ => Err(wrong()),
    };
    entries.into_iter().map(text).collect()
}

/// Counts a tensor: `{"dtype": "F16", "shape": [16, 3072], "data_offsets": [0, 98304]}`.
fn add(header: &mut Header, tensor: &Value, room: u64) -> Option<()> {
    let kind = tensor.get("dtype")?.as_str().filter(|kind| kind.len() <= 16)?;
    let shape = tensor.get("shape")?.as_array()?;
    let numbers = shape.iter().try_fold(1_u64, |product, side| product.checked_mul(side.as_u64()?))?;
    let offsets = tensor.get("data_offsets")?.as_array()?;
    let [from, to] = offsets.as_slice() else { return None };
    let (from, to) = (from.as_u64()?, to.as_u64()?);
    if from > to || to > room {
        return None;
    }
    header.tensors += 1;
    header.parameters = header.parameters.checked_add(numbers)?;
    *header.types.entry(kind.to_owned()).or_default() += 1;
    Some(())
}
