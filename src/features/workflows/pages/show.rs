//! One run: how it is, what it was given and made, what went wrong, and every attempt. While it is under way the page follows it.
use super::facts;
use super::tasks::{self, TaskRow};
use super::timeline::timeline;
use super::{PATH, subject};
use crate::features::workflows::model::{Run, RunState};
use crate::features::workflows::store::chain::{self, Attempt};
use crate::features::workflows::store::events;
use crate::features::workflows::store::show::{self as rows, Sheet};
use crate::gateways::crewai::Crews;
use crate::kernel::Result;
use crate::kernel::secret::sha256;
use crate::web::parts::{Badge, Event, MenuAction, Person};
use crate::web::show::{Moment, number, short};
use crate::web::tree::{self, Drawing, Piece};
use crate::web::{Admin, Path, Query, html};
use askama::Template;
use axum::Extension;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
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
    /// The page asks for itself again while this run is under way, with what it has seen of it.
    follows: bool,
    seen: String,
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
    let read = read(&admin, id).await?;
    html(&view(admin, &crews, read, &asked))
}

/// What a page that follows a run has seen of it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Following {
    seen: Option<String>,
}

/// The same, for a page that follows a run: it takes the parts that change. While there is nothing new it is told nothing, so that
/// a menu that is open stays open.
pub async fn live(
    admin: Admin,
    Extension(crews): Extension<Crews>,
    Path(id): Path<Uuid>,
    Query(following): Query<Following>,
) -> Result<Response> {
    let read = read(&admin, id).await?;
    if following.seen == Some(read.seen()) {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    html(&view(admin, &crews, read, &Asked::default()))
}

/// What was read for the page.
struct Read {
    run: Run,
    sheet: Sheet,
    attempts: Vec<Attempt>,
    /// The number of the newest attempt.
    newest: i32,
    told: Vec<events::Happened>,
}

async fn read(admin: &Admin, id: Uuid) -> Result<Read> {
    let run = subject(admin, id).await?;
    let mut db = admin.reader().await?;
    let sheet = rows::sheet(&mut db, id).await?;
    let (attempts, newest) = chain::attempts(&mut db, run.root).await?;
    let told = events::of(&mut db, id).await?;
    db.keep();
    Ok(Read { run, sheet, attempts, newest, told })
}

impl Read {
    /// What a page that follows this run would show otherwise, in a word.
    fn seen(&self) -> String {
        let parts = (self.run.state.code(), self.sheet.tasks_done, &self.sheet.current_task, self.run.stop_asked, &self.run.external_id);
        let bytes = format!("{parts:?} {} {}", self.told.len(), self.newest);
        sha256(bytes.as_bytes()).iter().take(6).map(|byte| format!("{byte:02x}")).collect()
    }
}

fn view(admin: Admin, crews: &Crews, read: Read, asked: &Asked) -> Show {
    let seen = read.seen();
    let Read { run, sheet, attempts, newest, told } = read;
    let run = &run;
    let (tasks, tasks_left) = tasks::rows(&admin, sheet.tasks.as_ref());
    let home = format!("{PATH}/{}", run.id);
    let crew = short(&run.crew, 80);
    Show {
        run_id: run.id,
        title: crew.clone(),
        crew_href: format!("{PATH}?crew={}", crate::web::link::escape(&run.crew)),
        crew,
        badges: facts::badges(run, &sheet, crews),
        actions: facts::actions(&admin, crews, run, newest),
        user: Person::user(run.user, &sheet.user_name, &sheet.user_email),
        project: sheet.project.map(|id| (format!("/admin/projects/{id}"), sheet.project_name.clone().unwrap_or_default())),
        error: said(run.error.as_deref()),
        error_whole: run.error.clone().filter(|whole| said(Some(whole)) != *whole).unwrap_or_default(),
        signature: sheet
            .signature
            .as_deref()
            .map(|text| (format!("{PATH}?state=failed&signature={}", crate::web::link::escape(text)), short(text, 160))),
        unknown: run.state == RunState::Unknown,
        follows: !run.state.is_over(),
        seen,
        progress: facts::progress(run, &sheet),
        external: run.external_id.clone(),
        times: facts::times(&admin, &sheet),
        took: facts::lasted(&sheet),
        by: facts::by(&sheet),
        tasks,
        tasks_left,
        attempts_left: newest - i32::try_from(attempts.len()).unwrap_or(i32::MAX),
        attempts: attempts.into_iter().map(|attempt| attempt_row(&admin, run, attempt)).collect(),
        timeline: timeline(&admin, run, &sheet, told),
        inputs: document(sheet.inputs.as_deref(), sheet.inputs_bytes, &home, asked),
        outputs: sheet.outputs_bytes.map(|bytes| document(sheet.outputs.as_deref(), bytes, "", &Asked::default())),
        admin,
    }
}

/// The beginning of an error: its first line.
fn said(error: Option<&str>) -> String {
    short(error.unwrap_or_default().lines().next().unwrap_or_default(), 300)
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
