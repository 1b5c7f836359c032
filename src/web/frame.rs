//! What a page's frame shows of the admin who is asking.
use super::admin::Admin;
use super::nav::{self, NavGroup};
use super::proof;
use super::session;
use super::show;
use super::site::World;
use crate::kernel::{Permission, Role};
use jiff::Timestamp;
use uuid::Uuid;

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
        nav::groups(self.site().routes(), self.signed().role, &self.facts().path)
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

    /// Why an action is not open to this admin, if it is not.
    pub fn lacks(&self, permission: Permission) -> Option<String> {
        (!self.may(permission)).then(|| format!("Only these roles may {}: {}.", permission.phrase(), permission.holders()))
    }
}
