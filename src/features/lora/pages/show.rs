//! Everything about one model on one page; while it trains, the page looks again by itself.
use super::attempts::{self, AttemptRow};
use super::menu::menu;
use super::{PATH, words};
use crate::features::lora::model::{Attempt, Config, Failure, Model, Status};
use crate::features::lora::store::log::{self, Line};
use crate::features::lora::store::{self, attempts as attempt_rows, panels};
use crate::kernel::{Audited, Permission, Result};
use crate::web::parts::{Badge, Link, MenuAction, Person, Stat};
use crate::web::show::{Moment, money, number};
use crate::web::{Admin, Path, html};
use askama::Template;
use axum::response::Response;
use jiff::Timestamp;
use uuid::Uuid;

/// The last lines of the log that the page shows.
const TAIL: i32 = 12;

#[derive(Template)]
#[template(path = "lora/show.html")]
struct Show {
    admin: Admin,
    home: String,
    title: String,
    model: Model,
    badges: Vec<Badge>,
    actions: Vec<Vec<MenuAction>>,
    /// The page is looked at again by itself.
    live: bool,
    stats: Vec<Stat>,
    owner: Person,
    base: Link,
    created: Moment,
    updated: Moment,
    size: String,
    parameters: Vec<(String, String)>,
    failure: Option<Told>,
    state: Option<Now>,
    attempts: Vec<AttemptRow>,
    images: Images,
    tail: Option<Vec<Line>>,
    deleted: Option<Gone>,
    restorable: bool,
    audit: String,
}

/// Why it failed, and what usually helps.
struct Told {
    class: &'static str,
    text: String,
    help: &'static str,
    objection: Option<&'static str>,
    similar: String,
    retry: Option<String>,
}

/// How far the attempt is that waits or runs.
struct Now {
    percent: i32,
    label: String,
    ends: Option<Moment>,
    stopping: bool,
}

/// The training images.
struct Images {
    shown: Vec<Image>,
    count: i64,
    size: String,
    note: String,
}

struct Image {
    href: String,
    label: String,
    caption: String,
    flag: String,
    size: String,
}

/// That it is deleted.
struct Gone {
    at: Moment,
    by: String,
    reason: String,
    until: Option<Moment>,
    purged: Option<Moment>,
    error: String,
}

/// The page.
pub async fn show(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let mut db = admin.reader().await?;
    let model = store::find(&mut db, id).await?;
    let owner = store::owner(&mut db, model.user_id).await?;
    let attempts = attempt_rows::of(&mut db, id).await?;
    let images = (panels::images(&mut db, id).await?, panels::tally(&mut db, id).await?);
    let tail = match attempts.first().filter(|_| admin.may(Permission::LoraLogs)) {
        None => None,
        Some(last) => {
            let end = log::last(&mut db, last.id).await?;
            Some(log::after(&mut db, last.id, (end - TAIL).max(0), None, i64::from(TAIL)).await?)
        }
    };
    db.keep();
    html(&view(admin, model, &Rows { owner, attempts, images, tail }))
}

struct Rows {
    owner: store::Owner,
    attempts: Vec<Attempt>,
    images: (Vec<panels::Image>, panels::Tally),
    tail: Option<Vec<Line>>,
}

fn view(admin: Admin, model: Model, rows: &Rows) -> Show {
    let now = admin.site().clock.now();
    let last = rows.attempts.first();
    let home = format!("{PATH}/{}", model.id);
    Show {
        title: model.label(),
        badges: model.badges(),
        actions: menu(&admin, &model, last),
        live: model.is_open() && model.deleted.is_none(),
        stats: stats(&model, &rows.attempts, now),
        owner: Person::user(model.user_id, &rows.owner.name, &rows.owner.email),
        base: Link { href: format!("{PATH}?base={}", crate::web::link::escape(&model.base_model)), label: model.base_model.clone() },
        created: admin.time(model.created_at),
        updated: admin.time(model.updated_at),
        size: model.file.as_ref().map(|file| words::size(file.bytes)).unwrap_or_default(),
        parameters: words::parameters(&Config(model.config.clone())),
        failure: model.failure.as_ref().map(|failure| told(&admin, &model, failure)),
        state: last.filter(|_| model.is_open()).map(|last| progress(&admin, last)),
        attempts: attempts::rows(&admin, &rows.attempts, now),
        images: images(&home, &rows.images),
        tail: rows.tail.clone(),
        deleted: gone(&admin, &model),
        restorable: admin.may(Permission::LoraDelete),
        audit: format!("/admin/audit?kind=lora_model&target={}", model.id),
        home,
        model,
        admin,
    }
}

fn told(admin: &Admin, model: &Model, failure: &Failure) -> Told {
    let may = admin.may(Permission::LoraAct) && model.deleted.is_none();
    Told {
        class: failure.class.label(),
        text: failure.text.clone(),
        help: failure.class.help(),
        objection: failure.class.objection(),
        similar: format!("{PATH}?error={}", failure.class.code()),
        retry: may.then(|| format!("{PATH}/{}/retry", model.id)),
    }
}

fn progress(admin: &Admin, last: &Attempt) -> Now {
    let label = match (last.provider_state.as_deref(), last.submitted_at) {
        (_, None) if last.external_id.is_none() => "Waits to be sent to the training service".to_owned(),
        (None, _) => "Sent to the training service".to_owned(),
        (Some("starting"), _) => "Waits for a machine".to_owned(),
        (Some("succeeded"), _) => "Done; its file is being looked at".to_owned(),
        _ => format!("Step {} of {}", number(i64::from(last.steps)), number(i64::from(last.total_steps))),
    };
    Now { percent: last.percent, label, ends: admin.time_if(last.expected_at), stopping: last.cancel_asked_at.is_some() }
}

fn stats(model: &Model, attempts: &[Attempt], now: Timestamp) -> Vec<Stat> {
    let last = attempts.first();
    let stat = |label: &str, value: String, note: String| Stat { label: label.to_owned(), value, note, ..Stat::default() };
    let took = last.map_or_else(|| "–".to_owned(), |last| words::between(last.started_at, last.finished_at, now));
    let refunded: i64 = attempts.iter().map(|attempt| i64::from(attempt.credits_refunded)).sum();
    let charged: i64 = attempts.iter().map(|attempt| i64::from(attempt.credits_charged)).sum();
    vec![
        stat("Progress", if model.status == Status::Failed { "–".into() } else { format!("{} %", model.progress) }, String::new()),
        stat("Attempts", number(attempts.len().try_into().unwrap_or(i64::MAX)), String::new()),
        stat("Last attempt took", took, String::new()),
        stat("Cost to us", money(model.cost.0, &model.cost.1), "all attempts".into()),
        stat("Credits paid", number(charged), if refunded > 0 { format!("{} given back", number(refunded)) } else { String::new() }),
    ]
}

fn images(home: &str, (shown, tally): &(Vec<panels::Image>, panels::Tally)) -> Images {
    let image = |(at, image): (usize, &panels::Image)| Image {
        href: format!("{home}/images/{}", image.id),
        label: format!("Training image {} of {}", at + 1, tally.count),
        caption: image.caption.clone().unwrap_or_default(),
        flag: image.flag.clone().unwrap_or_default(),
        size: format!("{} × {}, {}", image.width, image.height, words::size(image.bytes)),
    };
    let without = match tally.without_caption {
        0 => "all have captions".to_owned(),
        1 => "1 without a caption".to_owned(),
        some => format!("{} without captions", number(some)),
    };
    Images { shown: shown.iter().enumerate().map(image).collect(), count: tally.count, size: words::size(tally.bytes), note: without }
}

fn gone(admin: &Admin, model: &Model) -> Option<Gone> {
    let deleted = model.deleted.as_ref()?;
    Some(Gone {
        at: admin.time(deleted.at),
        by: deleted.by.clone().unwrap_or_default(),
        reason: deleted.reason.clone().unwrap_or_default(),
        until: deleted.purged_at.is_none().then(|| admin.time(deleted.restorable_until())),
        purged: admin.time_if(deleted.purged_at),
        error: deleted.purge_error.clone().unwrap_or_default(),
    })
}
