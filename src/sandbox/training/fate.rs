//! What becomes of a training: what real trainers do with such an input.
use serde_json::Value;

/// How a training ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// The weights are delivered.
    Succeeds,
    /// It fails with these words.
    Fails(String),
    /// Nothing moves any more, and nobody says so.
    Stalls,
    /// It says that it has succeeded, and delivers nothing.
    NoFile,
    /// It delivers something that is no file of weights.
    BrokenFile,
}

/// How far a training comes, in per cent, and what happens there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fate {
    pub percent: u32,
    pub end: End,
}

impl Fate {
    /// It trains to its end and delivers.
    #[must_use]
    pub fn good() -> Self {
        Self { percent: 100, end: End::Succeeds }
    }

    /// It fails half-way, in the words of the trainer.
    #[must_use]
    pub fn fails(why: &str) -> Self {
        Self { percent: 40, end: End::Fails(why.to_owned()) }
    }

    fn at_once(why: impl Into<String>) -> Self {
        Self { percent: 0, end: End::Fails(why.into()) }
    }

    /// What such an input comes to.
    #[must_use]
    pub fn of(input: &Value) -> Self {
        let number = |name: &str| input.get(name).and_then(Value::as_f64).unwrap_or_default();
        let images = input.get("images").and_then(Value::as_array).map_or(0, Vec::len);
        let sides = input.get("resolution").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let largest = sides.iter().filter_map(Value::as_f64).fold(0.0, f64::max);
        if images == 0 {
            Self::at_once("Dataset is empty: no images were given.")
        } else if images < 5 {
            Self::at_once(format!("Dataset has {images} usable images after cropping; at least 5 are needed."))
        } else if number("rank") >= 64.0 && largest >= 1280.0 {
            Self::fails(
                "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.50 GiB. GPU 0 has a total capacity of 23.64 GiB of which 571.31 MiB is free.",
            )
        } else if number("learning_rate") >= 4e-4 {
            Self::fails(
                "Loss became NaN at step 412. Training stopped; the last good checkpoint is kept. Lower the learning rate (now 4.0e-04).",
            )
        } else {
            Self::good()
        }
    }
}
