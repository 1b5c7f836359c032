//! Everything about one admin on one page.
use super::{LINK, PATH, subject};
use crate::features::admins::model::Status;
use crate::features::admins::store::list::Listed;
use crate::features::admins::store::{links, panels};
use crate::kernel::Result;
use crate::web::parts::{Badge, Event, MenuAction};
use crate::web::show::{self, Moment};
use crate::web::{Admin, Path, agent, html};
use askama::Template;
use axum::response::Response;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "admins/show.html")]
struct Show {
    admin: Admin,
    /// Not `id`: within a panel that is the panel's own.
    whose: Uuid,
    name: String,
    email: String,
    initials: String,
    hue: u8,
    is_me: bool,
    badges: Vec<Badge>,
    actions: Vec<Vec<MenuAction>>,
    /// A one-time link, this once.
    link: Option<String>,
    story: Vec<Fact>,
    factors: Vec<Badge>,
    passkeys: Vec<PasskeyRow>,
    sessions: Vec<SessionRow>,
    links: Vec<LinkRow>,
    may_send: bool,
    open_link: bool,
    deeds: Vec<Event>,
    about: Vec<Event>,
    work: Vec<WorkRow>,
}

/// A row of the profile: words, or a moment.
struct Fact {
    label: &'static str,
    text: String,
    at: Option<Moment>,
}

struct PasskeyRow {
    name: String,
    used: Option<Moment>,
    made: Moment,
}

struct SessionRow {
    agent: String,
    address: String,
    stage: &'static str,
    since: Moment,
    seen: Moment,
}

struct LinkRow {
    what: &'static str,
    by: String,
    state: Badge,
    made: Moment,
    until: Moment,
}

struct WorkRow {
    name: String,
    href: String,
    state: String,
    at: Moment,
}

/// The page.
pub async fn show(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let about = subject(&admin, id).await?;
    let link = admin.shown_once(LINK).await?;
    html(&page(admin, &about, link).await?)
}

async fn page(admin: Admin, listed: &Listed, link: Option<String>) -> Result<Show> {
    let (account, id) = (&listed.account, listed.account.id);
    let mut db = admin.reader().await?;
    let story = panels::story(&mut db, id).await?;
    let passkeys = panels::passkeys(&mut db, id).await?;
    let sessions = panels::sessions(&mut db, id).await?;
    let links = links::all(&mut db, id).await?;
    let (deeds, done) = (panels::deeds(&mut db, id).await?, panels::about(&mut db, id).await?);
    let work = panels::open_work(&mut db, id).await?;
    db.keep();
    let open_link = links.iter().any(|link| link.is_open);
    Ok(Show {
        whose: id,
        name: account.name.clone(),
        email: account.email.clone(),
        initials: show::initials(&account.name),
        hue: show::hue(id),
        is_me: id == admin.id(),
        badges: account.badges(),
        actions: menu(&admin, listed),
        link,
        story: story.map(|story| facts(&admin, story)).unwrap_or_default(),
        factors: account.factors(),
        passkeys: passkeys.into_iter().map(|row| passkey(&admin, row)).collect(),
        sessions: sessions.into_iter().map(|row| session(&admin, row)).collect(),
        // The readers' role does not see whether there is a password; who is invited has none, nor has one whose link is open.
        may_send: account.status == Status::Invited || (account.status == Status::Active && open_link),
        open_link,
        links: links.into_iter().map(|row| self::link(&admin, row)).collect(),
        deeds: deeds.into_iter().map(|row| event(&admin, row, false)).collect(),
        about: done.into_iter().map(|row| event(&admin, row, true)).collect(),
        work: work.into_iter().map(|row| open_work(&admin, row)).collect(),
        admin,
    })
}

fn facts(admin: &Admin, story: panels::Story) -> Vec<Fact> {
    let at = |label, at: Option<Moment>| Fact { label, text: String::new(), at };
    let text = |label, text: Option<String>| Fact { label, text: text.unwrap_or_default(), at: None };
    let jiff = |at: Option<jiff_sqlx::Timestamp>| admin.time_if(at.map(jiff_sqlx::Timestamp::to_jiff));
    vec![
        at("Last sign-in", jiff(story.last_sign_in_at)),
        at("Account made", Some(admin.time(story.created_at))),
        text("Invited by", story.invited_by),
        at("Status changed", jiff(story.status_changed_at)),
        at("Authenticator app since", jiff(story.app_since)),
        text("Time zone", Some(story.time_zone)),
    ]
}

fn passkey(admin: &Admin, row: panels::Passkey) -> PasskeyRow {
    let used = admin.time_if(row.last_used_at.map(jiff_sqlx::Timestamp::to_jiff));
    PasskeyRow { name: row.name, used, made: admin.time(row.created_at) }
}

fn session(admin: &Admin, row: panels::Session) -> SessionRow {
    SessionRow {
        agent: agent::words(&row.agent),
        address: row.address.map(|net| net.addr().to_string()).unwrap_or_default(),
        stage: if row.stage == "full" { "" } else { "on the way in" },
        since: admin.time(row.started_at),
        seen: admin.time(row.last_seen_at),
    }
}

fn link(admin: &Admin, row: links::Link) -> LinkRow {
    let state = match (row.used_at.is_some(), row.revoked_at.is_some(), row.is_open) {
        (true, ..) => Badge::new("ok", "Used"),
        (_, true, _) => Badge::new("", "Taken back"),
        (_, _, true) => Badge::new("info", "Open"),
        _ => Badge::new("warn", "Ended"),
    };
    let what = if row.purpose == "reset" { "New password" } else { "Invitation" };
    let by = row.by.unwrap_or_else(|| "the command line".into());
    LinkRow { what, by, state, made: admin.time(row.created_at), until: admin.time(row.expires_at) }
}

fn event(admin: &Admin, row: panels::Deed, names_doer: bool) -> Event {
    let done = row.outcome == "done";
    let target = row.target.filter(|_| !names_doer).map(|target| format!(" {target}")).unwrap_or_default();
    Event {
        icon: if done { "check" } else { "alert-circle" },
        tone: if done { "ok" } else { "bad" },
        text: format!("{}{target}", row.action),
        by: if names_doer { row.by } else { String::new() },
        at: admin.time(row.at),
        href: format!("/admin/audit/{}", row.id),
    }
}

fn open_work(admin: &Admin, row: panels::OpenWork) -> WorkRow {
    WorkRow { name: row.name, href: format!("/admin/jobs/{}", row.id), state: row.state, at: admin.time(row.created_at) }
}

/// What can be done, in groups; what is not open stays and says why.
fn menu(admin: &Admin, listed: &Listed) -> Vec<Vec<MenuAction>> {
    let account = &listed.account;
    let me = (account.id == admin.id()).then_some("Not with your own account: that takes another super admin.");
    let gone = (account.status == Status::Deleted).then_some("The account is deleted.");
    let entry = |label: &str, icon, path: &str, danger, not_now: Option<&str>| MenuAction {
        label: label.into(),
        icon,
        href: format!("{PATH}/{}/{path}", account.id),
        danger,
        disabled: not_now.map(str::to_owned),
    };
    let inactive = (account.status != Status::Active).then_some("Only an active account has a password.");
    let bare = (!account.authenticator_app && account.passkeys == 0).then_some("They have no second factor yet.");
    let switch = match account.status {
        Status::Disabled => entry("Enable", "user-check", "enable", false, None),
        _ => entry("Disable", "user-off", "disable", true, me.or(gone)),
    };
    vec![
        vec![
            entry("Change role", "user-cog", "role", false, me.or(gone)),
            entry("Reset password", "key", "password", false, me.or(gone).or(inactive)),
            entry("Reset second factors", "shield-lock", "factors", false, me.or(gone).or(bare)),
            entry("Sign out everywhere", "logout", "sessions", false, gone),
        ],
        vec![switch, entry("Delete", "trash", "delete", true, me.or(gone))],
    ]
}
