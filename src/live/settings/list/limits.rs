//! How much a user may do in a while, and what holds around maintenance.
use crate::live::settings::definition::Category::{Maintenance, RateLimits};
use crate::live::settings::definition::{Definition, Kind};

pub static RATE_LIMITS: [Definition; 4] = [
    Definition::new(RateLimits, "rate_limit.generations_per_minute", "Generations a minute", Kind::whole(1, 600), "10")
        .unit("per user")
        .about("How many generations one user may start in a minute.")
        .words("throttle quota abuse"),
    Definition::new(RateLimits, "rate_limit.uploads_per_hour", "Uploads an hour", Kind::whole(1, 10_000), "120")
        .unit("per user")
        .about("How many files one user may upload in an hour.")
        .words("throttle quota abuse files"),
    Definition::new(RateLimits, "rate_limit.api_requests_per_minute", "API requests a minute", Kind::whole(1, 10_000), "240")
        .unit("per key")
        .about("How many requests one API key may make in a minute.")
        .words("throttle quota abuse developers"),
    Definition::new(RateLimits, "rate_limit.sign_in_attempts_per_hour", "Sign-in attempts an hour", Kind::whole(3, 1_000), "20")
        .unit("per address")
        .about("How often one address may try to sign in to the platform in an hour.")
        .words("throttle login password attack brute force")
        .danger("A higher number makes it easier to guess passwords."),
];

pub static MAINTENANCE: [Definition; 4] = [
    Definition::new(Maintenance, "maintenance.enabled", "In maintenance", Kind::Switch, "false")
        .about("Whether the platform is in maintenance.")
        .words("downtime outage off closed")
        .elsewhere("/admin/maintenance"),
    Definition::new(
        Maintenance,
        "maintenance.message",
        "Message during maintenance",
        Kind::Text { longest: 2_000, lines: true, pattern: None },
        "\"\"",
    )
    .about("What users are told during maintenance.")
    .words("downtime banner notice text")
    .elsewhere("/admin/maintenance"),
    Definition::new(Maintenance, "maintenance.banner_hours_ahead", "Announce ahead", Kind::whole(0, 336), "24")
        .unit("hours")
        .about("How long before planned maintenance users are told of it.")
        .words("banner notice warning"),
    Definition::new(Maintenance, "maintenance.retry_after_seconds", "Come back after", Kind::steps(10, 86_400, 10), "300")
        .unit("seconds")
        .about("When programs that ask during maintenance are told to ask again, unless its end is known.")
        .words("retry-after header 503"),
];
