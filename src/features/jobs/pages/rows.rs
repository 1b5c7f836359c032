//! A job on a page.
use super::PATH;
use crate::features::jobs::filter::label;
use crate::jobs::State;
use crate::kernel::Permission;
use crate::web::Admin;
use crate::web::parts::Badge;
use crate::web::show::{Moment, short};
use jiff::Timestamp;
use uuid::Uuid;

/// A job, as pages show it.
pub struct Row {
    pub id: Uuid,
    pub href: String,
    pub name: String,
    pub error: String,
    pub percent: Option<i32>,
    pub state: Badge,
    pub attempts: String,
    pub at: Moment,
    pub due: Option<Moment>,
    pub failed: bool,
    pub retry: bool,
    pub cancel: bool,
}

/// What a row is made of.
pub struct Facts<'a> {
    pub id: Uuid,
    pub name: &'a str,
    pub state: State,
    pub attempts: (i32, i32, i32),
    pub progress: Option<i32>,
    pub last_error: Option<&'a str>,
    pub created_at: Timestamp,
    pub run_at: Timestamp,
}

/// The badge of a state; one that waits after a failure is not just waiting.
pub fn badge(state: State, failed_before: bool) -> Badge {
    let tone = match state {
        State::Done => "ok",
        State::Dead => "bad",
        State::Running => "info",
        State::Waiting if failed_before => "warn",
        State::Waiting | State::Cancelled => "",
    };
    Badge::new(tone, label(state).1)
}

/// A row.
pub fn row(admin: &Admin, job: &Facts<'_>) -> Row {
    let acts = admin.may(Permission::JobsAct);
    let (attempt, forgiven, most) = job.attempts;
    Row {
        id: job.id,
        href: format!("{PATH}/{}", job.id),
        name: job.name.to_owned(),
        error: job.last_error.map(|error| short(error, 300)).unwrap_or_default(),
        percent: job.progress,
        state: badge(job.state, job.last_error.is_some()),
        attempts: format!("{} of {most}", attempt - forgiven),
        at: admin.time(job.created_at),
        due: (job.state == State::Waiting).then(|| admin.time(job.run_at)),
        failed: job.state == State::Dead,
        retry: acts && job.state == State::Dead,
        cancel: acts && job.state == State::Waiting,
    }
}
