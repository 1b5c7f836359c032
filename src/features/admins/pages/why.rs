//! Everything about an account that asks why, and nothing else: a question each, asked and answered alike.
use super::{PATH, crumbs, hand_over, subject, why};
use crate::features::admins::actions::{DeleteAdmin, DisableAdmin, EnableAdmin, EndAdminSessions, ResetFactors, ResetPassword, WhyFields};
use crate::features::admins::store::list::Listed;
use crate::gateways::mail::Mail;
use crate::kernel::{Action, Caution, Invalid, OneTime, Result};
use crate::web::ask::Ask;
use crate::web::{Admin, Flash, Form, Path, html, see_other};
use axum::Extension;
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};
use uuid::Uuid;

/// A question, without whom it is about.
struct Question {
    title: &'static str,
    button: &'static str,
    lead: &'static str,
    undo: &'static str,
    /// What the page says afterwards, behind the address.
    done: &'static str,
}

const PASSWORD: Question = Question {
    title: "Reset the password of",
    button: "Take the password away and send a link",
    lead: "Their password stops working at once, and they choose another by a link that is good for one hour. Their second factors stay.",
    undo: "",
    done: "gets a link to choose a new password.",
};
const FACTORS: Question = Question {
    title: "Reset the second factors of",
    button: "Take their second factors away",
    lead: "Their authenticator app, passkeys and recovery codes stop working at once. They set up a new factor when they sign in next.",
    undo: "",
    done: "sets up a new second factor at the next sign-in.",
};
const DISABLE: Question = Question {
    title: "Disable",
    button: "Disable this admin",
    lead: "They are out on their next click, everywhere, and cannot sign in until somebody enables them again.",
    undo: "Enabling takes one form.",
    done: "is disabled.",
};
const ENABLE: Question = Question {
    title: "Enable",
    button: "Enable this admin",
    lead: "They can sign in again, with the password and the second factors that they had.",
    undo: "",
    done: "is enabled.",
};
const DELETE: Question = Question {
    title: "Delete",
    button: "Delete this admin",
    lead: "They cannot come back: password and second factors are erased, and the address is free for another account. What they did stays on the record.",
    undo: "",
    done: "is deleted.",
};
const SESSIONS: Question = Question {
    title: "Sign out",
    button: "End their sessions",
    lead: "They are signed out of every browser, and can sign in again.",
    undo: "",
    done: "is signed out everywhere.",
};

impl Question {
    fn about<A: Action>(&self, admin: Admin, about: &Listed, fields: &WhyFields) -> Ask {
        let account = &about.account;
        let ask = Ask::new(admin, format!("{} {}", self.title, account.name), self.button)
            .under(crumbs(Some(about)), self.title)
            .lead(self.lead)
            .badges(account.badges())
            .fields(why(fields.reason.as_deref(), fields.ticket.as_deref()))
            .undo(self.undo);
        match A::CAUTION {
            Caution::Undoable => ask,
            Caution::Confirm => ask.rehearsed().danger(),
            Caution::Typed => ask.by_name().danger(),
            Caution::SecondAdmin => ask.second_admin().danger(),
        }
    }

    async fn ask<A: Action>(&self, admin: Admin, id: Uuid) -> Result<Response> {
        let about = subject(&admin, id).await?;
        html(&self.about::<A>(admin, &about, &WhyFields::default()))
    }

    async fn answer<A: Action<Output = String>>(
        &self,
        admin: &Admin,
        id: Uuid,
        form: &Form<WhyFields>,
        action: Result<A, Invalid>,
    ) -> Result<Response> {
        let submitted = admin.submit(form, action).await?;
        let about = subject(admin, id).await?;
        match self.about::<A>(admin.clone(), &about, &form.fields).settle(submitted)? {
            Break(page) => Ok(page),
            Continue(performed) => {
                admin.tell(Flash::ok(format!("{} {}", performed.output, self.done)).audit(performed.audit_id)).await?;
                Ok(see_other(&format!("{PATH}/{id}")))
            }
        }
    }
}

pub async fn ask_password(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    PASSWORD.ask::<ResetPassword>(admin, id).await
}

/// Takes the password away; without a mail server the next page shows the link.
pub async fn password(admin: Admin, Extension(mail): Extension<Mail>, Path(id): Path<Uuid>, form: Form<WhyFields>) -> Result<Response> {
    let link = OneTime::of(&admin.site().secrets, form.key);
    let action = form.fields.parse().map(|why| ResetPassword { id, link, why });
    let answer = PASSWORD.answer(&admin, id, &form, action).await?;
    if answer.status().is_redirection() {
        hand_over(&admin, &mail, form.key).await?;
    }
    Ok(answer)
}

pub async fn ask_factors(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    FACTORS.ask::<ResetFactors>(admin, id).await
}

pub async fn factors(admin: Admin, Path(id): Path<Uuid>, form: Form<WhyFields>) -> Result<Response> {
    FACTORS.answer(&admin, id, &form, form.fields.parse().map(|why| ResetFactors { id, why })).await
}

pub async fn ask_disable(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    DISABLE.ask::<DisableAdmin>(admin, id).await
}

pub async fn disable(admin: Admin, Path(id): Path<Uuid>, form: Form<WhyFields>) -> Result<Response> {
    DISABLE.answer(&admin, id, &form, form.fields.parse().map(|why| DisableAdmin { id, why })).await
}

pub async fn ask_enable(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    ENABLE.ask::<EnableAdmin>(admin, id).await
}

pub async fn enable(admin: Admin, Path(id): Path<Uuid>, form: Form<WhyFields>) -> Result<Response> {
    ENABLE.answer(&admin, id, &form, form.fields.parse().map(|why| EnableAdmin { id, why })).await
}

pub async fn ask_delete(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    DELETE.ask::<DeleteAdmin>(admin, id).await
}

pub async fn delete(admin: Admin, Path(id): Path<Uuid>, form: Form<WhyFields>) -> Result<Response> {
    DELETE.answer(&admin, id, &form, form.fields.parse().map(|why| DeleteAdmin { id, why })).await
}

pub async fn ask_sessions(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    SESSIONS.ask::<EndAdminSessions>(admin, id).await
}

pub async fn sessions(admin: Admin, Path(id): Path<Uuid>, form: Form<WhyFields>) -> Result<Response> {
    SESSIONS.answer(&admin, id, &form, form.fields.parse().map(|why| EndAdminSessions { id, why })).await
}
