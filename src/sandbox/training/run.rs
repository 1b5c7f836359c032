//! One training: what it has come to follows from the time that has passed.
use super::Inside;
use super::fate::{End, Fate};
use super::messages;
use super::pace::{Adopted, Pace};
use crate::kernel::Clock;
use crate::sandbox::weights::{Made, write};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::fmt::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A training.
#[derive(Clone)]
pub(super) struct Run {
    pub id: String,
    pub input: Value,
    pub webhook: Option<String>,
    pub created_at: Timestamp,
    began: Instant,
    /// How far it was when it began here.
    ahead: Duration,
    queue: Duration,
    long: Duration,
    total: u32,
    pub fate: Fate,
    stopped: Option<Duration>,
    /// The weights are where they belong.
    pub delivered: bool,
}

impl Run {
    pub fn new(id: String, input: Value, webhook: Option<String>, (pace, fate): (Pace, Fate)) -> Self {
        let total = input.get("steps").and_then(Value::as_u64).and_then(|steps| u32::try_from(steps).ok()).unwrap_or(1_000).max(1);
        let long = (pace.per_step * total).clamp(pace.least, pace.most);
        let (created_at, began) = (Clock::system().now(), Instant::now());
        Self {
            id,
            input,
            webhook,
            created_at,
            began,
            ahead: Duration::ZERO,
            queue: pace.queue,
            long,
            total,
            fate,
            stopped: None,
            delivered: false,
        }
    }

    pub fn adopt(adopted: Adopted) -> Self {
        let Adopted { id, input, webhook, steps, total, stalls } = adopted;
        let pace = Pace {
            queue: Duration::from_secs(20),
            per_step: Duration::from_millis(900),
            least: Duration::from_secs(60),
            most: Duration::from_secs(7_200),
        };
        let percent = steps * 100 / total.max(1);
        let fate = if stalls { Fate { percent, end: End::Stalls } } else { Fate::good() };
        let mut run = Self::new(id, input, webhook, (pace, fate));
        run.total = total.max(1);
        run.long = pace.per_step * run.total;
        run.ahead = if steps == 0 { Duration::ZERO } else { run.queue + pace.per_step * steps };
        run
    }

    fn passed(&self) -> Duration {
        self.stopped.unwrap_or(self.ahead + self.began.elapsed())
    }

    fn end(&self) -> Duration {
        self.queue + self.long * self.fate.percent / 100
    }

    /// Until it begins to work, and until it ends; nothing when it never does.
    fn waits(&self) -> (Duration, Option<Duration>) {
        let now = self.passed();
        let end = (self.fate.end != End::Stalls).then(|| self.end().saturating_sub(now));
        (self.queue.saturating_sub(now), end)
    }

    fn steps(&self) -> u32 {
        let worked = self.passed().min(self.end()).saturating_sub(self.queue);
        let steps = u128::from(self.total) * worked.as_millis() / self.long.as_millis().max(1);
        u32::try_from(steps).unwrap_or(self.total).min(self.total)
    }

    pub fn state(&self) -> &'static str {
        let now = self.passed();
        match self.fate.end {
            _ if self.stopped.is_some() => {
                if now < self.queue {
                    "aborted"
                } else {
                    "canceled"
                }
            }
            _ if now < self.queue => "starting",
            End::Fails(_) if now >= self.end() => "failed",
            End::Succeeds | End::NoFile | End::BrokenFile if now >= self.end() && self.delivered => "succeeded",
            _ => "processing",
        }
    }

    /// Stops it, if it has not ended.
    pub fn stop(&mut self) {
        if matches!(self.state(), "starting" | "processing") {
            self.stopped = Some(self.passed());
        }
    }

    fn logs(&self) -> String {
        let now = self.passed();
        if now < self.queue {
            return String::new();
        }
        let images = self.input.get("images").and_then(Value::as_array).map_or(0, Vec::len);
        let optimizer = self.input.get("optimizer").and_then(Value::as_str).unwrap_or("adamw8bit");
        let mut text = format!(
            "job accepted; image ghcr.example/trainer:2.4.1\nloading base model in bf16, quantised transformer\nfound {images} images\n\
             captions: ok; buckets 768x1024 x6, 1024x1024 x5\ncaching latents to disk\noptimizer {optimizer}, {} steps\n",
            self.total
        );
        let (steps, total) = (self.steps(), self.total);
        for tenth in 1..=steps * 10 / total {
            let loss = 0.05 + 0.25 / f64::from(tenth + 1);
            let _ = writeln!(text, "step {}/{total}  loss {loss:.4}  2.31 it/s", tenth * total / 10);
        }
        match (self.state(), &self.fate.end) {
            ("failed", End::Fails(why)) => text.push_str(why),
            ("succeeded", _) => text.push_str("saved adapter_model.safetensors; uploaded; done"),
            ("canceled", _) => text.push_str("stopped on request"),
            _ => {}
        }
        text
    }

    /// As the service tells it.
    pub fn told(&self) -> Value {
        let after = |span: Duration| jiff::SignedDuration::try_from(span).ok().and_then(|span| self.created_at.checked_add(span).ok());
        let state = self.state();
        let now = self.passed();
        let is_over = !matches!(state, "starting" | "processing");
        let worked = now.min(self.end()).saturating_sub(self.queue.max(self.ahead)).as_secs_f64();
        json!({
            "id": self.id, "model": "studio/lora-trainer", "version": "2d5ab1c0", "status": state, "input": self.input, "logs": self.logs(),
            "output": if state == "succeeded" { json!({ "version": "studio/loras:1" }) } else { Value::Null },
            "error": match (state, &self.fate.end) { ("failed", End::Fails(why)) => json!(why), _ => Value::Null },
            "metrics": { "predict_time": worked, "total_time": now.as_secs_f64() },
            "created_at": self.created_at,
            "started_at": (now >= self.queue).then(|| after(self.queue)),
            "completed_at": is_over.then(|| after(now.min(self.end()))),
            "urls": { "get": format!("/v1/trainings/{}", self.id), "cancel": format!("/v1/trainings/{}/cancel", self.id) },
        })
    }
}

/// Lets a training take its course: delivers what it comes to, and tells of it.
pub(super) fn follow(inside: &Arc<Inside>, id: &str) {
    let (own, id) = (Arc::clone(inside), id.to_owned());
    let running = tokio::spawn(async move {
        let Some((begins, ends)) = own.open().trainings.get(&id).map(Run::waits) else { return };
        let rest = ends.map(|end| end.saturating_sub(begins));
        tokio::time::sleep(begins).await;
        messages::tell(&own, &id, "start").await;
        let Some(rest) = rest else { return };
        tokio::time::sleep(rest).await;
        deliver(&own, &id).await;
        messages::tell(&own, &id, "completed").await;
    });
    inside.open().running.push(running);
}

async fn deliver(inside: &Inside, id: &str) {
    let Some(run) = inside.open().trainings.get(id).cloned() else { return };
    let file = match run.fate.end {
        End::Succeeds if run.stopped.is_none() => weights(&run.input),
        End::BrokenFile => b"<html>this is no file of weights</html>".to_vec(),
        _ => Vec::new(),
    };
    if let (false, Some(place)) = (file.is_empty(), run.input.get("upload_url").and_then(Value::as_str)) {
        let _ = inside.http.put(place).body(file).send().await;
    }
    if let Some(run) = inside.open().trainings.get_mut(id) {
        run.delivered = true;
    }
}

/// A small file, whole: header and zeros.
fn weights(input: &Value) -> Vec<u8> {
    let text = |name: &str| input.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let number = |name: &str| input.get(name).and_then(Value::as_f64).unwrap_or_default();
    let whole = |name: &str| input.get(name).and_then(Value::as_u64).unwrap_or_default();
    let images = input.get("images").and_then(Value::as_array).cloned().unwrap_or_default();
    let captions = images.iter().filter_map(|image| image.get("caption")?.as_str().map(str::to_owned)).collect();
    let made = Made {
        name: text("name"),
        base_model: text("base_model"),
        trigger_word: text("trigger_word"),
        rank: whole("rank"),
        alpha: number("alpha"),
        steps: whole("steps"),
        learning_rate: number("learning_rate"),
        optimizer: text("optimizer"),
        images: images.len() as u64,
        seed: whole("seed"),
        captions,
    };
    let weights = write(&made, 0);
    let mut file = weights.head;
    file.resize(usize::try_from(weights.size).unwrap_or_default(), 0);
    file
}
