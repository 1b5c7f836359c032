//! Recovery codes: made, shown once, and known to nobody but their owner.
use super::{CODES, PAGE, everything, make_codes, not_fresh};
use crate::support::Studio;
use backlot::kernel::Role;
use std::io::Write;
use std::sync::{Arc, Mutex};

const COUNT: &str = "select count(*) from backlot.recovery_codes";

/// Everything that is logged in this thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// With a second listener beside: as long as there is only one, what another test has logged before is not heard here.
    fn listen(&self) -> (tracing::subscriber::DefaultGuard, tracing::Dispatch) {
        let log = self.clone();
        let beside = tracing::Dispatch::new(tracing_subscriber::fmt().with_writer(std::io::sink).finish());
        let all =
            tracing_subscriber::fmt().with_ansi(false).with_max_level(tracing::Level::TRACE).with_writer(move || log.clone()).finish();
        (tracing::subscriber::set_default(all), beside)
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn codes_are_made_and_shown_once_and_neither_database_nor_log_ever_holds_one() {
    let studio = Studio::open().await;
    let log = Log::default();
    let listening = log.listen();
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let explained = maya.get(CODES).await.must(200);
    assert!(explained.words().contains("You get ten, shown once") && !explained.has("#codes"), "{explained:?}");
    assert!(maya.get(PAGE).await.must(200).one("#codes").contains("none is left"));
    maya.submit(&explained.form(CODES)).await.sent_to(CODES);
    let waiting = everything(&studio).await;
    let page = maya.get(CODES).await.must(200);
    let codes = page.all("#codes li");
    assert_eq!(codes.len(), 10);
    assert!(codes.iter().all(|code| code.len() == 29 && code.split('-').all(|group| group.len() == 4)), "{codes:?}");
    assert!(page.attributes("[data-download]", "data-download")[0].contains(&codes.join("\n")));
    assert!(page.attributes("main .btn.primary", "href").contains(&"/admin".into()), "I have kept them");

    let again = maya.get(CODES).await.must(200);
    assert!(again.one("main .box").contains("shown already") && again.one("main .box").contains("10 are left"), "{again:?}");
    assert!(maya.get(PAGE).await.must(200).one("#codes").contains("10 are left"));
    assert_eq!(studio.number(COUNT).await, 10);
    studio.run_jobs().await;
    drop(listening);
    let (stored, logged) = (everything(&studio).await, log.text());
    assert!(logged.contains("answered") && logged.contains("account.renew_codes"), "the log is not heard: {logged}");
    for code in &codes {
        for bare in [code.clone(), code.replace('-', ""), code.to_lowercase()] {
            assert!(!again.text.contains(&bare) && ![&waiting, &stored, &logged].iter().any(|text| text.contains(&bare)), "{bare}");
        }
    }
    let letter = studio.letters.last_to("maya@backlot.example");
    assert_eq!(letter.subject, "Your recovery codes were renewed");
    assert!(!codes.iter().any(|code| letter.body.contains(code)));
    let entry = studio.entries("account.renew_codes", "done").await.remove(0);
    assert_eq!(entry.change("recovery_codes"), (0.into(), 10.into()));
}

#[tokio::test]
async fn a_new_set_takes_the_place_of_the_old_one_and_is_another() {
    let studio = Studio::open().await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let (old, new, sams) = (make_codes(&mut maya).await, make_codes(&mut maya).await, make_codes(&mut sam).await);
    assert!(old.iter().all(|code| !new.contains(code) && !sams.contains(code)));
    assert_eq!(studio.number(COUNT).await, 20, "ten each");
    let entry = studio.entries("account.renew_codes", "done").await.remove(1);
    let (before, after) = entry.change("recovery_codes_since");
    assert_ne!(before, after, "that they are others is recorded");
    studio.run_jobs().await;
}

#[tokio::test]
async fn the_same_form_sent_again_makes_no_other_codes_and_much_later_shows_none() {
    let studio = Studio::open().await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let form = maya.get(CODES).await.must(200).form(CODES);
    maya.submit(&form).await.sent_to(CODES);
    maya.submit(&form).await.sent_to(CODES);
    let codes = maya.get(CODES).await.must(200).all("#codes li");
    assert_eq!(codes.len(), 10, "whoever presses twice sees them");
    let stored = everything(&studio).await;
    studio.run("update backlot.recovery_codes set created_at = now() - interval '61 seconds'").await;
    maya.submit(&form).await.sent_to(CODES);
    let page = maya.get(CODES).await.must(200);
    assert!(!page.has("#codes") && page.words().contains("shown already"), "{page:?}");
    assert_eq!(studio.number(COUNT).await, 10);
    assert_eq!(studio.entries("account.renew_codes", "done").await.len(), 1);
    assert!(codes.iter().all(|code| !stored.contains(code)));
    studio.run_jobs().await;
}

#[tokio::test]
async fn what_was_made_in_one_session_is_shown_in_no_other() {
    let studio = Studio::open().await;
    let (mut here, mut there) = (studio.sign_in(Role::SuperAdmin).await, studio.sign_in(Role::SuperAdmin).await);
    here.post(CODES, &[]).await.sent_to(CODES);
    assert!(!there.get(CODES).await.must(200).has("#codes"));
    assert!(here.get(CODES).await.must(200).has("#codes"));
    studio.run_jobs().await;
}

#[tokio::test]
async fn the_account_warns_when_few_are_left() {
    let studio = Studio::open().await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    make_codes(&mut maya).await;
    for (left, tone, warns) in [(4, "ok", false), (3, "warn", true), (1, "warn", true), (0, "bad", false)] {
        let cut = format!(
            "delete from backlot.recovery_codes where code_hash not in (select code_hash from backlot.recovery_codes limit {left})"
        );
        studio.run(&cut).await;
        let page = maya.get(PAGE).await.must(200);
        assert!(page.has(&format!("#codes .badge.{tone}")), "{left}: {page:?}");
        assert_eq!(page.one("#codes").contains("before you run out"), warns, "{left}");
    }
    studio.run_jobs().await;
}

#[tokio::test]
async fn making_codes_asks_for_a_fresh_second_factor_and_then_goes_on() {
    let studio = Studio::open().await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    not_fresh(&studio).await;
    let page = maya.get(CODES).await.must(200);
    let sent = maya.submit(&page.form(CODES)).await.must(303);
    assert!(sent.location().starts_with("/confirm"), "{sent:?}");
    assert_eq!(studio.number(COUNT).await, 0);
    let asked = maya.get(sent.location()).await.must(200);
    maya.submit(&asked.form("/confirm").with("code", &studio.code(Role::SuperAdmin))).await.sent_to("/resume");
    let resumed = maya.get("/resume").await.must(200);
    maya.submit(&resumed.form(CODES)).await.sent_to(CODES);
    assert!(maya.get(CODES).await.must(200).has("#codes"));
    studio.run_jobs().await;
}
