//! What can be done with a flag, a file each; every one of them writes a version.
mod archive;
mod create;
mod drop_expired;
mod edit;
mod overrides;
mod revert;
mod switch;
mod undo;

pub use archive::{ArchiveFlag, RestoreFlag};
pub use create::CreateFlag;
pub use drop_expired::DropExpiredOverrides;
pub use edit::{EditFlag, FlagFields, Way};
pub use overrides::{OverrideFields, RemoveOverride, SetOverrides};
pub use revert::RevertFlag;
pub use switch::{KillFlag, TurnOnFlag};
pub use undo::{UndoFields, UndoFlags};

use super::model::{self, Flag, Kept, State};
use super::store::reach::{self, Crowd, Swing};
use super::store::{self, versions};
use crate::kernel::{Actor, Applied, Change, Effect, Error, Invalid, Result, Target, Tx, Why, id};
use crate::live::flag::Differs;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

/// What a flag is to become.
struct Wish {
    after: State,
    losers: Losers,
}

/// What becomes of those who would lose the flag.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Losers {
    Lose,
    Keep,
    /// They lose it at once; nobody waits until they are counted.
    Uncounted,
}

impl Wish {
    /// A state, with everything that follows from it.
    fn plain(after: State) -> Self {
        Self { after, losers: Losers::Lose }
    }
}

/// Writes the next version of a flag, with its history, and says who gains and who loses by it.
async fn write(tx: &mut Tx, actor: &Actor, before: &Flag, wish: Wish, (what, why): (&str, &Why)) -> Result<(Flag, Change, Vec<Effect>)> {
    let mut after = Flag { version: before.version + 1, state: wish.after, ..before.clone() };
    if before.state == after.state {
        return Err(Error::Invalid(Invalid::field("", "Nothing would change.")));
    }
    let keeps = wish.losers == Losers::Keep;
    let mut swing = if wish.losers == Losers::Uncounted { Swing::default() } else { turn(tx, before, &after, keeps).await? };
    if keeps && swing.lose.total() > 0 {
        after.state.kept = Some(keep(tx, before, &mut swing.lose).await?);
        swing.lose = Crowd::default();
    }
    store::update(tx, &after).await?;
    versions::write(tx, Some(&before.state), &after, what, (actor.id(), why.reason.as_deref())).await?;
    let change = model::change(after.target(), Some(&before.state), &after.state);
    let mut effects = effects(swing);
    if let Some(kept) = after.state.kept.filter(|kept| before.state.kept != Some(*kept)) {
        effects.push(Effect::crowd("users keep it although they would fall out", i64::from(kept.size), Vec::new()));
    }
    Ok((after, change, effects))
}

async fn turn(tx: &mut Tx, before: &Flag, after: &Flag, keep: bool) -> Result<Swing> {
    let (was, is) = (store::roster(tx, before.state.kept).await?, store::roster(tx, after.state.kept).await?);
    let rules = (before.state.rule(&before.salt, was), after.state.rule(&after.salt, is));
    let now = store::now(tx).await?;
    match rules.0.differs_for(&rules.1) {
        Differs::Nobody => Ok(Swing::default()),
        Differs::These(users) => reach::swing_of(tx, (&rules.0, &rules.1), now, &users).await,
        Differs::Anybody => reach::swing(tx, (&rules.0, &rules.1), now, keep).await,
    }
}

/// The losers, and whoever kept it before, on a new roster.
async fn keep(tx: &mut Tx, flag: &Flag, losers: &mut Crowd) -> Result<Kept> {
    if let Some(before) = store::roster(tx, flag.state.kept).await? {
        losers.join(before.ids().iter().copied());
    }
    let ids = losers.bytes();
    let kept = Kept { roster: id::new(), size: i32::try_from(ids.len() / 16).map_err(Error::internal)? };
    store::keep(tx, flag.id, kept, &ids).await?;
    Ok(kept)
}

fn effects(swing: Swing) -> Vec<Effect> {
    let people = |crowd: &Crowd| crowd.sample.iter().map(|user| Target::new("user", user.id, user.email.as_str())).collect();
    let words = |verb: &str, crowd: &Crowd| match crowd.tiers() {
        tiers if tiers.is_empty() => format!("users {verb} it"),
        tiers => format!("users {verb} it: {tiers}"),
    };
    [("gain", swing.gain), ("lose", swing.lose)]
        .map(|(verb, crowd)| Effect::crowd(words(verb, &crowd), crowd.total(), people(&crowd)))
        .into()
}

/// What an action that wrote one version answers with.
fn applied(flag: &Flag, change: Change, effects: Vec<Effect>) -> Applied<String> {
    let changes: Vec<_> = change.differences().into_iter().map(|(field, ..)| field).collect();
    let event = json!({ "flag_name": flag.state.name, "changes": changes });
    let applied = Applied::to(flag.target(), flag.state.name.clone()).change(change).event(event);
    effects.into_iter().fold(applied, Applied::effect)
}

/// A flag that is still in use.
fn in_use(flag: &Flag) -> Result<()> {
    if flag.state.archived {
        return Err(Error::Conflict("This flag is archived. Restore it first.".into()));
    }
    Ok(())
}

/// A time that somebody typed in their zone, as browsers send it (HTML, `datetime-local`).
fn moment(text: Option<&str>, zone: &jiff::tz::TimeZone, field: &'static str) -> Result<Option<Timestamp>, Invalid> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    let wrong = || Invalid::field(field, "Give a day and a time, as 2026-12-01 18:00.");
    let civil: jiff::civil::DateTime = text.replace(' ', "T").parse().map_err(|_| wrong())?;
    civil.to_zoned(zone.clone()).map(|at| Some(at.timestamp())).map_err(|_| wrong())
}

/// The form of everything that only asks why.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WhyFields {
    pub reason: Option<String>,
    pub ticket: Option<String>,
}

impl WhyFields {
    /// The reason, which may be given.
    pub fn optional(&self) -> Result<Why, Invalid> {
        Why::optional(self.reason.as_deref(), self.ticket.as_deref())
    }

    /// The reason, which must be given.
    pub fn parse(&self) -> Result<Why, Invalid> {
        Why::required(self.reason.as_deref(), self.ticket.as_deref())
    }
}
