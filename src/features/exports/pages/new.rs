//! Asking for an export: what of, which columns, in which format, and why; with about how many rows it would hold.
mod draft;
mod form;
mod rhythm;
mod size;

use super::{Offered, PATH};
use crate::features::exports::actions::{StartExport, StartFields};
use crate::kernel::{Error, Invalid, Result};
use crate::live::settings::keys;
use crate::web::dataset::Dataset;
use crate::web::{Admin, Flash, Form, Query, Submitted, html, see_other, unprocessable};
use askama::Template;
use axum::Extension;
use axum::response::Response;
pub use draft::Draft;
pub use form::Filled;

/// What can be exported, to choose from.
#[derive(Template)]
#[template(path = "exports/choose.html")]
struct Choose {
    admin: Admin,
    sets: Vec<Set>,
}

struct Set {
    href: String,
    label: &'static str,
    about: &'static str,
    icon: &'static str,
    /// Why it is not open to this admin.
    lacks: Option<String>,
}

/// The form, or the choice of what to export.
pub async fn ask(admin: Admin, Extension(offered): Extension<Offered>, Query(fields): Query<StartFields>) -> Result<Response> {
    let Some(name) = &fields.dataset else { return html(&choose(admin, &offered)) };
    let dataset = *offered.find(name)?;
    admitted(&admin, &dataset).await?;
    let form = Filled::of(&admin, &dataset, &fields).await?;
    html(&form.page(admin, &offered, &fields, &Invalid::default()))
}

/// Asks for it.
pub async fn submit(admin: Admin, Extension(offered): Extension<Offered>, form: Form<StartFields>) -> Result<Response> {
    let dataset = *offered.find(form.fields.dataset.as_deref().unwrap_or_default())?;
    admitted(&admin, &dataset).await?;
    let action = match Draft::of(&admin, &dataset, &form.fields).await {
        Ok(draft) => Ok(started(&admin, &dataset, draft)),
        Err(Error::Invalid(invalid)) => Err(invalid),
        Err(error) => return Err(error),
    };
    match admin.submit(&form, action).await? {
        Submitted::Done(performed) => {
            admin.tell(Flash::ok("Your export is on its way.").audit(performed.audit_id)).await?;
            Ok(see_other(&format!("{PATH}/{}", performed.output)))
        }
        Submitted::Invalid(invalid) => {
            let filled = Filled::of(&admin, &dataset, &form.fields).await?;
            unprocessable(&filled.page(admin, &offered, &form.fields, &invalid))
        }
        _ => Err(Error::internal("nothing is previewed here")),
    }
}

fn started(admin: &Admin, dataset: &Dataset, draft: Draft) -> StartExport {
    let live = admin.site().live.now();
    let at_once = live.settings.get(keys::EXPORTS_PER_ADMIN);
    StartExport { needs: dataset.permission, fresh: draft.fresh, order: draft.order, at_once }
}

/// Whether this admin may export this. A refusal is on the record.
pub async fn admitted(admin: &Admin, dataset: &Dataset) -> Result<()> {
    admin.desk().admit_reading(admin.actor(), dataset.permission, &format!("{PATH}/new?dataset={}", dataset.name)).await
}

fn choose(admin: Admin, offered: &Offered) -> Choose {
    let set = |dataset: &Dataset| Set {
        href: format!("{PATH}/new?dataset={}", dataset.name),
        label: dataset.label,
        about: dataset.about,
        icon: dataset.icon,
        lacks: admin.lacks(dataset.permission),
    };
    Choose { sets: offered.datasets.iter().map(set).collect(), admin }
}
