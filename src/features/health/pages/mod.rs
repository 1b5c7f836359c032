//! What can be seen of health.
mod charts;
mod database;
mod errors;
pub mod faults;
pub mod generations;
pub mod index;
mod verdict;
mod work;

use super::filter::Span;
use crate::kernel::Result;
use crate::web::Admin;
use crate::web::parts::{Failed, Tab};

const PATH: &str = "/admin/health";

/// A panel's part, or that it could not be had: one failing panel does not take the page down.
type Part<T> = std::result::Result<T, Failed>;

fn part<T>(admin: &Admin, what: &'static str, found: Result<T>) -> Part<T> {
    found.map_err(|error| {
        tracing::error!(what, %error, "a panel failed");
        Failed { what, request_id: admin.request_id(), retry: admin.here().to_owned() }
    })
}

/// The spans to choose from, with this one current.
fn spans(path: &str, current: Span) -> Vec<Tab> {
    let tab = |span: &Span| Tab { href: format!("{path}?span={}", span.code()), label: span.label(), current: *span == current };
    Span::ALL.iter().map(tab).collect()
}

/// `1.2 s`, `340 ms`, `2 min 5 s`, `3 h 12 min`.
fn seconds(value: f64) -> String {
    let whole = value.max(0.0).round() as i64;
    match whole {
        _ if value < 1.0 => format!("{:.0} ms", value.max(0.0) * 1_000.0),
        _ if value < 10.0 => format!("{value:.1} s"),
        0..120 => format!("{whole} s"),
        120..7_200 => format!("{} min {} s", whole / 60, whole % 60),
        _ => format!("{} h {} min", whole / 3_600, whole % 3_600 / 60),
    }
}

/// `512 MB`, `1.5 GB`.
fn bytes(value: f64) -> String {
    let units = ["B", "kB", "MB", "GB", "TB"];
    let mut left = value.max(0.0);
    let mut at = 0;
    while left >= 1_000.0 && at + 1 < units.len() {
        left /= 1_000.0;
        at += 1;
    }
    if left < 10.0 && at > 0 { format!("{left:.1} {}", units[at]) } else { format!("{left:.0} {}", units[at]) }
}

/// `12.5 %`.
fn percent(value: f64) -> String {
    format!("{value:.1} %")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_are_said_as_people_say_them() {
        assert_eq!(
            [0.0034, 4.25, 61.0, 125.0, 7_265.0].map(seconds),
            ["3 ms", "4.2 s", "61 s", "2 min 5 s", "2 h 1 min"].map(str::to_owned)
        );
        assert_eq!([12.0, 1_500.0, 2.5e9, 6.1e13].map(bytes), ["12 B", "1.5 kB", "2.5 GB", "61 TB"].map(str::to_owned));
    }
}
