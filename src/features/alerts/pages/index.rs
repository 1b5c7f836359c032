//! What is open, what each rule measures, and what was.
use super::PATH;
use super::rows::{self, Row};
use crate::features::alerts::filter::{Filter, State};
use crate::features::alerts::model::{Limits, Patience, Rule, Severity};
use crate::features::alerts::store::list::{self, Measured, Silenced};
use crate::kernel::{Permission, Result};
use crate::web::list::{Address, Chip, Pager};
use crate::web::parts::{Badge, Choice};
use crate::web::show::Moment;
use crate::web::{Admin, Query, html};
use askama::Template;
use axum::response::Response;

#[derive(Template)]
#[template(path = "alerts/index.html")]
struct Index {
    admin: Admin,
    acts: bool,
    /// No rule was looked at lately.
    blind: bool,
    open: Vec<Row>,
    rules: Vec<RuleRow>,
    silences: Vec<SilenceRow>,
    patience: Patience,
    query: String,
    rule_choices: Vec<Choice>,
    severities: Vec<Choice>,
    states: Vec<Choice>,
    chips: Vec<Chip>,
    total: String,
    rows: Vec<Row>,
    pager: Pager,
}

/// A rule, with what it measured last.
struct RuleRow {
    code: &'static str,
    label: &'static str,
    severity: Badge,
    now: String,
    state: Badge,
    fires: String,
    clears: String,
    setting: Option<&'static str>,
    roles: String,
    silenced: bool,
}

struct SilenceRow {
    rule: String,
    subject: String,
    title: String,
    until: Moment,
    reason: String,
    by: String,
}

/// The page, and the same asked for by itself.
pub async fn index(admin: Admin, Query(filter): Query<Filter>) -> Result<Response> {
    let address = Address::of(&admin, PATH);
    let mut db = admin.reader().await?;
    let open = list::open(&mut db).await?;
    let measured = list::measured(&mut db).await?;
    let silences = list::silences(&mut db).await?;
    let page = list::page(&mut db, &filter).await?;
    let total = admin.count(address.subject(), list::total(&mut db, &filter)).await?;
    db.keep();
    let live = admin.site().live.now();
    html(&Index {
        acts: admin.may(Permission::AlertsAct),
        blind: !measured.iter().any(|one| one.fresh),
        open: open.iter().map(|alert| rows::row(&admin, alert)).collect(),
        rules: Rule::ALL.iter().map(|rule| rule_row(&live.settings, *rule, &measured, &silences)).collect(),
        silences: silences.iter().map(|silence| silence_row(&admin, silence)).collect(),
        patience: Patience::of(&live.settings),
        query: admin.here().split_once('?').map(|(_, query)| format!("?{query}")).unwrap_or_default(),
        rule_choices: choices("Any rule", Rule::choices(), filter.rule.map(Rule::code)),
        severities: choices("Any severity", Severity::choices(), filter.severity.map(Severity::code)),
        states: choices("Open or cleared", State::choices(), filter.state.map(State::code)),
        chips: filter.words().into_iter().map(|(name, key, value)| Chip { name, value, remove: address.without(key) }).collect(),
        total: total.words(),
        rows: page.rows.iter().map(|alert| rows::row(&admin, alert)).collect(),
        pager: Pager::new(&page, &address, total, ("alert", "alerts")),
        admin,
    })
}

fn rule_row(settings: &crate::live::Settings, rule: Rule, measured: &[Measured], silences: &[Silenced]) -> RuleRow {
    let limits = Limits::of(rule, settings);
    let own = measured.iter().filter(|one| one.rule == rule.code());
    let worst = own.map(|one| one.value).reduce(f64::max);
    let state = match worst {
        _ if limits.is_off => Badge::new("", "Off"),
        None if measured.iter().any(|one| one.fresh) => Badge::new("ok", "Calm"),
        None => Badge::new("", "Not measured"),
        Some(value) if limits.is_over(value) => Badge::new("bad", "Over"),
        Some(value) if limits.is_calm(value) => Badge::new("ok", "Calm"),
        Some(_) => Badge::new("warn", "Near"),
    };
    RuleRow {
        code: rule.code(),
        label: rule.label(),
        severity: rows::severity(rule.severity().code()),
        now: worst.map_or_else(|| "—".into(), |value| rule.say(value)),
        state,
        fires: if limits.is_off { "never".into() } else { rule.say(limits.fires) },
        clears: if limits.is_off { "—".into() } else { rule.say(limits.clears) },
        setting: rule.setting(),
        roles: rule.roles().iter().map(|role| role.label()).collect::<Vec<_>>().join(", "),
        silenced: silences.iter().any(|silence| silence.rule == rule.code() && silence.subject.is_empty()),
    }
}

fn silence_row(admin: &Admin, silence: &Silenced) -> SilenceRow {
    SilenceRow {
        rule: silence.rule.clone(),
        subject: silence.subject.clone(),
        title: Rule::named(&silence.rule, &silence.subject),
        until: admin.time(silence.until),
        reason: silence.reason.clone(),
        by: silence.by.clone(),
    }
}

fn choices<'a>(any: &str, all: impl Iterator<Item = (&'a str, &'a str)>, chosen: Option<&str>) -> Vec<Choice> {
    let choice = |(value, label): (&str, &str)| Choice { value: value.into(), label: label.into(), selected: chosen == Some(value) };
    let none = Choice { value: String::new(), label: any.into(), selected: chosen.is_none() };
    std::iter::once(none).chain(all.map(choice)).collect()
}
