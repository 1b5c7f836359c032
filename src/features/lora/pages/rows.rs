//! A model as a row of the list.
use super::PATH;
use crate::features::lora::model::Status;
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

/// A row.
pub fn row(admin: &Admin, row: &Listed, address: &Address) -> Row {
    let class = row.error_class.map(|class| Link { href: address.with("error", class.code()), label: class.label().to_owned() });
    let (user, name, email) = &row.user;
    Row {
        href: format!("{PATH}/{}", row.id),
        name: if row.name.trim().is_empty() { row.trigger_word.clone() } else { row.name.clone() },
        trigger: row.trigger_word.clone(),
        state: state(row),
        error: row.error.as_deref().filter(|_| class.is_some()).map(|error| short(error, 120)).unwrap_or_default(),
        class,
        person: Person::user(*user, name, email),
        character: row.character.as_ref().map(|(id, name)| Link { href: address.with("character", &id.to_string()), label: name.clone() }),
        base: Link { href: address.with("base", &row.base_model), label: base(&row.base_model) },
        created: admin.time(row.created_at),
        updated: admin.time(row.updated_at),
        pictures: row.pictures.iter().map(|picture| format!("{PATH}/{}/images/{picture}", row.id)).collect(),
    }
}
