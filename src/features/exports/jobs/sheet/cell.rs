//! Rows as PostgreSQL sends them (COPY, "Binary Format"), and the cells in them.
use crate::web::dataset::Kind;
use std::io::{Error, ErrorKind, Result};
use uuid::Uuid;

/// What a stream begins with: eleven bytes of signature, flags and the length of an extension.
const SIGNATURE: &[u8] = b"PGCOPY\n\xff\r\n\0";
/// Microseconds from 1970 to 2000, where PostgreSQL's time begins.
const EPOCH: i64 = 946_684_800_000_000;

/// A cell of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell<'r> {
    Nothing,
    Text(&'r str),
    Id(Uuid),
    Whole(i64),
    /// Minor units, and how many of its digits are decimals.
    Money(i64, u32),
    YesNo(bool),
    /// Microseconds since 1970.
    Time(i64),
    Json(&'r str),
}

/// A row whose cells are not read yet.
#[derive(Clone, Copy, Debug)]
pub struct Row<'r>(&'r [u8]);

/// Reads rows out of a stream that may be cut anywhere.
#[derive(Debug, Default)]
pub struct Rows {
    kept: Vec<u8>,
    begun: bool,
    ended: bool,
}

fn broken(what: &str) -> Error {
    Error::new(ErrorKind::InvalidData, format!("the database sent {what}"))
}

impl Rows {
    /// Hands on each whole row of a piece of the stream, with those that a piece before had begun.
    pub fn take(&mut self, piece: &[u8], mut each: impl FnMut(Row<'_>) -> Result<()>) -> Result<()> {
        if self.kept.is_empty() && self.begun {
            let rest = self.walk(piece, &mut each)?;
            self.kept.extend_from_slice(rest);
            return Ok(());
        }
        let mut kept = std::mem::take(&mut self.kept);
        kept.extend_from_slice(piece);
        let rest = self.walk(&kept, &mut each)?.len();
        kept.drain(..kept.len() - rest);
        self.kept = kept;
        Ok(())
    }

    /// Whether the stream has come to its own end.
    pub fn is_whole(&self) -> bool {
        self.ended && self.kept.is_empty()
    }

    fn walk<'p>(&mut self, mut rest: &'p [u8], each: &mut impl FnMut(Row<'_>) -> Result<()>) -> Result<&'p [u8]> {
        if !self.begun {
            let Some((head, after)) = rest.split_at_checked(SIGNATURE.len() + 8) else { return Ok(rest) };
            if !head.starts_with(SIGNATURE) || head[SIGNATURE.len()..] != [0; 8] {
                return Err(broken("another form of rows than was asked for"));
            }
            self.begun = true;
            rest = after;
        }
        while !self.ended {
            let Some(count) = rest.first_chunk::<2>() else { return Ok(rest) };
            let count = i16::from_be_bytes(*count);
            if count < 0 {
                self.ended = true;
                rest = &rest[2..];
                break;
            }
            let Some(end) = end(rest, count) else { return Ok(rest) };
            each(Row(&rest[2..end]))?;
            rest = &rest[end..];
        }
        if rest.is_empty() { Ok(rest) } else { Err(broken("more after the end")) }
    }
}

/// Where a row of so many cells ends, if all of it is there.
fn end(bytes: &[u8], count: i16) -> Option<usize> {
    let mut at = 2;
    for _ in 0..count {
        let length = i32::from_be_bytes(*bytes.get(at..)?.first_chunk::<4>()?);
        at += 4 + usize::try_from(length).unwrap_or(0);
    }
    (at <= bytes.len()).then_some(at)
}

impl<'r> Row<'r> {
    /// The next cell.
    pub fn next(&mut self, kind: Kind) -> Result<Cell<'r>> {
        let (length, rest) = self.0.split_first_chunk::<4>().ok_or_else(|| broken("a row with too few cells"))?;
        let Ok(length) = usize::try_from(i32::from_be_bytes(*length)) else {
            self.0 = rest;
            return Ok(Cell::Nothing);
        };
        let (bytes, rest) = rest.split_at_checked(length).ok_or_else(|| broken("a cell that is cut"))?;
        self.0 = rest;
        read(kind, bytes)
    }
}

fn read(kind: Kind, bytes: &[u8]) -> Result<Cell<'_>> {
    let text = || std::str::from_utf8(bytes).map_err(|_| broken("a text that is not UTF-8"));
    let number = || match *bytes {
        [a, b] => Ok(i64::from(i16::from_be_bytes([a, b]))),
        [a, b, c, d] => Ok(i64::from(i32::from_be_bytes([a, b, c, d]))),
        [a, b, c, d, e, f, g, h] => Ok(i64::from_be_bytes([a, b, c, d, e, f, g, h])),
        _ => Err(broken("a whole number of another size")),
    };
    Ok(match kind {
        Kind::Text => Cell::Text(text()?),
        Kind::Json => Cell::Json(text()?),
        Kind::Id => Cell::Id(Uuid::from_slice(bytes).map_err(|_| broken("an id of another size"))?),
        Kind::Whole => Cell::Whole(number()?),
        Kind::YesNo => Cell::YesNo(bytes == [1]),
        Kind::Time => time(number()?),
        Kind::Money => {
            let (minor, currency) = text()?.split_once(' ').ok_or_else(|| broken("money without a currency"))?;
            Cell::Money(minor.parse().map_err(|_| broken("money that is no number"))?, crate::web::show::decimals(currency))
        }
    })
}

/// `infinity` and `-infinity` are no moments: such a cell is empty.
fn time(since: i64) -> Cell<'static> {
    match since.checked_add(EPOCH) {
        Some(at) if since > i64::MIN => Cell::Time(at),
        _ => Cell::Nothing,
    }
}
