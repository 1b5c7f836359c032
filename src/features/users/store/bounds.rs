//! The two ranges of time that a list of users can be narrowed by, made as tight as they can be.
use crate::features::users::filter::Filter;
use crate::features::users::model::{Status, UserRole};
use crate::kernel::listing::Listing;
use crate::web::list::{day_begins, day_ends};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// From (inclusive) and to (exclusive), of signing up and of the last activity.
pub struct Bounds {
    created: (Option<Timestamp>, Option<Timestamp>),
    active: (Option<Timestamp>, Option<Timestamp>),
    both: bool,
}

impl Bounds {
    /// The bounds of a filter's days in a zone. Nobody is active before they sign up, so each range narrows the other.
    pub fn of(filter: &Filter, zone: &TimeZone) -> Self {
        let begin = |day: Option<_>| day.and_then(|day| day_begins(day, zone));
        let end = |day: Option<_>| day.and_then(|day| day_ends(day, zone));
        let created = (begin(filter.created_from), end(filter.created_to));
        let active = (begin(filter.active_from), end(filter.active_to));
        let is_set = |(from, to): (Option<_>, Option<_>)| from.is_some() || to.is_some();
        Self {
            created: (created.0, earlier(created.1, active.1)),
            active: (active.0.max(created.0), active.1),
            both: is_set(created) && is_set(active),
        }
    }

    /// Whether nobody can be within.
    pub fn is_empty(&self) -> bool {
        [self.created, self.active].into_iter().any(|range| matches!(range, (Some(from), Some(to)) if from >= to))
    }

    /// Adds them to a list.
    pub fn narrow(&self, list: &mut Listing) {
        let bounds = [
            ("u.created_at >= ", self.created.0),
            ("u.created_at < ", self.created.1),
            ("u.last_active_at >= ", self.active.0),
            ("u.last_active_at < ", self.active.1),
        ];
        for (condition, at) in bounds {
            if let Some(at) = at {
                list.and_bind(condition, jiff_sqlx::Timestamp::from(at));
            }
        }
    }

    /// With both ranges and no rare filter, each month of signing up is counted in one stretch of an index.
    pub fn by_month(&self, list: &mut Listing, filter: &Filter) {
        let rare = filter.failed_payment.is_some()
            || filter.failed_training.is_some()
            || filter.status.is_some_and(|status| status != Status::Active)
            || filter.role.is_some_and(|role| role != UserRole::Member);
        if !self.both || rare {
            return;
        }
        list.and("platform.month_of(u.created_at) = any (platform.months(").bind(self.created.0.map(jiff_sqlx::Timestamp::from));
        list.push(", coalesce(").bind(self.created.1.map(jiff_sqlx::Timestamp::from)).push(", now())))");
        if filter.tier.is_none() {
            list.and("u.tier = any ('{free,starter,pro}')");
        }
    }
}

fn earlier(left: Option<Timestamp>, right: Option<Timestamp>) -> Option<Timestamp> {
    match (left, right) {
        (Some(left), Some(right)) => Some(left.min(right)),
        (left, right) => left.or(right),
    }
}
