//! The one way to answer: a page, a redirect, or a problem in words that help.
use super::admin::Admin;
use super::faults::Fault;
use super::request::Facts;
use super::site::World;
use crate::kernel::{Error, Result};
use askama::Template;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// A rendered page.
pub type Html = axum::response::Html<String>;

/// Renders a page.
///
/// # Errors
/// When the template cannot be rendered.
pub fn html(page: &impl Template) -> Result<Response> {
    Ok(axum::response::Html(render(page)?).into_response())
}

/// Renders a form again, with what must be corrected: 422 (RFC 9110, 15.5.21).
///
/// # Errors
/// When the template cannot be rendered.
pub fn unprocessable(page: &impl Template) -> Result<Response> {
    Ok((StatusCode::UNPROCESSABLE_ENTITY, axum::response::Html(render(page)?)).into_response())
}

/// Renders a page whose subject has changed meanwhile: 409.
///
/// # Errors
/// When the template cannot be rendered.
pub fn conflict(page: &impl Template) -> Result<Response> {
    Ok((StatusCode::CONFLICT, axum::response::Html(render(page)?)).into_response())
}

/// A long page's text in one piece: growing it step by step means copying it each time.
const ROOM: usize = 96 << 10;

fn render(page: &impl Template) -> Result<String> {
    let mut text = String::with_capacity(ROOM);
    page.render_into(&mut text).map_err(Error::internal)?;
    Ok(text)
}

/// On to another page (303).
pub fn see_other(path: &str) -> Response {
    match HeaderValue::from_str(path) {
        Ok(place) => (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response(),
        Err(error) => Error::internal(error).into_response(),
    }
}

/// The answer to a part of a page that was asked for without a session.
pub fn signed_out() -> StatusCode {
    StatusCode::UNAUTHORIZED
}

/// What went wrong, as a page shows it.
#[derive(Clone, Debug)]
pub struct Problem {
    pub status: StatusCode,
    pub title: &'static str,
    pub sentence: String,
    pub help: &'static str,
    pub wait: Option<u64>,
    pub step_up: bool,
    /// What went wrong inside, for those who look after Backlot; shown to nobody else.
    pub fault: Option<Fault>,
}

impl From<&Error> for Problem {
    fn from(error: &Error) -> Self {
        let (status, title, help) = words(error);
        let sentence = match error {
            Error::Internal(_) => "This is our fault. Nothing was changed.".to_owned(),
            Error::Unavailable(_) => "The database cannot be reached, or was too busy. If you sent a form, send it again: one that was taken after all does nothing the second time.".to_owned(),
            Error::Forbidden(permission) => {
                format!("Your role may not {}. These may: {}.", permission.phrase(), permission.holders())
            }
            other => capital(&other.to_string()),
        };
        let wait = match error {
            Error::Throttled(seconds) => Some(*seconds),
            Error::Unavailable(_) => Some(2),
            _ => None,
        };
        let fault = match error {
            Error::Internal(source) => Some(Fault(source.to_string().into())),
            _ => None,
        };
        Self { status, title, sentence, help, wait, step_up: matches!(error, Error::StepUp), fault }
    }
}

fn words(error: &Error) -> (StatusCode, &'static str, &'static str) {
    match error {
        Error::Malformed(_) => (StatusCode::BAD_REQUEST, "This request cannot be read", "Go back, correct it and try again."),
        Error::SignedOut => (StatusCode::UNAUTHORIZED, "Sign in first", "Your session has ended."),
        Error::StepUp => (StatusCode::FORBIDDEN, "A second factor is due", "Confirm that it is you."),
        Error::Forbidden(_) => {
            (StatusCode::FORBIDDEN, "Your role does not allow this", "A super admin can change your role. This attempt is on the record.")
        }
        Error::Viewing(_) => {
            (StatusCode::FORBIDDEN, "Not while you view as somebody", "End the view first, by the button above. Nothing was changed.")
        }
        Error::Unproven(_) => (StatusCode::FORBIDDEN, "This form was not taken", "Nothing was changed."),
        Error::NotFound(_) => (
            StatusCode::NOT_FOUND,
            "There is nothing here",
            "It may have been removed, or the address is mistyped. The search box finds things by any id.",
        ),
        Error::Conflict(_) => (StatusCode::CONFLICT, "Someone was faster", "Look at how it is now, then decide again."),
        Error::Invalid(_) => (StatusCode::UNPROCESSABLE_ENTITY, "Something must be corrected", "Go back, correct it and send it again."),
        Error::Throttled(_) => (StatusCode::TOO_MANY_REQUESTS, "Too many attempts", "Wait a moment, then try again."),
        Error::Unavailable(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "Not available for the moment",
            "Try again in a few seconds. If it stays so, quote the request id.",
        ),
        Error::Internal(_) => {
            (StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong", "Quote the request id to whoever looks after Backlot.")
        }
    }
}

fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    let end = if sentence.ends_with('.') { "" } else { "." };
    letters.next().map_or_else(String::new, |first| format!("{}{}{end}", first.to_uppercase(), letters.as_str()))
}

impl IntoResponse for Error {
    /// Logs once what is our fault, here at the boundary; the page around it is put on by the guard or by [`bare`].
    fn into_response(self) -> Response {
        match &self {
            Self::Internal(source) => tracing::error!(error = %source, "internal error"),
            Self::Unavailable(source) => tracing::warn!(error = %source, "unavailable"),
            _ => {}
        }
        let problem = Problem::from(&self);
        let mut response = problem.status.into_response();
        response.extensions_mut().insert(problem);
        response
    }
}

impl From<askama::Error> for Error {
    fn from(error: askama::Error) -> Self {
        Self::internal(error)
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct Dressed<'a> {
    admin: &'a Admin,
    problem: &'a Problem,
}

#[derive(Template)]
#[template(path = "error_door.html")]
struct Bare<'a> {
    door: Frame,
    request_id: String,
    problem: &'a Problem,
}

/// The frame of a page for nobody in particular.
struct Frame(World);

impl Frame {
    fn environment(&self) -> World {
        self.0
    }

    fn theme(&self) -> &'static str {
        "system"
    }
}

/// A problem in the admin's own layout.
pub fn dressed(admin: &Admin, problem: &Problem) -> Response {
    finish(problem, render(&Dressed { admin, problem }))
}

/// Puts a page around any problem that has none yet: strangers, unknown addresses, methods that are not offered, panics.
pub async fn bare(State(site): State<super::site::Site>, request: Request, next: Next) -> Response {
    let facts = request.extensions().get::<Facts>().cloned();
    let mut response = next.run(request).await;
    let problem = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => problem,
        None => match stray(response.status(), &response) {
            Some(problem) => problem,
            None => return response,
        },
    };
    let request_id = facts.map(|facts| facts.id.to_string()).unwrap_or_default();
    let allow = response.headers_mut().remove(header::ALLOW);
    let mut dressed = finish(&problem, render(&Bare { door: Frame(site.environment.badge()), request_id, problem: &problem }));
    if let Some(allow) = allow {
        dressed.headers_mut().insert(header::ALLOW, allow);
    }
    dressed
}

/// An error without a body that did not come from a handler: axum's own, or the panic guard's.
fn stray(status: StatusCode, response: &Response) -> Option<Problem> {
    let has_body = response.headers().contains_key(header::CONTENT_TYPE);
    if has_body || !(status.is_client_error() || status.is_server_error()) || status == StatusCode::UNAUTHORIZED {
        return None;
    }
    let error = match status {
        StatusCode::NOT_FOUND => Error::NotFound("There is no such page.".into()),
        StatusCode::METHOD_NOT_ALLOWED => {
            return Some(Problem {
                status,
                title: "Not offered here",
                ..Problem::from(&Error::Malformed("This address does not take this kind of request.".into()))
            });
        }
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::REQUEST_TIMEOUT => Error::Unavailable("timed out".into()),
        // The session layer's answer when it cannot hand over a session: the database is away.
        StatusCode::INTERNAL_SERVER_ERROR => return Some(Problem::from(&Error::Unavailable("a session could not be handed over".into()))),
        _ if status.is_server_error() => Error::internal("an answer without words"),
        _ => Error::Malformed("This request cannot be read.".into()),
    };
    Some(Problem { status, ..Problem::from(&error) })
}

fn finish(problem: &Problem, page: Result<String>) -> Response {
    let body = page.unwrap_or_else(|error| {
        tracing::error!(%error, "the error page itself failed");
        "Something went wrong.".to_owned()
    });
    let mut response = (problem.status, axum::response::Html(body)).into_response();
    if let Some(seconds) = problem.wait
        && let Ok(value) = HeaderValue::from_str(&seconds.to_string())
    {
        response.headers_mut().insert(HeaderName::from_static("retry-after"), value);
    }
    if let Some(fault) = &problem.fault {
        response.extensions_mut().insert(fault.clone());
    }
    response
}
