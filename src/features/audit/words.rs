//! The audit log in words.
use super::filter::Outcome;
use super::store::Entry;
use crate::kernel::Role;
use crate::web::parts::{Badge, Person};
use crate::web::show;

/// The actions to choose from, beside any other that an address may name.
pub const ACTIONS: &[&str] = &[
    "users.suspend",
    "users.restore",
    "users.change_tier",
    "users.change_role",
    "users.add_note",
    "users.end_sessions",
    "jobs.retry",
    "jobs.cancel",
    "session.open",
    "session.complete",
    "session.step_up",
    "session.recover",
    "session.complete_with_passkey",
    "session.step_up_with_passkey",
    "session.end",
    "account.enrol_factor",
    "account.enrol_passkey",
    "account.add_passkey",
    "account.rename_passkey",
    "account.remove_passkey",
    "account.warn_of_copied_passkey",
    "account.activate",
    "account.set_theme",
    "account.set_name",
    "account.change_password",
    "account.replace_factor",
    "account.renew_codes",
    "account.end_session",
    "account.end_other_sessions",
    "account.set_preferences",
    "admins.bootstrap",
    "admins.invite",
    "admins.send_link",
    "admins.revoke_link",
    "admins.change_role",
    "admins.reset_password",
    "admins.reset_factors",
    "admins.disable",
    "admins.enable",
    "admins.delete",
    "admins.end_sessions",
    "flags.create",
    "flags.edit",
    "flags.kill",
    "flags.turn_on",
    "flags.archive",
    "flags.restore",
    "flags.set_overrides",
    "flags.remove_override",
    "flags.revert",
    "flags.undo",
    "flags.drop_expired",
    "config.change",
    "maintenance.begin",
    "maintenance.plan",
    "maintenance.change",
    "maintenance.cancel",
    "maintenance.end",
    "maintenance.reopen",
    "maintenance.start_planned",
    "maintenance.end_on_time",
    "maintenance.drop_planned",
    "lora.retry",
    "lora.cancel",
    "lora.link",
    "lora.unlink",
    "lora.delete",
    "lora.restore",
    "lora.purge",
    "workflows.retry",
    "workflows.retry_many",
    "workflows.stop",
    "workflows.settle",
    "impersonation.start",
    "impersonation.view",
    "impersonation.end",
    "exports.start",
    "exports.cancel",
    "exports.download",
    "exports.finish",
    "exports.fail",
    "exports.expire",
    "exports.plan",
    "exports.pause",
    "exports.resume",
    "exports.unplan",
    "exports.start_planned",
    "notifications.draft",
    "notifications.edit",
    "notifications.send",
    "notifications.approve",
    "notifications.decline",
    "notifications.pause",
    "notifications.resume",
    "notifications.send_again",
    "notifications.cancel",
    "notifications.duplicate",
    "notifications.test",
    "notifications.begin",
    "notifications.hold",
    "notifications.complete",
    "notifications.expire",
    "approvals.propose",
    "approvals.approve",
    "approvals.reject",
    "approvals.withdraw",
    "approvals.conclude",
    "approvals.cool_off",
    "bulk.prepare",
    "bulk.start",
    "bulk.start_seconded",
    "bulk.pause",
    "bulk.resume",
    "bulk.cancel",
    "bulk.complete",
    "bulk.hold",
    "bulk.expire",
    "bulk.download",
    "users.tag",
    "users.untag",
    "subscriptions.cancel",
    "subscriptions.resume",
    "subscriptions.extend",
    "subscriptions.discount",
    "subscriptions.end_discount",
    "subscriptions.grace",
    "subscriptions.change_tier",
    "credits.adjust",
    "billing.refund",
    "billing.retry",
    "billing.link",
    "billing.approve",
    "billing.decline",
    "billing.settle",
    "billing.dismiss",
    "jobs.discard",
    "jobs.run_schedule",
    "jobs.pause_schedule",
    "jobs.resume_schedule",
    "alerts.acknowledge",
    "alerts.silence",
    "alerts.silence_rule",
    "alerts.end_silence",
    "integrity.run",
    "integrity.repair",
    "integrity.remove",
    "integrity.clean_up",
    "page.view",
];

/// The badge of an outcome, with why it was so.
pub fn outcome(entry: &Entry) -> Badge {
    let tone = match entry.outcome.as_str() {
        "done" => "ok",
        "denied" => "bad",
        _ => "warn",
    };
    let word = Outcome::try_from(entry.outcome.clone()).map_or_else(|_| entry.outcome.clone(), |outcome| outcome.label().to_owned());
    Badge::new(tone, word)
}

/// Who did it; only admins have entries of their own to go to.
pub fn actor(entry: &Entry) -> Person {
    let hue = entry.actor_id.map_or(0, show::hue);
    let href = entry.actor_id.map_or_else(|| "/admin/audit".to_owned(), |id| format!("/admin/audit?actor={id}"));
    Person { name: entry.actor_name.clone(), email: String::new(), initials: show::initials(&entry.actor_name), hue, href }
}

/// In which capacity.
pub fn role(entry: &Entry) -> String {
    match (&entry.actor_role, entry.actor_kind.as_str()) {
        (Some(code), _) => Role::try_from(code.clone()).map_or_else(|_| code.clone(), |role| role.label().to_owned()),
        (None, "system") => "Backlot itself".to_owned(),
        (None, "console") => "Command line".to_owned(),
        (None, "stranger") => "At the door".to_owned(),
        (None, other) => other.to_owned(),
    }
}

/// What it was done to, and where that is shown.
pub fn target(entry: &Entry) -> (String, String) {
    let label = entry.target_label.clone().or_else(|| entry.target_id.clone()).unwrap_or_default();
    let href = match (entry.target_kind.as_deref(), &entry.target_id) {
        (Some("user"), Some(id)) => format!("/admin/users/{id}"),
        (Some("admin"), Some(id)) => format!("/admin/admins/{id}"),
        (Some("maintenance_window"), _) => "/admin/maintenance".to_owned(),
        (Some("lora_model"), Some(id)) => format!("/admin/lora/{id}"),
        (Some("workflow"), Some(id)) => format!("/admin/workflows/{id}"),
        (Some("export_schedule"), _) => "/admin/exports/schedules".to_owned(),
        (Some("export"), Some(id)) => format!("/admin/exports/{id}"),
        (Some("bulk_operation"), Some(id)) => format!("/admin/bulk/{id}"),
        (Some("approval"), Some(id)) => format!("/admin/approvals/{id}"),
        (Some("notification"), Some(id)) => format!("/admin/notifications/{id}"),
        (Some("subscription"), Some(id)) => format!("/admin/subscriptions/{id}"),
        (Some("billing_operation"), Some(id)) => format!("/admin/billing/operations/{id}"),
        (Some("gateway_notice"), _) => "/admin/billing/notices".to_owned(),
        (Some("alert"), Some(id)) => format!("/admin/alerts/{id}"),
        (Some("alert_silence"), _) => "/admin/alerts".to_owned(),
        (Some("job_schedule"), _) => "/admin/jobs#schedules".to_owned(),
        (Some("cleanup"), _) => "/admin/data/cleanup".to_owned(),
        (Some("integrity_check"), Some(check)) if check == "all" => "/admin/data".to_owned(),
        (Some("integrity_check"), Some(check)) => format!("/admin/data/{check}"),
        (Some("job"), Some(id)) => format!("/admin/jobs/{id}"),
        // Several in one deed have no page of their own.
        (Some("setting"), Some(keys)) if keys.contains(',') => "/admin/config".into(),
        (Some("setting"), Some(key)) => format!("/admin/config/{key}"),
        _ => String::new(),
    };
    (label, href)
}

/// Where it came from.
pub fn address(entry: &Entry) -> String {
    entry.address.map(|net| net.addr().to_string()).unwrap_or_default()
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
