//! Looking for rows that are wrong: each check a statement over one slice of rows, in the order of their key, so that no statement
//! lasts and no snapshot is held while millions are looked at.
mod accounts;
mod counts;
mod counts_of_work;
pub mod files;
mod links;
mod money;
mod orphans;
mod orphans_of_ours;
mod orphans_of_training;
mod subscriptions;
mod work;

use crate::features::integrity::model::{Area, Check, Fault, Limits, Piece};
use sqlx::PgConnection;
use sqlx::types::Json;

/// Before every key.
const BEGIN: &str = "00000000-0000-0000-0000-000000000000";

/// Which rows are looked at.
pub struct Asked<'a> {
    place: &'a str,
    size: i64,
    limits: Limits,
}

impl<'a> Asked<'a> {
    /// So many rows after a place; after nothing, from the beginning.
    pub fn new(place: &'a str, size: i64, limits: Limits) -> Self {
        Self { place: if place.is_empty() { BEGIN } else { place }, size, limits }
    }
}

/// What a statement answers.
struct Seen {
    looked: i64,
    faults: i64,
    next: Option<String>,
    found: Json<Vec<Fault>>,
}

impl From<Seen> for Piece {
    fn from(seen: Seen) -> Self {
        Self { looked: seen.looked, faults: seen.faults, found: seen.found.0, next: seen.next }
    }
}

/// Asks with two tables: `slice`, up to `$2` rows after the place `$1`, each with its own `place`; and `faults`, those that are wrong,
/// with `row`, `subject`, `label` and `detail`. The look goes on while slices are full.
macro_rules! piece {
    ($db:expr, $asked:expr, $sql:literal $(, $more:expr)*) => {
        sqlx::query_as!(
            Seen,
            $sql + r#" select (select count(*) from slice) as "looked!", (select count(*) from faults) as "faults!",
              (select min(s.place) from (select place, count(*) over () as rows from slice order by place collate "C" desc limit 1) s
                where s.rows >= $2::bigint) as next,
              (select coalesce(jsonb_agg(f), '[]') from (select * from faults limit 1000) f) as "found!: Json<Vec<Fault>>""#,
            $asked.place,
            $asked.size
            $(, $more)*
        )
        .fetch_one($db)
        .await
        .map(Into::into)
    };
}
use piece;

/// No statement of a look may last: whoever looks at millions of rows does so in slices.
///
/// # Errors
/// The database's.
pub async fn bound(db: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("set statement_timeout = '10s'").execute(&mut *db).await?;
    sqlx::query!("set default_transaction_read_only = on").execute(db).await?;
    Ok(())
}

/// Looks at one slice.
///
/// # Errors
/// The database's, as they are: a slice that takes too long is cut smaller.
pub async fn look(db: &mut PgConnection, check: Check, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    match check.area() {
        Area::Orphans => orphans::look(db, check, asked).await,
        Area::Links => links::look(db, check, asked).await,
        Area::Money => money::look(db, check, asked).await,
        Area::Work => work::look(db, check, asked).await,
        Area::Counts => counts::look(db, check, asked).await,
        Area::Accounts => accounts::look(db, check, asked).await,
        // Files are looked for in the object store: see [`files`].
        Area::Files => Ok(Piece::default()),
    }
}
