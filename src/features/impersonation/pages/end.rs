//! The end of a view: back to the user, with what was looked at.
use crate::features::impersonation::actions::EndView;
use crate::features::impersonation::model::{Over, Summary};
use crate::features::impersonation::store;
use crate::kernel::Result;
use crate::web::viewing::OVER;
use crate::web::{Admin, Flash, Form, see_other};
use axum::response::Response;
use serde::Deserialize;

/// There is nothing to fill in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoFields {}

/// Ends the view that is on. Where none is, it has ended meanwhile: that is what was wanted.
pub async fn submit(admin: Admin, form: Form<NoFields>) -> Result<Response> {
    if let Some(view) = admin.view() {
        admin.submit(&form, Ok(EndView { grant: view.grant })).await?;
    }
    Ok(see_other(OVER))
}

/// Back to the user as whom the platform was viewed last.
pub async fn ended(admin: Admin) -> Result<Response> {
    let mut db = admin.reader().await?;
    let summary = store::summary(&mut db, admin.id()).await?;
    db.keep();
    let Some(summary) = summary else { return Ok(see_other("/admin")) };
    let told = words(&summary);
    let by_hand = summary.ended_why == Some(Over::Hand);
    let flash = if by_hand { Flash::ok(told) } else { Flash::warn(told) };
    admin.tell(flash.audit(summary.audit_id)).await?;
    Ok(see_other(&format!("/admin/users/{}", summary.user_id)))
}

/// "You viewed the platform as Ada for 2 min 5 s and saw 4 pages: home (2), projects, credits."
fn words(summary: &Summary) -> String {
    let (minutes, seconds) = (summary.seconds / 60, summary.seconds % 60);
    let took = if minutes > 0 { format!("{minutes} min {seconds} s") } else { format!("{seconds} s") };
    let seen: i64 = summary.pages.iter().map(|(_, times)| times).sum();
    let each: Vec<_> = summary.pages.iter().map(|(path, times)| named(path, *times)).collect();
    let why = match summary.ended_why {
        Some(Over::Hand) => String::new(),
        why => format!(" It is over: {}.", why.unwrap_or(Over::Time).label()),
    };
    let pages = if seen == 1 { "1 page".to_owned() } else { format!("{seen} pages") };
    let list = if each.is_empty() { String::new() } else { format!(": {}", each.join(", ")) };
    format!("You viewed the platform as {} for {took} and saw {pages}{list}.{why}", summary.user)
}

fn named(path: &str, times: i64) -> String {
    let place = path.split('?').next().unwrap_or_default().trim_start_matches("/as").trim_matches('/');
    let name = match place.split_once('/') {
        Some((kind, _)) => format!("one of the {kind}"),
        None if place.is_empty() => "home".to_owned(),
        None => place.to_owned(),
    };
    if times > 1 { format!("{name} ({times})") } else { name }
}
