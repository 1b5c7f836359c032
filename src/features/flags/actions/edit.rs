//! Editing a flag: over nobody else's edit.
use super::{Losers, Wish, applied, in_use, write};
use crate::codes;
use crate::features::flags::model::{Flag, State};
use crate::features::flags::store;
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Error, Invalid, Permission, Result, Tier, Tx, Why};
use crate::live::{Kind, Percentage};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Gives a flag other values.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EditFlag {
    pub id: Uuid,
    /// The version that the editor saw.
    pub seen: i32,
    pub wish: Values,
    /// Those who would fall out of the percentage keep the flag.
    pub keep: bool,
    pub why: Why,
}

/// What a form can set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Values {
    pub name: String,
    pub description: String,
    pub owner: String,
    pub tags: Vec<String>,
    pub kind: Kind,
    pub enabled: bool,
    pub percentage: Percentage,
    pub tiers: Vec<Tier>,
}

impl Values {
    /// A flag's state with these values.
    pub fn over(self, before: &State) -> State {
        let Self { name, description, owner, tags, kind, enabled, percentage, tiers } = self;
        State { name, description, owner, tags, kind, enabled, percentage, tiers, ..before.clone() }
    }

    /// A flag that is new.
    pub fn new_state(self) -> State {
        let Self { name, description, owner, tags, kind, enabled, percentage, tiers } = self;
        let (user_overrides, archived, kept) = (BTreeMap::new(), false, None);
        State { name, description, owner, tags, kind, enabled, archived, percentage, tiers, user_overrides, kept }
    }
}

impl Action for EditFlag {
    const NAME: &'static str = "flags.edit";
    const EVENT: &'static str = "admin_flag_updated";
    const PERMISSION: Permission = Permission::FlagsEdit;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Confirm;
    type Output = String;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<String>> {
        let before = store::lock(tx, self.id).await?;
        in_use(&before)?;
        if before.version != self.seen {
            return Err(Error::Conflict("Somebody else has changed this flag since you opened it.".into()));
        }
        let losers = if self.keep { Losers::Keep } else { Losers::Lose };
        let wish = Wish { after: self.wish.over(&before.state), losers };
        let (flag, change, effects) = write(tx, actor, &before, wish, ("edited", &self.why)).await?;
        Ok(applied(&flag, change, effects))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

codes! {
    /// How a flag decides, as the form offers it.
    pub enum Way {
        Boolean = "boolean" / "On or off, for everybody",
        Percentage = "percentage" / "A percentage of users",
        Tier = "tier" / "By tier",
        Users = "users" / "Only the users that you name",
    }
}

codes! {
    /// A box that is ticked.
    pub enum Yes { Yes = "yes" / "Yes" }
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlagFields {
    pub id: Option<Uuid>,
    pub version: Option<i32>,
    pub name: Option<String>,
    pub description: Option<String>,
    pub owner: Option<String>,
    pub tags: Option<String>,
    pub way: Option<Way>,
    pub percentage: Option<String>,
    pub tier_free: Option<Yes>,
    pub tier_starter: Option<Yes>,
    pub tier_pro: Option<Yes>,
    pub enabled: Option<Yes>,
    pub keep: Option<Yes>,
    pub reason: Option<String>,
    pub ticket: Option<String>,
}

impl FlagFields {
    /// A flag's values, as the form shows them.
    pub fn of(flag: &Flag) -> Self {
        let state = &flag.state;
        let ticked = |yes: bool| yes.then_some(Yes::Yes);
        let way = match state.kind {
            Kind::Boolean => Way::Boolean,
            Kind::Tier => Way::Tier,
            Kind::Percentage if state.percentage == Percentage::NONE => Way::Users,
            Kind::Percentage => Way::Percentage,
        };
        Self {
            version: Some(flag.version),
            name: Some(state.name.clone()),
            description: Some(state.description.clone()),
            owner: Some(state.owner.clone()),
            tags: Some(state.tags.join(", ")),
            way: Some(way),
            percentage: (way == Way::Percentage).then(|| state.percentage.to_string()),
            tier_free: ticked(state.tiers.contains(&Tier::Free)),
            tier_starter: ticked(state.tiers.contains(&Tier::Starter)),
            tier_pro: ticked(state.tiers.contains(&Tier::Pro)),
            enabled: ticked(state.enabled),
            ..Self::default()
        }
    }

    /// What was typed, on what the others have saved meanwhile: a field that was left as it stood is now as it stands.
    pub fn rebased(&self, base: &Self, now: &Self) -> Self {
        let text = |typed: &Option<String>, base: &Option<String>, now: &Option<String>| {
            let plain = |text: &Option<String>| text.as_deref().unwrap_or("").trim().replace("\r\n", "\n");
            if plain(typed) == plain(base) { now.clone() } else { typed.clone() }
        };
        let yes = |typed: Option<Yes>, base: Option<Yes>, now: Option<Yes>| if typed == base { now } else { typed };
        Self {
            id: None,
            version: now.version,
            name: text(&self.name, &base.name, &now.name),
            description: text(&self.description, &base.description, &now.description),
            owner: text(&self.owner, &base.owner, &now.owner),
            tags: text(&self.tags, &base.tags, &now.tags),
            way: if self.way == base.way { now.way } else { self.way },
            percentage: text(&self.percentage, &base.percentage, &now.percentage),
            tier_free: yes(self.tier_free, base.tier_free, now.tier_free),
            tier_starter: yes(self.tier_starter, base.tier_starter, now.tier_starter),
            tier_pro: yes(self.tier_pro, base.tier_pro, now.tier_pro),
            enabled: yes(self.enabled, base.enabled, now.enabled),
            ..self.clone()
        }
    }

    /// The edit that was asked for.
    pub fn parse(&self, flag: &Flag) -> Result<EditFlag, Invalid> {
        let seen =
            self.version.ok_or_else(|| Invalid::field("", "Open the form again: it does not say which version it was made from."))?;
        let wish = self.values()?;
        let why = Why::optional(self.reason.as_deref(), self.ticket.as_deref())?;
        Ok(EditFlag { id: flag.id, seen, wish, keep: self.keep.is_some(), why })
    }

    /// The values; everything that is wrong is said together.
    pub fn values(&self) -> Result<Values, Invalid> {
        let mut invalid = Invalid::default();
        let text = |text: &Option<String>| text.as_deref().unwrap_or("").trim().to_owned();
        let (name, description, owner) = (text(&self.name), text(&self.description), text(&self.owner));
        if !is_name(&name) {
            invalid
                .fields
                .push(("name", "Use lower-case letters, digits, “.”, “_” and “-”, at most 100, beginning with a letter or digit.".into()));
        }
        if description.chars().count() > 2_000 {
            invalid.fields.push(("description", "Use at most 2,000 characters.".into()));
        }
        if owner.chars().count() > 100 || owner.contains(char::is_control) {
            invalid.fields.push(("owner", "Use one line of at most 100 characters.".into()));
        }
        let tags = self.tags().map_err(|wrong| invalid.fields.extend(wrong.fields)).unwrap_or_default();
        let (kind, percentage, tiers) = self.decision().map_err(|wrong| invalid.fields.extend(wrong.fields)).unwrap_or_default();
        if !invalid.fields.is_empty() {
            return Err(invalid);
        }
        Ok(Values { name, description, owner, tags, kind, enabled: self.enabled.is_some(), percentage, tiers })
    }

    fn decision(&self) -> Result<(Kind, Percentage, Vec<Tier>), Invalid> {
        let ticked = [(self.tier_free, Tier::Free), (self.tier_starter, Tier::Starter), (self.tier_pro, Tier::Pro)];
        let tiers: Vec<_> = ticked.into_iter().filter(|(yes, _)| yes.is_some()).map(|(_, tier)| tier).collect();
        match self.way.ok_or_else(|| Invalid::field("way", "Choose how it decides."))? {
            Way::Boolean => Ok((Kind::Boolean, Percentage::NONE, Vec::new())),
            Way::Users => Ok((Kind::Percentage, Percentage::NONE, Vec::new())),
            Way::Tier if tiers.is_empty() => Err(Invalid::field("tier_free", "Tick a tier, or turn the flag off.")),
            Way::Tier => Ok((Kind::Tier, Percentage::NONE, tiers)),
            Way::Percentage => Ok((Kind::Percentage, Percentage::parse(self.percentage.as_deref().unwrap_or(""))?, Vec::new())),
        }
    }

    fn tags(&self) -> Result<Vec<String>, Invalid> {
        let mut tags: Vec<_> =
            self.tags.as_deref().unwrap_or("").split(',').map(|tag| tag.trim().to_lowercase()).filter(|tag| !tag.is_empty()).collect();
        tags.sort();
        tags.dedup();
        if tags.len() > 20 || tags.iter().any(|tag| tag.chars().count() > 40 || tag.contains(char::is_control)) {
            return Err(Invalid::field("tags", "Use at most 20 tags of at most 40 characters, separated by commas."));
        }
        Ok(tags)
    }
}

/// Fit for an address and for every client, as some of them do not escape it.
fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    name.len() <= 100
        && name.bytes().next().is_some_and(plain)
        && name.bytes().all(|byte| plain(byte) || b"._-".contains(&byte))
        && uuid::Uuid::try_parse(name).is_err()
}
