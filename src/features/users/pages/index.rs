//! The list of users.
use crate::features::users::filter::{Filter, Shown, Sort};
use crate::features::users::model::{Status, Tier, UserRole};
use crate::features::users::store::list::{self, CLOSEST, Listed};
use crate::features::users::store::tags;
use crate::kernel::{Permission, Result, page};
use crate::web::bulk::Bar;
use crate::web::link::escape;
use crate::web::list::{Address, Chip, Column, Pager, Total};
use crate::web::parts::{Badge, Choice, Person};
use crate::web::show::Moment;
use crate::web::{Admin, Query, html, see_other};
use askama::Template;
use axum::response::Response;
use jiff::civil::Date;
use std::sync::Arc;
use uuid::Uuid;

const PATH: &str = "/admin/users";

#[derive(Template)]
#[template(path = "users/index.html")]
struct Index {
    admin: Admin,
    total: String,
    filter: Filters,
    chips: Vec<Chip>,
    columns: Vec<Column>,
    column_choice: Vec<Choice>,
    rows: Vec<Row>,
    pager: Pager,
    /// Not everything that matches was looked at.
    closest: Option<i64>,
    shown: Filter,
    /// Where exactly this list can be exported, for those who may.
    export: Option<String>,
    /// Where a notification to exactly these is written.
    notify: Option<String>,
    /// What can be done with many of them, for those who may.
    bulk: Option<Bar>,
}

impl Index {
    fn shows(&self, column: Shown) -> bool {
        self.shown.shows(column)
    }
}

/// The filter bar, as it was set.
struct Filters {
    q: String,
    status: Vec<Choice>,
    tier: Vec<Choice>,
    role: Vec<Choice>,
    created_from: String,
    created_to: String,
    active_from: String,
    active_to: String,
    zone: String,
    failed_payment: bool,
    failed_training: bool,
    tag: Vec<Choice>,
    more: usize,
    sort: &'static str,
}

/// The addresses that filter by a value, written once for all rows.
struct Narrow {
    status: Vec<(Status, Arc<str>)>,
    tier: Vec<(Tier, Arc<str>)>,
    role: Vec<(UserRole, Arc<str>)>,
}

impl Narrow {
    fn of(address: &Address) -> Self {
        Self {
            status: Status::ALL.iter().map(|status| (*status, address.with("status", status.code()).into())).collect(),
            tier: Tier::ALL.iter().map(|tier| (*tier, address.with("tier", tier.code()).into())).collect(),
            role: UserRole::ALL.iter().map(|role| (*role, address.with("role", role.code()).into())).collect(),
        }
    }
}

fn by<T: Copy + PartialEq>(addresses: &[(T, Arc<str>)], value: T) -> Arc<str> {
    addresses.iter().find(|(known, _)| *known == value).map_or_else(|| "".into(), |(_, address)| Arc::clone(address))
}

/// A row, with the addresses that filter by its values.
struct Row {
    id: Uuid,
    person: Person,
    status: Badge,
    status_href: Arc<str>,
    tier: &'static str,
    tier_href: Arc<str>,
    role: &'static str,
    role_href: Arc<str>,
    country: String,
    trouble: Vec<Badge>,
    created: Moment,
    active: Moment,
}

/// The list; an exact id goes straight to its page.
pub async fn index(admin: Admin, Query(filter): Query<Filter>) -> Result<Response> {
    if let Some(id) = filter.search().filter(|text| Uuid::try_parse(text).is_ok()) {
        return Ok(see_other(&format!("/admin/search?q={id}")));
    }
    let mut db = admin.reader().await?;
    let rows = list::page(&mut db, &filter, admin.zone()).await?;
    let address = Address::of(&admin, PATH);
    let key = format!("{} {}", admin.signed().time_zone, address.subject());
    let total = admin.count(key, list::total(&mut db, &filter, admin.zone())).await?;
    let tags = tags::all(&mut db).await?;
    db.keep();
    html(&view(admin, filter, (rows, tags), total, &address))
}

fn view(admin: Admin, filter: Filter, (found, tags): (page::Page<Listed>, Vec<String>), total: Total, address: &Address) -> Index {
    let narrow = Narrow::of(address);
    let query = address.subject().split_once('?').map_or_else(String::new, |(_, query)| query.to_owned());
    Index {
        total: total.words(),
        filter: filters(&admin, &filter, &tags),
        chips: chips(&filter, address),
        columns: columns(&filter, address),
        column_choice: Shown::ALL
            .iter()
            .map(|column| Choice { value: column.code().into(), label: column.label().into(), selected: filter.shows(*column) })
            .collect(),
        pager: Pager::new(&found, address, total, ("user", "users")),
        rows: found.rows.iter().map(|user| row(&admin, user, &narrow)).collect(),
        closest: (filter.search().is_some() && matches!(total, Total::MoreThan(_))).then_some(CLOSEST),
        shown: filter,
        export: admin.may(Permission::ExportsMake).then(|| address.export("users")),
        bulk: Bar::of_users(&query, total, (admin.may(Permission::BulkRun), admin.may(Permission::NotificationsSend))),
        notify: admin.may(Permission::NotificationsSend).then(|| format!("/admin/notifications/new?users={}", escape(&query))),
        admin,
    }
}

fn row(admin: &Admin, user: &Listed, narrow: &Narrow) -> Row {
    let mut trouble = Vec::new();
    if user.payment_failing {
        trouble.push(Badge::new("bad", "Payment"));
    }
    if user.training_failing {
        trouble.push(Badge::new("warn", "Training"));
    }
    Row {
        id: user.id,
        person: Person::user(user.id, &user.name, &user.email),
        status: user.status.badge(user.status_reason.as_deref()),
        status_href: by(&narrow.status, user.status),
        tier: user.tier.label(),
        tier_href: by(&narrow.tier, user.tier),
        role: user.role.label(),
        role_href: by(&narrow.role, user.role),
        country: user.country.clone().unwrap_or_default(),
        trouble,
        created: admin.time(user.created_at),
        active: admin.time(user.last_active_at),
    }
}

fn filters(admin: &Admin, filter: &Filter, tags: &[String]) -> Filters {
    let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    Filters {
        q: filter.q.clone().unwrap_or_default(),
        status: choices("Any status", Status::choices(), filter.status.map(Status::code)),
        tier: choices("Any tier", Tier::choices(), filter.tier.map(Tier::code)),
        role: choices("Any role", UserRole::choices(), filter.role.map(UserRole::code)),
        created_from: day(filter.created_from),
        created_to: day(filter.created_to),
        active_from: day(filter.active_from),
        active_to: day(filter.active_to),
        zone: admin.signed().time_zone.clone(),
        failed_payment: filter.failed_payment.is_some(),
        failed_training: filter.failed_training.is_some(),
        tag: choices("Any tag", tags.iter().map(|tag| (tag.as_str(), tag.as_str())), filter.tag.as_deref()),
        more: filter.sheet(),
        sort: filter.sort.map_or("", Sort::code),
    }
}

fn choices<'a>(any: &str, all: impl Iterator<Item = (&'a str, &'a str)>, chosen: Option<&str>) -> Vec<Choice> {
    let choice = |(value, label): (&str, &str)| Choice { value: value.into(), label: label.into(), selected: chosen == Some(value) };
    let none = Choice { value: String::new(), label: any.into(), selected: chosen.is_none() };
    std::iter::once(none).chain(all.map(choice)).collect()
}

fn chips(filter: &Filter, address: &Address) -> Vec<Chip> {
    let set = filter.words().into_iter();
    set.map(|(name, key, value)| Chip { name, value, remove: address.without(key) }).collect()
}

fn columns(filter: &Filter, address: &Address) -> Vec<Column> {
    let plain =
        |column: Shown| filter.shows(column).then(|| Column { label: column.label(), href: String::new(), sort: "none", numeric: false });
    let sorted = |label, up: Sort, down: Sort, first: Sort| {
        let (sort, next) = match filter.order() {
            now if now == up => ("ascending", down),
            now if now == down => ("descending", up),
            _ => ("none", first),
        };
        Column { label, href: address.with("sort", next.code()), sort, numeric: false }
    };
    let name = sorted("User", Sort::Name, Sort::NameDown, Sort::Name);
    let created = filter.shows(Shown::Created).then(|| sorted("Created", Sort::Oldest, Sort::Newest, Sort::Newest));
    let active = filter.shows(Shown::Active).then(|| sorted("Last active", Sort::ActiveFirst, Sort::ActiveLast, Sort::ActiveLast));
    let between = [Shown::Status, Shown::Tier, Shown::Role, Shown::Trouble, Shown::Country].map(plain);
    [Some(name)].into_iter().chain(between).chain([created, active]).flatten().collect()
}
