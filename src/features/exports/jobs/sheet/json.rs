//! JSON and its lines (RFC 8259; one object a line, as NDJSON has it). Text is never changed here: no program takes it for a formula.
use super::cell::{Cell, Row};
use super::text;
use crate::web::dataset::Column;
use std::io::Result;

/// Writes a row as an object.
pub fn row(out: &mut Vec<u8>, columns: &[&'static Column], mut row: Row<'_>) -> Result<()> {
    out.push(b'{');
    for (at, column) in columns.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        // Names of columns are plain words.
        out.push(b'"');
        out.extend_from_slice(column.name.as_bytes());
        out.extend_from_slice(b"\":");
        cell(out, row.next(column.kind)?)?;
    }
    out.push(b'}');
    Ok(())
}

fn cell(out: &mut Vec<u8>, cell: Cell<'_>) -> Result<()> {
    match cell {
        Cell::Nothing => out.extend_from_slice(b"null"),
        Cell::Text(value) => serde_json::to_writer(out, value)?,
        // PostgreSQL has read it: it is JSON, in one line as it writes `jsonb`.
        Cell::Json(value) => out.extend_from_slice(value.as_bytes()),
        Cell::Id(value) => quoted(out, |out| text::id(out, value)),
        Cell::Whole(value) => text::whole(out, value),
        Cell::Money(minor, decimals) => text::money(out, minor, decimals),
        Cell::YesNo(value) => out.extend_from_slice(if value { b"true" } else { b"false" }),
        Cell::Time(at) => quoted(out, |out| text::time(out, at)),
    }
    Ok(())
}

fn quoted(out: &mut Vec<u8>, with: impl FnOnce(&mut Vec<u8>)) {
    out.push(b'"');
    with(out);
    out.push(b'"');
}
