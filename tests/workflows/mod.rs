//! Runs of the crews: what is seen of them, and starting them again in whatever the world does meanwhile.
mod client;
mod crash;
mod hook;
mod list;
mod many;
mod page;
mod retry;
mod settings;
mod settle;
mod stop;

use crate::support::{ADA, Answer, Browser, Filled, Studio};
use backlot::sandbox::crews::{CrewHosts, Script, Words};
use std::time::{Duration, Instant};
use uuid::{Uuid, uuid};

/// A run of Ada's that failed: a retry of it does well in the sandbox.
pub const FAILED: Uuid = uuid!("0192f000-0000-7000-8000-0000000000b1");

const ROWS: &str = r#"insert into platform.workflow_jobs (id, user_id, project_id, crew, state, inputs, tasks, tasks_total, external_id, error_signature, error,
    created_at, started_at, finished_at) values
  ('0192f000-0000-7000-8000-0000000000b1', '0192f000-0000-7000-8000-00000000000a', '0192f000-0000-7000-8000-0000000000a1', 'script_writer', 'failed',
   '{"theme": "a loom", "tone": "dry", "api_key": "sk-live-0123456789abcdef"}',
   '[{"name": "research_theme", "agent": "Researcher", "status": "done", "output": "Five sources."}, {"name": "outline", "agent": "Story editor", "status": "failed", "error": "too many requests"}]',
   2, 'gone-1', 'litellm.RateLimitError: TPM limit', 'litellm.RateLimitError: limit 450000, used 448211', now() - interval '2 hours', now() - interval '2 hours', now() - interval '1 hour')"#;

/// A studio with a failed run in it.
pub async fn studio() -> Studio {
    let studio = Studio::open().await;
    studio.run(ROWS).await;
    studio
}

/// Another failed run of the same crew, by its number.
pub fn another(number: u32) -> String {
    format!(
        "insert into platform.workflow_jobs (id, user_id, crew, state, inputs, error_signature, error, created_at)
         values ('{}', '{ADA}', 'script_writer', 'failed', '{{\"theme\": \"no. {number}\"}}', 'crew host unreachable', 'not reached', now() - interval '{number} minutes')",
        numbered(number)
    )
}

pub fn numbered(number: u32) -> Uuid {
    Uuid::from_u128(FAILED.as_u128() + 0x1000 + u128::from(number))
}

/// The page that asks, filled and with the effect shown.
pub async fn shown(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
    let page = browser.get(path).await.must(200);
    let path = path.split('?').next().unwrap();
    let form = fields.iter().fold(page.form(path), |form, (name, value)| form.with(name, value));
    browser.submit(&form).await
}

pub async fn ready(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Filled {
    shown(browser, path, fields).await.must(200).form(path.split('?').next().unwrap())
}

/// Retries a run from its page; the new attempt.
pub async fn retried(browser: &mut Browser, run: Uuid) -> Uuid {
    let form = ready(browser, &format!("/admin/workflows/{run}/retry"), &[("reason", "the limit was raised")]).await;
    let sent = browser.submit(&form).await.must(303);
    sent.location().rsplit('/').next().unwrap().parse().unwrap()
}

impl Studio {
    pub async fn run_state(&self, run: Uuid) -> String {
        self.text(&format!("select state from platform.workflow_jobs where id = '{run}'")).await
    }

    /// What was done and heard of a run, oldest first.
    pub async fn happened(&self, run: Uuid) -> Vec<String> {
        let sql = format!(
            "select coalesce(string_agg(text, '|' order by at, id), '') from backlot.workflow_events where workflow_job_id = '{run}'"
        );
        self.text(&sql).await.split('|').map(str::to_owned).collect()
    }

    /// Waits until a statement says so.
    pub async fn until(&self, sql: &str, wanted: &str) {
        let since = Instant::now();
        loop {
            let found = self.text(sql).await;
            if found == wanted {
                return;
            }
            assert!(since.elapsed() < Duration::from_secs(15), "{sql}: still {found}, not {wanted}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// A crew that takes its time: its runs end when the test says so.
pub fn patient(hosts: &CrewHosts, crew: &str) {
    hosts.script(crew, Script::of(Words::OpenApi, &["first", "second"], Duration::from_secs(3_600)));
}
