//! Alerts: each rule rings for its fault, once, is told to those whom it concerns, and clears.
mod act;
mod chat;
mod money;
mod own;
mod race;
mod work;

use crate::support::{DEAD_JOB, Studio};
use std::time::Duration;

/// A studio in which nothing is wrong, and rules ring at the first look and clear at the first calm one.
async fn calm() -> Studio {
    quiet(Studio::open().await).await
}

async fn quiet(studio: Studio) -> Studio {
    studio.run(&format!("delete from backlot.jobs where id = '{DEAD_JOB}'")).await;
    set(&studio, &[("alerts.hold_seconds", "0"), ("alerts.calm_seconds", "0")]).await;
    studio
}

/// Changes settings, as the page of settings would.
async fn set(studio: &Studio, settings: &[(&str, &str)]) {
    for (key, value) in settings {
        studio
            .run(&format!(
                "insert into backlot.system_config (key, value, category) values ('{key}', '{value}', 'alerts')
                 on conflict (key) do update set value = excluded.value, version = backlot.system_config.version + 1"
            ))
            .await;
    }
    studio.site.live.reload(&studio.app).await.unwrap();
}

/// One look at every rule, by a worker, as the clock would ask for it.
async fn look(studio: &Studio) {
    ask(studio, 1).await;
    studio.work(async || done(studio).await).await;
    studio.jobs().await;
}

/// Asks for so many looks at once.
async fn ask(studio: &Studio, looks: u32) {
    let ask = "insert into backlot.jobs (id, name, payload, max_attempts) select gen_random_uuid(), 'alerts.evaluate', 'null', 3";
    studio.run(&format!("{ask} from generate_series(1, {looks})")).await;
}

/// Waits for the looks, and for the letters that they ask for.
async fn done(studio: &Studio) {
    let open = "select count(*) from backlot.jobs where finished_at is null and name in ('alerts.evaluate', 'mail.send')";
    for _ in 0..500 {
        if studio.number(open).await == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the looks do not end: {:?}", studio.jobs().await);
}

/// The open alerts: rule and subject, in order.
async fn open(studio: &Studio) -> String {
    studio
        .text(
            "select coalesce(string_agg(rule || case when subject = '' then '' else ':' || subject end, ' ' order by rule, subject), '')
             from backlot.alerts where cleared_at is null",
        )
        .await
}

/// Injects a fault, and sees it ring once; takes it back, and sees it clear once. Everybody whom it concerns gets two letters.
async fn rings(studio: &Studio, what: &str, fault: impl AsyncFnOnce(), mended: impl AsyncFnOnce()) {
    look(studio).await;
    assert_eq!(open(studio).await, "", "nothing is wrong before");
    fault().await;
    look(studio).await;
    assert_eq!(open(studio).await, what);
    look(studio).await;
    assert_eq!(open(studio).await, what);
    let rule = what.split(':').next().unwrap();
    let all = format!("select count(*) from backlot.alerts where rule = '{rule}'");
    assert_eq!(studio.number(&all).await, 1, "once");
    let letters = studio.letters.all();
    assert!(!letters.is_empty() && letters.iter().all(|letter| !letter.subject.starts_with("Cleared")), "{letters:?}");
    mended().await;
    look(studio).await;
    assert_eq!(open(studio).await, "", "it clears");
    look(studio).await;
    assert_eq!(studio.number(&all).await, 1);
    let after = studio.letters.all();
    assert_eq!(after.len(), letters.len() * 2, "as many hear that it is over: {after:?}");
    assert!(after[letters.len()..].iter().all(|letter| letter.subject.starts_with("Cleared: ")), "{after:?}");
    let to = |letters: &[backlot::gateways::mail::Envelope]| letters.iter().map(|letter| letter.to.clone()).collect::<Vec<_>>();
    assert_eq!(to(&letters), to(&after[letters.len()..]));
}
