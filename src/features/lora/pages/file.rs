//! What a model's file says of itself: its own header, read from the store by ranges.
use super::{PATH, crumbs, subject, words};
use crate::gateways::storage::safetensors::{self, Header};
use crate::gateways::storage::{Key, Objects};
use crate::kernel::Result;
use crate::web::parts::Link;
use crate::web::show::number;
use crate::web::{Admin, Path, html};
use askama::Template;
use axum::Extension;
use axum::response::Response;
use serde_json::{Map, Value};
use uuid::Uuid;

/// Words of captions that are shown.
const TAGS: usize = 24;
/// The longest value that is shown, in characters.
const LONGEST: usize = 300;

#[derive(Template)]
#[template(path = "lora/file.html")]
struct File {
    admin: Admin,
    home: String,
    crumbs: Vec<Link>,
    place: String,
    found: Option<Found>,
    /// Why there is nothing to show.
    why: String,
}

/// What the header says.
struct Found {
    facts: Vec<(&'static str, String)>,
    tags: Vec<(String, String)>,
    others: Vec<(String, String)>,
}

/// What matters most, by the names that trainers give it: the kohya family, and the model specification.
const KNOWN: [(&str, &[&str]); 11] = [
    ("Rank", &["ss_network_dim", "lora_rank", "rank"]),
    ("Alpha", &["ss_network_alpha", "lora_alpha", "alpha"]),
    ("Base model", &["ss_base_model_version", "ss_sd_model_name", "modelspec.architecture", "base_model"]),
    ("Steps", &["ss_steps", "ss_max_train_steps", "steps"]),
    ("Epochs", &["ss_num_epochs", "ss_epoch"]),
    ("Learning rate", &["ss_learning_rate", "ss_unet_lr"]),
    ("Optimizer", &["ss_optimizer"]),
    ("Images", &["ss_num_train_items", "ss_num_train_images"]),
    ("Precision", &["ss_mixed_precision"]),
    ("Seed", &["ss_seed"]),
    ("Trigger", &["modelspec.trigger_phrase", "ss_trigger_word"]),
];

/// The page; the model's own page shows a part of it.
pub async fn file(admin: Admin, Extension(objects): Extension<Objects>, Path(id): Path<Uuid>) -> Result<Response> {
    let model = subject(&admin, id).await?;
    let place = model.file.as_ref().map(|file| file.key.clone()).unwrap_or_default();
    let (found, why) = match look(&objects, &place).await {
        Ok(header) => (Some(told(&header)), String::new()),
        Err(why) => (None, why),
    };
    html(&File { home: format!("{PATH}/{id}"), crumbs: crumbs(&model), place, found, why, admin })
}

async fn look(objects: &Objects, place: &str) -> std::result::Result<Header, String> {
    if place.is_empty() {
        return Err("This model has no file.".into());
    }
    let key = Key::parse(place).map_err(|error| error.to_string())?;
    let store = objects.store().map_err(|error| format!("Its header cannot be read: {error}."))?;
    safetensors::read(&**store, &key).await.map_err(|error| match error {
        safetensors::Unreadable::Store(error) => format!("Its header cannot be read: {error}."),
        other => other.to_string(),
    })
}

fn told(header: &Header) -> Found {
    let value =
        |names: &[&str]| names.iter().find_map(|name| header.metadata.get(*name)).filter(|text| !text.is_empty() && *text != "None");
    let known = KNOWN.iter().filter_map(|(label, names)| value(names).map(|text| (*label, short(text))));
    let types: Vec<_> =
        header.types.iter().map(|(kind, count)| format!("{} {kind}", number(i64::try_from(*count).unwrap_or(i64::MAX)))).collect();
    let whole = |count: u64| number(i64::try_from(count).unwrap_or(i64::MAX));
    let own = [
        ("Tensors", types.join(", ")),
        ("Numbers", whole(header.parameters)),
        ("File", words::size(i64::try_from(header.size).unwrap_or(i64::MAX))),
        ("Header", words::size(i64::try_from(header.length).unwrap_or(i64::MAX))),
    ];
    let is_known = |name: &String| KNOWN.iter().any(|(_, names)| names.contains(&name.as_str())) || name == "ss_tag_frequency";
    Found {
        facts: known.chain(own).collect(),
        tags: tags(header.metadata.get("ss_tag_frequency").map(String::as_str)),
        others: header
            .metadata
            .iter()
            .filter(|(name, _)| !is_known(name))
            .take(60)
            .map(|(name, text)| (short(name), short(text)))
            .collect(),
    }
}

fn short(text: &str) -> String {
    crate::web::show::short(text, LONGEST)
}

/// The words of captions and how often they are there: JSON within JSON, `{"folder": {"word": 7}}`.
fn tags(text: Option<&str>) -> Vec<(String, String)> {
    let folders: Map<String, Value> = text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let mut words: Vec<(String, u64)> = Vec::new();
    for (word, count) in folders.values().filter_map(Value::as_object).flatten() {
        words.push((short(word), count.as_u64().unwrap_or_default()));
    }
    words.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    words.into_iter().take(TAGS).map(|(word, count)| (word, number(i64::try_from(count).unwrap_or(i64::MAX)))).collect()
}
