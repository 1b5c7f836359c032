//! Asking what is to be done with the rows that were chosen in a list: these, or all that match.
use super::{crumbs, home};
use crate::features::bulk::Kinds;
use crate::features::bulk::actions::{PrepareBulk, PrepareFields};
use crate::features::bulk::model::TICKED;
use crate::kernel::{Crowd, Error, Invalid, Result};
use crate::live::settings::keys;
use crate::web::ask::Ask;
use crate::web::bulk::BulkKind;
use crate::web::list::Address;
use crate::web::pairs::Pairs;
use crate::web::parts::{Field, Link};
use crate::web::show::number;
use crate::web::{Admin, Flash, Form, Query, html, see_other};
use askama::Template;
use axum::Extension;
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};

/// Which operation? Asked where the list did not say.
#[derive(Template)]
#[template(path = "bulk/choose.html")]
struct Choose {
    admin: Admin,
    lead: String,
    kinds: Vec<(Link, &'static str, bool)>,
}

/// The question: which operation, or what it needs to know.
pub async fn ask(admin: Admin, Extension(kinds): Extension<Kinds>, Query(asked): Query<PrepareFields>) -> Result<Response> {
    match asked.kind.as_deref().and_then(|name| kinds.named(name)) {
        Some(kind) => {
            let chosen = chosen(&asked, kind)?;
            html(&question(admin, kind, &asked, &chosen, None))
        }
        None => choose(admin, &kinds, &asked),
    }
}

fn choose(admin: Admin, kinds: &Kinds, asked: &PrepareFields) -> Result<Response> {
    let list = asked.list.clone().unwrap_or_else(|| "users".to_owned());
    let address = Address::of(&admin, "/admin/bulk/new");
    let link = |kind: &BulkKind| (Link { href: address.with("kind", kind.name), label: kind.label.to_owned() }, kind.effect, kind.destroys);
    let kinds: Vec<_> = kinds.of(&list).map(link).collect();
    if kinds.is_empty() {
        return Err(Error::NotFound("Nothing can be done with many rows of this list.".into()));
    }
    let lead = if asked.all.is_some() {
        "All rows that match the list's filter.".to_owned()
    } else {
        format!("{} rows that you have ticked.", number(i64::try_from(asked.ids.len()).unwrap_or(i64::MAX)))
    };
    html(&Choose { admin, lead, kinds })
}

/// What was chosen, in words.
fn chosen(asked: &PrepareFields, kind: &BulkKind) -> Result<String> {
    let many = kind.what.1;
    if asked.ids.len() > TICKED {
        return Err(Error::Malformed(format!("More than {TICKED} rows were ticked: take all that match instead.").into()));
    }
    match (asked.all.is_some(), asked.filter.as_deref().unwrap_or_default(), asked.ids.len()) {
        (true, "", _) => Ok(format!("All {many}, without any filter.")),
        (true, _, _) => {
            Ok(format!("All {many} that match the list's filter now. They are frozen with the preview: who comes later is not among them."))
        }
        (false, _, 0) => Err(Error::Malformed(format!("Tick some {many} in the list first.").into())),
        (false, _, 1) => Ok(format!("The {} that you have ticked.", kind.what.0)),
        (false, _, ticked) => Ok(format!("The {ticked} {many} that you have ticked.")),
    }
}

fn question(admin: Admin, kind: &BulkKind, asked: &PrepareFields, lead: &str, form: Option<&Pairs>) -> Ask {
    let typed = |field: Field| {
        let value = form.and_then(|pairs| pairs.get(field.name)).map(str::to_owned);
        if value.is_some() { field.value(value.as_deref()) } else { field }
    };
    let mut fields: Vec<Field> = (kind.fields)().into_iter().map(typed).collect();
    fields.push(Field::new("area", "reason", "Reason").hint("It goes on the record of each of them.").value(asked.reason.as_deref()));
    let ticket = Field::new("text", "ticket", "Ticket").hint("A number or address from your ticket system.").optional();
    fields.push(ticket.value(asked.ticket.as_deref()));
    let mut crumbs = crumbs(None);
    let back = asked.filter.as_deref().filter(|filter| !filter.is_empty()).map(|filter| format!("?{filter}")).unwrap_or_default();
    crumbs.insert(1, Link { href: format!("/admin/{}{back}", kind.list), label: crate::web::ask::words(kind.what.1) });
    crumbs.remove(2);
    let mut ask = Ask::new(admin, format!("{} {}", kind.label, kind.what.1), "Preview")
        .under(crumbs, kind.label)
        .lead(lead)
        .fields(fields)
        .undo("The preview does nothing yet: it counts and shows them.")
        .hidden("kind", kind.name)
        .hidden("list", kind.list);
    if asked.all.is_some() {
        ask = ask.hidden("all", "yes").hidden("filter", asked.filter.clone().unwrap_or_default());
    } else {
        ask = asked.ids.iter().fold(ask, |ask, id| ask.hidden("ids[]", id.to_string()));
    }
    ask
}

/// Freezes them, and shows the preview.
pub async fn submit(
    admin: Admin,
    Extension(kinds): Extension<Kinds>,
    Extension(crowd): Extension<Crowd>,
    form: Form<PrepareFields>,
) -> Result<Response> {
    let asked = &form.fields;
    let kind = asked.kind.as_deref().and_then(|name| kinds.named(name));
    let kind = kind.ok_or_else(|| Error::field("kind", "Choose what is to be done, in the list."))?;
    let lead = chosen(asked, kind)?;
    let action = action(&admin, (kind, crowd), asked, &form.pairs);
    let submitted = admin.submit(&form, action).await?;
    match question(admin.clone(), kind, asked, &lead, Some(&form.pairs)).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => {
            admin.tell(Flash::ok("This is a preview: nothing has happened yet.").audit(performed.audit_id)).await?;
            Ok(see_other(&home(performed.output)))
        }
    }
}

fn action(admin: &Admin, (kind, crowd): (&BulkKind, Crowd), asked: &PrepareFields, pairs: &Pairs) -> Result<PrepareBulk, Invalid> {
    let live = admin.site().live.now();
    let wrong = |invalid: Option<Invalid>| invalid.into_iter().flat_map(|one| one.fields);
    match ((kind.parse)(pairs), asked.why()) {
        (Ok(params), Ok(why)) => Ok(PrepareBulk {
            kind: kind.name.to_owned(),
            params,
            list: kind.list.to_owned(),
            filter: asked.all.as_ref().map(|_| asked.filter.clone().unwrap_or_default()),
            rows: if asked.all.is_some() { Vec::new() } else { asked.ids.clone() },
            zone: admin.signed().time_zone.clone(),
            why,
            known: Some(*kind),
            crowd: Some(crowd),
            caps: (live.settings.get(keys::BULK_MOST_ROWS), live.settings.get(keys::BULK_SECOND_ADMIN_ROWS)),
        }),
        (params, why) => Err(Invalid { fields: wrong(params.err()).chain(wrong(why.err())).collect() }),
    }
}
