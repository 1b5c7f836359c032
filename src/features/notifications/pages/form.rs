//! The form of a notification: what it says, to whom, and when.
use crate::features::notifications::actions::SaveFields;
use crate::features::notifications::model::plan::{Weekday, When};
use crate::features::notifications::model::{Channel, Kind, Notification, Plan, Severity};
use crate::kernel::{Crowd, Invalid, Tier};
use crate::web::Admin;
use crate::web::parts::{Choice, Difference, Errors, Field, Link};
use crate::web::typed::{named, typed};
use askama::Template;

#[derive(Template)]
#[template(path = "notifications/form.html")]
pub struct Editor {
    pub admin: Admin,
    pub title: &'static str,
    pub crumbs: Vec<Link>,
    pub step: &'static str,
    pub post: String,
    pub cancel: String,
    pub hidden: Vec<(&'static str, String)>,
    pub says: Vec<Field>,
    pub link: Vec<Field>,
    pub channels: Vec<Choice>,
    pub channels_error: Option<String>,
    pub tiers: Vec<Choice>,
    pub whom: Vec<Field>,
    /// What the list of users was narrowed by; nothing when it was not.
    pub narrowed: Option<(String, String)>,
    pub when: Vec<Field>,
    pub errors: Errors,
    pub conflict: Option<Vec<Difference>>,
    pub note: &'static str,
}

impl Editor {
    /// Says what must be corrected, beside each field and above all of them.
    pub fn refuse(&mut self, invalid: &Invalid) {
        self.errors.clone_from(&invalid.fields);
        for fields in [&mut self.says, &mut self.link, &mut self.whom, &mut self.when] {
            *fields = fields.drain(..).map(|field| field.refused(invalid)).collect();
        }
        self.channels_error = invalid.of("channels").map(str::to_owned);
    }
}

/// A notification as its fields hold it.
pub fn as_typed(notification: &Notification, own_zone: &str) -> SaveFields {
    let (content, audience, plan) = (&notification.content, &notification.audience, &notification.plan);
    let zone = plan.zone().unwrap_or(own_zone).to_owned();
    let (at, time, weekday) = match plan {
        Plan::Now => (None, None, None),
        Plan::Once { at, zone } => (Some(typed(*at, &named(zone))), None, None),
        Plan::Daily { time, .. } => (None, Some(time.words()), None),
        Plan::Weekly { weekday, time, .. } => (None, Some(time.words()), Some(*weekday)),
    };
    SaveFields {
        version: Some(notification.version),
        kind: Some(content.kind),
        severity: Some(content.severity),
        title: Some(content.title.clone()),
        message: Some(content.message.clone()),
        link_label: content.link.as_ref().map(|link| link.label.clone()),
        link_url: content.link.as_ref().map(|link| link.url.clone()),
        channels: content.channels.clone(),
        tiers: audience.tiers.clone(),
        active_days: audience.active_days.map(|days| days.to_string()),
        people: audience.named.as_ref().map(|named| named.text.clone()),
        narrowed: audience.narrowed.clone(),
        when: Some(plan.when()),
        at,
        time,
        weekday,
        zone: Some(zone),
    }
}

/// The page, filled.
pub fn editor(admin: Admin, crowd: Crowd, typed: &SaveFields, post: String) -> Editor {
    let zone = typed.zone.clone().unwrap_or_else(|| admin.signed().time_zone.clone());
    let narrowed = typed.narrowed.clone().map(|query| {
        let words = crowd.words(&query).unwrap_or_default();
        let words: Vec<String> = words.into_iter().map(|(name, value)| format!("{name}: {value}")).collect();
        (query, if words.is_empty() { "every user of the list".to_owned() } else { words.join(", ") })
    });
    let version = typed.version.map(|version| ("version", version.to_string()));
    Editor {
        title: "",
        crumbs: Vec::new(),
        step: "",
        cancel: post.trim_end_matches("/edit").trim_end_matches("/new").to_owned(),
        post,
        hidden: version.into_iter().chain([("zone", zone.clone())]).collect(),
        says: says(typed),
        link: link(typed),
        channels: ticks(Channel::ALL, &typed.channels),
        channels_error: None,
        tiers: ticks(Tier::ALL, &typed.tiers),
        whom: whom(typed),
        narrowed,
        when: when(typed, &zone),
        errors: Vec::new(),
        conflict: None,
        note: "",
        admin,
    }
}

trait Word: Copy + PartialEq {
    fn word(self) -> (&'static str, &'static str);
}

impl Word for Channel {
    fn word(self) -> (&'static str, &'static str) {
        (self.code(), self.label())
    }
}

impl Word for Tier {
    fn word(self) -> (&'static str, &'static str) {
        (self.code(), self.label())
    }
}

fn ticks<T: Word>(all: &[T], chosen: &[T]) -> Vec<Choice> {
    let tick = |one: &T| Choice { value: one.word().0.into(), label: one.word().1.into(), selected: chosen.contains(one) };
    all.iter().map(tick).collect()
}

fn says(typed: &SaveFields) -> Vec<Field> {
    vec![
        Field::new("select", "kind", "Type")
            .hint("Feature announcements and promotional messages can be declined by users; the others go to everybody.")
            .choices(Kind::choices())
            .value(Some(typed.kind.map_or("system", Kind::code))),
        Field::new("select", "severity", "Severity").choices(Severity::choices()).value(Some(typed.severity.map_or("info", Severity::code))),
        Field::new("text", "title", "Title").hint("At most 120 characters. It is a letter's subject too.").value(typed.title.as_deref()),
        Field::new("area", "message", "Message")
            .hint("Markdown: **bold**, *italic*, `code`, lists, and links such as [prices](https://studio.example/prices). Nothing else is taken for markup.")
            .value(typed.message.as_deref()),
    ]
}

fn link(typed: &SaveFields) -> Vec<Field> {
    vec![
        Field::new("text", "link_label", "Button")
            .hint("What it is called, such as “See what is new”.")
            .optional()
            .value(typed.link_label.as_deref()),
        Field::new("text", "link_url", "Leads to")
            .hint("An address with https://, or a path of the platform.")
            .optional()
            .value(typed.link_url.as_deref()),
    ]
}

fn whom(typed: &SaveFields) -> Vec<Field> {
    vec![
        Field::new("number", "active_days", "Active in the last so many days").optional().value(typed.active_days.as_deref()),
        Field::new("area", "people", "Only these users")
            .hint("E-mail addresses or ids, one a line, or the rows of a table (CSV). What names nobody is shown before anything is sent.")
            .optional()
            .value(typed.people.as_deref()),
    ]
}

fn when(typed: &SaveFields, zone: &str) -> Vec<Field> {
    let hint = format!("In the time zone {zone}.");
    vec![
        Field::new("select", "when", "When").choices(When::choices()).value(Some(typed.when.map_or("now", When::code))),
        Field::new("datetime-local", "at", "At").hint(hint.clone()).optional().value(typed.at.as_deref()),
        Field::new("select", "weekday", "On").choices(Weekday::choices()).value(Some(typed.weekday.map_or("1", Weekday::code))),
        Field::new("time", "time", "At what time of day")
            .hint(format!("{hint} It stays the same when the clocks change."))
            .optional()
            .value(typed.time.as_deref()),
    ]
}
