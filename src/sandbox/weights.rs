//! Weights that were never trained: a valid `.safetensors` file with the metadata that trainers write.
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The width of a layer, as of FLUX.1.
const WIDTH: u64 = 3_072;
/// Bytes of a number.
const F16: u64 = 2;

/// A file: its header, and how large all of it is. What follows the header is zeros.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weights {
    pub head: Vec<u8>,
    pub size: u64,
}

/// What is known of a training when its weights are written.
#[derive(Clone, Debug, Default)]
pub struct Made {
    pub name: String,
    pub base_model: String,
    pub trigger_word: String,
    pub rank: u64,
    pub alpha: f64,
    pub steps: u64,
    pub learning_rate: f64,
    pub optimizer: String,
    pub images: u64,
    pub seed: u64,
    pub captions: Vec<String>,
}

impl Made {
    /// As trainers of the kohya family write it: every value is a text.
    fn metadata(&self) -> BTreeMap<&'static str, String> {
        let mut tags: BTreeMap<String, u64> = BTreeMap::new();
        for word in self.captions.iter().flat_map(|caption| caption.split(',')).map(str::trim).filter(|word| !word.is_empty()) {
            *tags.entry(word.to_owned()).or_default() += 1;
        }
        BTreeMap::from([
            ("format", "pt".to_owned()),
            ("ss_output_name", self.name.clone()),
            ("ss_base_model_version", self.base_model.clone()),
            ("ss_network_module", "networks.lora".to_owned()),
            ("ss_network_dim", self.rank.to_string()),
            ("ss_network_alpha", self.alpha.to_string()),
            ("ss_max_train_steps", self.steps.to_string()),
            ("ss_steps", self.steps.to_string()),
            ("ss_num_train_items", self.images.to_string()),
            ("ss_learning_rate", self.learning_rate.to_string()),
            ("ss_optimizer", self.optimizer.clone()),
            ("ss_mixed_precision", "bf16".to_owned()),
            ("ss_seed", self.seed.to_string()),
            ("ss_tag_frequency", json!({ self.trigger_word.as_str(): tags }).to_string()),
            ("modelspec.title", self.name.clone()),
            ("modelspec.trigger_phrase", self.trigger_word.clone()),
        ])
    }
}

/// A file of about the size that is wished for; at least large enough for two layers.
#[must_use]
pub fn write(made: &Made, wished: u64) -> Weights {
    let layer = 2 * made.rank.max(1) * WIDTH * F16;
    let layers = (wished.saturating_sub(64 << 10) / layer).clamp(2, 228);
    let mut entries = Map::new();
    entries.insert("__metadata__".into(), json!(made.metadata()));
    let mut at = 0;
    let mut add = |at: &mut u64, name: String, shape: Value, bytes: u64| {
        entries.insert(name, json!({ "dtype": "F16", "shape": shape, "data_offsets": [*at, *at + bytes] }));
        *at += bytes;
    };
    for no in 0..layers {
        add(&mut at, format!("transformer.blocks.{no}.attn.to_q.lora_A.weight"), json!([made.rank.max(1), WIDTH]), layer / 2);
        add(&mut at, format!("transformer.blocks.{no}.attn.to_q.lora_B.weight"), json!([WIDTH, made.rank.max(1)]), layer / 2);
    }
    let rest = wished.saturating_sub(at + (64 << 10)) / F16;
    if rest > 0 {
        add(&mut at, "transformer.proj_out.lora_B.weight".into(), json!([rest]), rest * F16);
    }
    let mut json = Value::Object(entries).to_string().into_bytes();
    // Spaces fill the header, so that the file has exactly the size that was wished for.
    let fill = wished.saturating_sub(8 + at + json.len() as u64);
    if fill <= 128 << 10 {
        json.resize(json.len() + usize::try_from(fill).unwrap_or_default(), b' ');
    }
    let length = json.len() as u64;
    Weights { head: [length.to_le_bytes().as_slice(), &json].concat(), size: 8 + length + at }
}
