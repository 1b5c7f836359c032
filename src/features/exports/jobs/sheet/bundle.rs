//! Everything of one person: a zip with a JSON file for each table, and a page to read it all by.
use super::cell::{Cell, Row};
use super::file::{Finished, Hashed};
use super::{Head, Sheet, json, text};
use crate::web::dataset::Column;
use std::fmt::Write as _;
use std::io::{Error, Result, Write};
use uuid::Uuid;
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

/// Rows of a table that stand on the page; all are in its file.
const SHOWN: i64 = 100;
/// Letters of a cell that stand on the page.
const LONGEST: usize = 400;
const STEP: usize = 128 << 10;

/// What stands on the page before the tables.
#[derive(Clone, Debug, Default)]
pub struct Cover {
    pub title: String,
    /// Name and value.
    pub facts: Vec<(&'static str, String)>,
    /// Tables that whoever asked may not read.
    pub left_out: Vec<&'static str>,
}

/// A zip in the making.
pub struct Bundle {
    zip: ZipWriter<StreamWriter<Hashed>>,
    cover: Cover,
    head: Option<Head>,
    text: Vec<u8>,
    rows: i64,
    all: i64,
    contents: String,
    page: String,
}

fn io(error: zip::result::ZipError) -> Error {
    match error {
        zip::result::ZipError::Io(error) => error,
        other => Error::other(other),
    }
}

fn options() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).large_file(true)
}

impl Bundle {
    pub fn new(file: Hashed, cover: Cover) -> Self {
        let zip = ZipWriter::new_stream(file);
        Self { zip, cover, head: None, text: Vec::new(), rows: 0, all: 0, contents: String::new(), page: String::new() }
    }

    fn pass_on(&mut self) -> Result<()> {
        self.zip.write_all(&self.text)?;
        self.text.clear();
        Ok(())
    }

    fn show(&mut self, row: Row<'_>, columns: &[&'static Column]) -> Result<()> {
        let mut row = row;
        self.page.push_str("<tr>");
        for column in columns {
            self.page.push_str("<td dir=\"auto\">");
            escape(&mut self.page, &words(row.next(column.kind)?));
            self.page.push_str("</td>");
        }
        self.page.push_str("</tr>\n");
        Ok(())
    }
}

/// A cell for people.
fn words(cell: Cell<'_>) -> String {
    let written = |with: &dyn Fn(&mut Vec<u8>)| {
        let mut out = Vec::new();
        with(&mut out);
        String::from_utf8(out).unwrap_or_default()
    };
    match cell {
        Cell::Nothing => String::new(),
        Cell::Text(value) | Cell::Json(value) => crate::web::show::short(value, LONGEST),
        Cell::Id(value) => value.hyphenated().encode_lower(&mut Uuid::encode_buffer()).to_owned(),
        Cell::Whole(value) => value.to_string(),
        Cell::Money(minor, decimals) => written(&|out| text::money(out, minor, decimals)),
        Cell::YesNo(value) => if value { "yes" } else { "no" }.to_owned(),
        Cell::Time(at) => written(&|out| text::time(out, at)),
    }
}

/// Text in HTML, also within quotes.
fn escape(out: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
}

impl Sheet for Bundle {
    fn table(&mut self, head: &Head) -> Result<()> {
        self.zip.start_file(format!("{}.json", head.name), options()).map_err(io)?;
        self.text.push(b'[');
        self.rows = 0;
        let _ = write!(self.page, "<h2 id=\"{}\">{}</h2>\n<table><thead><tr>", head.name, head.label);
        for column in &head.columns {
            let _ = write!(self.page, "<th scope=\"col\">{}</th>", column.label);
        }
        self.page.push_str("</tr></thead><tbody>\n");
        self.head = Some(head.clone());
        Ok(())
    }

    fn row(&mut self, row: Row<'_>) -> Result<()> {
        let Some(head) = self.head.take() else { return Err(Error::other("a row before its table")) };
        if self.rows < SHOWN {
            self.show(row, &head.columns)?;
        }
        self.text.extend_from_slice(if self.rows == 0 { b"\n" } else { b",\n" });
        json::row(&mut self.text, &head.columns, row)?;
        self.head = Some(head);
        self.rows += 1;
        self.all += 1;
        if self.text.len() >= STEP { self.pass_on() } else { Ok(()) }
    }

    fn end(&mut self) -> Result<()> {
        self.text.extend_from_slice(b"\n]\n");
        self.pass_on()?;
        let Some(Head { name, label, .. }) = self.head.take() else { return Ok(()) };
        self.page.push_str("</tbody></table>\n");
        if self.rows > SHOWN {
            let _ = writeln!(self.page, "<p>The first {SHOWN} of {}; all are in <a href=\"{name}.json\">{name}.json</a>.</p>", self.rows);
        }
        let rows = self.rows;
        let _ = writeln!(
            self.contents,
            "<tr><td><a href=\"#{name}\">{label}</a></td><td>{rows}</td><td><a href=\"{name}.json\">{name}.json</a></td></tr>"
        );
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<Finished> {
        self.zip.start_file("index.html", options()).map_err(io)?;
        self.zip.write_all(index(&self.cover, &self.contents, &self.page).as_bytes())?;
        self.zip.finish().map_err(io)?.into_inner().finish(self.all)
    }
}

const STYLE: &str = "body{font:14px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:1200px;padding:0 1rem}\
    table{border-collapse:collapse;display:block;overflow-x:auto}td,th{border:1px solid #9996;padding:.25rem .5rem;text-align:start;vertical-align:top}\
    dt{font-weight:600}:root{color-scheme:light dark}";

fn index(cover: &Cover, contents: &str, page: &str) -> String {
    let mut out = String::from("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>");
    escape(&mut out, &cover.title);
    let _ = write!(out, "</title><style>{STYLE}</style></head><body>\n<h1 dir=\"auto\">");
    escape(&mut out, &cover.title);
    out.push_str("</h1>\n<dl>");
    for (name, value) in &cover.facts {
        let _ = write!(out, "<dt>{name}</dt><dd dir=\"auto\">");
        escape(&mut out, value);
        out.push_str("</dd>");
    }
    out.push_str(
        "</dl>\n<table><thead><tr><th scope=\"col\">What</th><th scope=\"col\">Rows</th><th scope=\"col\">File</th></tr></thead><tbody>\n",
    );
    out.push_str(contents);
    out.push_str("</tbody></table>\n");
    if !cover.left_out.is_empty() {
        let _ = writeln!(out, "<p>Left out, because whoever asked may not read it: {}.</p>", cover.left_out.join(", "));
    }
    out.push_str(page);
    out.push_str("</body></html>\n");
    out
}
