//! What the form of a new export says, read and counted.
use crate::features::exports::actions::StartFields;
use crate::features::exports::model::{Format, Order};
use crate::features::exports::store::list;
use crate::kernel::{Error, Result};
use crate::live::settings::keys;
use crate::web::dataset::{Asks, Column, Dataset, Wanted, Words};
use crate::web::pairs::Pairs;
use crate::web::{Admin, show};

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
