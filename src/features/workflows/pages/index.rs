//! The list of runs.
use super::{PATH, crew_choices, mode, tabs, took};
use crate::features::workflows::filter::{Filter, Sort};
use crate::features::workflows::model::RunState;
use crate::features::workflows::store::list::{self, Listed, Narrowed};
use crate::gateways::crewai::Crews;
use crate::kernel::{Permission, Result, page};
use crate::web::list::{Address, Chip, Column, Pager, Total};
use crate::web::parts::{Badge, Choice, Person, Tab};
use crate::web::show::{Moment, short};
use crate::web::{Admin, Query, html, see_other};
use askama::Template;
use axum::Extension;
use axum::response::Response;
use jiff::civil::Date;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "workflows/index.html")]
struct Index {
    admin: Admin,
    /// Where exactly this list can be exported, for those who may.
    export: Option<String>,
    mode: Option<Badge>,
    tabs: Vec<Tab>,
    total: String,
    filter: Filters,
    chips: Vec<Chip>,
    columns: Vec<Column>,
    rows: Vec<Row>,
    pager: Pager,
    /// Where all that match are started again, if they failed and this admin may.
    retry: Option<String>,
}

/// The filter bar, as it was set.
struct Filters {
    state: Vec<Choice>,
    crew: Vec<Choice>,
    user: String,
    signature: String,
    from: String,
    to: String,
    zone: String,
    retried: bool,
    sort: &'static str,
}

/// A row, with the addresses that filter by its values.
struct Row {
    id: Uuid,
    crew: String,
    state: Badge,
    state_href: String,
    user: Person,
    attempt: i32,
    progress: String,
    error: String,
    error_title: String,
    error_href: String,
    failed: bool,
    created: Moment,
    took: String,
}

/// The list; the id of a run goes straight to its page.
pub async fn index(admin: Admin, Extension(crews): Extension<Crews>, Query(filter): Query<Filter>) -> Result<Response> {
    let mut db = admin.reader().await?;
    let zone = admin.zone().clone();
    let asked = Narrowed::of(&mut db, &filter, &zone).await?;
    let found = list::page(&mut db, &asked).await?;
    let address = Address::of(&admin, PATH);
    let key = format!("{} {}", admin.signed().time_zone, address.subject());
    let total = admin.count(key, list::total(&mut db, &asked)).await?;
    let known = list::crews(&mut db).await?;
    db.keep();
    if let (Some(text), true) = (filter.user(), found.rows.is_empty())
        && Uuid::try_parse(text).is_ok()
    {
        return Ok(see_other(&format!("/admin/search?q={text}")));
    }
    html(&view(admin, &crews, &filter, Read { known, found, total }, &address))
}

/// What was read for the page.
struct Read {
    known: Vec<String>,
    found: page::Page<Listed>,
    total: Total,
}

fn view(admin: Admin, crews: &Crews, filter: &Filter, read: Read, address: &Address) -> Index {
    let Read { known, found, total } = read;
    let may = admin.may(Permission::WorkflowsAct) && crews.mode().is_some() && !found.rows.is_empty();
    let query = address.without("sort").split_once('?').map_or(String::new(), |(_, query)| query.to_owned());
    Index {
        export: admin.may(Permission::ExportsAll).then(|| address.export("workflow_runs")),
        mode: mode(crews),
        tabs: tabs(PATH),
        total: total.words(),
        filter: filters(&admin, filter, known),
        chips: chips(filter, address),
        columns: columns(filter, address),
        pager: Pager::new(&found, address, total, ("run", "runs")),
        rows: found.rows.iter().map(|run| row(&admin, run, address)).collect(),
        retry: (may && filter.is_failures() && filter.retried.is_none()).then(|| format!("{PATH}/retry?{query}")),
        admin,
    }
}

fn row(admin: &Admin, run: &Listed, address: &Address) -> Row {
    let error = run.signature.as_deref().or(run.error.as_deref()).filter(|_| !matches!(run.state, RunState::Succeeded));
    Row {
        id: run.id,
        crew: short(&run.crew, 60),
        state: run.state.badge(""),
        state_href: address.with("state", run.state.code()),
        user: Person::user(run.user, &run.user_name, &run.user_email),
        attempt: run.attempt,
        progress: if run.tasks > 0 { format!("{} of {}", run.done, run.tasks) } else { String::new() },
        error: error.map(|error| short(error, 120)).unwrap_or_default(),
        error_title: run.error.clone().unwrap_or_default(),
        error_href: run.signature.as_deref().map(|signature| address.with("signature", signature)).unwrap_or_default(),
        failed: run.state == RunState::Failed,
        created: admin.time(run.created_at),
        took: run.took_ms.map(took).unwrap_or_default(),
    }
}

fn filters(admin: &Admin, filter: &Filter, known: Vec<String>) -> Filters {
    let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let chosen = filter.state.map(RunState::code);
    let state = |(value, label): (&str, &str)| Choice { value: value.into(), label: label.into(), selected: chosen == Some(value) };
    let any = Choice { value: String::new(), label: "Any state".into(), selected: chosen.is_none() };
    Filters {
        state: std::iter::once(any).chain(RunState::choices().map(state)).collect(),
        crew: crew_choices(known, filter.crew()),
        user: filter.user().unwrap_or_default().to_owned(),
        signature: filter.signature().unwrap_or_default().to_owned(),
        from: day(filter.from),
        to: day(filter.to),
        zone: admin.signed().time_zone.clone(),
        retried: filter.retried.is_some(),
        sort: filter.sort.map_or("", Sort::code),
    }
}

fn chips(filter: &Filter, address: &Address) -> Vec<Chip> {
    let set = filter.words().into_iter();
    set.map(|(name, key, value)| Chip { name, value, remove: address.without(key) }).collect()
}

fn columns(filter: &Filter, address: &Address) -> Vec<Column> {
    let plain = |label, numeric| Column { label, href: String::new(), sort: "none", numeric };
    let (sort, next) = match filter.order() {
        Sort::Newest => ("descending", Sort::Oldest),
        Sort::Oldest => ("ascending", Sort::Newest),
    };
    let created = Column { label: "Created", href: address.with("sort", next.code()), sort, numeric: false };
    let before = [("Crew", false), ("State", false), ("User", false), ("Attempt", true), ("Tasks", true), ("Error", false)];
    let before = before.into_iter().map(|(label, numeric)| plain(label, numeric));
    before.chain([created, plain("Took", false)]).collect()
}
