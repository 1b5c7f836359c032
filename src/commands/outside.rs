//! The services outside: the real ones that the environment names, or the demo's stand-ins.
use super::{crews, letters};
use crate::app::Outside;
use crate::gateways::chat::Chat;
use crate::gateways::finby::{Finby, Payments, Places};
use crate::gateways::storage::{Folder, Objects, S3};
use crate::gateways::training::{Keys, Replicate, Trainer};
use crate::gateways::watch::{Calls, Gateway as Watch, Watched};
use crate::kernel::secret::Secrets;
use crate::sandbox::crews::CrewHosts;
use crate::sandbox::finby::Gateway;
use crate::sandbox::library::Library;
use crate::sandbox::papers::Papers;
use crate::sandbox::s3::Bucket;
use crate::sandbox::training::{Adopted, Pace, SECRET, TrainingServer};
use crate::settings::{FinbyGateway, Settings, Storage, Training};
use serde_json::json;
use sqlx::PgPool;
use std::error::Error;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// The demo's stand-ins, for as long as they are held.
#[derive(Default)]
pub struct StandIns {
    bucket: Option<Bucket>,
    service: Option<TrainingServer>,
    gateway: Option<Gateway>,
    /// They work for as long as they are held.
    _hosts: Option<CrewHosts>,
}

/// Opens what the settings name; each call to it is counted.
///
/// # Errors
/// When an address is none, or there is no free port for a stand-in.
pub async fn open(settings: &Settings, home: Option<&Path>, work: &PgPool, own: (Arc<Secrets>, &Calls)) -> Outcome<(Outside, StandIns)> {
    let ((secrets, calls), mut stand_ins) = (own, StandIns::default());
    let objects = objects(settings, work, &mut stand_ins, calls).await?;
    let trainer = trainer(settings, &objects, work, (&mut stand_ins, calls)).await?;
    let (crews, hosts) = crews::open(settings, calls).await?;
    stand_ins._hosts = hosts;
    let payments = payments(settings, work, &mut stand_ins, calls).await?;
    let mail = letters::mail(settings, work, secrets, calls)?;
    let exports = match (&settings.storage, home) {
        // The demo's own store is in memory: too small for what may be exported.
        (Storage::Sandbox | Storage::Off, Some(home)) => Objects::new(Arc::new(folder(&home.join("exports"))?)),
        _ => objects.clone(),
    };
    let chat = settings.chat.as_ref().map(|url| Chat::new(url, &settings.public_url, calls)).transpose()?.unwrap_or_default();
    Ok((Outside { mail, objects, trainer, crews, payments, exports, chat }, stand_ins))
}

/// Where weights and pictures are.
async fn objects(settings: &Settings, work: &PgPool, stand_ins: &mut StandIns, calls: &Calls) -> Outcome<Objects> {
    let s3 = |place| -> Outcome<Objects> { Ok(Objects::new(Arc::new(Watched::new(Watch::Storage, S3::new(place)?, calls)))) };
    Ok(match &settings.storage {
        Storage::Off => Objects::default(),
        Storage::Folder(folder) => Objects::new(Arc::new(Watched::new(Watch::Storage, Folder::open(folder)?, calls))),
        Storage::S3(place) => s3(place)?,
        Storage::Sandbox => {
            let bucket = stand_ins.bucket.insert(Bucket::start("demo-studio").await?);
            bucket.stock(Arc::new(Library::new(work.clone())));
            s3(&bucket.place())?
        }
    })
}

/// Who trains models.
async fn trainer(settings: &Settings, objects: &Objects, work: &PgPool, own: (&mut StandIns, &Calls)) -> Outcome<Trainer> {
    let (stand_ins, calls) = own;
    let (access, keys) = match &settings.training {
        Training::Off => return Ok(Trainer::default()),
        Training::Replicate(access, keys) => (Box::as_ref(access).clone(), keys.clone()),
        Training::Sandbox => {
            let service = stand_ins.service.insert(TrainingServer::start(Pace::demo()).await?);
            let access = service.access(Some(format!("{}/webhooks/training", settings.public_url)));
            resume(service, objects, work, access.webhook.as_deref()).await?;
            (access, Keys::parse(SECRET)?)
        }
    };
    let service = Watched::new(Watch::Training, Replicate::new(access)?, calls);
    Ok(Trainer::new(Arc::new(service), keys, settings.hour_cents))
}

/// The gateway through which money moves: the one that the settings name, or the stand-in, or none.
async fn payments(settings: &Settings, work: &PgPool, stand_ins: &mut StandIns, calls: &Calls) -> Outcome<Payments> {
    let places = Places { public_url: settings.public_url.clone(), back: settings.finby.back.clone() };
    let access = match &settings.finby.gateway {
        FinbyGateway::Off => return Ok(Payments::default()),
        FinbyGateway::Finby(access) => Box::as_ref(access).clone(),
        FinbyGateway::Sandbox => {
            let gateway = stand_ins.gateway.insert(Gateway::start().await?);
            // Its numbers are new at each start: milliseconds since 1970 are never behind those of the start before.
            let now = sqlx::query_scalar!(r#"select (extract(epoch from now()) * 1000)::bigint as "milliseconds!""#);
            let last = now.fetch_one(work).await?;
            gateway.stock(Arc::new(Papers::new(work.clone(), &settings.public_url)), last);
            gateway.access()?
        }
    };
    Ok(Payments::new(Arc::new(Watched::new(Watch::Finby, Finby::new(access)?, calls)), places, settings.finby.renews))
}

/// A folder that only this user may look into; made when it is missing.
fn folder(path: &Path) -> Outcome<Folder> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    Ok(Folder::open(path)?)
}

/// Where files are until they are whole.
///
/// # Errors
/// When the folder cannot be made.
pub fn unfinished(settings: &Settings, home: Option<&Path>) -> Outcome<PathBuf> {
    let path = match (&settings.work_folder, home) {
        (Some(path), _) => path.clone(),
        (None, Some(home)) => home.join("unfinished"),
        (None, None) => std::env::temp_dir(),
    };
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&path)?;
    Ok(path)
}

/// Trainings that wait or run in the demo's tables go on, though the service of their time is gone.
async fn resume(service: &TrainingServer, objects: &Objects, work: &PgPool, webhook: Option<&str>) -> Outcome<()> {
    let open = sqlx::query!(
        r#"select t.id, t.external_id as "external_id!", t.lora_model_id, t.steps, t.total_steps, m.name, m.base_model, m.trigger_word, m.config,
             m.updated_at < now() - interval '3 hours' as "stalls!",
             array(select caption from platform.training_images i where i.lora_model_id = m.id order by i.id) as "captions!: Vec<Option<String>>"
           from platform.lora_trainings t join platform.lora_models m on m.id = t.lora_model_id
           where t.status in ('queued', 'running') and t.external_id is not null and t.provider = 'sandbox' limit 2000"#
    );
    for row in open.fetch_all(work).await? {
        let key = crate::gateways::storage::Key::parse(&format!("loras/{}/{}.safetensors", row.lora_model_id, row.id))?;
        let mut input = row.config;
        input["name"] = json!(row.name);
        input["base_model"] = json!(row.base_model);
        input["trigger_word"] = json!(row.trigger_word);
        input["images"] = row.captions.iter().map(|caption| json!({ "caption": caption })).collect();
        input["upload_url"] = json!(objects.store()?.take_in(&key, Duration::from_secs(6 * 86_400)));
        input["backlot_training"] = json!(row.id);
        service.adopt(Adopted {
            id: row.external_id,
            input,
            webhook: webhook.map(str::to_owned),
            steps: u32::try_from(row.steps).unwrap_or_default(),
            total: u32::try_from(row.total_steps).unwrap_or_default(),
            stalls: row.stalls,
        });
    }
    Ok(())
}
