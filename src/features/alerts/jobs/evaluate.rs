//! One look at every rule: measured first, each by itself, then compared with what is remembered, all at once.
use super::{Bell, passing, tell};
use crate::features::alerts::model::{Limits, Patience, Reading, Rule, Turn, step};
use crate::features::alerts::store::watch::Known;
use crate::features::alerts::store::{measure, people, watch};
use crate::jobs::{Job, JobError, Work};
use crate::kernel::Result;
use crate::live::Settings;
use crate::live::settings::keys;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use std::time::Duration;

/// Looks at every rule.
#[derive(Serialize, Deserialize)]
pub struct Evaluate;

impl Job for Evaluate {
    type State = Bell;
    const NAME: &'static str = "alerts.evaluate";
    const MAX_ATTEMPTS: u32 = 3;
    const TIMEOUT: Duration = Duration::from_secs(120);

    async fn run(self, work: &mut Work<Bell>) -> Result<(), JobError> {
        let bell = work.state().clone();
        let snapshot = bell.live.now();
        let least = snapshot.settings.get(keys::ALERT_LEAST);
        let mut found = Vec::new();
        for rule in Rule::ALL {
            // In a transaction of its own, which is never committed: one rule that cannot be measured does not keep the others.
            let mut tx = work.transaction().await?;
            match measure::of(&mut tx, *rule, least).await {
                Ok(readings) => found.push((*rule, readings)),
                Err(error) => tracing::error!(rule = rule.code(), %error, "a rule could not be measured"),
            }
        }
        let mut tx = work.transaction().await?;
        let now = watch::hold(&mut tx).await.map_err(passing)?;
        let look = Look { settings: &snapshot.settings, now, chat: bell.chat.is_there() };
        for (rule, readings) in found {
            look.at(&mut tx, rule, readings).await.map_err(passing)?;
        }
        look.tell(&mut tx).await.map_err(passing)?;
        watch::forget(&mut tx).await.map_err(passing)?;
        tx.commit().await
    }
}

/// One look.
struct Look<'a> {
    settings: &'a Settings,
    now: Timestamp,
    chat: bool,
}

impl Look<'_> {
    async fn at(&self, db: &mut PgConnection, rule: Rule, readings: Vec<Reading>) -> Result<()> {
        let known = watch::known(db, rule).await?;
        let gone = known.iter().filter(|known| !readings.iter().any(|reading| reading.subject == known.subject));
        let gone: Vec<_> = gone.map(|known| Reading::about(known.subject.clone(), 0.0, "nothing any more")).collect();
        for reading in readings.into_iter().chain(gone) {
            let known = known.iter().find(|known| known.subject == reading.subject);
            self.compare(db, rule, (&reading, known)).await?;
        }
        Ok(())
    }

    async fn compare(&self, db: &mut PgConnection, rule: Rule, of: (&Reading, Option<&Known>)) -> Result<()> {
        let (reading, known) = of;
        let limits = Limits::of(rule, self.settings);
        let (before, open) = known.map_or_else(Default::default, |known| (known.watch, known.open));
        let (next, turn) = step(before, open.is_some(), reading.value, (limits, Patience::of(self.settings)), self.now);
        let summary = format!("{}: {} {}", rule.title(&reading.subject), rule.say(reading.value), reading.words);
        watch::remember(db, rule, reading, next).await?;
        let alert = match (turn, open) {
            (Turn::Fires, _) => watch::open(db, rule, reading, limits.fires, &summary).await?,
            (_, open) => open,
        };
        let Some(alert) = alert else { return Ok(()) };
        if turn == Turn::Clears {
            watch::close(db, alert).await?;
            return match watch::over(db, alert).await? {
                Some(over) => tell::cleared(db, rule, &over, self.chat).await,
                None => Ok(()),
            };
        }
        // While it is calm nobody is added, and its words stay those of the fault.
        if limits.is_over(reading.value) {
            people::add(db, rule, &reading.subject, alert).await?;
            watch::look(db, alert, reading, &summary).await?;
        }
        Ok(())
    }

    /// Tells of all that nobody was told of: new ones, and those whose silence has ended.
    async fn tell(&self, db: &mut PgConnection) -> Result<()> {
        for alert in watch::untold(db).await? {
            let Ok(rule) = Rule::try_from(alert.rule.clone()) else { continue };
            watch::told(db, alert.id).await?;
            tell::fired(db, rule, &alert, self.chat).await?;
        }
        Ok(())
    }
}
