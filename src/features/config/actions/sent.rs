//! The form with many settings: what was typed, and which of it differs from what was seen.
use super::change::{ChangeSettings, Wanted};
use crate::features::config::filter::Filter;
use crate::kernel::{Error, Invalid, Result, Tier, Why};
use crate::live::Settings;
use crate::live::settings::{Definition, Kind, LONGEST_JSON, find};
use crate::web::pairs::Pairs;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Any fields: which they may be is for [`Sent`] to say.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct Anything(#[allow(dead_code, reason = "read by serde, so that what is sent twice is refused")] BTreeMap<String, String>);

/// What was sent.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    /// In the order in which settings are listed.
    pub edits: Vec<Edit>,
    pub reason: Option<String>,
    pub ticket: Option<String>,
    /// What was listed.
    pub list: Filter,
    /// The setting whose own page it was sent from.
    pub of: Option<&'static str>,
    /// Not to be reviewed, but changed once more.
    pub again: bool,
}

/// One setting of the form.
#[derive(Clone, Debug)]
pub struct Edit {
    pub definition: &'static Definition,
    /// The version that was seen.
    pub seen: i32,
    /// The value that was seen.
    pub was: Value,
    text: String,
    tiers: BTreeMap<&'static str, String>,
}

impl Sent {
    /// Reads a form.
    ///
    /// # Errors
    /// When it has fields that no form of ours has, or one is half there.
    pub fn read(pairs: &Pairs) -> Result<Self> {
        let mut sent = Self::default();
        let mut begun: BTreeMap<&'static str, Begun> = BTreeMap::new();
        for (name, value) in &pairs.0 {
            match name.as_str() {
                "reason" => sent.reason = Some(value.clone()),
                "ticket" => sent.ticket = Some(value.clone()),
                "list" => sent.list = Pairs::parse(value.as_bytes())?.read()?,
                "of" => sent.of = find(value).map(|definition| definition.key),
                "again" => sent.again = true,
                other => {
                    let (key, part) = other.split_once(':').unwrap_or((other, ""));
                    let definition = find(key).ok_or_else(|| unknown(other))?;
                    begun.entry(definition.key).or_default().take(part, value).ok_or_else(|| unknown(other))?;
                }
            }
        }
        for definition in crate::live::settings::all() {
            if let Some(begun) = begun.remove(definition.key) {
                sent.edits.push(begun.finish(definition)?);
            }
        }
        Ok(sent)
    }

    /// Those that differ from what was seen.
    pub fn touched(&self) -> impl Iterator<Item = &Edit> {
        self.edits.iter().filter(|edit| edit.is_touched())
    }

    /// The page that it was sent from.
    pub fn origin(&self) -> String {
        match (self.of, self.list.query()) {
            (Some(key), _) => format!("/admin/config/{key}"),
            (None, query) if query.is_empty() => "/admin/config".to_owned(),
            (None, query) => format!("/admin/config?{query}"),
        }
    }

    /// What was typed for a setting.
    pub fn edit(&self, key: &str) -> Option<&Edit> {
        self.edits.iter().find(|edit| edit.definition.key == key)
    }

    /// The action that was asked for; why, once it has been looked at.
    ///
    /// # Errors
    /// What is wrong with each field.
    pub fn action(&self, settings: &Settings, is_confirmed: bool) -> Result<ChangeSettings, Invalid> {
        let (mut wanted, mut invalid) = (Vec::new(), Invalid::default());
        for edit in self.touched() {
            match edit.value() {
                Ok(value) => wanted.push(Wanted { key: edit.definition.key.to_owned(), seen: edit.seen, value }),
                Err(why) => invalid.fields.push((edit.definition.key, why)),
            }
        }
        if !invalid.fields.is_empty() {
            return Err(invalid);
        }
        if wanted.is_empty() {
            return Err(Invalid::field("", "Nothing is changed yet: type another value first."));
        }
        let why = if is_confirmed { Why::required } else { Why::optional };
        let why = why(self.reason.as_deref(), self.ticket.as_deref())?;
        Ok(ChangeSettings { wanted, pinned: settings.pinned().values().clone(), why })
    }
}

fn unknown(name: &str) -> Error {
    let name: String = name.chars().take(100).collect();
    Error::Malformed(format!("No setting and no field is called “{name}”.").into())
}

/// A setting, as its fields come in.
#[derive(Default)]
struct Begun {
    seen: Option<i32>,
    was: Option<Value>,
    text: Option<String>,
    tiers: BTreeMap<&'static str, String>,
}

impl Begun {
    fn take(&mut self, part: &str, value: &str) -> Option<()> {
        let once = match part {
            "seen" => self.seen.replace(value.parse().ok()?).is_none(),
            "was" => self.was.replace(serde_json::from_str(value).ok()?).is_none(),
            "" => self.text.replace(value.to_owned()).is_none(),
            tier => {
                let tier = Tier::ALL.iter().find(|known| known.code() == tier)?;
                self.tiers.insert(tier.code(), value.to_owned()).is_none()
            }
        };
        once.then_some(())
    }

    fn finish(self, definition: &'static Definition) -> Result<Edit> {
        let half = || Error::Malformed(format!("The fields of {} are not all there.", definition.key).into());
        let (seen, was) = self.seen.zip(self.was).ok_or_else(half)?;
        let is_whole = match definition.kind {
            Kind::PerTier(_) => self.tiers.len() == Tier::ALL.len() && self.text.is_none(),
            // A box that is not ticked sends nothing.
            Kind::Switch => self.tiers.is_empty(),
            _ => self.text.is_some() && self.tiers.is_empty(),
        };
        let edit = Edit { definition, seen, was, text: self.text.unwrap_or_default(), tiers: self.tiers };
        if is_whole { Ok(edit) } else { Err(half()) }
    }
}

impl Edit {
    /// What was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What was typed for a tier.
    pub fn of_tier(&self, tier: Tier) -> &str {
        self.tiers.get(tier.code()).map_or("", String::as_str)
    }

    /// Whether somebody has touched it: what is the same, however it is written, is not.
    pub fn is_touched(&self) -> bool {
        self.value().map_or(true, |value| value != self.was)
    }

    /// What it means, if that fits.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence.
    pub fn value(&self) -> Result<Value, String> {
        let value = match self.definition.kind {
            Kind::Number(_) => number(&self.text)?,
            Kind::PerTier(_) => {
                let each = Tier::ALL.iter().map(|tier| {
                    let value = number(self.of_tier(*tier)).map_err(|why| format!("{}: {why}", tier.label()))?;
                    Ok((tier.code().to_owned(), value))
                });
                Value::Object(each.collect::<Result<Map<_, _>, String>>()?)
            }
            Kind::Switch => match self.text.as_str() {
                "" | "off" => Value::Bool(false),
                "on" => Value::Bool(true),
                _ => return Err("This is on or off.".into()),
            },
            Kind::Choice(_) | Kind::Text { .. } => Value::from(self.text.as_str()),
            Kind::Json(_) => json(&self.text)?,
        };
        self.definition.fit(&value)
    }
}

/// A number as people write it: digits, and a point before the decimals.
fn number(text: &str) -> Result<Value, String> {
    let text = text.trim();
    let digits = text.strip_prefix(['-', '−']).unwrap_or(text);
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && digits.bytes().any(|byte| byte.is_ascii_digit());
    if !is_plain || digits.len() > 40 {
        return Err("Give a number in digits, such as 12 or 0.5.".into());
    }
    let number = text.replace('−', "-").parse::<f64>().map_err(|_| "Give a number in digits, such as 12 or 0.5.")?;
    Ok(Value::from(number))
}

/// JSON (RFC 8259), or where it stops being that.
fn json(text: &str) -> Result<Value, String> {
    let length = text.chars().count();
    if length > LONGEST_JSON {
        return Err(format!("Use at most {LONGEST_JSON} characters; these are {length}."));
    }
    serde_json::from_str(text).map_err(|error| {
        let whole = error.to_string();
        let why = whole.split(" at line ").next().unwrap_or(&whole);
        format!("Line {}, column {}: {why}.", error.line(), error.column())
    })
}
