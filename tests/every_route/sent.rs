//! The eleven events of the epic, each caused by its real form and received by a real server over HTTP.
use super::deeds::{actions, ready};
use crate::support::{SIGNED_IN, Studio, WAITING, server};
use backlot::gateways::collector::{Delivery, Pace, PostHog};
use backlot::kernel::Role;
use backlot::sandbox::collector::{Collector, Mode, Received};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// What is done, the event that tells of it, and its properties (EP-057, "Analytics Events").
const ELEVEN: [(&str, &str, &[&str]); 11] = [
    ("lora.retry", "admin_lora_retried", &["model_id"]),
    ("lora.delete", "admin_lora_deleted", &["model_id"]),
    ("admins.invite", "admin_user_created", &["role"]),
    ("admins.change_role", "admin_user_role_changed", &["admin_id", "old_role", "new_role"]),
    ("flags.create", "admin_flag_created", &["flag_name"]),
    ("flags.edit", "admin_flag_updated", &["flag_name", "changes"]),
    ("config.change", "admin_config_updated", &["category", "key"]),
    ("notifications.send", "admin_notification_sent", &["type", "target_count"]),
    ("subscriptions.cancel", "admin_subscription_action", &["action", "user_id"]),
    ("exports.start", "admin_export_started", &["type", "format"]),
    ("maintenance.begin", "admin_maintenance_toggled", &["enabled"]),
];

async fn done() -> Studio {
    let studio = Studio::open().await;
    studio.run(WAITING).await;
    studio.run(SIGNED_IN).await;
    let mut browser = studio.sign_in(Role::SuperAdmin).await;
    for deed in actions(&studio).into_iter().filter(|deed| ELEVEN.iter().any(|(action, ..)| *action == deed.action)) {
        let form = ready(&studio, &mut browser, &deed).await;
        browser.submit(&form).await.must(303);
    }
    studio.run_jobs().await;
    studio
}

/// Everything that is received while the outbox is emptied, in a mode first and then well.
async fn received(studio: &Studio, first: Mode) -> Vec<Received> {
    server::with_tls();
    let collector = Collector::start("phc_test").await.unwrap();
    collector.set(first);
    let posthog = PostHog::with_patience(&collector.host(), "phc_test", Duration::from_millis(500)).unwrap();
    let brief = Duration::from_millis(50);
    let pace = Pace { poll: brief, backoff: brief, backoff_max: brief * 4, hold: Duration::from_secs(1), ..Pace::default() };
    let stop = CancellationToken::new();
    let running = tokio::spawn(Delivery::new(studio.app.clone(), posthog, pace).run(stop.clone()));
    let twice = "select count(*) from backlot.outbox_events where attempts >= 2";
    while studio.number(twice).await == 0 {
        tokio::time::sleep(brief).await;
    }
    collector.set(Mode::Accepting);
    for _ in 0..200 {
        if studio.number("select count(*) from backlot.outbox_events where delivered_at is null").await == 0 {
            break;
        }
        tokio::time::sleep(brief).await;
    }
    stop.cancel();
    running.await.unwrap();
    collector.received()
}

#[tokio::test]
async fn the_eleven_events_arrive_with_their_properties_and_a_second_delivery_has_the_same_id() {
    let studio = done().await;
    let received = received(&studio, Mode::Cutting).await;
    let mut by_id: BTreeMap<Uuid, Vec<&Received>> = BTreeMap::new();
    for event in &received {
        by_id.entry(event.uuid).or_default().push(event);
    }
    let written: BTreeSet<Uuid> =
        sqlx::query_scalar("select id from backlot.outbox_events").fetch_all(&studio.root).await.unwrap().into_iter().collect();
    assert_eq!(by_id.keys().copied().collect::<BTreeSet<_>>(), written, "each arrived, under its own id");
    assert!(by_id.values().any(|deliveries| deliveries.len() > 1), "the line was cut: some came twice");
    for deliveries in by_id.values() {
        assert!(deliveries.iter().all(|one| (&one.event, &one.properties) == (&deliveries[0].event, &deliveries[0].properties)));
    }
    for (action, event, properties) in ELEVEN {
        let one = received.iter().find(|one| one.event == event).unwrap_or_else(|| panic!("{event} of {action} did not arrive"));
        for property in properties {
            assert!(!one.properties[property].is_null(), "{event} has no {property}: {}", one.properties);
        }
        assert!(!one.properties.to_string().contains('@'), "{event} holds an address: {}", one.properties);
    }
    let mut browser = studio.sign_in(Role::DataAdmin).await;
    let page = browser.get("/admin/analytics?name=admin_lora_retried").await.must(200);
    assert!(page.words().contains("Nothing that should stay here."), "{}", page.words());
    let shown = browser.get(&page.attributes("#list tbody a", "href")[0]).await.must(200);
    let sent: serde_json::Value = serde_json::from_str(&shown.one("pre")).unwrap();
    let arrived = received.iter().find(|one| one.event == "admin_lora_retried").unwrap();
    assert_eq!((sent["uuid"].as_str().unwrap(), &sent["properties"]), (arrived.uuid.to_string().as_str(), &arrived.properties));
}
