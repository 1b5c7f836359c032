//! Excel: as many sheets as the rows need, in constant memory; text is always text.
use super::cell::{Cell, Row};
use super::file::{Finished, Hashed};
use super::{Head, Sheet};
use crate::web::dataset::{Column, Kind};
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use std::borrow::Cow;
use std::io::{Error, Result};
use std::path::Path;
use uuid::Uuid;

/// Rows of a sheet, its header included (Microsoft, "Excel specifications and limits").
pub const SHEET_ROWS: u32 = 1_048_576;
/// Characters of a cell, in units of UTF-16 (the same).
const LONGEST: usize = 32_767;
/// Whole numbers up to here are kept to the last digit: a cell's number is a double.
const EXACT: u64 = 1 << 53;
/// Days from 30 December 1899, where a sheet's days are counted from, to 1970; and the first moment that it counts right.
const EPOCH_DAYS: f64 = 25_569.0;
const FIRST: i64 = -2_203_891_200_000_000;
const LAST: i64 = 253_402_300_800_000_000;

/// A workbook in the making.
pub struct Excel {
    file: Hashed,
    book: Workbook,
    label: &'static str,
    columns: Vec<&'static Column>,
    sheets: usize,
    next: u32,
    rows: i64,
    bold: Format,
    moment: Format,
    /// Rows of one sheet.
    most: u32,
}

fn io(error: XlsxError) -> Error {
    match error {
        XlsxError::IoError(error) => error,
        other => Error::other(other),
    }
}

impl Excel {
    /// A book whose sheets, of so many rows at most, are kept in a folder until it is finished.
    pub fn new(file: Hashed, folder: &Path, most: u32) -> Result<Self> {
        let mut book = Workbook::new();
        book.set_tempdir(folder).map_err(io)?;
        let moment = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
        let bold = Format::new().set_bold();
        Ok(Self { file, book, label: "", columns: Vec::new(), sheets: 0, next: 0, rows: 0, bold, moment, most })
    }

    fn turn_over(&mut self) -> Result<()> {
        self.sheets += 1;
        let name = if self.sheets == 1 { self.label.to_owned() } else { format!("{} {}", self.label, self.sheets) };
        let sheet = self.book.add_worksheet_with_constant_memory();
        let sheet = sheet.map_err(io)?.set_name(name).map_err(io)?.set_freeze_panes(1, 0).map_err(io)?;
        for (at, column) in (0..).zip(&self.columns) {
            let width = if column.kind == Kind::Id { 37.0 } else { 21.0 };
            sheet.set_column_width(at, width).map_err(io)?;
        }
        for (at, column) in (0..).zip(&self.columns) {
            let label = if column.kind == Kind::Time { format!("{} (UTC)", column.label) } else { column.label.to_owned() };
            sheet.write_string_with_format(0, at, label, &self.bold).map_err(io)?;
        }
        self.next = 1;
        Ok(())
    }
}

impl Sheet for Excel {
    fn table(&mut self, head: &Head) -> Result<()> {
        self.label = head.label;
        self.columns.clone_from(&head.columns);
        self.turn_over()
    }

    fn row(&mut self, mut row: Row<'_>) -> Result<()> {
        if self.next == self.most {
            self.turn_over()?;
        }
        let sheet = self.book.worksheet_from_index(self.sheets - 1).map_err(io)?;
        for (at, column) in (0..).zip(&self.columns) {
            write(sheet, (self.next, at), row.next(column.kind)?, &self.moment).map_err(io)?;
        }
        self.next += 1;
        self.rows += 1;
        Ok(())
    }

    fn end(&mut self) -> Result<()> {
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<Finished> {
        self.book.save_to_writer(&mut self.file).map_err(io)?;
        self.file.finish(self.rows)
    }
}

fn write(sheet: &mut Worksheet, (row, at): (u32, u16), cell: Cell<'_>, moment: &Format) -> std::result::Result<(), XlsxError> {
    match cell {
        Cell::Nothing => return Ok(()),
        Cell::Text(value) | Cell::Json(value) => sheet.write_string(row, at, fitting(value))?,
        Cell::Id(value) => sheet.write_string(row, at, &*value.hyphenated().encode_lower(&mut Uuid::encode_buffer()))?,
        Cell::Whole(value) if value.unsigned_abs() <= EXACT => sheet.write_number(row, at, value as f64)?,
        Cell::Whole(value) => sheet.write_string(row, at, value.to_string())?,
        Cell::Money(minor, decimals) if minor.unsigned_abs() <= EXACT => {
            let unit = f64::from(10_u32.pow(decimals.min(9)));
            sheet.write_number(row, at, minor as f64 / unit)?
        }
        Cell::Money(minor, decimals) => sheet.write_string(row, at, text(|out| super::text::money(out, minor, decimals)))?,
        Cell::YesNo(value) => sheet.write_boolean(row, at, value)?,
        Cell::Time(micros) if (FIRST..LAST).contains(&micros) => {
            sheet.write_number_with_format(row, at, micros as f64 / 86_400_000_000.0 + EPOCH_DAYS, moment)?
        }
        Cell::Time(micros) => sheet.write_string(row, at, text(|out| super::text::time(out, micros)))?,
    };
    Ok(())
}

fn text(with: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut out = Vec::new();
    with(&mut out);
    String::from_utf8(out).unwrap_or_default()
}

/// As much of a text as a cell takes; what is longer ends with `…`.
fn fitting(value: &str) -> Cow<'_, str> {
    // A byte of UTF-8 is never more than one unit of UTF-16.
    if value.len() <= LONGEST || value.encode_utf16().count() <= LONGEST {
        return Cow::Borrowed(value);
    }
    let mut units = 0;
    let fits = value.chars().take_while(|letter| {
        units += letter.len_utf16();
        units < LONGEST
    });
    Cow::Owned(fits.chain(['…']).collect())
}

#[cfg(test)]
mod tests {
    use super::fitting;

    #[test]
    fn a_long_text_is_cut_to_what_a_cell_takes() {
        for letter in ["x", "é", "李", "😀"] {
            let long = letter.repeat(40_000);
            let cut = fitting(&long);
            assert!(cut.ends_with('…') && (32_766..=32_767).contains(&cut.encode_utf16().count()), "{letter}");
            let short = letter.repeat(16_000);
            assert_eq!(fitting(&short), short);
        }
    }
}
