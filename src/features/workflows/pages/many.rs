//! Asking before many failed runs are started again: those that the list's filter matches.
use super::{PATH, above, settle, why};
use crate::features::workflows::actions::ManyFields;
use crate::features::workflows::filter::Filter;
use crate::features::workflows::store::list::Narrowed;
use crate::features::workflows::store::many::Criteria;
use crate::gateways::crewai::Crews;
use crate::kernel::{Error, Result, id};
use crate::live::settings::keys;
use crate::web::ask::Ask;
use crate::web::list::{day_begins, day_ends};
use crate::web::parts::Field;
use crate::web::show::number;
use crate::web::{Admin, Flash, Form, Query, html, see_other};
use axum::Extension;
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};

fn question(admin: Admin, fields: &ManyFields, cap: i64) -> Ask {
    let batch = match fields.batch {
        Some(batch) => batch,
        None => id::new(),
    };
    let criteria: Criteria = fields.criteria.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let all = fields.limit.clone().unwrap_or_else(|| cap.to_string());
    let limit = Field::new("number", "limit", "At most").hint(format!("The newest first; {cap} at once are the most.")).value(Some(&all));
    let mut form = vec![limit];
    form.extend(why(fields.reason.as_deref(), fields.ticket.as_deref()));
    Ask::new(admin, "Start failed workflows again", "Start them again")
        .under(above(), "Retry many")
        .lead(format!(
            "Failed runs that match ({}), are their chain's newest attempt and have attempts left. Each is started with its own inputs; \
             everything that its tasks do is done again, and costs again.",
            crate::web::show::short(&criteria.words(), 300)
        ))
        .rehearsed()
        .danger()
        .hidden("batch", batch.to_string())
        .hidden("criteria", fields.criteria.clone().unwrap_or_default())
        .fields(form)
        .undo("Each can be stopped; what it did until then stays done.")
}

fn caps(admin: &Admin) -> (i64, i64) {
    let live = admin.site().live.now();
    (live.settings.get(keys::WORKFLOW_BULK_RETRY), live.settings.get(keys::WORKFLOW_ATTEMPTS))
}

/// The question, about the failed runs of a list's filter.
pub async fn ask(admin: Admin, Query(filter): Query<Filter>) -> Result<Response> {
    let mut db = admin.reader().await?;
    let asked = Narrowed::of(&mut db, &filter, admin.zone()).await?;
    db.keep();
    if asked.user == Some(None) {
        return Err(Error::NotFound("There is no such user.".into()));
    }
    let criteria = Criteria {
        crew: filter.crew().map(str::to_owned),
        user: asked.user.flatten(),
        signature: filter.signature().map(str::to_owned),
        from: filter.from.and_then(|day| day_begins(day, admin.zone())),
        to: filter.to.and_then(|day| day_ends(day, admin.zone())),
        most: 0,
    };
    let (cap, _) = caps(&admin);
    let fields = ManyFields { criteria: Some(serde_json::to_string(&criteria)?), ..ManyFields::default() };
    html(&question(admin, &fields, cap))
}

/// Shows the effect, then does it.
pub async fn submit(admin: Admin, Extension(crews): Extension<Crews>, form: Form<ManyFields>) -> Result<Response> {
    let (cap, most) = caps(&admin);
    let outcome = match crews.mode() {
        None => Err(Error::Conflict("No crews are set: nothing can be started from here.".into())),
        Some(_) => admin.submit(&form, form.fields.parse(cap, most)).await,
    };
    match settle(question(admin.clone(), &form.fields, cap), outcome)? {
        Break(page) => Ok(page),
        Continue(performed) => {
            let count = number(i64::try_from(performed.output).unwrap_or(i64::MAX));
            admin.tell(Flash::ok(format!("{count} workflows are on their way.")).audit(performed.audit_id)).await?;
            Ok(see_other(&format!("{PATH}?retried=yes")))
        }
    }
}
