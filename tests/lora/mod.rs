//! LoRA models: what support sees and does, and what the outside does to it.
mod delete;
mod link;
mod outcomes;
mod pages;
mod races;
mod retry;
mod safetensors;
pub mod stage;
mod storage;
mod webhook;
