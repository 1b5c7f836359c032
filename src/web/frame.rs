//! What a page's frame shows of the admin who is asking.
use super::admin::Admin;
use super::nav::{self, NavGroup};
use super::proof;
use super::session;
use super::show;
use super::site::World;
use super::waiting;
use crate::kernel::{Permission, Role};
use crate::live::settings::keys;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// The platform's maintenance, for the banner above every page.
pub struct Upkeep {
    /// It is on; else it is to come.
    pub is_on: bool,
    pub starts: show::Moment,
    /// Nothing: until somebody ends it.
    pub ends: Option<show::Moment>,
}

/// What a page's frame shows.
impl Admin {
    pub fn id(&self) -> Uuid {
        self.signed().admin_id
    }

    pub fn name(&self) -> &str {
        &self.signed().name
    }

    pub fn email(&self) -> &str {
        &self.signed().email
    }

    pub fn role(&self) -> Role {
        self.signed().role
    }

    pub fn role_label(&self) -> &'static str {
        self.signed().role.label()
    }

    pub fn initials(&self) -> String {
        show::initials(self.name())
    }

    pub fn hue(&self) -> u8 {
        show::hue(self.signed().admin_id)
    }

    pub fn nav(&self) -> Vec<NavGroup> {
        let mut groups = nav::groups(self.site().routes(), self.signed().role, &self.facts().path);
        let items = groups.iter_mut().flat_map(|group| &mut group.items);
        for item in items.filter(|item| item.href == waiting::PATH) {
            item.waiting = self.waiting();
        }
        groups
    }

    pub fn environment(&self) -> World {
        self.site().environment.badge()
    }

    /// A fresh proof for one form. Empty only when the system has no randomness: then the form is refused.
    pub fn proof(&self) -> String {
        proof::make(&self.site().secrets, &proof::Bond(&[&self.bond()])).unwrap_or_default()
    }

    pub fn theme(&self) -> &str {
        &self.signed().theme
    }

    pub fn shortcuts(&self) -> bool {
        self.signed().shortcuts
    }

    /// Seconds until the session ends by itself, counted from this request: half an hour without another, or the twelve hours.
    pub fn idle_left(&self) -> i32 {
        (session::IDLE_MINUTES * 60).min(self.signed().longest_left)
    }

    pub fn request_id(&self) -> String {
        self.facts().id.to_string()
    }

    /// The page's own address.
    pub fn here(&self) -> &str {
        &self.facts().path
    }

    /// The text in the search box.
    pub fn query(&self) -> String {
        let query = self.facts().path.split_once('?').map_or("", |(_, query)| query);
        super::pairs::Pairs::parse(query.as_bytes()).ok().and_then(|pairs| pairs.get("q").map(str::to_owned)).unwrap_or_default()
    }

    /// A moment in this admin's own time zone.
    pub fn time(&self, at: Timestamp) -> show::Moment {
        show::Moment::new(at, self.zone(), self.site().clock.now())
    }

    /// A moment that may not have come.
    pub fn time_if(&self, at: Option<Timestamp>) -> Option<show::Moment> {
        at.map(|at| self.time(at))
    }

    /// The maintenance that is on, or comes soon: from memory, never from the database.
    pub fn upkeep(&self) -> Option<Upkeep> {
        let live = self.site().live.now();
        let ahead = SignedDuration::from_hours(live.settings.get(keys::BANNER_HOURS_AHEAD));
        let soon = self.site().clock.now().saturating_add(ahead).unwrap_or(Timestamp::MAX);
        let coming = || live.maintenance.next.as_ref().filter(|next| next.starts_at <= soon).map(|next| (false, next));
        let (is_on, window) = live.maintenance.open.as_ref().map(|open| (true, open)).or_else(coming)?;
        Some(Upkeep { is_on, starts: self.time(window.starts_at), ends: self.time_if(window.ends_at) })
    }

    /// Why an action is not open to this admin, if it is not.
    pub fn lacks(&self, permission: Permission) -> Option<String> {
        (!self.may(permission)).then(|| format!("Only these roles may {}: {}.", permission.phrase(), permission.holders()))
    }
}
