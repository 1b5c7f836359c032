//! Where users say that they want no more of a kind of mail, without signing in (RFC 8058). Programs that look into mail open every
//! link in it: so opening it only asks, and what is sent by the button, or by the mail program's own, acts.
use crate::features::notifications::model::Kind;
use crate::features::notifications::store::inbox;
use crate::gateways::mail::Unsubscribe;
use crate::kernel::{Error, Result};
use crate::live::settings::keys;
use crate::web::{Path, Site, html};
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "notifications/unsubscribe.html")]
struct Page {
    post: String,
    sender: String,
    what: &'static str,
    is_done: bool,
}

/// Asks, or says that it is so already.
pub async fn ask(State(site): State<Site>, Path(token): Path<String>) -> Result<Response> {
    let (link, kind) = read(&site, &token).ok_or_else(|| Error::no("such link"))?;
    let mut db = site.lines.take().await?;
    let gets = inbox::gets_mail(&mut db, link.user, kind.code()).await?;
    db.keep();
    let sender = site.live.now().settings.get(keys::NOTIFICATION_SENDER);
    html(&Page { post: format!("/u/{token}"), sender, what: kind.to_users(), is_done: !gets })
}

/// Acts. The same again is answered the same. A browser is led back to the page; a mail program only wants to hear that it is done, and
/// follows nowhere (RFC 8058, 3.1).
pub async fn act(State(site): State<Site>, Path(token): Path<String>, headers: HeaderMap) -> Result<Response> {
    let (link, kind) = read(&site, &token).ok_or(Error::SignedOut)?;
    inbox::unsubscribe(&site.door, link.user, kind.code(), link.notification).await?;
    let is_browser = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|kinds| kinds.contains("text/html"));
    if is_browser && headers.contains_key("sec-fetch-site") {
        return Ok(crate::web::see_other(&format!("/u/{token}")));
    }
    Ok("You get no more of them.\n".into_response())
}

fn read(site: &Site, token: &str) -> Option<(Unsubscribe, Kind)> {
    let link = Unsubscribe::read(&site.secrets, token)?;
    let kind = Kind::try_from(link.category.clone()).ok().filter(|kind| kind.can_be_declined())?;
    Some((link, kind))
}
