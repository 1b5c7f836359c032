//! Users: what support does all day, and what must never happen meanwhile.
mod escape;
mod list;
mod note;
mod role;
mod suspend;
mod tier;
