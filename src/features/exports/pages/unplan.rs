//! Asking before a schedule is deleted.
use super::{Offered, PATH};
use crate::features::exports::actions::UnplanExports;
use crate::features::exports::store::schedules;
use crate::kernel::Result;
use crate::web::ask::Ask;
use crate::web::parts::Link;
use crate::web::{Admin, Flash, Form, Path, html, see_other};
use axum::Extension;
use axum::response::Response;
use serde::Deserialize;
use std::ops::ControlFlow::{Break, Continue};
use uuid::Uuid;

/// Nothing but the button.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {}

async fn question(admin: &Admin, offered: &Offered, id: Uuid) -> Result<Ask> {
    let mut db = admin.reader().await?;
    let schedule = schedules::find(&mut db, id).await?;
    db.keep();
    super::schedules::may_see(admin, schedule.owner).await?;
    let crumbs = vec![
        Link { href: "/admin".into(), label: "Home".into() },
        Link { href: PATH.into(), label: "Exports".into() },
        Link { href: format!("{PATH}/schedules"), label: "By the clock".into() },
    ];
    let of = offered.find(&schedule.order.dataset).map_or_else(|_| schedule.order.dataset.clone(), |set| set.label.to_owned());
    Ok(Ask::new(admin.clone(), format!("Delete the schedule “{}”", schedule.order.label), "Delete the schedule")
        .under(crumbs, "Delete")
        .lead(format!("{of} will not be exported by it any more. Files that it made stay for their time."))
        .rehearsed()
        .danger())
}

/// The question.
pub async fn ask(admin: Admin, Extension(offered): Extension<Offered>, Path(id): Path<Uuid>) -> Result<Response> {
    html(&question(&admin, &offered, id).await?)
}

/// Shows the effect, then does it.
pub async fn submit(admin: Admin, Extension(offered): Extension<Offered>, Path(id): Path<Uuid>, form: Form<Fields>) -> Result<Response> {
    let submitted = admin.submit(&form, Ok(UnplanExports { id })).await?;
    match question(&admin, &offered, id).await?.settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => {
            admin.tell(Flash::ok(format!("“{}” does not come any more.", performed.output)).audit(performed.audit_id)).await?;
            Ok(see_other(&format!("{PATH}/schedules")))
        }
    }
}
