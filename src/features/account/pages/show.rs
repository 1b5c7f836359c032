//! An admin's own account on one page; each panel is a template of its own.
use super::sessions::SessionRow;
use crate::features::account::model::{Own, zones};
use crate::features::account::store;
use crate::kernel::{Invalid, Result, recovery};
use crate::web::parts::{Badge, Errors, Failed, Field};
use crate::web::show::Moment;
use crate::web::{Admin, html};
use askama::Template;
use axum::response::Response;

/// So many codes are few.
const FEW: i64 = 3;

#[derive(Template)]
#[template(path = "account/show.html")]
pub struct Show {
    admin: Admin,
    errors: Errors,
    name: Field,
    factors: Panel<Factors>,
    sessions: Panel<Vec<SessionRow>>,
    time_zone: Field,
    shortcuts: Field,
}

/// What a panel shows, or that it could not be loaded.
type Panel<T> = std::result::Result<T, Failed>;

/// What an admin confirms with that it is them.
struct Factors {
    since: Option<Moment>,
    codes: Badge,
    codes_left: i64,
    codes_since: Option<Moment>,
}

/// What was typed into a form that must be corrected.
#[derive(Default)]
pub struct Typed {
    pub name: Option<String>,
    pub shortcuts: Option<bool>,
}

/// The page.
pub async fn show(admin: Admin) -> Result<Response> {
    html(&Show::of(admin, Typed::default(), &Invalid::default()).await?)
}

impl Show {
    /// The page, with what was typed and what is wrong with it. One connection reads all of it.
    pub async fn of(admin: Admin, typed: Typed, invalid: &Invalid) -> Result<Self> {
        let mut db = admin.reader().await?;
        let own = panel(&admin, "your second factor", store::own(&mut *db, admin.id()).await);
        let sessions = panel(&admin, "your sessions", store::sessions(&mut *db, admin.id()).await);
        db.keep();
        let name = typed.name.unwrap_or_else(|| admin.name().to_owned());
        let shortcuts = typed.shortcuts.unwrap_or_else(|| admin.shortcuts());
        Ok(Self {
            errors: invalid.fields.clone(),
            name: Field::new("text", "name", "Name")
                .hint("Your colleagues and the audit log call you so.")
                .autocomplete("name")
                .value(Some(&name))
                .refused(invalid),
            factors: own.map(|own| Factors::of(&admin, &own)),
            sessions: sessions.map(|rows| rows.into_iter().map(|row| SessionRow::of(&admin, row)).collect()),
            time_zone: time_zone(&admin).refused(invalid),
            shortcuts: Field::new("check", "shortcuts", "Keyboard shortcuts")
                .hint("Single keys such as / and j. Ctrl K works either way.")
                .optional()
                .value(shortcuts.then_some("yes")),
            admin,
        })
    }

    /// Whether there is a session beside this one.
    fn has_others(&self) -> bool {
        self.sessions.as_ref().is_ok_and(|rows| rows.iter().any(|row| !row.is_this))
    }
}

impl Factors {
    fn of(admin: &Admin, own: &Own) -> Self {
        let tone = match own.codes {
            0 => "bad",
            1..=FEW => "warn",
            _ => "ok",
        };
        Self {
            since: admin.time_if(own.factor_since),
            codes: Badge::new(tone, recovery::left(own.codes)),
            codes_left: own.codes,
            codes_since: admin.time_if(own.codes_since),
        }
    }
}

/// One's own zone stays on the list, whatever it is.
fn time_zone(admin: &Admin) -> Field {
    let own = admin.signed().time_zone.as_str();
    let known = zones().iter().map(String::as_str);
    let other = Some(own).filter(|own| !zones().iter().any(|zone| zone == own));
    Field::new("select", "time_zone", "Time zone")
        .hint("Every time on these pages is shown in it.")
        .choices(other.into_iter().chain(known).map(|zone| (zone, zone)))
        .value(Some(own))
}

fn panel<T>(admin: &Admin, what: &'static str, read: Result<T>) -> Panel<T> {
    read.map_err(|error| {
        tracing::error!(what, %error, "a panel failed");
        Failed { what, request_id: admin.request_id(), retry: "/admin/account".into() }
    })
}
