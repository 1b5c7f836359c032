//! An admin's passkeys: which there are, one more, another name, one less.
use crate::features::account::actions::{AddFields, RemoveFields, RemovePasskey, RenameFields};
use crate::features::account::store::passkeys::{self as store, Passkey};
use crate::kernel::{Error, Invalid, Performed, Result};
use crate::web::ask::Ask;
use crate::web::parts::{Errors, Field, Link};
use crate::web::passkeys::{Answer, Ceremony, Offer, Purpose, Refusal};
use crate::web::show::Moment;
use crate::web::{Admin, Flash, Form, Path, Submitted, html, see_other, unprocessable};
use askama::Template;
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};
use uuid::Uuid;

const HERE: &str = "/admin/account/passkeys";

#[derive(Template)]
#[template(path = "account/passkeys_index.html")]
struct Show {
    admin: Admin,
    errors: Errors,
    passkeys: Vec<PasskeyView>,
    name: Field,
    passkey: Offer,
    /// A second factor was shown within the last five minutes.
    is_fresh: bool,
}

/// A passkey as the panel `account/passkeys.html` shows it.
pub struct PasskeyView {
    pub name: String,
    pub created: Moment,
    pub used: Option<Moment>,
    pub href: String,
}

/// An admin's own passkeys, for that panel.
pub async fn panel(admin: &Admin) -> Result<Vec<PasskeyView>> {
    let mut db = admin.reader().await?;
    let rows = store::list(&mut db, admin.id()).await?;
    db.keep();
    let view = |row: Passkey| PasskeyView {
        name: row.name,
        created: admin.time(row.created_at),
        used: admin.time_if(row.last_used_at.map(jiff_sqlx::Timestamp::to_jiff)),
        href: format!("{HERE}/{}", row.id),
    };
    Ok(rows.into_iter().map(view).collect())
}

async fn page(admin: Admin, typed: Option<&str>, invalid: &Invalid) -> Result<Show> {
    let is_fresh = admin.actor().assured();
    let passkey = Ceremony::of_admin(&admin, Purpose::Add).make(admin.id(), admin.email(), admin.name()).await?;
    let today = format!("Passkey of {}", admin.site().clock.now().to_zoned(admin.zone().clone()).strftime("%-d %b %Y"));
    let name = Field::new("text", "name", "Name").hint("By which you know it in a list: the device, or where you keep it.");
    let name = name.value(Some(typed.unwrap_or(&today))).refused(invalid);
    Ok(Show { passkeys: panel(&admin).await?, errors: invalid.fields.clone(), name, passkey, is_fresh, admin })
}

/// The list, and one more.
pub async fn index(admin: Admin) -> Result<Response> {
    html(&page(admin, None, &Invalid::default()).await?)
}

/// Adds one.
pub async fn add(admin: Admin, form: Form<AddFields>) -> Result<Response> {
    let fields = &form.fields;
    let answer = Answer { credential: &fields.credential, ceremony: &fields.ceremony };
    let made = Ceremony::of_admin(&admin, Purpose::Add).made(answer);
    if let Err(refusal @ Refusal::Wrong { .. }) = &made {
        admin.desk().refuse(admin.actor(), "account.add_passkey", None, &refusal.to_string()).await?;
    }
    let action = fields.parse(|| made.map_err(|refusal| Invalid::field("", refusal.sentence())));
    match admin.submit(&form, action).await? {
        Submitted::Done(performed) => {
            done(&admin, &performed, format!("“{}” is added. You can sign in with it alone.", performed.output)).await
        }
        Submitted::Invalid(invalid) => unprocessable(&page(admin, fields.name.as_deref(), &invalid).await?),
        _ => Err(Error::internal("adding a passkey is not rehearsed")),
    }
}

fn crumbs() -> Vec<Link> {
    vec![Link { href: "/admin".into(), label: "Home".into() }, Link { href: HERE.into(), label: "Passkeys".into() }]
}

async fn subject(admin: &Admin, id: Uuid) -> Result<Passkey> {
    let mut db = admin.reader().await?;
    let passkey = store::find(&mut db, admin.id(), id).await?;
    db.keep();
    Ok(passkey)
}

fn renaming(admin: Admin, passkey: &Passkey, typed: Option<&str>) -> Ask {
    Ask::new(admin, format!("Rename {}", passkey.name), "Rename")
        .under(crumbs(), "Rename")
        .lead("The name is only for you: the device knows its passkey by Backlot's address and your e-mail.")
        .fields(vec![Field::new("text", "name", "Name").value(Some(typed.unwrap_or(&passkey.name)))])
}

/// Asks for another name.
pub async fn ask_name(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let passkey = subject(&admin, id).await?;
    html(&renaming(admin, &passkey, None))
}

/// Takes it.
pub async fn rename(admin: Admin, Path(id): Path<Uuid>, form: Form<RenameFields>) -> Result<Response> {
    let submitted = admin.submit(&form, form.fields.parse(id)).await?;
    let passkey = subject(&admin, id).await?;
    match renaming(admin.clone(), &passkey, Some(form.fields.name.as_deref().unwrap_or_default())).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => done(&admin, &performed, format!("It is called “{}” now.", performed.output)).await,
    }
}

fn removing(admin: Admin, name: &str) -> Ask {
    Ask::new(admin, format!("Remove {name}"), format!("Remove {name}"))
        .under(crumbs(), "Remove")
        .lead("Nobody can sign in with it any more. On its device it stays until you remove it there, too.")
        .rehearsed()
        .danger()
}

/// Asks before one is removed.
pub async fn ask_removal(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let passkey = subject(&admin, id).await?;
    html(&removing(admin, &passkey.name))
}

/// Shows the effect, then does it.
pub async fn remove(admin: Admin, Path(id): Path<Uuid>, form: Form<RemoveFields>) -> Result<Response> {
    let submitted = admin.submit(&form, Ok(RemovePasskey { id })).await?;
    // Once it is done there is nothing left to ask about.
    let name = match &submitted {
        Submitted::Done(performed) => performed.output.clone(),
        _ => subject(&admin, id).await?.name,
    };
    match removing(admin.clone(), &name).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => done(&admin, &performed, format!("“{name}” is removed.")).await,
    }
}

/// Back to the list, with a sentence that links to the record.
async fn done<T>(admin: &Admin, performed: &Performed<T>, sentence: String) -> Result<Response> {
    admin.tell(Flash::ok(sentence).audit(performed.audit_id)).await?;
    Ok(see_other(HERE))
}
