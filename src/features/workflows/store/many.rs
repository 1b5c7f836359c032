//! Failed runs that a filter matches and that may be started again: counted, sampled, and taken newest first.
use crate::kernel::listing::{Listing, Order};
use crate::kernel::{Result, Tx};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

/// Which failed runs are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Criteria {
    pub crew: Option<String>,
    pub user: Option<Uuid>,
    pub signature: Option<String>,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
    /// Runs with so many attempts are left out.
    pub most: i64,
}

/// A failed run, and the chain that it is the newest of.
#[derive(sqlx::FromRow)]
pub struct Match {
    pub id: Uuid,
    pub root_id: Uuid,
    pub crew: String,
    pub attempt: i32,
}

impl Criteria {
    /// The filter in words, for the record.
    pub fn words(&self) -> String {
        let time = |at: Option<Timestamp>| at.map(|at| at.strftime("%Y-%m-%d %H:%M UTC").to_string());
        let parts = [
            ("crew", self.crew.clone()),
            ("user", self.user.map(|id| id.to_string())),
            ("error", self.signature.clone()),
            ("from", time(self.from)),
            ("before", time(self.to)),
        ];
        let words: Vec<_> = parts.into_iter().filter_map(|(name, value)| value.map(|value| format!("{name} {value}"))).collect();
        if words.is_empty() { "all failed runs".into() } else { words.join(", ") }
    }

    fn narrow(&self, list: &mut Listing) {
        list.and("w.state = 'failed'");
        if let Some(signature) = &self.signature {
            list.and_bind("w.error_signature = ", signature.clone());
        }
        if let Some(crew) = &self.crew {
            list.and_bind("w.crew = ", crew.clone());
        }
        if let Some(user) = self.user {
            list.and_bind("w.user_id = ", user);
        }
        for (condition, at) in [("w.created_at >= ", self.from), ("w.created_at < ", self.to)] {
            if let Some(at) = at {
                list.and_bind(condition, jiff_sqlx::Timestamp::from(at));
            }
        }
        list.and_bind("w.attempt < ", self.most);
        list.and("not exists (select from platform.workflow_jobs l where l.root_id = w.root_id and l.attempt > w.attempt)");
    }
}

/// How many match, counted no further than 10,000 and one.
pub async fn count(db: &mut PgConnection, criteria: &Criteria) -> Result<i64> {
    let mut list = Listing::new("select count(*) from (select from platform.workflow_jobs w");
    criteria.narrow(&mut list);
    list.capped_count(db).await
}

/// The newest that match, so many at most; their chains are locked until the transaction ends.
pub async fn take(tx: &mut Tx, criteria: &Criteria, wanted: usize) -> Result<Vec<Match>> {
    let mut list = Listing::new(
        "select id, root_id, crew, attempt from (select w.id, w.root_id, w.crew, w.attempt, w.created_at from platform.workflow_jobs w",
    );
    criteria.narrow(&mut list);
    list.push(" order by w.created_at desc, w.id desc limit ").bind(i64::try_from(wanted).unwrap_or(i64::MAX)).push(") w");
    let newest = " order by w.created_at desc, w.id desc";
    let rows: Vec<Match> = list.rows(&mut **tx, Order { forwards: newest, backwards: newest, way: None }).await?;
    let roots: Vec<Uuid> = rows.iter().map(|row| row.root_id).collect();
    sqlx::query!("select id from platform.workflow_jobs where id = any($1) order by id for no key update", &roots)
        .fetch_all(&mut **tx)
        .await?;
    Ok(rows)
}

/// Of these runs, those that are no longer their chain's newest: somebody was faster.
pub async fn overtaken(tx: &mut Tx, runs: &[Uuid]) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!" from unnest($1::uuid[]) as wanted (id) join platform.workflow_jobs w on w.id = wanted.id
           where exists (select from platform.workflow_jobs l where l.root_id = w.root_id and l.attempt > w.attempt)"#,
        runs
    )
    .fetch_one(&mut **tx)
    .await?)
}
