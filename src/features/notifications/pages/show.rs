//! One notification: what it says, how far it is, who decided what.
use super::far::Far;
use super::send::Shown;
use super::{PATH, badge, home, kind_badge};
use crate::features::notifications::model::{Notification, State};
use crate::features::notifications::store::approvals::{self, Decided, Proposal};
use crate::features::notifications::store::progress::{self, Failure};
use crate::features::notifications::store::{self, deliveries, list};
use crate::kernel::{Crowd, Result};
use crate::web::parts::{Badge, MenuAction};
use crate::web::show::{Moment, number};
use crate::web::{Admin, Path, html};
use askama::Template;
use axum::Extension;
use axum::response::Response;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "notifications/show.html")]
struct Show {
    admin: Admin,
    home: String,
    occurrences: String,
    deliveries: String,
    title: String,
    badges: Vec<Badge>,
    state: State,
    is_series: bool,
    has_begun: bool,
    held_why: Option<String>,
    shown: Shown,
    whom: String,
    channels: String,
    plan: String,
    next: Option<Moment>,
    written: String,
    created: Moment,
    submitted: String,
    began: Option<Moment>,
    ended: Option<Moment>,
    series: Option<String>,
    far: Far,
    proposal: Option<Waiting>,
    decided: Vec<Row>,
    failures: Vec<(String, String)>,
    /// What the button says that sends again what can be sent again.
    again: Option<String>,
    actions: Vec<Vec<MenuAction>>,
    audit: String,
}

struct Waiting {
    by: String,
    people: String,
    until: Moment,
    is_own: bool,
    is_over: bool,
}

struct Row {
    text: String,
    at: Moment,
}

/// The page.
pub async fn show(admin: Admin, Extension(crowd): Extension<Crowd>, Path(id): Path<Uuid>) -> Result<Response> {
    let mut db = admin.reader().await?;
    let found = store::find(&mut db, id).await?;
    let far = progress::of(&mut db, id).await?;
    let (proposal, decided) = (approvals::open(&mut db, id).await?, approvals::decided(&mut db, id).await?);
    let (stall, failures) = (progress::stall(&mut db, id).await?, progress::failures(&mut db, id).await?);
    let names = list::names(&mut db, id).await?;
    let is_settled = deliveries::is_settled(&mut db, id).await?;
    db.keep();
    html(&Show {
        home: home(id),
        occurrences: format!("{PATH}?series={id}"),
        deliveries: format!("{}/deliveries", home(id)),
        title: found.content.title.clone(),
        badges: vec![badge(found.state), kind_badge(found.content.kind)],
        state: found.state,
        is_series: found.is_series(),
        has_begun: found.started_at.is_some() && !found.is_series(),
        held_why: found.held_why.clone(),
        shown: Shown::of(&found),
        whom: found.audience.words(crowd)?,
        channels: found.content.channels.iter().map(|channel| channel.label()).collect::<Vec<_>>().join(", "),
        plan: found.plan.words(),
        next: admin.time_if(found.next_at.filter(|_| found.state == State::Scheduled)),
        written: names.0.unwrap_or_else(|| "Backlot itself".into()),
        created: admin.time(found.created_at),
        submitted: names.1.unwrap_or_default(),
        began: admin.time_if(found.started_at),
        ended: admin.time_if(found.finished_at),
        series: found.series_id.map(home),
        actions: menu(&found, is_settled),
        far: Far::of(&admin, &found, &far, stall),
        proposal: proposal.map(|proposal| waiting(&admin, &proposal)),
        decided: decided.iter().map(|decided| row(&admin, decided)).collect(),
        failures: failures.into_iter().map(|Failure { reason, count }| (number(count), reason)).collect(),
        again: again(&found, far.mail_again),
        audit: format!("/admin/audit?kind=notification&target={id}"),
        admin,
    })
}

fn again(found: &Notification, letters: i64) -> Option<String> {
    match letters {
        _ if found.state != State::Sent => None,
        0 => None,
        1 => Some("Send the failed letter again".to_owned()),
        letters => Some(format!("Send {} failed letters again", number(letters))),
    }
}

fn waiting(admin: &Admin, proposal: &Proposal) -> Waiting {
    Waiting {
        by: proposal.proposer.clone(),
        people: number(proposal.people),
        until: admin.time(proposal.expires_at),
        is_own: proposal.proposed_by == admin.id(),
        is_over: proposal.is_over,
    }
}

fn row(admin: &Admin, decided: &Decided) -> Row {
    let by = decided.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
    let text = format!("{} proposed it for {} people: {}{by}", decided.proposer, number(decided.people), decided.decision.label());
    Row { text, at: admin.time(decided.at) }
}

fn menu(found: &Notification, is_settled: bool) -> Vec<Vec<MenuAction>> {
    let home = format!("{PATH}/{}", found.id);
    let entry = |label: &str, icon, path: &str, danger, disabled: Option<&str>| MenuAction {
        label: label.to_owned(),
        icon,
        href: format!("{home}{path}"),
        danger,
        disabled: disabled.map(str::to_owned),
    };
    let fixed = (!found.state.is_editable() || is_settled).then_some("Its recipients are settled. Duplicate it to say something else.");
    let over = found.state.is_over().then_some("It is over.");
    vec![vec![entry("Edit", "pencil", "/edit", false, fixed), entry("Cancel…", "x", "/cancel", true, over)]]
}
