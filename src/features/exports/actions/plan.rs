//! Having an export made by the clock.
use super::StartFields;
use crate::features::exports::model::{Every, Format, Order, Period, Rhythm};
use crate::features::exports::store::schedules;
use crate::jobs::next_after;
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Error, Invalid, Permission, Result, Target, Tx, Why, id};
use jiff::civil::Time;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Schedules of one admin.
const MOST: i64 = 20;
/// The longest that files of a schedule are kept, in days.
const LONGEST_DAYS: i32 = 365;

/// Has an export made by the clock. Later ones ask for no second factor, so this does.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PlanExports {
    pub order: Order,
    pub rhythm: Rhythm,
    /// What its dataset takes.
    pub needs: Permission,
}

impl Action for PlanExports {
    const NAME: &'static str = "exports.plan";
    const EVENT: &'static str = "admin_export_planned";
    const PERMISSION: Permission = Permission::ExportsMake;
    const ASSURANCE: Assurance = Assurance::Fresh;
    const CAUTION: Caution = Caution::Undoable;
    type Output = Uuid;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<Uuid>> {
        let admin = actor.id().ok_or_else(|| Error::internal("only an admin plans exports"))?;
        if !actor.may(self.needs) {
            return Err(Error::Forbidden(self.needs));
        }
        if schedules::count_of(tx, admin).await? >= MOST {
            return Err(Error::field("", format!("You have {MOST} schedules, the most that one admin may have. Delete one first.")));
        }
        let next = next_after(&self.rhythm.cron, &self.order.time_zone, schedules::now(tx).await?)?;
        let id = id::new();
        let planned = schedules::insert(tx, id, (&self.order, &self.rhythm), admin, next).await?;
        Ok(Applied::to(Target::of(&planned), id)
            .change(Change::made(&planned)?)
            .event(json!({ "type": self.order.dataset, "format": self.order.format.code(), "every": self.rhythm.every.code() })))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.order.why)
    }
}

/// The form: that of one export, and when.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanFields {
    pub dataset: Option<String>,
    pub filter: Option<String>,
    #[serde(rename = "columns[]", default)]
    pub columns: Vec<String>,
    pub format: Option<Format>,
    pub gzip: Option<String>,
    pub reason: Option<String>,
    pub ticket: Option<String>,
    pub every: Option<Every>,
    pub at: Option<String>,
    /// 1 is Monday.
    pub weekday: Option<u8>,
    /// A number up to 28, or `last`.
    pub monthday: Option<String>,
    pub period: Option<Period>,
    pub keep_days: Option<String>,
    pub by_mail: Option<String>,
}

impl PlanFields {
    /// What it shares with one export.
    pub fn start(&self) -> StartFields {
        let Self { dataset, filter, columns, format, gzip, reason, ticket, .. } = self.clone();
        StartFields { dataset, filter, columns, format, gzip, reason, ticket, ..StartFields::default() }
    }

    /// When it comes, and for how long its files are kept.
    ///
    /// # Errors
    /// What cannot be right.
    pub fn rhythm(&self) -> Result<Rhythm, Invalid> {
        let every = self.every.ok_or_else(|| Invalid::field("every", "Choose how often."))?;
        let at: Time = self.at.as_deref().unwrap_or_default().parse().map_err(|_| Invalid::field("at", "Give a time, as 06:00."))?;
        let days =
            self.keep_days.as_deref().unwrap_or_default().trim().parse::<i32>().ok().filter(|days| (1..=LONGEST_DAYS).contains(days));
        let days = days.ok_or_else(|| Invalid::field("keep_days", format!("A number of days from 1 to {LONGEST_DAYS}.")))?;
        Ok(Rhythm { every, cron: self.cron(every, at)?, period: self.period, keep_hours: days * 24, by_mail: self.by_mail.is_some() })
    }

    fn cron(&self, every: Every, at: Time) -> Result<String, Invalid> {
        let clock = format!("{} {}", at.minute(), at.hour());
        Ok(match every {
            Every::Day => format!("{clock} * * *"),
            Every::Week => {
                let day = self.weekday.filter(|day| (1..=7).contains(day)).ok_or_else(|| Invalid::field("weekday", "Choose a day."))?;
                format!("{clock} * * {}", day % 7)
            }
            Every::Month => match self.monthday.as_deref() {
                Some("last") => format!("{clock} L * *"),
                Some(day) if day.parse().is_ok_and(|day: u8| (1..=28).contains(&day)) => format!("{clock} {day} * *"),
                _ => return Err(Invalid::field("monthday", "Choose a day.")),
            },
        })
    }
}
