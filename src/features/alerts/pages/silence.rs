//! Silencing an alert or a rule for a while, and ending that.
use super::{PATH, crumbs};
use crate::features::alerts::actions::{EndFields, EndSilence, SilenceAlert, SilenceFields, SilenceRule};
use crate::features::alerts::model::Rule;
use crate::features::alerts::store::list;
use crate::kernel::{Error, Result};
use crate::web::ask::Ask;
use crate::web::parts::{Field, Link};
use crate::web::{Admin, Flash, Form, Path, Submitted, html, see_other};
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};
use std::str::FromStr;
use uuid::Uuid;

const TIMES: [(&str, &str); 6] =
    [("1", "1 hour"), ("4", "4 hours"), ("24", "1 day"), ("72", "3 days"), ("168", "7 days"), ("720", "30 days")];

/// A rule in an address.
#[derive(Clone, Copy, Debug)]
pub struct Named(Rule);

impl FromStr for Named {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        Rule::try_from(text.to_owned()).map(Self).map_err(|_| Error::NotFound("There is no such rule.".into()))
    }
}

fn question(admin: Admin, title: &str, above: Vec<Link>, fields: &SilenceFields) -> Ask {
    Ask::new(admin, format!("Silence “{title}”"), "Silence")
        .under(above, "Silence")
        .lead("It is still looked at and shown here, and nobody is written to. If it is open when the silence ends, everybody whom it concerns is told then.")
        .fields(vec![
            Field::new("select", "hours", "For").choices(TIMES).value(Some(fields.hours.as_deref().unwrap_or("4"))),
            Field::new("area", "reason", "Reason").hint("For your colleagues and the record.").value(fields.reason.as_deref()),
        ])
        .undo("A silence can be ended at any time.")
}

async fn title(admin: &Admin, id: Uuid) -> Result<String> {
    let mut db = admin.reader().await?;
    let alert = list::find(&mut db, id).await?;
    db.keep();
    Ok(Rule::named(&alert.rule, &alert.subject))
}

/// The question about an alert.
pub async fn ask(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let title = title(&admin, id).await?;
    html(&question(admin, &title, crumbs(Some((id, &title))), &SilenceFields::default()))
}

/// Silences what an alert is about.
pub async fn submit(admin: Admin, Path(id): Path<Uuid>, form: Form<SilenceFields>) -> Result<Response> {
    let action = form.fields.parse().map(|(hours, why)| SilenceAlert { id, hours, why });
    let submitted = admin.submit(&form, action).await?;
    let title = title(&admin, id).await?;
    match question(admin.clone(), &title, crumbs(Some((id, &title))), &form.fields).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => silenced(&admin, performed.output.until, performed.audit_id, &format!("{PATH}/{id}")).await,
    }
}

/// The question about a rule.
pub async fn ask_rule(admin: Admin, Path(Named(rule)): Path<Named>) -> Result<Response> {
    html(&question(admin, rule.label(), crumbs(None), &SilenceFields::default()))
}

/// Silences a rule.
pub async fn submit_rule(admin: Admin, Path(Named(rule)): Path<Named>, form: Form<SilenceFields>) -> Result<Response> {
    let action = form.fields.parse().map(|(hours, why)| SilenceRule { rule, hours, why });
    let submitted = admin.submit(&form, action).await?;
    match question(admin.clone(), rule.label(), crumbs(None), &form.fields).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => silenced(&admin, performed.output.until, performed.audit_id, PATH).await,
    }
}

async fn silenced(admin: &Admin, until: jiff::Timestamp, audit: Uuid, page: &str) -> Result<Response> {
    let words = format!("Nobody is written to of it until {}.", admin.time(until).local);
    admin.tell(Flash::ok(words).audit(audit)).await?;
    Ok(see_other(page))
}

/// Ends a silence.
pub async fn end(admin: Admin, Path(Named(rule)): Path<Named>, form: Form<EndFields>) -> Result<Response> {
    let action = EndSilence { rule, subject: form.fields.subject.clone().unwrap_or_default() };
    match admin.submit(&form, Ok(action)).await? {
        Submitted::Done(performed) => {
            admin.tell(Flash::ok(format!("“{}” is heard again.", performed.output)).audit(performed.audit_id)).await?;
            Ok(see_other(PATH))
        }
        _ => Err(Error::internal("what is done at once was asked about")),
    }
}
