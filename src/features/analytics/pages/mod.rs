//! What can be seen of analytics.
pub mod index;
pub mod show;

use super::filter::State;
use super::store::list::Row;
use crate::web::parts::Badge;

const PATH: &str = "/admin/analytics";

fn badge(event: &Row) -> Badge {
    let tone = match event.state() {
        State::Delivered => "ok",
        State::Waiting => "",
        State::Refused => "bad",
    };
    Badge::new(tone, event.state().label()).because(event.last_error.clone().unwrap_or_default())
}
