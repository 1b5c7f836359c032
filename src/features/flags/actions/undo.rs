//! Undoing everything since a time, for the day when nobody knows which change it was.
use super::{Wish, moment, write};
use crate::features::flags::model::State;
use crate::features::flags::store::{self, versions};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Effect, Error, Invalid, Permission, Result, Target, Tx, Why};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Makes every flag what it was at a time; those that were made since are turned off.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UndoFlags {
    pub since: Timestamp,
    pub why: Why,
}

impl Action for UndoFlags {
    const NAME: &'static str = "flags.undo";
    const EVENT: &'static str = "admin_flag_updated";
    const PERMISSION: Permission = Permission::FlagsEdit;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Confirm;
    type Output = i64;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<i64>> {
        let what = format!("undone since {}", self.since.strftime("%Y-%m-%d %H:%M UTC"));
        let mut applied = Applied::to(Target::new("flags", self.since, what.as_str()), 0);
        let (mut names, mut count) = (Vec::new(), 0);
        for id in versions::changed_since(tx, self.since).await? {
            let before = store::lock(tx, id).await?;
            let earlier = versions::at(tx, id, self.since).await?.map(|version| version.after);
            let after = earlier.unwrap_or_else(|| State { enabled: false, ..before.state.clone() });
            if after == before.state {
                continue;
            }
            let (flag, change, effects) = write(tx, actor, &before, Wish::plain(after), (&what, &self.why)).await?;
            let named = |effect: Effect| Effect { text: format!("{}: {}", flag.state.name, effect.text), ..effect };
            applied = effects.into_iter().filter(|effect| effect.count > 0).map(named).fold(applied.change(change), Applied::effect);
            names.push(flag.state.name.clone());
            count += 1;
        }
        if count == 0 {
            return Err(Error::field("since", "No flag is different from what it was then."));
        }
        applied.output = count;
        Ok(applied
            .effect(Effect::count("flags go back to what they were", count))
            .event(json!({ "flag_name": names.join(", "), "changes": [what] })))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UndoFields {
    pub since: Option<String>,
    pub reason: Option<String>,
    pub ticket: Option<String>,
}

impl UndoFields {
    /// The undoing that was asked for.
    pub fn parse(&self, zone: &TimeZone) -> Result<UndoFlags, Invalid> {
        let since = moment(self.since.as_deref(), zone, "since")?.ok_or_else(|| Invalid::field("since", "Give a day and a time."))?;
        Ok(UndoFlags { since, why: Why::required(self.reason.as_deref(), self.ticket.as_deref())? })
    }
}
