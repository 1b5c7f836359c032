//! Mailings that do not go through at once: cut in the middle, failed and sent again, and standing still.
use super::letters::{done, on_its_way, until};
use super::{PAGE, form, sent};
use crate::support::Studio;
use backlot::kernel::Role;
use backlot::sandbox::smtp::{MailServer, Mode};
use uuid::Uuid;

/// A crowd that gets letters.
async fn mailing(studio: &Studio, people: u32) -> Uuid {
    let more = format!(
        "insert into platform.users (id, email, name) select gen_random_uuid(), n || '@crowd.example', 'x' from generate_series(1, {people}) n"
    );
    studio.run(&more).await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let filled = form(&mut sam).await.with("kind", "system").with("channel[]", "email");
    sent(&mut sam, &filled).await
}

fn arrived(server: &MailServer) -> Vec<String> {
    let mut to: Vec<_> = server.received().into_iter().flat_map(|letter| letter.to).collect();
    to.sort();
    to
}

const SOON: &str = "update backlot.notification_deliveries set due_at = now() where state = 'queued'; update backlot.jobs set run_at = now() where state = 'waiting'";

#[tokio::test]
async fn a_line_that_is_cut_in_the_middle_of_a_mailing_costs_nobody_their_letter_and_brings_nobody_two() {
    let studio = Studio::open().await;
    let server = MailServer::start().await.unwrap();
    let address = format!("smtp://{}", server.address());
    let id = mailing(&studio, 60).await;
    server.set(Mode::CuttingAfter(25));
    let stuck = "select from backlot.notification_deliveries where channel = 'email' having count(*) > 60
                 and count(*) = count(*) filter (where state = 'sent') + count(*) filter (where state = 'queued' and unsure = 1)";
    until(&studio, &address, stuck).await;
    let here = arrived(&server);
    assert!((25..45).contains(&here.len()), "it was cut in the middle: {}", here.len());
    assert_eq!(studio.number("select mail_sent from backlot.notification_progress").await, i64::try_from(here.len()).unwrap());
    server.set(Mode::Accepting);
    studio.run(SOON).await;
    until(&studio, &address, &done(id)).await;
    let wanted = "select string_agg(email, ' ' order by email collate \"C\") from platform.users where status <> 'deleted'";
    assert_eq!(arrived(&server).join(" "), studio.text(wanted).await, "each exactly once");
}

#[tokio::test]
async fn what_failed_but_not_for_good_is_sent_again_at_a_click_and_nothing_else_is() {
    let studio = Studio::open().await;
    let server = MailServer::start().await.unwrap();
    let address = format!("smtp://{}", server.address());
    let id = mailing(&studio, 5).await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    // Refused for good: one; tried often enough without luck: all others.
    server.set(Mode::Busy);
    until(&studio, &address, "select from backlot.notification_deliveries where attempts = 1 having count(*) > 5").await;
    studio.run("update backlot.notification_deliveries set attempts = 7 where state = 'queued'").await;
    studio.run(&format!("{SOON}; update backlot.notification_deliveries d set due_at = now() + interval '1 hour' from platform.users u where u.id = d.user_id and u.email = 'ada@users.example'")).await;
    until(&studio, &address, "select from backlot.notification_deliveries where state <> 'failed' having count(*) = 1").await;
    server.set(Mode::Refusing);
    studio.run(SOON).await;
    until(&studio, &address, &done(id)).await;
    let failed = studio.number("select mail_failed from backlot.notification_progress").await;
    assert_eq!(studio.number("select mail_again from backlot.notification_progress").await, failed - 1);
    // One of them wants no mail any more by now, and one has gone.
    studio.run("update platform.users set status = 'deleted' where email = '1@crowd.example'").await;
    let path = format!("{PAGE}/{id}/again");
    let page = sam.get(&format!("{PAGE}/{id}")).await.must(200);
    assert!(page.words().contains(&format!("Send {} failed letters again", failed - 1)), "{page:?}");
    let before = arrived(&server);
    assert_eq!(before, [""; 0]);
    sam.submit(&page.form(&path)).await.sent_to(&format!("{PAGE}/{id}"));
    server.set(Mode::Accepting);
    until(&studio, &address, &done(id)).await;
    let wanted = "select string_agg(email, ' ' order by email collate \"C\") from platform.users where status <> 'deleted' and email <> 'ada@users.example'";
    assert_eq!(arrived(&server).join(" "), studio.text(wanted).await);
    let counted = studio
        .text("select mail_sent || ' ' || mail_failed || ' ' || mail_again || ' ' || mail_skipped from backlot.notification_progress")
        .await;
    assert_eq!(counted, format!("{} 1 0 1", failed - 2));
    let page = sam.get(&format!("{PAGE}/{id}")).await.must(200);
    assert!(!page.has(&format!("form[action='{path}']")), "nothing is left that could be sent again");
    let form = crate::support::Filled { action: path, fields: vec![("_proof".into(), sam.proof().await)] };
    sam.submit(&form).await.must(409);
    let entry = studio.entries("notifications.send_again", "done").await.remove(0);
    assert_eq!(entry.change("letters_sent_again").1, failed - 1);
}

#[tokio::test]
async fn a_sending_that_stands_still_says_so_and_why() {
    let studio = Studio::open().await;
    let id = on_its_way(&studio, "system").await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let page = sam.get(&format!("{PAGE}/{id}")).await.must(200);
    assert!(!page.has("#still"));
    let earlier = "update backlot.notification_progress set worked_at = now() - interval '12 minutes'";
    studio.run(earlier).await;
    let page = sam.get(&format!("{PAGE}/{id}")).await.must(200);
    let said = page.one("#still");
    assert!(said.contains("min ago") && said.contains("No server goes on with it"), "{said}");
    assert!(sam.get(PAGE).await.must(200).words().contains("no step since 1"));
    let waits = format!(
        "insert into backlot.notification_deliveries (notification_id, channel, user_id, id, state, due_at, reason)
           select '{id}', 'email', id, gen_random_uuid(), 'queued', now() + interval '10 minutes', 'the mail server answered 451' from platform.users limit 1"
    );
    studio.run(&waits).await;
    let said = sam.get(&format!("{PAGE}/{id}/progress")).await.must(200).one("#still");
    assert!(said.contains("is tried again") && said.contains("the mail server answered 451"), "{said}");
    studio.run("delete from backlot.notification_deliveries").await;
    studio.run_jobs().await;
    assert!(!sam.get(&format!("{PAGE}/{id}")).await.must(200).has("#still"), "it is sent");
    assert!(!sam.get(PAGE).await.must(200).words().contains("no step since"));
}
