//! Sign-in: who you are, twice; out again; and the second factor once more before what is dangerous.
mod actions;
mod device;
mod jobs;
mod model;
mod pages;
mod store;

pub use crate::kernel::factor::{code_now, seal_secret};
pub use actions::{Activate, Bootstrap};
pub use model::{DemoLink, DemoLinks};

use crate::jobs::{Error, Registry};
use crate::kernel::{Desk, factor};
use crate::web::{Routes, throttle};
use axum::extract::FromRef;
use axum::http::Method;

/// The door, and what every session can do about itself.
pub fn routes(routes: Routes) -> Routes {
    let (get, post) = (Method::GET, Method::POST);
    routes
        .door(get.clone(), "/sign-in", pages::password::show)
        .door(post.clone(), "/sign-in", pages::password::send)
        .door(post.clone(), "/sign-in/passkey", pages::passkey::open)
        .door(get.clone(), "/sign-in/code", pages::code::show)
        .door(post.clone(), "/sign-in/code", pages::code::send)
        .door(get.clone(), "/sign-in/recovery", pages::recovery::show)
        .door(post.clone(), "/sign-in/recovery", pages::recovery::send)
        .door(post.clone(), "/sign-in/code/passkey", pages::passkey::complete)
        .door(get.clone(), "/sign-in/enrol", pages::enrol::show)
        .door(post.clone(), "/sign-in/enrol", pages::enrol::send)
        .door(post.clone(), "/sign-in/enrol/passkey", pages::passkey::enrol)
        .door(get.clone(), "/sign-in/demo/{token}", pages::demo::show)
        .door(post.clone(), "/sign-in/demo/{token}", pages::demo::send)
        .door(get.clone(), "/welcome/{token}", pages::welcome::show)
        .door(post.clone(), "/welcome/{token}", pages::welcome::send)
        .session(get.clone(), "/confirm", pages::confirm::show)
        .session(post.clone(), "/confirm", pages::confirm::send)
        .session(get.clone(), "/confirm/recovery", pages::confirm_recovery::show)
        .session(post.clone(), "/confirm/recovery", pages::confirm_recovery::send)
        .session(post.clone(), "/confirm/passkey", pages::passkey::step_up)
        .session(get, "/resume", pages::resume::show)
        .session(post.clone(), "/resume/discard", pages::resume::discard)
        .session(post.clone(), "/session/stay", pages::leave::stay)
        .session(post.clone(), "/sign-out", pages::leave::here)
        .session(post, "/sign-out/everywhere", pages::leave::everywhere)
}

/// What happens later, and every night.
///
/// # Errors
/// When the schedule cannot be read.
pub fn jobs<S>(registry: Registry<S>) -> Result<Registry<S>, Error>
where
    Desk: FromRef<S>,
{
    registry.register::<jobs::CleanUp>().schedule("sign_in.clean_up", "17 3 * * *", "UTC", &jobs::CleanUp)
}
