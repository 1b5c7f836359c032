//! A model as a row of the list.
use super::PATH;
use crate::features::lora::model::{ErrorClass, Status};
use crate::features::lora::store::list::Listed;
use crate::web::Admin;
use crate::web::list::Address;
use crate::web::parts::{Badge, Link, Person};
use crate::web::show::{Moment, short};
use uuid::Uuid;

/// A row, with the addresses that filter by its values.
pub struct Row {
    pub href: String,
    pub name: String,
    pub trigger: String,
    pub state: State,
    pub error: String,
    pub class: Option<Link>,
    pub person: Person,
    pub character: Option<Link>,
    pub base: Link,
    pub created: Moment,
    pub updated: Moment,
    pub pictures: Vec<String>,
}

/// What changes by itself while one looks: state and progress.
pub struct State {
    pub id: Uuid,
    pub badges: Vec<Badge>,
    pub percent: Option<i32>,
}

/// State and progress of a model in the list.
pub fn state(row: &Listed) -> State {
    let mut badges = vec![row.status.badge()];
    if row.silent {
        badges.push(Badge::new("warn", "No heartbeat"));
    }
    if row.deleted {
        badges.push(Badge::new("bad", "Deleted"));
    }
    if row.purge_error.is_some() {
        badges.push(Badge::new("warn", "Files left").because(row.purge_error.clone().unwrap_or_default()));
    }
    let percent = (row.status == Status::Training).then_some(row.progress);
    State { id: row.id, badges, percent }
}

/// The last part of a base model's name, which tells it apart.
pub fn base(name: &str) -> String {
    name.rsplit('/').next().unwrap_or(name).to_owned()
}

/// The addresses that filter by a value, those that many rows share written once.
pub struct By<'a> {
    address: &'a Address,
    classes: Vec<(ErrorClass, String)>,
    bases: Vec<(&'a str, String)>,
}

impl<'a> By<'a> {
    /// Of a list, with the base models that there are.
    pub fn of(address: &'a Address, bases: &'a [String]) -> Self {
        let classes = ErrorClass::ALL.iter().map(|class| (*class, address.with("error", class.code()))).collect();
        Self { address, classes, bases: bases.iter().map(|base| (base.as_str(), address.with("base", base))).collect() }
    }

    fn class(&self, class: ErrorClass) -> String {
        self.classes.iter().find(|(known, _)| *known == class).map_or_else(String::new, |(_, href)| href.clone())
    }

    fn base(&self, base: &str) -> String {
        let known = self.bases.iter().find(|(known, _)| *known == base);
        known.map_or_else(|| self.address.with("base", base), |(_, href)| href.clone())
    }
}

/// A row.
pub fn row(admin: &Admin, row: &Listed, by: &By<'_>) -> Row {
    let class = row.error_class.map(|class| Link { href: by.class(class), label: class.label().to_owned() });
    let (user, name, email) = &row.user;
    Row {
        href: format!("{PATH}/{}", row.id),
        name: if row.name.trim().is_empty() { row.trigger_word.clone() } else { row.name.clone() },
        trigger: row.trigger_word.clone(),
        state: state(row),
        error: row.error.as_deref().filter(|_| class.is_some()).map(|error| short(error, 120)).unwrap_or_default(),
        class,
        person: Person::user(*user, name, email),
        character: row
            .character
            .as_ref()
            .map(|(id, name)| Link { href: by.address.with("character", &id.to_string()), label: name.clone() }),
        base: Link { href: by.base(&row.base_model), label: base(&row.base_model) },
        created: admin.time(row.created_at),
        updated: admin.time(row.updated_at),
        pictures: row.pictures.iter().map(|picture| format!("{PATH}/{}/images/{picture}", row.id)).collect(),
    }
}
