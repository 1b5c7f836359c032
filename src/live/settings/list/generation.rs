//! Generation and training: what users make, and how much of it at once.
use crate::live::settings::definition::Category::Generation;
use crate::live::settings::definition::{Definition, Kind};

/// Ready-made choices above the prompt box.
const PRESETS: &str = r#"{
  "type": "array", "maxItems": 20,
  "items": {
    "type": "object", "additionalProperties": false, "required": ["name", "model", "steps"],
    "properties": {
      "name": { "type": "string", "minLength": 1, "maxLength": 60 },
      "model": { "enum": ["flux", "sdxl"] },
      "steps": { "type": "integer", "minimum": 1, "maximum": 150 },
      "guidance": { "type": "number", "minimum": 0, "maximum": 30 }
    }
  }
}"#;

pub static GENERATION: [Definition; 11] = [
    Definition::new(Generation, "generation.max_concurrent", "Generations at once", Kind::whole(1, 100), "5")
        .unit("per user")
        .about("How many generations one user may have running at once, whatever their tier.")
        .words("parallel simultaneous concurrency gpu load")
        .danger("Too many at once keep everybody else waiting for a GPU."),
    Definition::new(
        Generation,
        "generation.default_quality",
        "Quality to begin with",
        Kind::Choice(&[("draft", "Draft"), ("standard", "Standard"), ("hq", "High quality")]),
        "\"draft\"",
    )
    .about("The quality that is chosen before a user chooses.")
    .words("hq resolution preset"),
    Definition::new(Generation, "generation.max_images_per_request", "Images per request", Kind::whole(1, 16), "4")
        .unit("images")
        .about("How many images one request may ask for.")
        .words("batch variations"),
    Definition::new(Generation, "generation.max_prompt_characters", "Longest prompt", Kind::steps(100, 10_000, 100), "2000")
        .unit("characters")
        .about("Longer prompts are refused before they cost anything.")
        .words("length text limit"),
    Definition::new(Generation, "generation.timeout_seconds", "Give up after", Kind::steps(30, 3_600, 30), "600")
        .unit("seconds")
        .about("A generation that takes longer has failed, and its credits are given back.")
        .words("timeout hanging stuck"),
    Definition::new(
        Generation,
        "generation.notice",
        "Notice above the prompt box",
        Kind::Text { longest: 2_000, lines: true, pattern: None },
        "\"\"",
    )
    .about("What every user reads above the prompt box; empty: nothing.")
    .words("banner message announcement text"),
    Definition::new(
        Generation,
        "generation.presets",
        "Presets",
        Kind::Json(PRESETS),
        r#"[{"name":"Quick sketch","model":"sdxl","steps":20},{"name":"Portrait","model":"flux","steps":40,"guidance":3.5}]"#,
    )
    .about("Ready-made choices: a name, a model, steps, and guidance if it matters.")
    .words("templates styles json"),
    Definition::new(Generation, "lora.default_steps", "Training steps to begin with", Kind::steps(100, 20_000, 100), "1500")
        .unit("steps")
        .about("How many steps a LoRA model is trained unless its owner chooses another number.")
        .words("lora training iterations"),
    Definition::new(Generation, "lora.max_steps", "Most training steps", Kind::steps(100, 20_000, 100), "4000")
        .unit("steps")
        .about("The most that an owner may choose.")
        .words("lora training iterations limit"),
    Definition::new(Generation, "lora.max_images", "Images per training", Kind::whole(5, 200), "40")
        .unit("images")
        .about("How many pictures a LoRA model may be trained with.")
        .words("lora dataset upload"),
    Definition::new(Generation, "lora.refund_failed_attempt", "Give back credits of a failed training", Kind::Switch, "true")
        .about("When a training fails, its credits are given back at once, without anybody asking.")
        .words("lora refund failure money"),
];
