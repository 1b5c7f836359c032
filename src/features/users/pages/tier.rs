//! Asking before a user's tier is changed.
use super::{crumbs, done, subject, why};
use crate::features::users::actions::TierFields;
use crate::features::users::model::{Tier, User};
use crate::kernel::{Audited, Result};
use crate::web::ask::Ask;
use crate::web::parts::Field;
use crate::web::{Admin, Flash, Form, Path, html};
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};
use uuid::Uuid;

fn question(admin: Admin, user: &User, fields: &TierFields) -> Ask {
    let name = user.label();
    let choose = Field::new("select", "tier", "Tier")
        .hint(format!("They are on {} now.", user.tier))
        .choices([("", "Choose …")].into_iter().chain(Tier::choices().filter(|(code, _)| *code != user.tier.code())))
        .value(fields.tier.map(Tier::code));
    let mut all = vec![choose];
    all.extend(why(
        fields.reason.as_deref(),
        fields.ticket.as_deref(),
        "For your colleagues and the record. The user is told of the new tier, not of the reason.",
    ));
    let takes_away = fields.tier.is_some_and(|tier| tier.is_less_than(user.tier));
    let ask = Ask::new(admin, format!("Change the tier of {name}"), format!("Change the tier of {name}"))
        .under(crumbs(user), "Change tier")
        .lead("What they may use changes at once. What they pay does not: that is their subscription.")
        .badges(user.badges())
        .rehearsed()
        .fields(all)
        .undo("The earlier tier can be given back the same way.");
    if takes_away { ask.danger() } else { ask }
}

/// The question.
pub async fn ask(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let user = subject(&admin, id).await?;
    html(&question(admin, &user, &TierFields::default()))
}

/// Shows the effect, then does it.
pub async fn submit(admin: Admin, Path(id): Path<Uuid>, form: Form<TierFields>) -> Result<Response> {
    let submitted = admin.submit(&form, form.fields.parse(id)).await?;
    let user = subject(&admin, id).await?;
    match question(admin.clone(), &user, &form.fields).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => done(&admin, id, &performed, Flash::ok(format!("The tier of {} is changed.", performed.output))).await,
    }
}
