//! What the form of a new export says, read and counted; and the form as it is shown.
use crate::features::exports::actions::StartFields;
use crate::features::exports::model::{Format, Order};
use crate::features::exports::pages::Offered;
use crate::features::exports::store::list;
use crate::kernel::{Error, Invalid, Result};
use crate::live::settings::keys;
use crate::web::dataset::{Asks, Column, Dataset, Wanted, Words};
use crate::web::pairs::Pairs;
use crate::web::parts::{Choice, Errors, Field};
use crate::web::show::number;
use crate::web::{Admin, show};
use askama::Template;

/// The longest label, in letters.
const LONGEST: usize = 200;

/// An export as the form asks for it.
pub struct Draft {
    pub order: Order,
    /// It takes a fresh second factor.
    pub fresh: bool,
}

impl Draft {
    /// Reads the form and counts what it asks for, as far as that matters.
    pub async fn of(admin: &Admin, dataset: &Dataset, fields: &StartFields) -> Result<Self> {
        let (filter, label) = filter(admin, dataset, fields).await?;
        let columns = chosen(dataset, fields)?;
        let format = format(dataset, fields)?;
        let gzip = fields.gzip.is_some();
        if gzip && format.is_packed() {
            return Err(Error::field("gzip", "This format is compressed already."));
        }
        let why = fields.why().map_err(Error::Invalid)?;
        let wanted = Wanted { filter: filter.clone(), zone: admin.zone().clone(), columns: columns.clone() };
        let fresh = is_due(admin, dataset, &wanted).await?;
        let order = Order {
            dataset: dataset.name.to_owned(),
            filter: filter.encode(),
            columns: columns.iter().map(|column| column.name.to_owned()).collect(),
            format,
            gzip,
            label: show::short(&label, LONGEST),
            time_zone: admin.signed().time_zone.clone(),
            why,
        };
        Ok(Self { order, fresh })
    }
}

/// Whether it takes a fresh second factor: for what it is of, or because it holds so many rows.
async fn is_due(admin: &Admin, dataset: &Dataset, wanted: &Wanted) -> Result<bool> {
    if dataset.always_fresh {
        return Ok(true);
    }
    let least = admin.site().live.now().settings.get(keys::EXPORT_STEP_UP_ROWS);
    let mut db = admin.reader().await?;
    let mut count = 0;
    for part in (dataset.parts)(wanted)? {
        count += part.count.written(&mut db).await?.count(&mut db, (least - count).max(0)).await?;
    }
    db.keep();
    Ok(count >= least)
}

/// The list's filter with what the form adds to it, and what the export is of, in words.
async fn filter(admin: &Admin, dataset: &Dataset, fields: &StartFields) -> Result<(Pairs, String)> {
    let unreadable = |_| Error::field("", "The filter cannot be read. Open the list again, and export from there.");
    let mut pairs = Pairs::parse(fields.filter.as_deref().unwrap_or_default().as_bytes()).map_err(unreadable)?;
    if let Asks::Days { .. } = dataset.asks {
        for (name, given) in [("from", &fields.from), ("to", &fields.to)] {
            pairs.take(name);
            pairs.0.extend(given.clone().map(|day| (name.to_owned(), day)));
        }
    }
    let mut label = dataset.label.to_owned();
    if dataset.is_whole_person() {
        let named = fields.user.clone().or_else(|| pairs.get("user").map(str::to_owned)).unwrap_or_default();
        let mut db = admin.reader().await?;
        let person = list::person(&mut db, named.trim()).await?;
        db.keep();
        let (id, name) = person.ok_or_else(|| Error::field("user", "There is no user with this id or e-mail."))?;
        pairs = Pairs(vec![("user".to_owned(), id.to_string())]);
        label = format!("Everything of {name}");
    }
    let words = (dataset.words)(&pairs).map_err(unreadable)?;
    if !dataset.is_whole_person() {
        label = format!("{label}: {}", in_words(&words));
    }
    Ok((pairs, label))
}

fn in_words(words: &Words) -> String {
    let each = words.iter().map(|(name, value)| format!("{} {value}", name.to_lowercase()));
    let all = each.collect::<Vec<_>>().join(", ");
    if all.is_empty() { "all".to_owned() } else { all }
}

fn chosen(dataset: &Dataset, fields: &StartFields) -> Result<Vec<&'static Column>> {
    let is_chosen = |column: &&'static Column| fields.columns.iter().any(|name| name == column.name);
    let chosen: Vec<_> = dataset.columns.iter().filter(is_chosen).collect();
    if chosen.is_empty() && !dataset.columns.is_empty() {
        return Err(Error::field("columns", "Choose at least one column."));
    }
    Ok(chosen)
}

fn format(dataset: &Dataset, fields: &StartFields) -> Result<Format> {
    match fields.format {
        _ if dataset.is_whole_person() => Ok(Format::Zip),
        Some(format) if Format::FOR_ROWS.contains(&format) => Ok(format),
        _ => Err(Error::field("format", "Choose a format.")),
    }
}

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
}

/// What stands on the form beside what was typed.
pub struct Filled {
    dataset: Dataset,
    words: Words,
    pairs: Pairs,
    /// About how many rows; nothing where the form must say more first.
    estimate: Option<i64>,
}

impl Filled {
    /// Reads the filter and guesses how much it leaves.
    pub async fn of(admin: &Admin, dataset: &Dataset, fields: &StartFields) -> Result<Self> {
        let mut pairs = Pairs::parse(fields.filter.as_deref().unwrap_or_default().as_bytes())?;
        for (name, given) in [("from", &fields.from), ("to", &fields.to), ("user", &fields.user)] {
            if let Some(given) = given {
                pairs.take(name);
                pairs.0.push((name.to_owned(), given.clone()));
            }
        }
        if dataset.is_whole_person() {
            return Ok(Self { dataset: *dataset, words: Vec::new(), pairs, estimate: None });
        }
        let words = (dataset.words)(&pairs)?;
        let wanted = Wanted { filter: pairs.clone(), zone: admin.zone().clone(), columns: dataset.columns.iter().collect() };
        let mut db = admin.reader().await?;
        let mut estimate = 0;
        for part in (dataset.parts)(&wanted)? {
            estimate += part.count.written(&mut db).await?.guess(&mut db).await?;
        }
        db.keep();
        Ok(Self { dataset: *dataset, words, pairs, estimate: Some(estimate) })
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
            estimate: self.estimate.map(|rows| about(rows, dataset.what)).unwrap_or_default(),
            notes: notes(&admin, &dataset, self.estimate),
            columns: columns(&dataset, &fields.columns),
            columns_error: invalid.of("columns").unwrap_or_default().to_owned(),
            format: rows.then(|| formats(fields.format, invalid)),
            gzip: rows.then(|| gzip(fields, invalid)),
            why: why(fields, invalid),
            no_store: !offered.objects.is_there(),
            words: self.words,
            admin,
        }
    }
}

fn about(rows: i64, what: (&str, &str)) -> String {
    match rows {
        1 => format!("about 1 {}", what.0),
        rows => format!("about {} {}", number(rows), what.1),
    }
}

/// What one should know before.
fn notes(admin: &Admin, dataset: &Dataset, estimate: Option<i64>) -> Vec<String> {
    let settings = &admin.site().live.now().settings;
    let (most, step_up) = (settings.get(keys::EXPORT_MAX_ROWS), settings.get(keys::EXPORT_STEP_UP_ROWS));
    let big = estimate.is_some_and(|rows| rows > most);
    let fresh = dataset.always_fresh || estimate.is_some_and(|rows| rows >= step_up);
    let kept = settings.get(keys::EXPORT_RETENTION_HOURS);
    let notes = [
        big.then(|| format!("One export may hold {} rows at most. Narrow it down, or it will be refused.", number(most))),
        fresh.then(|| "You will be asked for your second factor.".to_owned()),
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
