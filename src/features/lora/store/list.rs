//! The list of LoRA models: just the filters that are set, a page by its first row, and a count that stops early.
use super::class;
use crate::features::lora::filter::{Filter, Sort, State};
use crate::features::lora::model::{ErrorClass, Status};
use crate::kernel::Result;
use crate::kernel::listing::{Listing, Order};
use crate::kernel::page::{COUNT_CAP, Cursor, Page, Way, encode, moment};
use crate::web::list::{Total, day_begins, day_ends};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgConnection, Row as _};
use uuid::Uuid;

/// A model in the list.
#[derive(Clone, Debug)]
pub struct Listed {
    pub id: Uuid,
    pub name: String,
    pub trigger_word: String,
    pub base_model: String,
    pub status: Status,
    pub progress: i32,
    pub error_class: Option<ErrorClass>,
    pub error: Option<String>,
    pub silent: bool,
    pub deleted: bool,
    pub purge_error: Option<String>,
    pub user: (Uuid, String, String),
    pub character: Option<(Uuid, String)>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub pictures: Vec<Uuid>,
}

/// Users, characters and pictures only of the rows that are shown. A second join would have PostgreSQL make room for remembering a
/// million characters before the first row is read.
const COLUMNS: &str = "select m.id, m.name, m.trigger_word, m.base_model, m.status, m.progress, m.error_class, left(m.error, 300) as error, \
     m.silent_since is not null as silent, m.deleted_at is not null as deleted, m.purge_error, m.created_at, m.updated_at, \
     m.user_id, u.name as user_name, u.email as user_email, m.character_id, (select c.name from platform.characters c where c.id = m.character_id) as character, \
     array(select i.id from platform.training_images i where i.lora_model_id = m.id order by i.created_at, i.id limit 3) as pictures \
     from platform.lora_models m join platform.users u on u.id = m.user_id";
const COUNTED: &str = "select count(*) from (select from platform.lora_models m";

/// A search collects its matches once, and looks at no more than this.
pub const CLOSEST: i64 = 200;

impl FromRow<'_, PgRow> for Listed {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let time = |name: &str| row.try_get::<jiff_sqlx::Timestamp, _>(name).map(jiff_sqlx::Timestamp::to_jiff);
        let status = Status::try_from(row.try_get::<String, _>("status")?).map_err(|error| sqlx::Error::Decode(error.into()))?;
        let named: Option<String> = row.try_get("error_class")?;
        let character: (Option<Uuid>, Option<String>) = (row.try_get("character_id")?, row.try_get("character")?);
        Ok(Self {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            trigger_word: row.try_get("trigger_word")?,
            base_model: row.try_get("base_model")?,
            status,
            progress: row.try_get("progress")?,
            error_class: (status == Status::Failed).then(|| class(named)),
            error: row.try_get("error")?,
            silent: row.try_get("silent")?,
            deleted: row.try_get("deleted")?,
            purge_error: row.try_get("purge_error")?,
            user: (row.try_get("user_id")?, row.try_get("user_name")?, row.try_get("user_email")?),
            character: character.0.zip(character.1),
            created_at: time("created_at")?,
            updated_at: time("updated_at")?,
            pictures: row.try_get("pictures")?,
        })
    }
}

/// What a filter means once its user is known and its days are moments. `None`: nothing can match.
#[derive(Clone, Debug)]
pub struct Narrowed {
    pub(super) user: Option<Uuid>,
    pub(super) from: Option<Timestamp>,
    pub(super) to: Option<Timestamp>,
}

impl Narrowed {
    /// Finds the user whom the filter names.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn of(db: &mut PgConnection, filter: &Filter, zone: &TimeZone) -> Result<Option<Self>> {
        let user = match filter.user.as_deref().map(str::trim) {
            None => None,
            Some(text) => match named(db, text).await? {
                None => return Ok(None),
                found => found,
            },
        };
        let from = filter.created_from.and_then(|day| day_begins(day, zone));
        let to = filter.created_to.and_then(|day| day_ends(day, zone));
        Ok(if from.zip(to).is_some_and(|(from, to)| from >= to) { None } else { Some(Self { user, from, to }) })
    }
}

async fn named(db: &mut PgConnection, text: &str) -> Result<Option<Uuid>> {
    if let Ok(id) = Uuid::try_parse(text) {
        return Ok(Some(id));
    }
    let found = sqlx::query_scalar!("select id from platform.users where email_key = lower($1) order by id limit 1", text);
    Ok(found.fetch_optional(db).await?)
}

/// A page of the list.
///
/// # Errors
/// When the database cannot answer.
pub async fn page(db: &mut PgConnection, filter: &Filter, narrowed: &Narrowed) -> Result<Page<Listed>> {
    let mut list = match filter.search() {
        Some(text) => {
            let mut list = hits(text, filter, narrowed);
            list.push(HITS);
            list
        }
        None => {
            let mut list = Listing::new(COLUMNS);
            narrow(&mut list, filter, narrowed);
            list
        }
    };
    let cursor = filter.cursor();
    let way = cursor.map(|(way, _)| way);
    if let Some((way, cursor)) = cursor {
        start(&mut list, filter.order(), way, cursor);
    }
    let rows = list.page(db, order(filter.order(), way)).await?;
    let at = |row: &Listed| match filter.order() {
        Sort::Newest | Sort::Oldest => row.created_at,
        Sort::ChangedLast | Sort::ChangedFirst => row.updated_at,
    };
    Ok(Page::cut(rows, way, |row| encode(&Cursor { at: at(row).as_microsecond(), id: row.id })))
}

/// The same columns, of what was found.
const HITS: &str = "select m.id, m.name, m.trigger_word, m.base_model, m.status, m.progress, m.error_class, left(m.error, 300) as error, \
     m.silent_since is not null as silent, m.deleted_at is not null as deleted, m.purge_error, m.created_at, m.updated_at, \
     m.user_id, u.name as user_name, u.email as user_email, m.character_id, (select c.name from platform.characters c where c.id = m.character_id) as character, \
     array(select i.id from platform.training_images i where i.lora_model_id = m.id order by i.created_at, i.id limit 3) as pictures \
     from hits m join platform.users u on u.id = m.user_id";

/// How many there are: exactly, up to 10,000; without any filter the planner's estimate beyond that.
///
/// # Errors
/// When the database cannot answer.
pub async fn total(db: &mut PgConnection, filter: &Filter, narrowed: &Narrowed) -> Result<Total> {
    if !filter.is_narrowed() {
        let about =
            sqlx::query_scalar!(r#"select reltuples::bigint as "about!" from pg_class where oid = 'platform.lora_models'::regclass"#)
                .fetch_one(&mut *db)
                .await?;
        if about > 2 * COUNT_CAP {
            return Ok(Total::About(about));
        }
    }
    if let Some(text) = filter.search() {
        let mut list = hits(text, filter, narrowed);
        list.push("select count(*) from (select from hits");
        let found = list.capped_count(db).await?;
        return Ok(if found > CLOSEST { Total::MoreThan(CLOSEST) } else { Total::Exact(found) });
    }
    let mut list = Listing::new(COUNTED);
    narrow(&mut list, filter, narrowed);
    Ok(Total::capped(list.capped_count(db).await?))
}

/// Matches of a search, with the filters, at most one more than [`CLOSEST`]. Fewer than three letters match beginnings of names,
/// because trigrams cannot help there.
fn hits(text: &str, filter: &Filter, narrowed: &Narrowed) -> Listing {
    let is_short = text.chars().count() < 3;
    let text = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let mut list = Listing::new("with hits as materialized (select m.* from platform.lora_models m");
    list.plan_anew();
    narrow(&mut list, filter, narrowed);
    if is_short {
        list.and_bind("m.found_by like platform.search_key(", text).push(") || '%' order by m.found_by");
    } else {
        list.and_bind("m.found_by like '%' || platform.search_key(", text).push(") || '%'");
    }
    list.push(" limit ").bind(CLOSEST + 1).push(") ").restart();
    list
}

pub(super) fn narrow(list: &mut Listing, filter: &Filter, narrowed: &Narrowed) {
    match filter.status {
        Some(State::Deleted) => list.and("m.deleted_at is not null"),
        Some(state) => list.and("m.deleted_at is null").and_word("m.status = ", state.code()),
        None => list.and("m.deleted_at is null"),
    };
    if let Some(user) = narrowed.user {
        list.and_bind("m.user_id = ", user);
    }
    if let Some(character) = filter.character {
        list.and_bind("m.character_id = ", character);
    }
    if let Some(base) = &filter.base {
        list.and_bind("m.base_model = ", base.clone());
    }
    if let Some(class) = filter.error {
        list.and("m.status = 'failed'").and_word("m.error_class = ", class.code());
    }
    if let Some(signature) = &filter.signature {
        list.and("m.status = 'failed'").and_bind("m.error_signature = ", signature.clone());
    }
    if filter.silent.is_some() {
        list.and("m.silent_since is not null");
    }
    for (condition, at) in [("m.created_at >= ", narrowed.from), ("m.created_at < ", narrowed.to)] {
        if let Some(at) = at {
            list.and_bind(condition, jiff_sqlx::Timestamp::from(at));
        }
    }
}

fn start(list: &mut Listing, sort: Sort, way: Way, cursor: Cursor) {
    let Some(at) = moment(cursor.at).map(jiff_sqlx::Timestamp::from) else { return };
    let down = matches!(sort, Sort::Newest | Sort::ChangedLast) == (way == Way::After);
    let condition = match (sort, down) {
        (Sort::Newest | Sort::Oldest, true) => "(m.created_at, m.id) < (",
        (Sort::Newest | Sort::Oldest, false) => "(m.created_at, m.id) > (",
        (_, true) => "(m.updated_at, m.id) < (",
        (_, false) => "(m.updated_at, m.id) > (",
    };
    list.and_bind(condition, at).push(", ").bind(cursor.id).push(")");
}

pub(super) fn order(sort: Sort, way: Option<Way>) -> Order {
    let (forwards, backwards) = match sort {
        Sort::Newest => (" order by m.created_at desc, m.id desc", " order by m.created_at, m.id"),
        Sort::Oldest => (" order by m.created_at, m.id", " order by m.created_at desc, m.id desc"),
        Sort::ChangedLast => (" order by m.updated_at desc, m.id desc", " order by m.updated_at, m.id"),
        Sort::ChangedFirst => (" order by m.updated_at, m.id", " order by m.updated_at desc, m.id desc"),
    };
    Order { forwards, backwards, way }
}

/// These models, as the list shows them.
///
/// # Errors
/// When the database cannot answer.
pub async fn states(db: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Listed>> {
    let mut list = Listing::new(COLUMNS);
    list.and_bind("m.id = any(", ids.to_vec()).push(")");
    list.page(db, order(Sort::Newest, None)).await
}
