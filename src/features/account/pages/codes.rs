//! Recovery codes: made, shown once, and never again.
use super::{crumbs, take};
use crate::features::account::actions::{NoFields, RenewCodes};
use crate::features::account::store;
use crate::kernel::{Error, Result, recovery};
use crate::web::parts::Link;
use crate::web::show::Moment;
use crate::web::{Admin, Form, html, see_other, session};
use askama::Template;
use axum::response::Response;

const PAGE: &str = "/admin/account/codes";
/// Where a session keeps them, sealed, until the next page shows them.
const MADE: &str = "recovery_codes";

#[derive(Template)]
#[template(path = "account/recovery_codes.html")]
struct Show {
    admin: Admin,
    crumbs: Vec<Link>,
    /// Those that were just made: shown this once.
    codes: Vec<String>,
    /// All of them as a text to keep.
    text: String,
    left: i64,
    left_words: String,
    since: Option<Moment>,
}

/// Shows what was just made, once; else what recovery codes are, and how many are left.
pub async fn show(admin: Admin) -> Result<Response> {
    let made: Option<Vec<u8>> = admin.session().remove(MADE).await.map_err(session::refused)?;
    // What does not open any more, because the key is another one, is as good as shown.
    let codes = made.and_then(|sealed| opened(&admin, &sealed).ok()).unwrap_or_default();
    let mut db = admin.reader().await?;
    let own = store::own(&mut *db, admin.id()).await?;
    db.keep();
    let since = admin.time_if(own.codes_since);
    let text = text(&admin, &codes, since.as_ref());
    html(&Show { crumbs: crumbs(), codes, text, left: own.codes, left_words: recovery::left(own.codes), since, admin })
}

/// Makes new ones, and leaves them for the next page.
pub async fn renew(admin: Admin, form: Form<NoFields>) -> Result<Response> {
    let codes = recovery::codes(&admin.site().secrets, admin.id(), form.key);
    let hashes = codes.iter().filter_map(|code| recovery::hash(code)).collect();
    let performed = take(&admin, &form, Ok(RenewCodes { hashes })).await?.map_err(Error::Invalid)?;
    // The same form sent again much later must not show again what was shown.
    if !performed.replayed || store::codes_are_new(admin.read(), admin.id()).await? {
        let sealed = admin.site().secrets.seal(&owner(&admin), codes.join("\n").as_bytes())?;
        admin.session().insert(MADE, sealed).await.map_err(session::refused)?;
    }
    Ok(see_other(PAGE))
}

/// Whose they are, and what: a sealed second factor opens as nothing else.
fn owner(admin: &Admin) -> Vec<u8> {
    [b"recovery codes of ".as_slice(), admin.id().as_bytes()].concat()
}

fn opened(admin: &Admin, sealed: &[u8]) -> Result<Vec<String>> {
    let text = String::from_utf8(admin.site().secrets.open(&owner(admin), sealed)?).map_err(Error::internal)?;
    Ok(text.lines().map(str::to_owned).collect())
}

fn text(admin: &Admin, codes: &[String], made: Option<&Moment>) -> String {
    let made = made.map(|made| format!(", made {}", made.local)).unwrap_or_default();
    format!("Backlot recovery codes for {}{made}\nEach works once.\n\n{}\n", admin.email(), codes.join("\n"))
}
