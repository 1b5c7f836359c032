//! CSV, JSON and NDJSON: rows of text in one file, squeezed if that was asked for.
use super::cell::Row;
use super::file::{Finished, Hashed};
use super::{Head, Sheet, csv, json};
use crate::features::exports::model::Format;
use crate::web::dataset::Column;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{Result, Write};

/// Bytes that are written at once.
const STEP: usize = 256 << 10;

/// Where text goes.
enum Out {
    Plain(Hashed),
    Gzip(GzEncoder<Hashed>),
}

/// A file of rows.
pub struct Lines {
    format: Format,
    out: Out,
    text: Vec<u8>,
    columns: Vec<&'static Column>,
    rows: i64,
}

impl Lines {
    pub fn new(format: Format, gzip: bool, file: Hashed) -> Self {
        // Level 5: within a few per cent of the smallest, at twice the speed of it.
        let out = if gzip { Out::Gzip(GzEncoder::new(file, Compression::new(5))) } else { Out::Plain(file) };
        Self { format, out, text: Vec::with_capacity(STEP + (64 << 10)), columns: Vec::new(), rows: 0 }
    }

    fn pass_on(&mut self) -> Result<()> {
        match &mut self.out {
            Out::Plain(file) => file.write_all(&self.text)?,
            Out::Gzip(file) => file.write_all(&self.text)?,
        }
        self.text.clear();
        Ok(())
    }
}

impl Sheet for Lines {
    fn table(&mut self, head: &Head) -> Result<()> {
        self.columns.clone_from(&head.columns);
        match self.format {
            Format::Csv => csv::header(&mut self.text, &self.columns),
            Format::Json => self.text.push(b'['),
            _ => {}
        }
        Ok(())
    }

    fn row(&mut self, row: Row<'_>) -> Result<()> {
        match self.format {
            Format::Csv => csv::row(&mut self.text, &self.columns, row)?,
            Format::Json => {
                self.text.extend_from_slice(if self.rows == 0 { b"\n" } else { b",\n" });
                json::row(&mut self.text, &self.columns, row)?;
            }
            _ => {
                json::row(&mut self.text, &self.columns, row)?;
                self.text.push(b'\n');
            }
        }
        self.rows += 1;
        if self.text.len() >= STEP { self.pass_on() } else { Ok(()) }
    }

    fn end(&mut self) -> Result<()> {
        if self.format == Format::Json {
            self.text.extend_from_slice(b"\n]\n");
        }
        self.pass_on()
    }

    fn finish(self: Box<Self>) -> Result<Finished> {
        let file = match self.out {
            Out::Plain(file) => file,
            Out::Gzip(file) => file.finish()?,
        };
        file.finish(self.rows)
    }
}
