//! Everything about one person on one page; a panel that fails does not take the others with it.
use super::facts::{self, Fact, Head};
use super::flags::{self, FlagRow};
use super::money::{self, Credits, PaymentRow, Subscription};
use super::panels::{self, CharacterRow, ModelTile, NoteRow, Notice, ProjectRow};
use super::timeline::{Rows, timeline};
use super::work::{self, JobRow};
use crate::features::users::store::{self, doings, made, money as store_money, tags, told};
use crate::kernel::{Invalid, Permission, Result};
use crate::web::parts::{Errors, Event, Failed, Field, MenuAction, Stat};
use crate::web::{Admin, Path, html};
use askama::Template;
use axum::response::Response;
use uuid::Uuid;

/// What a panel shows, or that it could not be loaded.
pub type Panel<T> = std::result::Result<T, Failed>;

#[derive(Template)]
#[template(path = "users/show.html")]
pub struct Show {
    admin: Admin,
    user: Head,
    errors: Errors,
    actions: Vec<Vec<MenuAction>>,
    stats: Vec<Stat>,
    profile: Vec<Fact>,
    subscription: Panel<Option<Subscription>>,
    credits: Panel<Credits>,
    projects: Panel<Vec<ProjectRow>>,
    characters: Panel<Vec<CharacterRow>>,
    models: Panel<Vec<ModelTile>>,
    jobs: Panel<Vec<JobRow>>,
    /// The billing page, for those who may see it.
    billing: String,
    payments: Panel<Vec<PaymentRow>>,
    notifications: Panel<Vec<Notice>>,
    notes: Panel<Vec<NoteRow>>,
    note: Field,
    /// Each with the list of everybody who has it.
    tags: Panel<Vec<(String, String)>>,
    pub tag: Field,
    timeline: Panel<Vec<Event>>,
    flags: Vec<FlagRow>,
}

impl Show {
    /// All runs of theirs, and all models.
    fn all_workflows(&self) -> String {
        format!("/admin/workflows?user={}", self.user.id)
    }

    fn models_href(&self) -> String {
        format!("/admin/lora?user={}", self.user.id)
    }
}

/// The page.
pub async fn show(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    html(&page(admin, id, None, &Invalid::default()).await?)
}

/// The page, with what was typed into the note and what is wrong with it. One connection reads all of it.
pub async fn page(admin: Admin, id: Uuid, typed: Option<&str>, invalid: &Invalid) -> Result<Show> {
    let mut db = admin.reader().await?;
    let user = store::find(&mut *db, id).await?;
    let tally = panel(&admin, "the figures", doings::tally(&mut *db, id).await);
    let made = panel(&admin, "what they made", made::made(&mut *db, id).await);
    let work = panel(&admin, "the jobs", doings::work(&mut *db, id).await);
    let subscription = panel(&admin, "the subscription", store_money::subscription(&mut *db, id).await);
    let paid = panel(&admin, "payments and credits", store_money::money(&mut *db, id).await);
    let told = panel(&admin, "messages and notes", told::told(&mut *db, id).await);
    let tags = panel(&admin, "the tags", tags::of(&mut db, id).await);
    db.keep();
    let timeline = timeline(&admin, &user, &Rows { told: &told, money: &paid, work: &work, made: &made });
    let (projects, characters, models) = apart(made, |made| (made.projects, made.characters, made.models));
    let (messages, notes, _) = apart(told, |told| (told.messages, told.notes, ()));
    let (payments, credits, _) = apart(paid, |paid| (paid.payments, paid.credits, ()));
    let each = &admin;
    Ok(Show {
        user: Head::of(&admin, &user),
        errors: invalid.fields.clone(),
        actions: facts::actions(&admin, &user),
        billing: if admin.may(Permission::BillingRead) { format!("/admin/users/{id}/billing") } else { String::new() },
        stats: tally.map(|tally| facts::stats(&user, &tally)).unwrap_or_default(),
        profile: facts::profile(&user),
        timeline,
        flags: flags::flags(each, &user),
        subscription: subscription.map(|row| row.map(|row| money::subscription(each, row))),
        credits: credits.map(|row| money::credits(each, row)),
        projects: list(each, projects, panels::project),
        characters: list(each, characters, panels::character),
        models: list(each, models, panels::model),
        jobs: list(each, work, work::job),
        payments: list(each, payments, money::payment),
        notifications: list(each, messages, panels::notice),
        notes: list(each, notes, panels::note),
        tags: tags.map(|tags| tags.into_iter().map(|tag| (tag.clone(), format!("/admin/users?tag={tag}"))).collect()),
        tag: Field::new("text", "tag", "Tag").hint("Letters from a to z, digits and hyphens.").refused(invalid),
        note: Field::new("area", "body", "Note").hint("For your colleagues. It stays, with your name.").value(typed).refused(invalid),
        admin,
    })
}

/// What was read in one go, for the panels that show a part of it each.
fn apart<T, A, B, C>(read: Panel<T>, parts: impl Fn(T) -> (A, B, C)) -> (Panel<A>, Panel<B>, Panel<C>) {
    match read.map(parts) {
        Ok((a, b, c)) => (Ok(a), Ok(b), Ok(c)),
        Err(failed) => (Err(failed.clone()), Err(failed.clone()), Err(failed)),
    }
}

fn panel<T>(admin: &Admin, what: &'static str, read: Result<T>) -> Panel<T> {
    read.map_err(|error| {
        tracing::error!(what, %error, "a panel failed");
        Failed { what, request_id: admin.request_id(), retry: admin.here().to_owned() }
    })
}

fn list<R, T>(admin: &Admin, rows: Panel<Vec<R>>, each: impl Fn(&Admin, R) -> T) -> Panel<Vec<T>> {
    rows.map(|rows| rows.into_iter().map(|row| each(admin, row)).collect())
}
