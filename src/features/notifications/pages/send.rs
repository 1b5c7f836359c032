//! The last look: how many it reaches, who they are, who is left out, and what it looks like to them; then one button with the number.
use super::{PATH, badge, crumbs, kind_badge, severity_badge, subject};
use crate::features::notifications::actions::{Reached, SendFields, SendNotification};
use crate::features::notifications::model::markdown::{self, Part};
use crate::features::notifications::model::{Channel, Notification, Plan, State, letter};
use crate::features::notifications::store::reach::{self, Reach};
use crate::gateways::mail::Mail;
use crate::kernel::{Crowd, Error, Invalid, Rehearsal, Result};
use crate::live::settings::keys;
use crate::web::parts::{Badge, Errors, Link, Person};
use crate::web::show::number;
use crate::web::{Admin, Flash, Form, Path, Submitted, html, respond, see_other, unprocessable};
use askama::Template;
use axum::Extension;
use axum::response::Response;
use uuid::Uuid;

/// What a user sees of it: drawn by pages that show it, from pieces.
pub struct Shown {
    pub severity: Badge,
    pub title: String,
    pub parts: Vec<Part>,
    pub link: Option<Link>,
}

impl Shown {
    /// As an item in the inbox.
    pub fn of(notification: &Notification) -> Self {
        let content = &notification.content;
        let link = content.link.as_ref().map(|link| Link { href: link.url.clone(), label: link.label.clone() });
        Self {
            severity: severity_badge(content.severity),
            title: content.title.clone(),
            parts: markdown::parts(markdown::read(&content.message)),
            link,
        }
    }
}

#[derive(Template)]
#[template(path = "notifications/send.html")]
struct Send {
    admin: Admin,
    crumbs: Vec<Link>,
    home: String,
    heading: String,
    badges: Vec<Badge>,
    errors: Errors,
    changed: bool,
    people: String,
    nobody: bool,
    inbox: Option<String>,
    mail: Option<String>,
    by_tier: Vec<(&'static str, String)>,
    left_out: Vec<(String, &'static str)>,
    some: Vec<Person>,
    whom: String,
    unknown: Vec<String>,
    unknown_count: String,
    plan: String,
    shown: Shown,
    letter: Option<String>,
    to_me: String,
    /// There is no mail server.
    unsent: bool,
    may_edit: bool,
    second: Option<String>,
    hidden: Vec<(&'static str, String)>,
    confirm: String,
}

/// What is counted for the page, and for what its form does.
async fn counted(admin: &Admin, crowd: Crowd, notification: &Notification) -> Result<(Reach, Reached)> {
    let mut db = admin.reader().await?;
    let now = crate::features::notifications::store::now(&mut db).await?;
    let reach = reach::of(&mut db, notification, (crowd, now)).await?;
    db.keep();
    let threshold = admin.site().live.now().settings.get(keys::SECOND_ADMIN_ABOVE);
    let reached = Reached::new(&reach, threshold);
    Ok((reach, reached))
}

/// The preview, with what confirming it will be held to.
pub async fn ask(
    admin: Admin,
    Extension(crowd): Extension<Crowd>,
    Extension(mail): Extension<Mail>,
    Path(id): Path<Uuid>,
) -> Result<Response> {
    let subject = subject(&admin, id).await?;
    if !matches!(subject.state, State::Draft | State::Held) {
        return Ok(see_other(&format!("{PATH}/{id}")));
    }
    let (reach, reached) = counted(&admin, crowd, &subject).await?;
    let action = SendNotification { id, version: subject.version, reached: reached.clone() };
    let (fingerprint, errors) = match admin.desk().rehearse(admin.actor(), action).await {
        Ok(rehearsal) => (Some(rehearsal.fingerprint), Errors::new()),
        Err(Error::Invalid(invalid)) => (None, invalid.fields),
        Err(error) => return Err(error),
    };
    let mut page = page(admin, &mail, crowd, (&subject, &reach, &reached))?;
    page.hold(fingerprint);
    page.errors = errors;
    html(&page)
}

/// Sends it, schedules it, or asks a second admin.
pub async fn submit(
    admin: Admin,
    Extension(crowd): Extension<Crowd>,
    Extension(mail): Extension<Mail>,
    Path(id): Path<Uuid>,
    form: Form<SendFields>,
) -> Result<Response> {
    let subject = subject(&admin, id).await?;
    let (reach, reached) = counted(&admin, crowd, &subject).await?;
    let version = form.fields.version.unwrap_or_default();
    let action = SendNotification { id, version, reached: reached.clone() };
    let submitted = admin.submit(&form, Ok(action)).await?;
    let again = |rehearsal: Option<Box<Rehearsal>>, invalid: Option<Invalid>| {
        let mut page = page(admin.clone(), &mail, crowd, (&subject, &reach, &reached))?;
        page.changed = rehearsal.is_some();
        page.hold(rehearsal.map(|rehearsal| rehearsal.fingerprint));
        page.errors = invalid.map(|invalid| invalid.fields).unwrap_or_default();
        Ok::<_, Error>(page)
    };
    match submitted {
        Submitted::Done(performed) => {
            let sentence = told(performed.output, reached.people, &subject.plan);
            admin.tell(Flash::ok(sentence).audit(performed.audit_id)).await?;
            Ok(see_other(&format!("{PATH}/{id}")))
        }
        Submitted::Preview(rehearsal) => html(&Send { changed: false, ..again(Some(rehearsal), None)? }),
        Submitted::Changed(rehearsal) | Submitted::Mistyped(rehearsal) => respond::conflict(&again(Some(rehearsal), None)?),
        Submitted::Invalid(invalid) => unprocessable(&again(None, Some(invalid))?),
        Submitted::Proposed(_) => Err(Error::internal("a notification is proposed by its own rules")),
    }
}

fn told(state: State, people: i64, plan: &Plan) -> String {
    match state {
        State::Proposed => "Another admin must approve it within 24 hours. Nothing is sent yet.".to_owned(),
        State::Scheduled => format!("It is scheduled: {}.", plan.words()),
        _ => format!("It is on its way to {}.", counted_people(people)),
    }
}

fn counted_people(people: i64) -> String {
    if people == 1 { "1 person".to_owned() } else { format!("{} people", number(people)) }
}

/// What the button says, with the number.
fn confirm(subject: &Notification, reached: &Reached) -> String {
    let people = counted_people(reached.people);
    let goes_later = subject.plan.zone().is_some() && subject.series_id.is_none();
    match (reached.needs_second(), goes_later) {
        (true, _) => format!("Ask for approval: {people}"),
        (false, true) => format!("Schedule for {people}"),
        (false, false) => format!("Send to {people}"),
    }
}

fn second(threshold: i64) -> String {
    let many = number(threshold);
    format!(
        "It reaches more than {many} people: another admin must approve exactly this within 24 hours. If nobody else may, it waits half an hour instead."
    )
}

fn page(admin: Admin, mail: &Mail, crowd: Crowd, (subject, reach, reached): (&Notification, &Reach, &Reached)) -> Result<Send> {
    let content = &subject.content;
    let by = |channel| content.channels.contains(&channel);
    let sender = admin.site().live.now().settings.get(keys::NOTIFICATION_SENDER);
    let decline = content.kind.can_be_declined().then(|| format!("{}/u/…", admin.site().public_url.trim_end_matches('/')));
    let named = subject.audience.named.clone().unwrap_or_default();
    let second = reached.needs_second().then(|| second(reached.threshold));
    Ok(Send {
        crumbs: crumbs(Some(subject)),
        home: format!("{PATH}/{}", subject.id),
        heading: content.title.clone(),
        badges: vec![badge(subject.state), kind_badge(content.kind)],
        errors: Errors::new(),
        changed: false,
        people: number(reach.people),
        nobody: reach.people == 0,
        inbox: by(Channel::InApp).then(|| number(reach.inbox)),
        mail: by(Channel::Email).then(|| number(reach.mail)),
        by_tier: reach.by_tier.iter().map(|(tier, people)| (tier.label(), number(*people))).collect(),
        left_out: reach.left_out.words(&content.channels),
        some: reach.sample.iter().map(|user| Person::user(user.id, &user.name, &user.email)).collect(),
        whom: subject.audience.words(crowd)?,
        unknown_count: number(named.unknown_count),
        unknown: named.unknown.into_iter().take(20).collect(),
        plan: subject.plan.words(),
        shown: Shown::of(subject),
        letter: by(Channel::Email).then(|| letter::write(content, &sender, decline).text),
        to_me: admin.email().to_owned(),
        unsent: by(Channel::Email) && !mail.is_carried(),
        may_edit: subject.state.is_editable(),
        second,
        hidden: vec![("version", subject.version.to_string())],
        confirm: confirm(subject, reached),
        admin,
    })
}

impl Send {
    /// What confirming it is held to; without it there is nothing to confirm.
    fn hold(&mut self, fingerprint: Option<String>) {
        self.hidden.extend(fingerprint.map(|fingerprint| ("_fingerprint", fingerprint)));
    }

    fn is_held(&self) -> bool {
        self.hidden.iter().any(|(name, _)| *name == "_fingerprint")
    }
}
