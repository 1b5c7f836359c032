//! The form of a notification, as it is typed.
use super::save::Written;
use crate::features::notifications::model::content::{self, Content};
use crate::features::notifications::model::plan::{Typed, Weekday, When};
use crate::features::notifications::model::{Audience, Channel, Kind, Plan, Severity};
use crate::kernel::{Invalid, Tier};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The most users that a list names.
const MOST_NAMED: usize = 10_000;
const MOST_DAYS: i32 = 3_650;

/// The form. A box that is not ticked sends nothing.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SaveFields {
    pub version: Option<i32>,
    pub kind: Option<Kind>,
    pub severity: Option<Severity>,
    pub title: Option<String>,
    pub message: Option<String>,
    pub link_label: Option<String>,
    pub link_url: Option<String>,
    #[serde(rename = "channel[]", default)]
    pub channels: Vec<Channel>,
    #[serde(rename = "tier[]", default)]
    pub tiers: Vec<Tier>,
    pub active_days: Option<String>,
    pub people: Option<String>,
    pub narrowed: Option<String>,
    pub when: Option<When>,
    pub at: Option<String>,
    pub time: Option<String>,
    pub weekday: Option<Weekday>,
    pub zone: Option<String>,
}

impl SaveFields {
    /// What was written; everything that is wrong is said together.
    pub fn parse(&self, zone: &str, platform: Option<&str>, before: Option<&Plan>) -> Result<Written, Invalid> {
        let mut wrong = Invalid::default();
        let content = kept(self.content(platform), &mut wrong);
        let audience = kept(self.audience(zone), &mut wrong);
        let plan = kept(self.plan(zone, before), &mut wrong);
        let people = kept(self.people.as_deref().map(words_of_list).filter(|words| !words.is_empty()).map(fits).transpose(), &mut wrong);
        match (content, audience, plan, people) {
            (Some(content), Some(audience), Some(plan), Some(people)) => {
                Ok(Written { content, audience, plan, people, text: self.people.clone().unwrap_or_default() })
            }
            _ => Err(wrong),
        }
    }

    fn content(&self, platform: Option<&str>) -> Result<Content, Invalid> {
        let mut wrong = Invalid::default();
        let title = kept(content::title(self.title.as_deref()), &mut wrong);
        let message = kept(content::message(self.message.as_deref(), platform), &mut wrong);
        let link = kept(content::link(self.link_label.as_deref(), self.link_url.as_deref(), platform), &mut wrong);
        let kind = kept(self.kind.ok_or_else(|| Invalid::field("kind", "Choose what it is about.")), &mut wrong);
        let channels: Vec<Channel> = Channel::ALL.iter().copied().filter(|channel| self.channels.contains(channel)).collect();
        if channels.is_empty() {
            wrong.fields.push(("channels", "Choose at least one way to reach people.".into()));
        }
        match (title, message, link, kind) {
            (Some(title), Some(message), Some(link), Some(kind)) if wrong.fields.is_empty() => {
                Ok(Content { kind, severity: self.severity.unwrap_or(Severity::Info), title, message, link, channels })
            }
            _ => Err(wrong),
        }
    }

    fn audience(&self, zone: &str) -> Result<Audience, Invalid> {
        let days = self.active_days.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let days = days.map(|text| text.parse::<i32>().ok().filter(|days| (1..=MOST_DAYS).contains(days)));
        if days == Some(None) {
            return Err(Invalid::field("active_days", format!("Give a number of days from 1 to {MOST_DAYS}, or leave it empty.")));
        }
        let tiers: Vec<Tier> = Tier::ALL.iter().copied().filter(|tier| self.tiers.contains(tier)).collect();
        let narrowed = self.narrowed.clone().filter(|query| !query.is_empty());
        if narrowed.as_ref().is_some_and(|query| query.len() > 4_000) {
            return Err(Invalid::field("narrowed", "This narrowing of the list of users is too long."));
        }
        // Every tier is no condition.
        let tiers = if tiers.len() == Tier::ALL.len() { Vec::new() } else { tiers };
        let zone = narrowed.as_ref().map_or_else(String::new, |_| zone.to_owned());
        Ok(Audience { tiers, active_days: days.flatten(), named: None, narrowed, zone })
    }

    fn plan(&self, zone: &str, before: Option<&Plan>) -> Result<Plan, Invalid> {
        let known = match before {
            Some(Plan::Once { at, .. }) => Some(*at),
            _ => None,
        };
        let zone = self.zone.as_deref().unwrap_or(zone);
        Typed { when: self.when, at: self.at.as_deref(), time: self.time.as_deref(), weekday: self.weekday, zone, known }.parse()
    }
}

fn fits(words: Vec<String>) -> Result<Vec<String>, Invalid> {
    match words.len() {
        0..=MOST_NAMED => Ok(words),
        more => Err(Invalid::field(
            "people",
            format!("A list names at most {MOST_NAMED} users; these are {more}. Narrow the list of users instead."),
        )),
    }
}

/// Keeps what is right, and what is wrong with the rest.
fn kept<T>(read: Result<T, Invalid>, wrong: &mut Invalid) -> Option<T> {
    read.map_err(|invalid| wrong.fields.extend(invalid.fields)).ok()
}

/// The ids and addresses of a list: one a line, separated by commas, or the rows of a table of which one column holds them. A first
/// line without any is taken for a heading; of other lines without any the whole line is returned, to be reported.
fn words_of_list(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for (at, line) in text.lines().map(str::trim).filter(|line| !line.is_empty()).enumerate() {
        let cells = line.split([',', ';', '\t', ' ']).map(|cell| cell.trim().trim_matches(['"', '\'', '<', '>']));
        let named: Vec<&str> = cells.filter(|cell| is_name(cell)).collect();
        match named.as_slice() {
            [] if at == 0 && (line.contains([',', ';', '\t']) || is_heading(line)) => {}
            [] => words.push(line.chars().take(200).collect()),
            named => words.extend(named.iter().map(|word| (*word).to_lowercase())),
        }
    }
    let mut seen = std::collections::HashSet::new();
    words.retain(|word| seen.insert(word.clone()));
    words
}

fn is_name(cell: &str) -> bool {
    Uuid::try_parse(cell).is_ok() || cell.split_once('@').is_some_and(|(before, after)| !before.is_empty() && !after.is_empty())
}

fn is_heading(line: &str) -> bool {
    ["email", "e-mail", "id", "user", "user_id", "user id", "address"].contains(&line.trim_matches('"').to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_as_people_paste_them() {
        for (text, read) in [
            ("ada@x.example\nben@x.example", vec!["ada@x.example", "ben@x.example"]),
            ("Ada@X.example, ben@x.example; ada@x.example", vec!["ada@x.example", "ben@x.example"]),
            ("email\r\nada@x.example\r\n", vec!["ada@x.example"]),
            ("id,email,tier\n0192f000-0000-7000-8000-00000000000a,\"Ada\",pro", vec!["0192f000-0000-7000-8000-00000000000a"]),
            ("Ada Byron <ada@x.example>", vec!["ada@x.example"]),
            ("ada@x.example\nnobody in particular", vec!["ada@x.example", "nobody in particular"]),
            ("\n \n", vec![]),
        ] {
            assert_eq!(words_of_list(text), read, "{text}");
        }
    }
}
