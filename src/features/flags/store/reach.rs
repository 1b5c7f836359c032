//! Whom a flag reaches: every user is drawn, piece by piece, so that the number is exact and memory stays small.
use super::people::{self, Named};
use crate::kernel::{Result, Tier};
use crate::live::{Rule, Subject};
use jiff::Timestamp;
use sqlx::PgConnection;
use std::collections::HashMap;
use uuid::Uuid;

/// Users that are looked at in one go.
const PIECE: i64 = 100_000;
/// How many people are named beside a number.
pub const SAMPLE: usize = 20;

/// How many there are, by tier, and the first few of them.
#[derive(Clone, Debug, Default)]
pub struct Crowd {
    pub by_tier: HashMap<Tier, i64>,
    pub sample: Vec<Named>,
    ids: Vec<Uuid>,
}

impl Crowd {
    fn add(&mut self, user: Uuid, tier: Tier, all: bool) {
        *self.by_tier.entry(tier).or_default() += 1;
        if all || self.ids.len() < SAMPLE {
            self.ids.push(user);
        }
    }

    fn meet(&mut self, user: Named) {
        *self.by_tier.entry(user.tier).or_default() += 1;
        if self.sample.len() < SAMPLE {
            self.sample.push(user);
        }
    }

    /// All of them.
    pub fn total(&self) -> i64 {
        self.by_tier.values().sum()
    }

    /// `3 Free, 2 Pro`.
    pub fn tiers(&self) -> String {
        let part = |tier: &Tier| self.by_tier.get(tier).map(|count| format!("{} {}", crate::web::show::number(*count), tier.label()));
        Tier::ALL.iter().filter_map(part).collect::<Vec<_>>().join(", ")
    }

    /// The ids that were kept, 16 bytes each, sorted.
    pub fn bytes(&self) -> Vec<u8> {
        let mut ids = self.ids.clone();
        ids.sort_unstable();
        ids.dedup();
        ids.iter().flat_map(|id| *id.as_bytes()).collect()
    }

    /// Whoever else belongs to it.
    pub fn join(&mut self, ids: impl IntoIterator<Item = Uuid>) {
        self.ids.extend(ids);
    }
}

/// Who would gain and who would lose.
#[derive(Clone, Debug, Default)]
pub struct Swing {
    pub gain: Crowd,
    pub lose: Crowd,
}

/// Draws every user with both rules. `name_losers` keeps the id of each who loses.
///
/// # Errors
/// When the database cannot answer.
pub async fn swing(db: &mut PgConnection, (before, after): (&Rule, &Rule), now: Timestamp, name_losers: bool) -> Result<Swing> {
    let mut swing = Swing::default();
    let has = |rule: &Rule, subject: &Subject| rule.decide(subject, now).is_ok_and(|verdict| verdict.value);
    each(db, |user, tier| {
        let subject = Subject::user(user, tier);
        match (has(before, &subject), has(after, &subject)) {
            (false, true) => swing.gain.add(user, tier, false),
            (true, false) => swing.lose.add(user, tier, name_losers),
            _ => {}
        }
    })
    .await?;
    name(db, &mut swing.gain).await?;
    name(db, &mut swing.lose).await?;
    Ok(swing)
}

/// The same for a few users by name, where nobody else is concerned.
///
/// # Errors
/// When the database cannot answer.
pub async fn swing_of(db: &mut PgConnection, (before, after): (&Rule, &Rule), now: Timestamp, users: &[Uuid]) -> Result<Swing> {
    let mut swing = Swing::default();
    for user in people::by_ids(db, users).await? {
        let subject = Subject::user(user.id, user.tier);
        let has = |rule: &Rule| rule.decide(&subject, now).is_ok_and(|verdict| verdict.value);
        match (has(before), has(after)) {
            (false, true) => swing.gain.meet(user),
            (true, false) => swing.lose.meet(user),
            _ => {}
        }
    }
    Ok(swing)
}

/// Everybody, and those who have it.
///
/// # Errors
/// When the database cannot answer.
pub async fn reach(db: &mut PgConnection, rule: &Rule, now: Timestamp) -> Result<(Crowd, Crowd)> {
    let (mut all, mut have) = (Crowd::default(), Crowd::default());
    each(db, |user, tier| {
        all.add(user, tier, false);
        if rule.decide(&Subject::user(user, tier), now).is_ok_and(|verdict| verdict.value) {
            have.add(user, tier, false);
        }
    })
    .await?;
    name(db, &mut have).await?;
    Ok((all, have))
}

async fn name(db: &mut PgConnection, crowd: &mut Crowd) -> Result<()> {
    let first = &crowd.ids[..crowd.ids.len().min(SAMPLE)];
    crowd.sample = people::by_ids(db, first).await?;
    crowd.sample.sort_by_key(|user| user.id);
    Ok(())
}

/// Every user who is not deleted, in the order of their ids.
async fn each(db: &mut PgConnection, mut take: impl FnMut(Uuid, Tier)) -> Result<()> {
    let mut last = Uuid::nil();
    loop {
        let rows = sqlx::query!(
            r#"select tier as "tier!", string_agg(uuid_send(id), ''::bytea order by id) as "ids!" from (
                 select id, tier from platform.users where id > $1 and status <> 'deleted' order by id limit $2) piece group by tier"#,
            last,
            PIECE
        );
        let mut seen = 0;
        for row in rows.fetch_all(&mut *db).await? {
            let tier = Tier::try_from(row.tier)?;
            for id in row.ids.chunks_exact(16).filter_map(|id| Uuid::from_slice(id).ok()) {
                take(id, tier);
                last = last.max(id);
                seen += 1;
            }
        }
        if seen < PIECE {
            return Ok(());
        }
    }
}
