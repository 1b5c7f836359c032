//! What a run is, in a few words: its badges and times, how far it is, and what can be done with it.
use super::{PATH, mode, took};
use crate::features::workflows::model::{Run, RunState};
use crate::features::workflows::store::show::Sheet;
use crate::gateways::crewai::Crews;
use crate::kernel::Permission;
use crate::live::settings::keys;
use crate::web::Admin;
use crate::web::parts::{Badge, MenuAction};
use crate::web::show::{Moment, short};

pub fn times(admin: &Admin, sheet: &Sheet) -> Vec<(&'static str, Option<Moment>)> {
    let time = |at: Option<jiff_sqlx::Timestamp>| admin.time_if(at.map(jiff_sqlx::Timestamp::to_jiff));
    vec![
        ("Created", Some(admin.time(sheet.created_at))),
        ("Started", time(sheet.started_at)),
        ("Last heard of", time(sheet.last_heard_at)),
        ("Asked to stop", time(sheet.stop_asked_at)),
        ("Ended", time(sheet.finished_at)),
    ]
}

pub fn lasted(sheet: &Sheet) -> String {
    let lasted = sheet.started_at.zip(sheet.finished_at).map(|(from, to)| to.to_jiff().duration_since(from.to_jiff()).as_millis());
    lasted.and_then(|ms| i64::try_from(ms).ok()).map(took).unwrap_or_default()
}

pub fn by(sheet: &Sheet) -> String {
    match (sheet.requested_by, &sheet.requested_by_name) {
        (None, _) => "The platform".to_owned(),
        (Some(_), Some(name)) => name.clone(),
        (Some(id), None) => id.to_string(),
    }
}

pub fn badges(run: &Run, sheet: &Sheet, crews: &Crews) -> Vec<Badge> {
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

pub fn progress(run: &Run, sheet: &Sheet) -> Option<(i32, String)> {
    let percent = (sheet.tasks_done * 100).checked_div(sheet.tasks_total)?;
    (!run.state.is_over()).then(|| (percent.clamp(0, 100), format!("{} of {} tasks", sheet.tasks_done, sheet.tasks_total)))
}

pub fn actions(admin: &Admin, crews: &Crews, run: &Run, newest: i32) -> Vec<Vec<MenuAction>> {
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
