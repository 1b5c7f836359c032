//! Asking how a run ended that nobody could say anything of.
use super::{crumbs, done, subject, why};
use crate::features::workflows::actions::SettleFields;
use crate::features::workflows::model::{Run, Verdict};
use crate::kernel::Result;
use crate::web::ask::Ask;
use crate::web::parts::Field;
use crate::web::{Admin, Flash, Form, Path, html};
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};
use uuid::Uuid;

fn question(admin: Admin, run: &Run, fields: &SettleFields) -> Ask {
    let verdict = Field::new("select", "verdict", "What you found")
        .hint("Look at the crew's own pages, or ask whoever looks after it.")
        .choices([("", "Choose …")].into_iter().chain(Verdict::choices()))
        .value(fields.verdict.map(Verdict::code));
    let mut all = vec![verdict];
    all.extend(why(fields.reason.as_deref(), fields.ticket.as_deref()));
    Ask::new(admin, "Say how it ended", "Settle it")
        .under(crumbs(run), "Settle")
        .lead("While nobody can say whether it runs, it cannot be started again. What you decide here stays, whatever is heard later.")
        .badges(vec![run.state.badge(run.error.as_deref().unwrap_or_default())])
        .rehearsed()
        .danger()
        .fields(all)
}

/// The question.
pub async fn ask(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let run = subject(&admin, id).await?;
    html(&question(admin, &run, &SettleFields::default()))
}

/// Shows the effect, then does it.
pub async fn submit(admin: Admin, Path(id): Path<Uuid>, form: Form<SettleFields>) -> Result<Response> {
    let run = subject(&admin, id).await?;
    let outcome = admin.submit(&form, form.fields.parse(id)).await;
    match super::settle(question(admin.clone(), &run, &form.fields), outcome)? {
        Break(page) => Ok(page),
        Continue(performed) => {
            done(&admin, id, &performed, Flash::ok(format!("It is settled as {}.", performed.output.label().to_lowercase()))).await
        }
    }
}
