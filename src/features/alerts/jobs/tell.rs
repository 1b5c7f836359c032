//! Telling those whom an alert concerns, by mail and in the chat: with the transaction in which it begins or ends.
use super::say::{Say, What};
use crate::features::alerts::model::{Rule, Severity};
use crate::features::alerts::store::watch::{self, Untold};
use crate::gateways::mail::{Letter, SendLetter};
use crate::jobs::NewJob;
use crate::kernel::Result;
use crate::web::show::number;
use sqlx::PgConnection;

/// It has begun.
pub async fn fired(db: &mut PgConnection, rule: Rule, alert: &Untold, chat: bool) -> Result<()> {
    let severity = Severity::try_from(alert.severity.clone()).map_or("Alert", Severity::label);
    let subject = format!("{severity}: {}", rule.title(&alert.subject));
    let text = format!("{}\n\nSince {} (UTC).{}", alert.summary, alert.fired_at.strftime("%-d %b %Y, %H:%M"), hurts(alert.people));
    tell(db, rule, alert, (What::Fired, &subject, &text), chat).await
}

/// It is over.
pub async fn cleared(db: &mut PgConnection, rule: Rule, alert: &Untold, chat: bool) -> Result<()> {
    let subject = format!("Cleared: {}", rule.title(&alert.subject));
    let text = format!(
        "It is over. It was: {}\n\nIt began {} (UTC).{}",
        alert.summary,
        alert.fired_at.strftime("%-d %b %Y, %H:%M"),
        hurts(alert.people)
    );
    tell(db, rule, alert, (What::Cleared, &subject, &text), chat).await
}

fn hurts(people: i32) -> String {
    match people {
        0 => String::new(),
        1 => " It hurts one user.".to_owned(),
        many => format!(" It hurts {} users.", number(i64::from(many))),
    }
}

async fn tell(db: &mut PgConnection, rule: Rule, alert: &Untold, words: (What, &str, &str), chat: bool) -> Result<()> {
    let (what, subject, text) = words;
    let page = format!("/admin/alerts/{}", alert.id);
    for address in watch::concerned(db, rule).await? {
        let letter = Letter::new(address, subject, text).page(&page);
        NewJob::of(&SendLetter(letter))?.priority(5).enqueue(db).await?;
    }
    if chat {
        let say = Say { alert: alert.id, what, text: format!("{subject}\n{}", alert.summary) };
        NewJob::of(&say)?.priority(5).dedup_key(say.key()).enqueue(db).await?;
    }
    Ok(())
}
