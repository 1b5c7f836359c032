//! LoRA models as they are exported: all that the list's filter leaves, in the list's order.
use super::list::{Narrowed, narrow, order};
use crate::features::lora::filter::Filter;
use crate::kernel::listing::Listing;
use crate::kernel::{Permission, Result};
use crate::web::dataset::{Asks, Column, Dataset, Kind, Wanted, one};
use crate::web::list::{day_begins, day_ends};

const COLUMNS: &[Column] = &[
    Column::new("id", "ID", Kind::Id, "m.id"),
    Column::new("name", "Name", Kind::Text, "m.name"),
    Column::new("user_id", "User ID", Kind::Id, "m.user_id"),
    Column::new("user_email", "User", Kind::Text, "u.email"),
    Column::new("character_id", "Character ID", Kind::Id, "m.character_id"),
    Column::new("base_model", "Base model", Kind::Text, "m.base_model"),
    Column::new("trigger_word", "Trigger word", Kind::Text, "m.trigger_word"),
    Column::new("status", "Status", Kind::Text, "m.status"),
    Column::new("progress", "Progress", Kind::Whole, "m.progress"),
    Column::new("error_class", "Kind of error", Kind::Text, "m.error_class"),
    Column::new("error", "Error", Kind::Text, "m.error"),
    Column::new("cost", "Cost to us", Kind::Money, "m.cost_minor || ' ' || m.currency"),
    Column::new("currency", "Currency", Kind::Text, "m.currency::text"),
    Column::new("file", "File in the object store", Kind::Text, "m.file_location"),
    Column::new("bytes", "Bytes", Kind::Whole, "m.file_bytes"),
    Column::new("config", "Parameters", Kind::Json, "m.config::text"),
    Column::new("created_at", "Created", Kind::Time, "m.created_at"),
    Column::new("updated_at", "Changed", Kind::Time, "m.updated_at"),
    Column::new("deleted_at", "Deleted", Kind::Time, "m.deleted_at"),
];

/// The models of a filter.
pub const MODELS: Dataset = Dataset {
    name: "lora_models",
    label: "LoRA models",
    about: "Each model with its owner, state, last error, cost and file.",
    what: ("model", "models"),
    icon: "sparkles",
    permission: Permission::ExportsAll,
    always_fresh: false,
    asks: Asks::List("/admin/lora"),
    columns: COLUMNS,
    parts: |wanted| one("lora_models", "LoRA models", wanted, rows),
    words: |filter| Ok(filter.read::<Filter>()?.words().into_iter().map(|(name, _, value)| (name, value)).collect()),
};

fn rows(wanted: &Wanted) -> Result<Listing> {
    let mut filter: Filter = wanted.filter.read()?;
    let user = filter.user.take();
    let mut list = Listing::of(wanted.select(), "platform.lora_models m join platform.users u on u.id = m.user_id");
    let from = filter.created_from.and_then(|day| day_begins(day, &wanted.zone));
    let to = filter.created_to.and_then(|day| day_ends(day, &wanted.zone));
    narrow(&mut list, &filter, &Narrowed { user: None, from, to });
    if let Some(text) = user.as_deref().map(str::trim) {
        match text.parse::<uuid::Uuid>() {
            Ok(id) => list.and_bind("m.user_id = ", id),
            Err(_) => list.and_bind("u.email_key = lower(", text.to_owned()).push(")"),
        };
    }
    if !wanted.counts() {
        list.push(order(filter.order(), None).forwards);
    }
    Ok(list)
}
