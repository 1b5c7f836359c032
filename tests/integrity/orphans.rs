//! What belongs to a user who does not exist, and links that lead nowhere.
use super::{Case, Fix, PLANTED};
use crate::support::{ABSENT, ADA, BEN};

/// A row of a table for a user who does not exist, which its foreign key would refuse.
fn orphan(table: &str, columns: &str, values: &str) -> String {
    format!(
        "alter table platform.{table} drop constraint {table}_user_id_fkey;
         insert into platform.{table} (id, user_id, {columns}) values ('{PLANTED}', '{ABSENT}', {values})"
    )
}

/// A column of a row points to something that does not exist.
fn astray(table: &str, column: &str, row: &str) -> String {
    format!(
        "alter table platform.{table} drop constraint {table}_{column}_fkey; update platform.{table} set {column} = '{PLANTED}' where id = '{row}'"
    )
}

#[tokio::test]
async fn sessions_without_a_user_are_removed() {
    let plant = orphan("user_sessions", "device, token_hash", "'Lost phone', '\\x00'");
    Case::new("sessions-without-user", plant, "Lost phone", Fix::Restores).holds().await;
}

#[tokio::test]
async fn messages_without_a_user_are_removed() {
    Case::new("messages-without-user", orphan("notifications", "kind, title", "'tip', 'To nobody'"), "To nobody", Fix::Restores)
        .holds()
        .await;
}

#[tokio::test]
async fn preferences_without_a_user_are_removed() {
    let plant = format!(
        "alter table platform.notification_preferences drop constraint notification_preferences_user_id_fkey;
         insert into platform.notification_preferences (user_id, category) values ('{ABSENT}', 'feature')"
    );
    Case::new("preferences-without-user", plant, "feature messages", Fix::Restores).holds().await;
}

#[tokio::test]
async fn projects_without_a_user_are_found() {
    Case::new("projects-without-user", orphan("projects", "name, kind", "'Nobody''s film', 'video'"), "Nobody's film", Fix::ByHand)
        .holds()
        .await;
}

#[tokio::test]
async fn characters_without_a_user_are_removed() {
    Case::new("characters-without-user", orphan("characters", "name", "'Nobody''s hero'"), "Nobody's hero", Fix::Restores).holds().await;
}

#[tokio::test]
async fn models_without_a_user_are_deleted_as_by_hand() {
    let plant = orphan("lora_models", "name, base_model, trigger_word, status", "'Nobody''s face', 'flux', 'x', 'ready'");
    let left =
        "select count(*)::text from platform.lora_models where deleted_at is not null and deleted_by is not null and delete_reason <> ''";
    Case::new("models-without-user", plant, "Nobody's face", Fix::Leaves(left.into(), "1")).holds().await;
}

#[tokio::test]
async fn generations_without_a_user_are_removed() {
    let plant = orphan("generation_jobs", "kind, quality, status, prompt, model, credits", "'image', 'hq', 'done', 'x', 'flux', 1");
    Case::new("generations-without-user", plant, "image, done", Fix::Restores).holds().await;
}

#[tokio::test]
async fn workflows_without_a_user_are_found() {
    Case::new("workflows-without-user", orphan("workflow_jobs", "crew, status", "'storyboard', 'done'"), "storyboard", Fix::ByHand)
        .holds()
        .await;
}

#[tokio::test]
async fn subscriptions_without_a_user_are_found() {
    let plant = orphan(
        "subscriptions",
        "tier, status, period_start, period_end, price_minor",
        "'pro', 'lapsed', now(), now() + interval '1 day', 1",
    );
    Case::new("subscriptions-without-user", plant, "lapsed", Fix::ByHand).holds().await;
}

#[tokio::test]
async fn payments_without_a_user_are_found() {
    let plant = orphan("payments", "status, description, amount_minor", "'paid', 'A pack', 1500");
    Case::new("payments-without-user", plant, "EUR 15.00", Fix::ByHand).holds().await;
}

#[tokio::test]
async fn credits_without_a_user_are_found() {
    Case::new("credits-without-user", orphan("credit_transactions", "kind, amount", "'grant', 25"), "grant, 25 credits", Fix::ByHand)
        .holds()
        .await;
}

#[tokio::test]
async fn deliveries_without_a_user_are_found() {
    let plant = format!(
        "insert into backlot.notification_deliveries (notification_id, channel, user_id, id, state) values ('{PLANTED}', 'email', '{ABSENT}', '{PLANTED}', 'skipped'),
           ('{PLANTED}', 'in_app', '{ADA}', '{PLANTED}', 'settled')"
    );
    Case::new("deliveries-without-user", plant, "email, skipped", Fix::ByHand).holds().await;
}

#[tokio::test]
async fn notes_about_no_user_are_found() {
    let plant = format!(
        "insert into backlot.user_notes (id, user_id, admin_id, body) select '{PLANTED}', '{ABSENT}', id, 'x' from backlot.admins limit 1"
    );
    Case::new("notes-without-user", plant, "no such user", Fix::ByHand).holds().await;
}

#[tokio::test]
async fn overrides_for_no_user_are_taken_off_as_by_hand() {
    let about = r#"{"reason": "x", "until": null, "by": "x", "since": "2026-01-01T00:00:00Z"}"#;
    let plant = format!(
        r#"update backlot.feature_flags set config = jsonb_set(config, '{{userOverrides}}', coalesce(config -> 'userOverrides', '{{}}') || '{{"{ABSENT}": true, "{ADA}": false}}'),
             overrides = overrides || '{{"{ABSENT}": {about}, "{ADA}": {about}}}' where name = 'new_studio_ui' and archived_at is null"#
    );
    let left = format!(
        "select concat_ws(' ', f.config -> 'userOverrides' ? '{ABSENT}', f.overrides ? '{ABSENT}', f.config -> 'userOverrides' ? '{ADA}', f.overrides ? '{ADA}',
           h.version = f.version, h.new_config -> 'userOverrides' ? '{ABSENT}', h.audit_id is not null)
         from backlot.feature_flags f join backlot.feature_flag_history h on h.flag_id = f.id and h.version = f.version where f.name = 'new_studio_ui'"
    );
    Case::new("overrides-without-user", plant, "new_studio_ui", Fix::Leaves(left, "f f t t t f t")).holds().await;
}

#[tokio::test]
async fn generations_of_no_project_lose_the_link() {
    let plant = astray("generation_jobs", "project_id", "0192f000-0000-7000-8000-0000000000a4");
    Case::new("generations-of-no-project", plant, "image, running", Fix::Restores).holds().await;
}

#[tokio::test]
async fn workflows_of_no_project_lose_the_link() {
    let plant = astray("workflow_jobs", "project_id", "0192f000-0000-7000-8000-0000000000a6");
    Case::new("workflows-of-no-project", plant, "storyboard", Fix::Restores).holds().await;
}

#[tokio::test]
async fn characters_of_no_project_lose_the_link() {
    let setup =
        format!("insert into platform.characters (id, user_id, name) values ('0192f000-0000-7000-8000-0000000000f2', '{BEN}', 'Zoë')");
    let plant = astray("characters", "project_id", "0192f000-0000-7000-8000-0000000000f2");
    Case::new("characters-of-no-project", plant, "Zoë", Fix::Restores).after(setup).holds().await;
}

#[tokio::test]
async fn models_of_no_character_lose_the_link() {
    let plant = astray("lora_models", "character_id", "0192f000-0000-7000-8000-0000000000a3");
    let left =
        "select concat_ws(' ', character_id is null, version) from platform.lora_models where id = '0192f000-0000-7000-8000-0000000000a3'";
    Case::new("models-of-no-character", plant, "<b>model</b>", Fix::Leaves(left.into(), "t 2")).holds().await;
}
