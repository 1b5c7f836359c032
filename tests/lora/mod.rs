//! LoRA models: what support sees and does, and what the outside does to it.
