//! What is to be made: the rows, the file's name, and whether whoever asked still may.
use super::stop::Stop;
use crate::features::exports::jobs::press::Press;
use crate::features::exports::jobs::sheet::Cover;
use crate::features::exports::model::{Export, Format};
use crate::features::exports::store::{self, making};
use crate::kernel::Error;
use crate::web::dataset::{Dataset, Part, Wanted};
use crate::web::pairs::Pairs;
use crate::web::show::number;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sqlx::{ConnectOptions, Connection};
use uuid::Uuid;

/// What is to be made.
pub struct Plan {
    pub parts: Vec<Part>,
    pub format: Format,
    pub gzip: bool,
    pub file_name: String,
    export: Export,
    dataset: Dataset,
    asked_by: String,
    left_out: Vec<&'static str>,
}

impl Plan {
    /// Reads what was asked for.
    pub async fn of(press: &Press, id: Uuid) -> Result<Self, Stop> {
        let mut db = press.reader.connect().await.map_err(|error| Stop::from(Error::from(error)))?;
        let export = store::find(&mut db, id).await?;
        let owner = making::owner(&mut db, export.owner).await?;
        db.close().await.map_err(|error| Stop::from(Error::from(error)))?;
        let order = &export.order;
        let dataset =
            press.dataset(&order.dataset).ok_or_else(|| Stop::Hopeless(format!("“{}” can no longer be exported.", order.dataset)))?;
        let Some((asked_by, role)) = owner.filter(|(_, role)| dataset.permission.held_by(*role)) else {
            return Err(Stop::Hopeless("Who asked for it may not export this any more.".into()));
        };
        let zone = TimeZone::get(&order.time_zone).map_err(|error| Stop::Hopeless(error.to_string()))?;
        let filter = Pairs::parse(order.filter.as_bytes())?;
        let columns = dataset.columns.iter().filter(|column| order.columns.iter().any(|name| name == column.name)).collect();
        let parts = (dataset.parts)(&Wanted { filter, zone, columns })?;
        let (parts, left_out): (Vec<_>, Vec<_>) = parts.into_iter().partition(|part| part.permission.held_by(role));
        Ok(Self {
            parts,
            format: order.format,
            gzip: order.gzip,
            file_name: name(&dataset, &export),
            left_out: left_out.into_iter().map(|part| part.label).collect(),
            asked_by,
            dataset,
            export,
        })
    }

    /// What stands before the tables of a whole person.
    pub fn cover(&self, at: Timestamp) -> Cover {
        let order = &self.export.order;
        let words = (self.dataset.words)(&Pairs::parse(order.filter.as_bytes()).unwrap_or_default()).unwrap_or_default();
        let own = [
            ("All of it as it was at", at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()),
            ("Exported by", self.asked_by.clone()),
            ("Because", order.why.reason.clone().unwrap_or_default()),
        ];
        let ticket = order.why.ticket.clone().map(|ticket| ("Ticket", ticket));
        Cover { title: order.label.clone(), facts: words.into_iter().chain(own).chain(ticket).collect(), left_out: self.left_out.clone() }
    }
}

/// `backlot-users-2026-01-22-1403.csv.gz`.
fn name(dataset: &Dataset, export: &Export) -> String {
    let order = &export.order;
    let squeezed = if order.gzip { ".gz" } else { "" };
    format!("backlot-{}-{}.{}{squeezed}", dataset.name.replace('_', "-"), stamp(export.created_at), order.format.code())
}

/// More than an export may hold.
pub fn too_many(most: i64) -> String {
    format!("It would hold more than {} rows, the most that one export may (setting exports.max_rows). Narrow it down.", number(most))
}

/// The moment in a file's name: `2026-01-22-1403`.
fn stamp(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d-%H%M").to_string()
}
