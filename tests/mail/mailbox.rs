//! The page where the demo's letters arrive.
use super::{TO, envelope};
use crate::support::browser::HOST;
use crate::support::{self, Answer, Browser, SCRIPT, Studio};
use axum::Router;
use backlot::app;
use backlot::features::sign_in::DemoLinks;
use backlot::gateways::mail::{Carrier, Envelope, Mail};
use backlot::kernel::Role;
use backlot::sandbox::mailbox::Mailbox;
use backlot::web::counts::Counts;
use backlot::web::site::{Environment, Parts, Proof};
use std::sync::OnceLock;
use uuid::Uuid;

async fn deliver(studio: &Studio, letter: &Envelope) {
    Mailbox::new(studio.app.clone()).carry(letter).await.unwrap();
}

#[tokio::test]
async fn every_role_reads_every_letter() {
    let studio = Studio::open().await;
    let letter = envelope("You are invited", &format!("Welcome.\n\nhttps://{HOST}/welcome/a-token\n"));
    deliver(&studio, &letter).await;
    for role in Role::ALL {
        let mut admin = studio.sign_in(*role).await;
        let list = admin.get("/admin/mailbox").await.must(200);
        assert_eq!(list.all("nav[aria-label=Main] a[aria-current]"), ["Mailbox"], "{role:?}");
        let page = admin.get(&list.attributes("a[data-open]", "href")[0]).await.must(200);
        assert_eq!(page.one("h1"), "You are invited");
        assert_eq!(page.attributes(".letter a", "href"), [format!("https://{HOST}/welcome/a-token")]);
        assert!(page.words().contains(TO), "{page:?}");
    }
}

#[tokio::test]
async fn delivering_again_changes_nothing() {
    let studio = Studio::open().await;
    let letter = envelope("First", "one");
    deliver(&studio, &letter).await;
    deliver(&studio, &Envelope { subject: "Second".into(), ..letter }).await;
    let mut admin = studio.sign_in(Role::DataAdmin).await;
    assert_eq!(admin.get("/admin/mailbox").await.must(200).all("a[data-open]"), ["First"]);
}

#[track_caller]
fn harmless(page: &Answer) {
    let attacks = page.attributes("script:not([src]), img, [onerror], [style], iframe, a[href^='javascript:'], a[href*='//evil']", "href");
    assert!(attacks.is_empty(), "{attacks:?} on {page:?}");
    assert!(!page.text.contains("<script>alert"), "{page:?}");
}

#[tokio::test]
async fn hostile_letters_are_shown_and_do_nothing() {
    let studio = Studio::open().await;
    let mut admin = studio.sign_in(Role::SupportAdmin).await;
    let body = format!(
        "{SCRIPT}\n<a href=\"https://evil.example\">Open</a> https://{HOST}.evil.example/ https://{HOST}/a\"onclick=\"alert(1)\njavascript:alert(1)"
    );
    let letters = [
        Envelope { to: format!("{SCRIPT}@evil.example"), ..envelope(SCRIPT, &body) },
        envelope("\u{202e}gnirts", "مرحبا\nleft to right\n"),
        envelope("", ""),
        envelope(&"long".repeat(2_000), &"long".repeat(20_000)),
    ];
    for letter in &letters {
        deliver(&studio, letter).await;
    }
    harmless(&admin.get("/admin/mailbox").await.must(200));
    for letter in &letters {
        harmless(&admin.get(&format!("/admin/mailbox/{}", letter.id)).await.must(200));
    }
    let page = admin.get(&format!("/admin/mailbox/{}", letters[0].id)).await.must(200);
    assert_eq!(page.one("h1"), SCRIPT);
    assert!(page.one(".letter").contains("<a href=\"https://evil.example\">Open</a>"), "{page:?}");
    assert_eq!(page.attributes(".letter a", "href"), [format!("https://{HOST}/a")]);
    assert_eq!(page.attributes("h1, .letter > div", "dir"), ["auto", "auto"]);
    assert_eq!(admin.get(&format!("/admin/mailbox/{}", letters[2].id)).await.must(200).one("h1"), "No subject");
    harmless(&admin.get("/admin/mailbox?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").await.must(200));
}

async fn subjects(admin: &mut Browser, path: &str) -> Vec<String> {
    admin.get(path).await.must(200).all("a[data-open]")
}

#[tokio::test]
async fn letters_are_found_by_address_newest_first_a_page_at_a_time() {
    let studio = Studio::open().await;
    let mut admin = studio.sign_in(Role::BillingAdmin).await;
    let empty = admin.get("/admin/mailbox").await.must(200);
    assert_eq!(empty.one(".empty h2"), "No letters yet");
    for n in 0..60 {
        let letter = Envelope { to: format!("user_{n}%@Users.example"), ..envelope(&format!("Letter {n}"), "text") };
        deliver(&studio, &letter).await;
    }
    let first = admin.get("/admin/mailbox").await.must(200);
    assert_eq!((first.all("a[data-open]").len(), first.all("a[data-open]")[0].as_str()), (50, "Letter 59"));
    assert_eq!(first.one("#total"), "60");
    let second = admin.get(&first.attributes("a[rel=next]", "href")[0]).await.must(200);
    assert_eq!(second.all("a[data-open]").first().map(String::as_str), Some("Letter 9"));
    assert_eq!(subjects(&mut admin, &second.attributes("a[rel=prev]", "href")[0]).await, first.all("a[data-open]"));
    assert_eq!(subjects(&mut admin, "/admin/mailbox?q=USER_7%25%40users").await, ["Letter 7"]);
    assert_eq!(subjects(&mut admin, "/admin/mailbox?q=user%257").await, Vec::<String>::new());
    let none = admin.get("/admin/mailbox?q=nobody").await.must(200);
    assert_eq!(none.one(".empty h2"), "No letters match these filters");
    admin.get(&format!("/admin/mailbox/{}", Uuid::now_v7())).await.must(404);
}

#[tokio::test]
async fn old_letters_are_forgotten_at_night() {
    let studio = Studio::open().await;
    for (subject, days) in [("old", 31), ("young", 29)] {
        let letter = envelope(subject, "text");
        deliver(&studio, &letter).await;
        let id = letter.id;
        studio.run(&format!("update backlot.mailbox set delivered_at = now() - interval '{days} days' where id = '{id}'")).await;
    }
    let night = "insert into backlot.jobs (id, name, payload, max_attempts) values (gen_random_uuid(), 'sign_in.clean_up', 'null', 5)";
    studio.run(night).await;
    studio.run_jobs().await;
    assert_eq!(studio.text("select string_agg(subject, ' ') from backlot.mailbox").await, "young");
}

/// The studio's site as another environment would have it.
fn in_environment(studio: &Studio, environment: Environment) -> Router {
    let site = &studio.site;
    let parts = Parts {
        desk: site.desk.clone(),
        reader: site.reader.clone(),
        lines: site.lines.clone(),
        viewer: site.viewer.clone(),
        door: site.door.clone(),
        sessions: site.sessions.clone(),
        secrets: site.secrets.clone(),
        passwords: site.passwords.clone(),
        clock: site.clock.clone(),
        environment,
        public_url: site.public_url.clone(),
        proof: Proof { keys: site.proof.keys.clone(), anchor: None },
        platform_url: site.platform_url.clone(),
        proxies: Vec::new(),
        metrics: site.metrics.clone(),
        operator_token: None,
        table: OnceLock::new(),
        counts: Counts::default(),
        park: OnceLock::new(),
        approvable: OnceLock::new(),
        live: site.live.clone(),
        seats: site.seats.clone(),
        platform: site.platform.clone(),
    };
    let mail = Mail::new(None, site.secrets.clone(), &site.public_url);
    app::router(parts, DemoLinks::default(), support::outside(mail)).0
}

#[tokio::test]
async fn where_letters_are_real_there_is_no_mailbox() {
    let studio = Studio::open().await;
    let admin = studio.sign_in(Role::SuperAdmin).await;
    for environment in [Environment::Staging, Environment::Production] {
        let mut elsewhere = admin.clone();
        elsewhere.router = in_environment(&studio, environment);
        elsewhere.get("/admin/mailbox").await.must(404);
        let home = elsewhere.get("/admin").await.must(200);
        assert!(!home.all("nav[aria-label=Main] a").contains(&"Mailbox".to_owned()), "{home:?}");
    }
}
