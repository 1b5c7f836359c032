//! Having an export made by the clock: the form of one export, and when.
use super::new::{Draft, Filled, admitted};
use super::{Offered, PATH};
use crate::features::exports::actions::{PlanExports, PlanFields, StartFields};
use crate::kernel::{Error, Invalid, Result};
use crate::web::{Admin, Flash, Form, Query, Submitted, html, see_other, unprocessable};
use axum::Extension;
use axum::response::Response;

/// The form.
pub async fn ask(admin: Admin, Extension(offered): Extension<Offered>, Query(fields): Query<PlanFields>) -> Result<Response> {
    let Some(name) = &fields.dataset else { return Ok(see_other(&format!("{PATH}/new"))) };
    let dataset = *offered.find(name)?;
    admitted(&admin, &dataset).await?;
    if dataset.is_whole_person() {
        return Err(Error::NotFound("One user's data is exported when it is asked for, never by the clock.".into()));
    }
    let start = fields.start();
    let form = Filled::of(&admin, &dataset, &start).await?;
    html(&form.page(admin, &offered, &start, &Invalid::default()).planned(&fields, &Invalid::default()))
}

/// Plans it.
pub async fn submit(admin: Admin, Extension(offered): Extension<Offered>, form: Form<PlanFields>) -> Result<Response> {
    let dataset = *offered.find(form.fields.dataset.as_deref().unwrap_or_default())?;
    admitted(&admin, &dataset).await?;
    let start: StartFields = form.fields.start();
    let action = match (form.fields.rhythm(), Draft::of(&admin, &dataset, &start).await) {
        (Ok(rhythm), Ok(draft)) if !dataset.is_whole_person() => Ok(PlanExports { order: draft.order, rhythm, needs: dataset.permission }),
        (Err(invalid), _) | (_, Err(Error::Invalid(invalid))) => Err(invalid),
        (_, Err(error)) => return Err(error),
        _ => return Err(Error::NotFound("One user's data is never exported by the clock.".into())),
    };
    match admin.submit(&form, action).await? {
        Submitted::Done(performed) => {
            admin.tell(Flash::ok("The schedule is set.").audit(performed.audit_id)).await?;
            Ok(see_other(&format!("{PATH}/schedules")))
        }
        Submitted::Invalid(invalid) => {
            let filled = Filled::of(&admin, &dataset, &start).await?;
            unprocessable(&filled.page(admin, &offered, &start, &invalid).planned(&form.fields, &invalid))
        }
        _ => Err(Error::internal("nothing is previewed here")),
    }
}
