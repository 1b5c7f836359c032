//! What every server holds in memory and follows at once: feature flags, settings, maintenance.
//!
//! A change bumps its topic's version in its own transaction; the commit notifies every server, and each reads the whole anew.
//! Who asks reads memory, never the database; a server that cannot hear looks by itself every second.
pub mod bucket;
pub mod flag;
pub mod instances;
mod keeper;
mod load;
pub mod maintenance;
pub mod settings;
pub mod snapshot;

pub use bucket::Percentage;
pub use flag::{Decided, Exception, Kind, NeedsUser, Roster, Rule, Subject, Verdict};
pub use keeper::Keeper;
pub use maintenance::{Maintenance, Window};
pub use settings::{Pinned, Settings};
pub use snapshot::{Flag, Snapshot, Topic, Versions};

use crate::kernel::Result;
use arc_swap::{ArcSwap, Guard};
use sqlx::PgPool;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// What is live now; cheap to clone.
#[derive(Clone)]
pub struct Live(Arc<Inside>);

struct Inside {
    now: ArcSwap<Snapshot>,
    news: watch::Sender<Versions>,
    pinned: Pinned,
}

impl Default for Live {
    fn default() -> Self {
        Self::pinned(Pinned::default())
    }
}

impl Live {
    /// Nothing yet, with the settings that the environment pins.
    pub fn pinned(pinned: Pinned) -> Self {
        let now = Snapshot { settings: Settings::of(&BTreeMap::new(), &pinned), ..Snapshot::default() };
        Self(Arc::new(Inside { now: ArcSwap::from_pointee(now), news: watch::Sender::new(Versions::default()), pinned }))
    }

    /// What is live now.
    pub fn now(&self) -> Guard<Arc<Snapshot>> {
        self.0.now.load()
    }

    /// Tells of each new version.
    pub fn news(&self) -> watch::Receiver<Versions> {
        self.0.news.subscribe()
    }

    /// Reads everything anew. An older reading never replaces a newer one.
    ///
    /// # Errors
    /// When the database cannot answer, or holds what this program does not understand; then all stays as it was.
    pub async fn reload(&self, db: &PgPool) -> Result<Versions> {
        let before = self.0.now.load_full();
        let fresh = Arc::new(load::load(db, &before, &self.0.pinned).await?);
        let versions = fresh.versions;
        self.0.now.rcu(|known| if known.versions.sum() > versions.sum() { Arc::clone(known) } else { Arc::clone(&fresh) });
        self.0.news.send_if_modified(|known| {
            let is_news = versions.sum() > known.sum();
            if is_news {
                *known = versions;
            }
            is_news
        });
        Ok(versions)
    }

    /// Waits until a topic's version is there; `false` when it does not come in time.
    pub async fn reach(&self, topic: Topic, version: i64, patience: Duration) -> bool {
        let mut news = self.news();
        let came = news.wait_for(|versions| versions.of(topic) >= version);
        tokio::time::timeout(patience, came).await.is_ok_and(|found| found.is_ok())
    }
}
