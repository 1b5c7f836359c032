//! Asking before a failed training is tried again: as it was, or with other parameters.
use super::{crumbs, done, subject, why};
use crate::features::lora::actions::{RetryFields, Terms};
use crate::features::lora::model::{Config, ErrorClass, Model, Numbers, OPTIMIZERS, Retry};
use crate::kernel::{Error, Result};
use crate::live::settings::keys;
use crate::web::ask::Ask;
use crate::web::parts::Field;
use crate::web::{Admin, Flash, Form, Path, html};
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};
use uuid::Uuid;

fn terms(admin: &Admin) -> Terms {
    let live = admin.site().live.now();
    Terms { refunds: live.settings.get(keys::LORA_REFUND_FAILED), most_steps: live.settings.get(keys::LORA_MAX_STEPS) }
}

fn question(admin: Admin, model: &Model, fields: &RetryFields) -> Ask {
    let class = model.failure.as_ref().map_or(ErrorClass::Unknown, |failure| failure.class);
    let lead = format!("{} A retry costs the user nothing.", class.help());
    let now = Config(model.config.clone()).numbers();
    let mut all = numbers(&fields.numbers(), &now, terms(&admin).most_steps);
    if let Some(objection) = class.objection() {
        let anyway =
            Field::new("check", "anyway", "Retry anyway").hint(format!("{objection} Say below why it should be different this time."));
        all.push(anyway.optional().value(fields.anyway.as_deref()));
    }
    all.extend(why(fields.reason.as_deref(), fields.ticket.as_deref(), false));
    Ask::new(admin, "Retry the training", "Train again")
        .under(crumbs(model), "Retry")
        .lead(lead)
        .badges(model.badges())
        .rehearsed()
        .hidden("version", fields.version.unwrap_or(model.version).to_string())
        .fields(all)
        .undo(if class.retry() == Retry::AsIs {
            "What you leave alone stays as it was. It can be cancelled."
        } else {
            "It can be cancelled while it runs."
        })
}

/// A field for each parameter, with what was typed or what is.
fn numbers(typed: &Numbers, now: &Numbers, most_steps: i64) -> Vec<Field> {
    let value = |typed: &Option<String>, now: &Option<String>| typed.clone().or_else(|| now.clone());
    let field =
        |name, label, hint: String, value: Option<String>| Field::new("text", name, label).hint(hint).optional().value(value.as_deref());
    let optimizer = value(&typed.optimizer, &now.optimizer);
    let known = OPTIMIZERS.iter().map(|name| (*name, *name));
    let other = optimizer.as_deref().filter(|name| !name.is_empty() && !OPTIMIZERS.contains(name)).map(|name| (name, name));
    let optimizers: Vec<_> = known.chain(other).collect();
    vec![
        field("rank", "Rank", "1 to 128. Lower takes less memory and learns less detail.".into(), value(&typed.rank, &now.rank)),
        field("alpha", "Alpha", "Mostly the same as the rank, or half of it.".into(), value(&typed.alpha, &now.alpha)),
        field("learning_rate", "Learning rate", "As 0.0001 or 1e-4.".into(), value(&typed.learning_rate, &now.learning_rate)),
        field("steps", "Steps", format!("100 to {most_steps}."), value(&typed.steps, &now.steps)),
        field(
            "resolution",
            "Resolution",
            "Sides in pixels, as 512, 768, 1024. The largest takes the most memory.".into(),
            value(&typed.resolution, &now.resolution),
        ),
        Field::new("select", "optimizer", "Optimizer").optional().choices(optimizers).value(optimizer.as_deref()),
        field("seed", "Seed", "The same number gives the same training.".into(), value(&typed.seed, &now.seed)),
    ]
}

/// The question.
pub async fn ask(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let model = subject(&admin, id).await?;
    html(&question(admin, &model, &RetryFields::default()))
}

/// Shows what differs and what it does, then does it.
pub async fn submit(admin: Admin, Path(id): Path<Uuid>, form: Form<RetryFields>) -> Result<Response> {
    let model = subject(&admin, id).await?;
    if model.failure.is_none() && !admin.already_sent(&form).await? {
        return Err(Error::Conflict(format!("Its training has not failed: the model is {}.", model.status.label().to_lowercase()).into()));
    }
    let submitted = admin.submit(&form, form.fields.parse(&model, terms(&admin))).await?;
    match question(admin.clone(), &model, &form.fields).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => {
            let flash = Flash::ok(format!("Attempt {} is on its way.", performed.output));
            done(&admin, id, &performed, flash).await
        }
    }
}
