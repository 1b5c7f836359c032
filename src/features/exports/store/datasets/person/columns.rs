//! The columns of everything that is kept of a user. Credentials are granted to no role of Backlot and stand nowhere here.
use crate::web::dataset::Column;
use crate::web::dataset::Kind::{Id, Json, Money, Text, Time, Whole, YesNo};

const fn col(name: &'static str, label: &'static str, kind: crate::web::dataset::Kind, sql: &'static str) -> Column {
    Column::new(name, label, kind, sql)
}

const ID: Column = col("id", "ID", Id, "t.id");
const CREATED: Column = col("created_at", "Created", Time, "t.created_at");
const UPDATED: Column = col("updated_at", "Changed", Time, "t.updated_at");
const STARTED: Column = col("started_at", "Started", Time, "t.started_at");
const FINISHED: Column = col("finished_at", "Finished", Time, "t.finished_at");
const NAME: Column = col("name", "Name", Text, "t.name");
const KIND: Column = col("kind", "Kind", Text, "t.kind");
const STATUS: Column = col("status", "Status", Text, "t.status");
const PROJECT: Column = col("project_id", "Project ID", Id, "t.project_id");
const MODEL: Column = col("lora_model_id", "LoRA model ID", Id, "t.lora_model_id");
const DESCRIPTION: Column = col("description", "Description", Text, "t.description");
const ERROR_CLASS: Column = col("error_class", "Kind of error", Text, "t.error_class");
const ERROR: Column = col("error", "Error", Text, "t.error");
const CONFIG: Column = col("config", "Parameters", Json, "t.config::text");
const CURRENCY: Column = col("currency", "Currency", Text, "t.currency::text");
const FILE: Column = col("file", "File in the object store", Text, "t.file_location");
const BYTES: Column = col("bytes", "Bytes", Whole, "t.file_bytes");

pub const ACCOUNT: &[Column] = &[
    ID,
    col("email", "E-mail", Text, "t.email"),
    NAME,
    STATUS,
    col("status_reason", "Status reason", Text, "t.status_reason"),
    col("status_changed_at", "Status changed", Time, "t.status_changed_at"),
    col("tier", "Tier", Text, "t.tier"),
    col("role", "Role", Text, "t.role"),
    col("country", "Country", Text, "t.country"),
    col("locale", "Language", Text, "t.locale"),
    col("time_zone", "Time zone", Text, "t.time_zone"),
    col("marketing_consent", "Promotional mail", YesNo, "t.marketing_consent"),
    col("view_as_refused", "No view as them", YesNo, "t.view_as_refused"),
    col("payment_failing", "Payment failing", YesNo, "t.payment_failing"),
    col("training_failing", "Training failing", YesNo, "t.training_failing"),
    CREATED,
    col("last_active_at", "Last active", Time, "t.last_active_at"),
];

pub const SESSIONS: &[Column] = &[
    ID,
    col("device", "Device", Text, "t.device"),
    col("address", "Address", Text, "host(t.ip)"),
    CREATED,
    col("last_seen_at", "Last seen", Time, "t.last_seen_at"),
];

pub const PROJECTS: &[Column] = &[ID, NAME, KIND, STATUS, col("state", "State", Json, "t.state::text"), CREATED, UPDATED];

pub const STATES: &[Column] = &[
    PROJECT,
    col("version", "Version", Whole, "t.version"),
    STATUS,
    col("state", "State", Json, "t.state::text"),
    col("changed_at", "Changed", Time, "t.changed_at"),
    col("changed_by", "By", Text, "t.changed_by"),
];

pub const CHARACTERS: &[Column] = &[ID, PROJECT, NAME, DESCRIPTION, col("traits", "Traits", Json, "t.traits::text"), CREATED, UPDATED];

pub const MODELS: &[Column] = &[
    ID,
    col("character_id", "Character ID", Id, "t.character_id"),
    NAME,
    col("base_model", "Base model", Text, "t.base_model"),
    col("trigger_word", "Trigger word", Text, "t.trigger_word"),
    STATUS,
    FILE,
    BYTES,
    CONFIG,
    ERROR_CLASS,
    ERROR,
    CREATED,
    UPDATED,
    col("deleted_at", "Deleted", Time, "t.deleted_at"),
    col("delete_reason", "Why it was deleted", Text, "t.delete_reason"),
];

pub const TRAININGS: &[Column] = &[
    ID,
    MODEL,
    col("attempt", "Attempt", Whole, "t.attempt"),
    STATUS,
    col("steps", "Steps", Whole, "t.steps"),
    col("total_steps", "Of steps", Whole, "t.total_steps"),
    CONFIG,
    col("credits_charged", "Credits charged", Whole, "t.credits_charged"),
    col("credits_refunded", "Credits given back", Whole, "t.credits_refunded"),
    ERROR_CLASS,
    ERROR,
    CREATED,
    STARTED,
    FINISHED,
];

pub const IMAGES: &[Column] = &[
    ID,
    MODEL,
    FILE,
    col("width", "Width", Whole, "t.width"),
    col("height", "Height", Whole, "t.height"),
    BYTES,
    col("caption", "Caption", Text, "t.caption"),
    col("flagged", "Flagged", YesNo, "t.flagged"),
    col("flag_reason", "Why it is flagged", Text, "t.flag_reason"),
    CREATED,
];

pub const LOGS: &[Column] = &[
    col("lora_training_id", "Training ID", Id, "t.lora_training_id"),
    col("line_no", "Line", Whole, "t.line_no"),
    col("at", "At", Time, "t.at"),
    col("level", "Level", Text, "t.level"),
    col("message", "Message", Text, "t.message"),
];

pub const GENERATIONS: &[Column] = &[
    ID,
    PROJECT,
    KIND,
    col("quality", "Quality", Text, "t.quality"),
    STATUS,
    col("model", "Model", Text, "t.model"),
    col("prompt", "Prompt", Text, "t.prompt"),
    col("credits", "Credits", Whole, "t.credits"),
    ERROR_CLASS,
    ERROR,
    CREATED,
    STARTED,
    FINISHED,
];

pub const WORKFLOWS: &[Column] = &[
    ID,
    PROJECT,
    col("crew", "Crew", Text, "t.crew"),
    STATUS,
    col("attempt", "Attempt", Whole, "t.attempt"),
    col("inputs", "Inputs", Json, "t.inputs::text"),
    col("outputs", "Outputs", Json, "t.outputs::text"),
    col("tasks", "Tasks", Json, "t.tasks::text"),
    ERROR,
    CREATED,
    STARTED,
    FINISHED,
];

pub const SUBSCRIPTIONS: &[Column] = &[
    ID,
    col("tier", "Tier", Text, "t.tier"),
    STATUS,
    col("price", "Price a month", Money, "t.price_minor || ' ' || t.currency"),
    CURRENCY,
    col("period_start", "Period from", Time, "t.period_start"),
    col("period_end", "Period to", Time, "t.period_end"),
    col("grace_until", "Grace until", Time, "t.grace_until"),
    col("pending_tier", "Next tier", Text, "t.pending_tier"),
    col("cancelled_at", "Cancelled", Time, "t.cancelled_at"),
    col("cancel_reason", "Why it was cancelled", Text, "t.cancel_reason"),
    col("card_brand", "Card", Text, "t.card_brand"),
    col("card_last4", "Card's last digits", Text, "t.card_last4"),
    CREATED,
];

pub const PAYMENTS: &[Column] = &[
    ID,
    col("subscription_id", "Subscription ID", Id, "t.subscription_id"),
    STATUS,
    DESCRIPTION,
    col("amount", "Amount", Money, "t.amount_minor || ' ' || t.currency"),
    col("refunded", "Refunded", Money, "t.refunded_minor || ' ' || t.currency"),
    CURRENCY,
    col("gateway", "Gateway", Text, "t.gateway"),
    col("gateway_ref", "Gateway's reference", Text, "t.gateway_ref"),
    col("failure_code", "Failure code", Text, "t.failure_code"),
    col("failure_text", "Failure", Text, "t.failure_text"),
    CREATED,
    col("settled_at", "Settled", Time, "t.settled_at"),
];

pub const CREDITS: &[Column] = &[
    ID,
    KIND,
    col("amount", "Credits", Whole, "t.amount"),
    DESCRIPTION,
    col("generation_job_id", "Generation ID", Id, "t.generation_job_id"),
    col("lora_training_id", "Training ID", Id, "t.lora_training_id"),
    col("payment_id", "Payment ID", Id, "t.payment_id"),
    CREATED,
];

pub const NOTIFICATIONS: &[Column] = &[
    ID,
    KIND,
    col("severity", "Severity", Text, "t.severity"),
    col("title", "Title", Text, "t.title"),
    col("body", "Text", Text, "t.body"),
    col("action_label", "Link", Text, "t.action_label"),
    col("action_url", "Address of the link", Text, "t.action_url"),
    CREATED,
    col("seen_at", "Seen", Time, "t.seen_at"),
    col("read_at", "Read", Time, "t.read_at"),
    col("archived_at", "Archived", Time, "t.archived_at"),
];

pub const PREFERENCES: &[Column] = &[
    col("category", "Category", Text, "t.category"),
    col("in_app", "In the inbox", YesNo, "t.in_app"),
    col("email", "By mail", YesNo, "t.email"),
    col("changed_at", "Changed", Time, "t.changed_at"),
];

pub const LETTERS: &[Column] = &[
    ID,
    col("notification_id", "Notification ID", Id, "t.notification_id"),
    col("kind", "Kind", Text, "n.kind"),
    col("title", "Title", Text, "n.title"),
    col("text", "Text", Text, "n.plain"),
    col("state", "State", Text, "t.state"),
    col("reason", "Why not", Text, "t.reason"),
    col("at", "At", Time, "t.at"),
];

pub const NOTES: &[Column] = &[ID, CREATED, col("by", "By", Text, "a.name"), col("note", "Note", Text, "t.body")];

pub const VIEWS: &[Column] = &[
    ID,
    STARTED,
    col("ended_at", "Ended", Time, "t.ended_at"),
    col("by", "By", Text, "a.name"),
    col("reason", "Reason", Text, "t.reason"),
];

pub const ACTIONS: &[Column] = &[
    ID,
    col("at", "At", Time, "t.at"),
    col("action", "Action", Text, "t.action"),
    col("outcome", "Outcome", Text, "t.outcome"),
    col("by", "By", Text, "t.actor_name"),
    col("reason", "Reason", Text, "t.reason"),
    col("changes", "Changes", Json, "t.changes::jsonb::text"),
];
