//! A studio whose trainer and object store speak over real sockets.
use crate::support::server::with_tls;
use crate::support::{Answer, Browser, Studio};
use backlot::gateways::storage::{Objects, S3};
use backlot::gateways::training::{Keys, Replicate, Trainer};
use backlot::kernel::Role;
use backlot::sandbox::s3::Bucket;
use backlot::sandbox::training::{Pace, SECRET, TrainingServer};
use std::sync::Arc;
use uuid::Uuid;

pub struct Stage {
    pub studio: Studio,
    pub bucket: Bucket,
    pub service: TrainingServer,
}

impl Stage {
    pub async fn open() -> Self {
        Self::telling(None).await
    }

    /// A studio whose trainer tells what happens at this address.
    pub async fn telling(webhook: Option<String>) -> Self {
        with_tls();
        let bucket = Bucket::start("studio").await.unwrap();
        let service = TrainingServer::start(Pace::quick()).await.unwrap();
        let objects = Objects::new(Arc::new(S3::new(&bucket.place()).unwrap()));
        let trainer = Trainer::new(Arc::new(Replicate::new(service.access(webhook)).unwrap()), Keys::parse(SECRET).unwrap(), 505);
        Self { studio: Studio::with_services(objects, trainer).await, bucket, service }
    }

    pub async fn support(&self) -> Browser {
        self.studio.sign_in(Role::SupportAdmin).await
    }

    /// Has everything looked at that waits or runs.
    pub async fn look(&self) {
        self.studio
            .run(
                "insert into backlot.jobs (id, name, payload, max_attempts) values (gen_random_uuid(), 'lora.poll', 'null', 1);
                  update platform.lora_trainings set last_heard_at = null",
            )
            .await;
        self.studio.run_jobs().await;
    }
}

/// Retries a model with these fields; the answer to the confirmation, or to the question when it was refused.
pub async fn retry(browser: &mut Browser, model: Uuid, fields: &[(&str, &str)]) -> Answer {
    act(browser, &format!("/admin/lora/{model}/retry"), fields).await
}

/// Asks, and confirms what is shown.
pub async fn act(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
    let asked = browser.get(path).await.must(200).form(path);
    let form = fields.iter().fold(asked, |form, (name, value)| form.with(name, value));
    let shown = browser.submit(&form).await;
    if shown.status != 200 {
        return shown;
    }
    let form = shown.form(path);
    let form = if shown.has(".phrase") { form.with("_typed", &shown.one(".phrase")) } else { form };
    browser.submit(&form).await
}
