//! What can be seen of alerts.
pub mod acknowledge;
pub mod index;
pub mod people;
mod rows;
pub mod show;
pub mod silence;

use crate::web::parts::Link;
use uuid::Uuid;

const PATH: &str = "/admin/alerts";

/// The pages above one of an alert.
fn crumbs(alert: Option<(Uuid, &str)>) -> Vec<Link> {
    let link = |href: String, label: &str| Link { href, label: label.to_owned() };
    let mut crumbs = vec![link("/admin".into(), "Home"), link(PATH.into(), "Alerts")];
    if let Some((id, title)) = alert {
        crumbs.push(link(format!("{PATH}/{id}"), title));
    }
    crumbs
}

/// `12 s`, `4 min`, `3 h 5 min`, `2 days 4 h`.
fn lasted(seconds: i64) -> String {
    match seconds.max(0) {
        seconds @ 0..90 => format!("{seconds} s"),
        seconds @ 90..5_400 => format!("{} min", (seconds + 30) / 60),
        seconds @ 5_400..172_800 => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
        seconds => format!("{} days {} h", seconds / 86_400, seconds % 86_400 / 3_600),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn how_long_something_lasted_is_said_as_people_say_it() {
        assert_eq!([5, 200, 7_500, 200_000].map(super::lasted), ["5 s", "3 min", "2 h 5 min", "2 days 7 h"].map(str::to_owned));
    }
}
