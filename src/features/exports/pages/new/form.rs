//! The form of a new export as it is shown.
use super::rhythm;
use super::size::Size;
use crate::features::exports::actions::{PlanFields, StartFields};
use crate::features::exports::model::Format;
use crate::features::exports::pages::Offered;
use crate::kernel::{Invalid, Result};
use crate::live::settings::keys;
use crate::web::Admin;
use crate::web::dataset::{Asks, Column, Dataset, Wanted, Words};
use crate::web::pairs::Pairs;
use crate::web::parts::{Choice, Errors, Field};
use crate::web::show::number;
use askama::Template;

const SECOND_FACTOR: &str = "You will be asked for your second factor.";

/// The form.
#[derive(Template)]
#[template(path = "exports/new.html")]
pub struct New {
    admin: Admin,
    dataset: &'static str,
    label: &'static str,
    about: &'static str,
    errors: Errors,
    filter: String,
    words: Words,
    /// Where the filter is set; empty where there is no list.
    list: String,
    days: Vec<Field>,
    user: Option<Field>,
    estimate: String,
    notes: Vec<String>,
    columns: Vec<Choice>,
    columns_error: String,
    format: Option<Field>,
    gzip: Option<Field>,
    why: Vec<Field>,
    no_store: bool,
    /// When it comes, for one that comes by the clock.
    rhythm: Vec<Field>,
    post: &'static str,
    verb: &'static str,
    /// Where the same can be had by the clock; empty where it cannot.
    by_clock: String,
}

/// What stands on the form beside what was typed.
pub struct Filled {
    dataset: Dataset,
    words: Words,
    pairs: Pairs,
    /// How many rows; nothing where the form must say more first.
    size: Option<Size>,
}

impl Filled {
    /// Reads the filter and counts how much it leaves, as far as lists do.
    pub async fn of(admin: &Admin, dataset: &Dataset, fields: &StartFields) -> Result<Self> {
        let mut pairs = Pairs::parse(fields.filter.as_deref().unwrap_or_default().as_bytes())?;
        for (name, given) in [("from", &fields.from), ("to", &fields.to), ("user", &fields.user)] {
            if let Some(given) = given {
                pairs.take(name);
                pairs.0.push((name.to_owned(), given.clone()));
            }
        }
        if dataset.is_whole_person() {
            return Ok(Self { dataset: *dataset, words: Vec::new(), pairs, size: None });
        }
        let words = (dataset.words)(&pairs)?;
        let wanted = Wanted { filter: pairs.clone(), zone: admin.zone().clone(), columns: dataset.columns.iter().collect() };
        let mut db = admin.reader().await?;
        let mut size = Size::default();
        for part in (dataset.parts)(&wanted)? {
            size.add(&part.count.written(&mut db).await?, &mut db).await?;
        }
        db.keep();
        Ok(Self { dataset: *dataset, words, pairs, size: Some(size) })
    }

    /// The page.
    pub fn page(self, admin: Admin, offered: &Offered, fields: &StartFields, invalid: &Invalid) -> New {
        let dataset = self.dataset;
        let rows = !dataset.is_whole_person();
        let list = match dataset.asks {
            Asks::List(list) | Asks::Days { list: Some(list) } => format!("{list}?{}", self.pairs.encode()),
            _ => String::new(),
        };
        let asks_days = matches!(dataset.asks, Asks::Days { .. });
        New {
            dataset: dataset.name,
            label: dataset.label,
            about: dataset.about,
            errors: invalid.fields.clone(),
            filter: self.pairs.encode(),
            list: list.trim_end_matches('?').to_owned(),
            days: if asks_days { days(&admin, &self.pairs, invalid) } else { Vec::new() },
            user: (!rows).then(|| user(&self.pairs, invalid)),
            estimate: self.size.map(|size| size.words(dataset.what)).unwrap_or_default(),
            notes: notes(&admin, &dataset, self.size),
            columns: columns(&dataset, &fields.columns),
            columns_error: invalid.of("columns").unwrap_or_default().to_owned(),
            format: rows.then(|| formats(fields.format, invalid)),
            gzip: rows.then(|| gzip(fields, invalid)),
            why: why(fields, invalid),
            no_store: !offered.objects.is_there(),
            rhythm: Vec::new(),
            post: "/admin/exports/new",
            verb: "Export",
            by_clock: if rows { by_clock(&dataset, &self.pairs) } else { String::new() },
            words: self.words,
            admin,
        }
    }
}

fn by_clock(dataset: &Dataset, pairs: &Pairs) -> String {
    let filter = crate::web::link::escape(&pairs.encode());
    format!("/admin/exports/schedules/new?dataset={}&filter={filter}", dataset.name)
}

impl New {
    /// The same form for an export that comes by the clock.
    pub fn planned(mut self, fields: &PlanFields, invalid: &Invalid) -> Self {
        let has_days = !self.days.is_empty();
        self.days.clear();
        self.words.retain(|(name, _)| !has_days || (*name != "From" && *name != "To"));
        self.rhythm = rhythm::fields(fields, has_days, &self.admin.signed().time_zone, invalid);
        self.notes.retain(|note| note != SECOND_FACTOR);
        self.notes.insert(0, "You will be asked for your second factor now; later ones come without it.".to_owned());
        self.post = "/admin/exports/schedules/new";
        self.verb = "Set the schedule";
        self.by_clock.clear();
        self
    }
}

/// What one should know before.
fn notes(admin: &Admin, dataset: &Dataset, size: Option<Size>) -> Vec<String> {
    let settings = &admin.site().live.now().settings;
    let (most, step_up) = (settings.get(keys::EXPORT_MAX_ROWS), settings.get(keys::EXPORT_STEP_UP_ROWS));
    let big = size.is_some_and(|size| size.rows > most);
    let fresh = dataset.always_fresh || size.is_some_and(|size| size.rows >= step_up);
    let kept = settings.get(keys::EXPORT_RETENTION_HOURS);
    let notes = [
        big.then(|| format!("One export may hold {} rows at most. Narrow it down, or it will be refused.", number(most))),
        fresh.then(|| SECOND_FACTOR.to_owned()),
        Some(format!(
            "Only you can download the file. It is kept for {} hours; asking for it and every download are on the record.",
            number(kept)
        )),
    ];
    notes.into_iter().flatten().collect()
}

fn days(admin: &Admin, pairs: &Pairs, invalid: &Invalid) -> Vec<Field> {
    let zone = &admin.signed().time_zone;
    let field = |name, label| Field::new("date", name, label).optional().value(pairs.get(name)).refused(invalid);
    vec![field("from", "From").hint(format!("Days in {zone}, the first and the last included.")), field("to", "To")]
}

fn user(pairs: &Pairs, invalid: &Invalid) -> Field {
    Field::new("text", "user", "User").hint("Their id or e-mail.").value(pairs.get("user")).refused(invalid)
}

fn columns(dataset: &Dataset, chosen: &[String]) -> Vec<Choice> {
    let choice = |column: &Column| Choice {
        value: column.name.to_owned(),
        label: column.label.to_owned(),
        selected: chosen.is_empty() || chosen.iter().any(|name| name == column.name),
    };
    dataset.columns.iter().map(choice).collect()
}

fn formats(chosen: Option<Format>, invalid: &Invalid) -> Field {
    let hint = "CSV keeps every value exactly; a text that a spreadsheet would take for a formula gets an apostrophe before it.";
    let choices = Format::FOR_ROWS.iter().map(|format| (format.code(), format.label()));
    let field = Field::new("select", "format", "Format").hint(hint).choices(choices);
    field.value(Some(chosen.unwrap_or(Format::Csv).code())).refused(invalid)
}

fn gzip(fields: &StartFields, invalid: &Invalid) -> Field {
    let field = Field::new("check", "gzip", "Compress it (gzip)").hint("A fifth of the size. Not for Excel, which is compressed already.");
    field.optional().value(fields.gzip.as_deref()).refused(invalid)
}

fn why(fields: &StartFields, invalid: &Invalid) -> Vec<Field> {
    vec![
        Field::new("area", "reason", "Reason")
            .hint("What the data is for: it goes on the record.")
            .value(fields.reason.as_deref())
            .refused(invalid),
        Field::new("text", "ticket", "Ticket")
            .hint("A number or address from your ticket system.")
            .optional()
            .value(fields.ticket.as_deref())
            .refused(invalid),
    ]
}
