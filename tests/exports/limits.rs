//! Limits: how many at once, how many rows, a second factor for the big ones, and the time after which a file is gone.
use super::{asked, form, made};
use crate::support::{Browser, Filled, Studio};
use backlot::kernel::Role;
use tokio::task::JoinSet;

/// Sets a setting, as its page would.
async fn set(studio: &Studio, key: &str, value: &str) {
    studio
        .run(&format!(
            "insert into backlot.system_config (key, value, category) values ('{key}', '{value}', 'exports')
             on conflict (key) do update set value = excluded.value"
        ))
        .await;
    studio.site.live.reload(&studio.app).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_sixteen_at_once_as_many_are_taken_as_one_admin_may_have() {
    let studio = Studio::open().await;
    set(&studio, "exports.concurrent_per_admin", "3").await;
    let mut data = studio.sign_in(Role::DataAdmin).await;
    let mut forms = Vec::new();
    for _ in 0..16 {
        forms.push(form(&mut data, "dataset=users").await);
    }
    let mut sent = JoinSet::new();
    for form in forms {
        let mut browser: Browser = data.clone();
        sent.spawn(async move { browser.submit(&form).await });
    }
    let answers = sent.join_all().await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 303).count(), 3, "{answers:?}");
    let refused: Vec<_> = answers.iter().filter(|answer| answer.status == 422).collect();
    assert_eq!(refused.len(), 13);
    assert!(refused[0].one("#errors").contains("You have 3 exports on the way"), "{:?}", refused[0]);
    assert_eq!(studio.number("select count(*) from backlot.exports").await, 3);
    // Another admin has their own.
    let mut billing = studio.sign_in(Role::BillingAdmin).await;
    let theirs = form(&mut billing, "dataset=users").await;
    asked(&mut billing, &theirs).await;
    studio.run_jobs().await;
    assert_eq!(studio.number("select count(*) from backlot.exports where state = 'ready'").await, 4);
}

#[tokio::test]
async fn more_rows_than_one_export_may_hold_are_refused_in_words() {
    let studio = Studio::open().await;
    studio.run("insert into platform.users (id, email, name) select gen_random_uuid(), n || '@many.example', 'x' from generate_series(1, 1000) n").await;
    set(&studio, "exports.max_rows", "1000").await;
    let mut data = studio.sign_in(Role::DataAdmin).await;
    let all = form(&mut data, "dataset=users").await;
    let place = asked(&mut data, &all).await;
    studio.run_jobs().await;
    let page = data.get(&place).await.must(200);
    assert!(page.one("#failure").contains("more than 1,000 rows"), "{page:?}");
    assert!(!page.has("#file"));
    data.get(&format!("{place}/download")).await.must(404);
    assert_eq!(studio.entries("exports.fail", "done").await.len(), 1);
    let exact = form(&mut data, "dataset=users&filter=q%3Dmany.example").await;
    made(&studio, &mut data, &exact).await;
}

#[tokio::test]
async fn big_ones_and_the_audit_log_take_a_fresh_second_factor_and_keep_what_was_typed() {
    let studio = Studio::open().await;
    set(&studio, "exports.step_up_rows", "100").await;
    studio.run("insert into platform.users (id, email, name) select gen_random_uuid(), n || '@many.example', 'x' from generate_series(1, 100) n").await;
    let mut data = studio.sign_in(Role::DataAdmin).await;
    studio.run("update backlot.sessions set fresh_at = now() - interval '6 minutes'").await;
    let small = form(&mut data, "dataset=users&filter=tier%3Dpro").await;
    asked(&mut data, &small).await;
    for query in ["dataset=users", "dataset=audit_log", "dataset=user_data&user=ada%40users.example"] {
        let page = data.get(&format!("/admin/exports/new?{query}")).await.must(200);
        assert!(page.one(".notes").contains("second factor"), "{query}");
        let form: Filled = page.form("/admin/exports/new").with("reason", "a review");
        let answer = data.submit(&form).await.must(303);
        assert!(answer.location().starts_with("/confirm?next="), "{query}: {answer:?}");
    }
    assert_eq!(studio.number("select count(*) from backlot.exports").await, 1);
    studio.run_jobs().await;
}

#[tokio::test]
async fn a_file_is_gone_after_its_time_also_when_the_time_is_made_shorter() {
    let studio = Studio::open().await;
    let mut data = studio.sign_in(Role::DataAdmin).await;
    let all = form(&mut data, "dataset=users").await;
    let (place, _) = made(&studio, &mut data, &all).await;
    studio.run("update backlot.exports set finished_at = now() - interval '13 hours'").await;
    data.get(&format!("{place}/download")).await.must(200);
    set(&studio, "exports.retention_hours", "12").await;
    data.get(&format!("{place}/download")).await.must(404);
    studio.run("insert into backlot.jobs (id, name, payload, max_attempts) values (gen_random_uuid(), 'exports.sweep', 'null', 3)").await;
    studio.run_jobs().await;
    let page = data.get(&place).await.must(200);
    assert_eq!(page.one("#badges"), "Expired");
    data.get(&format!("{place}/download")).await.must(404);
    let left =
        std::fs::read_dir(studio.folder.join("exports/exports")).unwrap().flat_map(|one| std::fs::read_dir(one.unwrap().path()).unwrap());
    assert_eq!(left.count(), 0, "the file is deleted");
    assert_eq!(studio.entries("exports.expire", "done").await.len(), 1);
}

#[tokio::test]
async fn who_lost_the_right_meanwhile_gets_nothing() {
    let studio = Studio::open().await;
    let mut data = studio.sign_in(Role::DataAdmin).await;
    let all = form(&mut data, "dataset=generation_jobs").await;
    let place = asked(&mut data, &all).await;
    studio.run("update backlot.admins set role = 'billing_admin' where role = 'data_admin'").await;
    studio.run_jobs().await;
    let page = data.get(&place).await.must(200);
    assert!(page.one("#failure").contains("may not export this any more"), "{page:?}");
}
