//! One run: how it is, what it was given and made, what went wrong, and every attempt. While it is under way the page follows it.
use super::tasks::{self, TaskRow};
use super::timeline::timeline;
use super::{PATH, mode, subject, took};
use crate::features::workflows::model::{Run, RunState};
use crate::features::workflows::store::chain::{self, Attempt};
use crate::features::workflows::store::show::{self as rows, Sheet};
use crate::features::workflows::store::events;
use crate::gateways::crewai::Crews;
use crate::kernel::{Permission, Result};
use crate::live::settings::keys;
use crate::web::parts::{Badge, Event, MenuAction, Person};
use crate::web::show::{Moment, number, short};
use crate::web::tree::{self, Drawing, Piece};
use crate::web::{Admin, Path, Query, html};
use askama::Template;
use axum::Extension;
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

/// Which part of the inputs is drawn.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    at: Option<String>,
    from: Option<usize>,
}

#[derive(Template)]
#[template(path = "workflows/show.html")]
struct Show {
    admin: Admin,
    /// A panel in the template has an `id` of its own.
    run_id: Uuid,
    title: String,
    crew: String,
    crew_href: String,
    badges: Vec<Badge>,
    actions: Vec<Vec<MenuAction>>,
    user: Person,
    project: Option<(String, String)>,
    error: String,
    /// Nothing more, when it is short.
    error_whole: String,
    signature: Option<(String, String)>,
    unknown: bool,
    /// The page asks for itself again while this run is under way.
    follows: bool,
    progress: Option<(i32, String)>,
    external: Option<String>,
    times: Vec<(&'static str, Option<Moment>)>,
    took: String,
    by: String,
    tasks: Vec<TaskRow>,
    tasks_left: usize,
    attempts: Vec<AttemptRow>,
    attempts_left: i32,
    timeline: Vec<Event>,
    inputs: Document,
    outputs: Option<Document>,
}

/// An attempt of the same chain.
struct AttemptRow {
    no: i32,
    href: String,
    is_this: bool,
    state: Badge,
    error: String,
    by: String,
    at: Moment,
}

/// A JSON document, drawn.
struct Document {
    size: String,
    /// Nothing: it is too long, or deeper than is read.
    pieces: Option<Vec<Piece>>,
    at: String,
}

/// The page.
pub async fn show(admin: Admin, Extension(crews): Extension<Crews>, Path(id): Path<Uuid>, Query(asked): Query<Asked>) -> Result<Response> {
    page(admin, &crews, id, &asked).await
}

/// The same, for a page that follows a run: it takes the parts that change.
pub async fn live(admin: Admin, Extension(crews): Extension<Crews>, Path(id): Path<Uuid>) -> Result<Response> {
    page(admin, &crews, id, &Asked::default()).await
}

async fn page(admin: Admin, crews: &Crews, id: Uuid, asked: &Asked) -> Result<Response> {
    let run = subject(&admin, id).await?;
    let mut db = admin.reader().await?;
    let sheet = rows::sheet(&mut db, id).await?;
    let (attempts, newest) = chain::attempts(&mut db, run.root).await?;
    let told = events::of(&mut db, id).await?;
    db.keep();
    html(&view(admin, crews, &run, sheet, (attempts, newest), told, asked))
}

#[allow(clippy::too_many_arguments, reason = "what was read, once, for one page")]
fn view(admin: Admin, crews: &Crews, run: &Run, sheet: Sheet, chain: (Vec<Attempt>, i32), told: Vec<events::Happened>, asked: &Asked) -> Show {
    let (tasks, tasks_left) = tasks::rows(&admin, sheet.tasks.as_ref());
    let home = format!("{PATH}/{}", run.id);
    let time = |at: Option<jiff_sqlx::Timestamp>| admin.time_if(at.map(jiff_sqlx::Timestamp::to_jiff));
    let crew = short(&run.crew, 80);
    Show {
        run_id: run.id,
        title: crew.clone(),
        crew_href: format!("{PATH}?crew={}", crate::web::link::escape(&run.crew)),
        crew,
        badges: badges(run, &sheet, crews),
        actions: actions(&admin, crews, run, chain.1),
        user: Person::user(run.user, &sheet.user_name, &sheet.user_email),
        project: sheet.project.map(|id| (format!("/admin/projects/{id}"), sheet.project_name.clone().unwrap_or_default())),
        error: said(run.error.as_deref()),
        error_whole: run.error.clone().filter(|whole| said(Some(whole)) != *whole).unwrap_or_default(),
        signature: sheet.signature.as_deref().map(|text| (format!("{PATH}?state=failed&signature={}", crate::web::link::escape(text)), short(text, 160))),
        unknown: run.state == RunState::Unknown,
        follows: !run.state.is_over(),
        progress: progress(run, &sheet),
        external: run.external_id.clone(),
        times: vec![
            ("Created", Some(admin.time(sheet.created_at))),
            ("Started", time(sheet.started_at)),
            ("Last heard of", time(sheet.last_heard_at)),
            ("Asked to stop", time(sheet.stop_asked_at)),
            ("Ended", time(sheet.finished_at)),
        ],
        took: lasted(&sheet),
        by: by(&sheet),
        tasks,
        tasks_left,
        attempts_left: chain.1 - i32::try_from(chain.0.len()).unwrap_or(i32::MAX),
        attempts: chain.0.into_iter().map(|attempt| attempt_row(&admin, run, attempt)).collect(),
        timeline: timeline(&admin, run, &sheet, told),
        inputs: document(sheet.inputs.as_deref(), sheet.inputs_bytes, &home, asked),
        outputs: sheet.outputs_bytes.map(|bytes| document(sheet.outputs.as_deref(), bytes, "", &Asked::default())),
        admin,
    }
}

fn lasted(sheet: &Sheet) -> String {
    let lasted = sheet.started_at.zip(sheet.finished_at).map(|(from, to)| to.to_jiff().duration_since(from.to_jiff()).as_millis());
    lasted.and_then(|ms| i64::try_from(ms).ok()).map(took).unwrap_or_default()
}

/// The beginning of an error: its first line.
fn said(error: Option<&str>) -> String {
    short(error.unwrap_or_default().lines().next().unwrap_or_default(), 300)
}

fn by(sheet: &Sheet) -> String {
    match (sheet.requested_by, &sheet.requested_by_name) {
        (None, _) => "The platform".to_owned(),
        (Some(_), Some(name)) => name.clone(),
        (Some(id), None) => id.to_string(),
    }
}

fn badges(run: &Run, sheet: &Sheet, crews: &Crews) -> Vec<Badge> {
    let why = match run.state {
        RunState::Failed => sheet.signature.as_deref().map(|text| short(text, 120)).unwrap_or_default(),
        RunState::AwaitingHuman => "a task asks a person at the crew's host".to_owned(),
        RunState::Unknown => "it may have been started".to_owned(),
        RunState::Running => sheet.current_task.as_deref().map(|task| format!("at {}", short(task, 80))).unwrap_or_default(),
        _ => String::new(),
    };
    let mut badges = vec![run.state.badge(&why), Badge::new("", format!("Attempt {}", run.attempt))];
    if run.stop_asked && !run.state.is_over() {
        badges.push(Badge::new("warn", "Stopping"));
    }
    if sheet.gateway_mode.as_deref() == Some("sandbox") {
        badges.extend(mode(crews));
    }
    badges
}

fn progress(run: &Run, sheet: &Sheet) -> Option<(i32, String)> {
    let percent = (sheet.tasks_done * 100).checked_div(sheet.tasks_total)?;
    (!run.state.is_over()).then(|| (percent.clamp(0, 100), format!("{} of {} tasks", sheet.tasks_done, sheet.tasks_total)))
}

fn actions(admin: &Admin, crews: &Crews, run: &Run, newest: i32) -> Vec<Vec<MenuAction>> {
    let most = admin.site().live.now().settings.get(keys::WORKFLOW_ATTEMPTS);
    let entry = |label: &str, icon, path: &str, danger, not_now: Option<String>| MenuAction {
        label: label.into(),
        icon,
        href: format!("{PATH}/{}/{path}", run.id),
        danger,
        disabled: admin.lacks(Permission::WorkflowsAct).or(not_now),
    };
    let no_retry = run.not_again(newest, most).or_else(|| crews.lacks(&run.crew));
    let asked = run.stop_asked.then(|| "Its crew's host has been asked already.".to_owned());
    let no_host = || crews.lacks(&run.crew).filter(|_| run.external_id.is_some());
    let no_stop = run.no_stop().map(str::to_owned).or(asked).or_else(no_host);
    let no_settling = (run.state != RunState::Unknown).then(|| "Only for a run that nobody can say anything of.".to_owned());
    vec![
        vec![entry("Start it again", "refresh", "retry", false, no_retry)],
        vec![entry("Stop", "player-stop", "stop", true, no_stop), entry("Say how it ended", "checkup-list", "settle", true, no_settling)],
    ]
}

fn attempt_row(admin: &Admin, run: &Run, attempt: Attempt) -> AttemptRow {
    AttemptRow {
        no: attempt.attempt,
        href: format!("{PATH}/{}", attempt.id),
        is_this: attempt.id == run.id,
        state: attempt.state.badge(""),
        error: attempt.error.map(|error| short(&error, 100)).unwrap_or_default(),
        by: attempt.by.unwrap_or_default(),
        at: admin.time(attempt.created_at),
    }
}

/// Draws a document; what looks like a secret in it is hidden.
fn document(text: Option<&str>, bytes: i32, page: &str, asked: &Asked) -> Document {
    let value: Option<Value> = text.and_then(|text| serde_json::from_str(text).ok());
    let (at, from) = (asked.at.as_deref().unwrap_or_default(), asked.from.unwrap_or_default());
    let pieces = value.and_then(|value| tree::draw(&value, &Drawing { page, at, from, hides: tree::looks_secret }));
    Document { size: format!("{} bytes", number(i64::from(bytes))), pieces, at: short(at, 200) }
}
