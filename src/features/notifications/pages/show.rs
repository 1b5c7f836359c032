//! One notification: what it says, how far it is, who decided what.
use super::send::Shown;
use super::{PATH, badge, home, kind_badge};
use crate::features::notifications::model::{Channel, Notification, Progress, State};
use crate::features::notifications::store::approvals::{self, Decided, Proposal};
use crate::features::notifications::store::progress::{self, Failure};
use crate::features::notifications::store::{self, deliveries, list};
use crate::kernel::{Crowd, Result};
use crate::web::parts::{Badge, MenuAction, Stat};
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
    actions: Vec<Vec<MenuAction>>,
    audit: String,
}

/// How far it is; a part that refreshes itself while it is being sent.
#[derive(Template)]
#[template(path = "notifications/progress.html")]
struct Far {
    home: String,
    is_moving: bool,
    percent: Option<u8>,
    words: String,
    stats: Vec<Stat>,
    left_out: Vec<(String, &'static str)>,
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
    let proposal = approvals::open(&mut db, id).await?;
    let decided = approvals::decided(&mut db, id).await?;
    let failures = progress::failures(&mut db, id).await?;
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
        far: part(&found, &far),
        proposal: proposal.map(|proposal| waiting(&admin, &proposal)),
        decided: decided.iter().map(|decided| row(&admin, decided)).collect(),
        failures: failures.into_iter().map(|Failure { reason, count }| (number(count), reason)).collect(),
        audit: format!("/admin/audit?kind=notification&target={id}"),
        admin,
    })
}

/// The part, as it is now. Asking for it does not keep a session alive.
pub async fn progress(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let mut db = admin.reader().await?;
    let found = store::find(&mut db, id).await?;
    let far = progress::of(&mut db, id).await?;
    db.keep();
    html(&part(&found, &far))
}

fn part(found: &Notification, far: &Progress) -> Far {
    let (is_moving, by) = (found.state == State::Sending, |channel| found.content.channels.contains(&channel));
    let words = match (far.frozen_at, found.state) {
        (None, State::Sending | State::Paused) => format!("Writing down whom it is for: {} so far.", number(far.people)),
        (None, _) => String::new(),
        (Some(_), _) => format!("{} of {} delivered to {} people.", number(far.done()), number(far.planned()), number(far.people)),
    };
    let stat = |label: &str, value: i64, of: Option<i64>, tone| Stat {
        label: label.to_owned(),
        value: number(value),
        note: of.map(|of| format!("of {}", number(of))).unwrap_or_default(),
        tone,
        href: String::new(),
    };
    let mut stats = Vec::new();
    if by(Channel::InApp) {
        stats.push(Stat {
            href: format!("{}/deliveries?channel=in_app", home(found.id)),
            ..stat("In inboxes", far.inbox_sent, Some(far.inbox_planned), "")
        });
        stats.push(stat("Read", far.read, None, ""));
    }
    if by(Channel::Email) {
        stats.push(Stat {
            href: format!("{}/deliveries?channel=email", home(found.id)),
            ..stat("Letters sent", far.mail_sent, Some(far.mail_planned), "")
        });
        let failed = stat("Letters failed", far.mail_failed, None, if far.mail_failed > 0 { "bad" } else { "" });
        stats.push(Stat { href: format!("{}/deliveries?channel=email&state=failed", home(found.id)), ..failed });
    }
    if far.unsubscribed > 0 {
        stats.push(stat("Unsubscribed", far.unsubscribed, None, "warn"));
    }
    Far { home: home(found.id), is_moving, percent: far.percent(), words, stats, left_out: far.left_out.words(&found.content.channels) }
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
