//! An admin who works all the while, and writes down what was acknowledged.
use crate::support::{Answer, Browser, Filled, Studio};
use axum::http::StatusCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use uuid::Uuid;

/// How often a form is sent at most until somebody answers: longer than a database takes to come back.
const TRIES: usize = 300;

/// An admin with one user of their own to look after.
pub struct Client {
    pub browser: Browser,
    pub user: Uuid,
    /// Notes that were acknowledged.
    pub notes: Vec<String>,
    /// Acknowledged changes, by action.
    pub changes: Vec<(&'static str, u64)>,
    /// Forms and pages that had to be asked for again.
    pub repeated: u64,
}

impl Client {
    /// With a user who is made for it.
    pub async fn new(studio: &Studio, browser: Browser, number: usize) -> Self {
        let user = Uuid::from_u128(0x0192_f000_0000_7000_9000_0000_0000_0000 + number as u128);
        studio
            .run(&format!(
                "insert into platform.users (id, email, name) values ('{user}', 'fleet{number}@users.example', 'Fleet {number}')"
            ))
            .await;
        Self { browser, user, notes: Vec::new(), changes: Vec::new(), repeated: 0 }
    }

    /// Works until it is told to stop; a piece of work that has begun is brought to its end.
    pub async fn work(mut self, stop: Arc<AtomicBool>) -> Self {
        let mut round = 0;
        while !stop.load(Ordering::Relaxed) {
            round += 1;
            self.note(format!("note {round} about {}", self.user)).await;
            let tier = if round % 2 == 0 { "starter" } else { "pro" };
            self.confirmed("users.change_tier", "tier", &[("tier", tier), ("reason", "working")]).await;
            self.confirmed("users.suspend", "suspend", &[("reason", "working")]).await;
            self.at_once("users.restore", "restore").await;
        }
        self
    }

    async fn note(&mut self, body: String) {
        let here = format!("/admin/users/{}", self.user);
        let page = self.page(&here).await;
        let form = page.form(&format!("{here}/notes")).with("body", &body);
        self.sent(&form, StatusCode::SEE_OTHER).await;
        self.notes.push(body);
    }

    /// A change that is shown before it is confirmed.
    async fn confirmed(&mut self, action: &'static str, step: &str, fields: &[(&str, &str)]) {
        let here = format!("/admin/users/{}/{step}", self.user);
        let page = self.page(&here).await;
        let form = fields.iter().fold(page.form(&here), |form, (name, value)| form.with(name, value));
        let shown = self.sent(&form, StatusCode::OK).await;
        self.sent(&shown.form(&here), StatusCode::SEE_OTHER).await;
        self.count(action);
    }

    async fn at_once(&mut self, action: &'static str, step: &str) {
        let here = format!("/admin/users/{}/{step}", self.user);
        let page = self.page(&here).await;
        self.sent(&page.form(&here), StatusCode::SEE_OTHER).await;
        self.count(action);
    }

    fn count(&mut self, action: &'static str) {
        match self.changes.iter_mut().find(|(known, _)| *known == action) {
            Some((_, count)) => *count += 1,
            None => self.changes.push((action, 1)),
        }
    }

    /// A page; asked for again while nobody can answer.
    async fn page(&mut self, path: &str) -> Answer {
        for _ in 0..TRIES {
            let answer = self.browser.get(path).await;
            if !is_away(&answer) {
                return answer.must(200);
            }
            self.pause().await;
        }
        panic!("nobody answers {path}");
    }

    /// Sends a form; the very same again while nobody can answer, as people do.
    async fn sent(&mut self, form: &Filled, wanted: StatusCode) -> Answer {
        for _ in 0..TRIES {
            let answer = self.browser.submit(form).await;
            if !is_away(&answer) {
                assert_eq!(answer.status, wanted, "{answer:?}");
                return answer;
            }
            self.pause().await;
        }
        panic!("nobody takes {}", form.action);
    }

    async fn pause(&mut self) {
        self.repeated += 1;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Nothing is wrong with what was asked: nobody is there to do it.
fn is_away(answer: &Answer) -> bool {
    matches!(answer.status, StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE)
}
