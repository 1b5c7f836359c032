//! Letters: refused, retried, unheard, unsubscribed; each with its own row that says so.
use super::{PAGE, by_both, form, sent, state};
use crate::support::browser::HOST;
use crate::support::{self, Sent, Studio, server};
use axum::http::Method;
use backlot::app::{self, Hands};
use backlot::database::pools::pool;
use backlot::gateways::mail::Mail;
use backlot::gateways::mail::smtp::{Sender, Server, Smtp};
use backlot::jobs::{Runner, Settings};
use backlot::kernel::{Desk, Role};
use backlot::sandbox::smtp::{MailServer, Mode};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Works through the queue with a real mail server until something is so.
pub async fn until(studio: &Studio, address: &str, condition: &str) {
    let smtp =
        Smtp::new(Server::parse(address).unwrap(), Sender::parse("Studio <studio@studio.example>").unwrap(), &format!("https://{HOST}"));
    let carrier = Arc::new(smtp.unwrap().with_patience(Duration::from_secs(2)));
    let mail = Mail::new(Some(carrier), Arc::new(server::secrets()), &format!("https://{HOST}"));
    let work = pool(&studio.database.ways.app.options(), 12, "jobs");
    let settings = Settings { poll: Duration::from_millis(20), ..Settings::default() };
    let hands = Hands {
        desk: Desk::new(work.clone()),
        outside: support::outside(mail),
        press: studio.press(&work),
        live: studio.site.live.clone(),
    };
    let stop = CancellationToken::new();
    let running = tokio::spawn(Runner::new(work, app::jobs().unwrap(), hands, settings).unwrap().run(stop.clone()));
    let since = Instant::now();
    while studio.number(&format!("select count(*) from ({condition}) c")).await == 0 {
        let rows = "select coalesce(string_agg(state || ' ' || attempts || ' ' || coalesce(detail, ''), ', '), '') from backlot.notification_deliveries where channel = 'email'";
        assert!(since.elapsed() < Duration::from_secs(30), "{condition}: {}", studio.text(rows).await);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    stop.cancel();
    running.await.unwrap();
}

pub async fn on_its_way(studio: &Studio, kind: &str) -> Uuid {
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let filled = by_both(form(&mut sam).await.with("kind", kind).with("people", "ada@users.example\nben@users.example"));
    sent(&mut sam, &filled).await
}

pub fn done(id: Uuid) -> String {
    format!("select from backlot.notifications where id = '{id}' and state = 'sent'")
}

#[tokio::test]
async fn a_refused_letter_has_failed_with_its_reason_and_the_rest_goes_on() {
    let studio = Studio::open().await;
    let server = MailServer::start().await.unwrap();
    server.set(Mode::Refusing);
    let id = on_its_way(&studio, "system").await;
    until(&studio, &format!("smtp://{}", server.address()), &done(id)).await;
    assert_eq!(super::inboxes(&studio, id).await, "ada ben");
    let counted = studio.text("select mail_sent || ' ' || mail_failed || ' ' || inbox_sent from backlot.notification_progress").await;
    assert_eq!(counted, "0 2 2");
    assert_eq!(
        studio.text("select distinct reason from backlot.notification_deliveries where state = 'failed'").await,
        "the mail server answered 550"
    );
}

#[tokio::test]
async fn a_busy_server_gets_the_letter_later_and_an_unheard_answer_is_written_down() {
    let studio = Studio::open().await;
    let server = MailServer::start().await.unwrap();
    let address = format!("smtp://{}", server.address());
    server.set(Mode::Busy);
    let id = on_its_way(&studio, "system").await;
    let waiting =
        "select from backlot.notification_deliveries where state = 'queued' and attempts = 1 and due_at > now() having count(*) = 2";
    until(&studio, &address, waiting).await;
    assert_eq!(studio.number("select sum(unsure) from backlot.notification_deliveries").await, 0, "it has said no");
    let soon = "update backlot.notification_deliveries set due_at = now() where state = 'queued'; update backlot.jobs set run_at = now() where state = 'waiting'";
    studio.run(soon).await;
    server.set(Mode::Cutting);
    until(&studio, &address, "select from backlot.notification_deliveries where unsure = 1 having count(*) = 2").await;
    studio.run(soon).await;
    server.set(Mode::Accepting);
    until(&studio, &address, &done(id)).await;
    let rows = studio.text("select string_agg(distinct state || ' ' || attempts || ' ' || unsure, ', ') from backlot.notification_deliveries where channel = 'email'").await;
    assert_eq!(rows, "sent 3 1", "and that it may have arrived twice is written down");
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    assert!(sam.get(&format!("{PAGE}/{id}/deliveries?channel=email")).await.must(200).words().contains("may have arrived more than once"));
}

#[tokio::test]
async fn who_unsubscribes_in_between_gets_nothing_any_more() {
    let studio = Studio::open().await;
    let id = on_its_way(&studio, "feature").await;
    studio
        .run(&format!(
            "insert into backlot.notification_deliveries (notification_id, channel, user_id, id, state, due_at)
               select '{id}', 'email', id, gen_random_uuid(), 'queued', now() from platform.users where email in ('ada@users.example', 'ben@users.example');
             update backlot.notification_progress set frozen_at = now(), inbox_at = now(), people = 2, mail_planned = 2 where notification_id = '{id}';
             insert into platform.notification_preferences (user_id, category, email) select id, 'feature', false from platform.users where email = 'ada@users.example'"
        ))
        .await;
    studio.run_jobs().await;
    let to: Vec<_> = studio.letters.all().into_iter().map(|letter| letter.to).collect();
    assert_eq!((to, state(&studio, id).await.as_str()), (vec!["ben@users.example".to_owned()], "sent"));
    assert_eq!(studio.text("select reason from backlot.notification_deliveries where state = 'skipped'").await, "unsubscribed meanwhile");
}

#[tokio::test]
async fn the_link_in_a_letter_asks_and_a_click_of_the_mail_program_acts() {
    let studio = Studio::open().await;
    let id = on_its_way(&studio, "feature").await;
    studio.run_jobs().await;
    let letter = studio.letters.last_to("ada@users.example");
    let address = letter.dress.as_ref().unwrap().unsubscribe.clone().unwrap();
    assert!(letter.body.contains(&address) && address.starts_with(&format!("https://{HOST}/u/")), "{}", letter.body);
    let path = address.trim_start_matches(&format!("https://{HOST}")).to_owned();
    let declined = "select count(*) from platform.notification_preferences where not email and category = 'feature'";
    for _ in 0..2 {
        let page = studio.browser().get(&path).await.must(200);
        assert!(page.words().contains("no more news about new features"), "{page:?}");
        assert_eq!(studio.number(declined).await, 0, "a program that opens links changes nothing");
    }
    for _ in 0..3 {
        let mut click = Sent { method: Method::POST, ..Sent::get(&path) }.header("content-type", "application/x-www-form-urlencoded");
        click.body = b"List-Unsubscribe=One-Click".to_vec();
        let answer = studio.browser().send(click.without("sec-fetch-site").without("cookie")).await.must(200);
        assert_eq!(answer.header("set-cookie"), "");
    }
    assert_eq!(studio.number(declined).await, 1);
    assert_eq!(studio.number(&format!("select unsubscribed from backlot.notification_progress where notification_id = '{id}'")).await, 1);
    let page = studio.browser().get(&path).await.must(200);
    assert!(page.words().contains("You get no more of them") && !page.has("form"), "{page:?}");
    let mut altered = path.clone();
    altered.replace_range(10..11, if &path[10..11] == "A" { "B" } else { "A" });
    studio.browser().get(&altered).await.must(404);
    studio.browser().send(Sent { method: Method::POST, ..Sent::get(&altered) }).await.must(401);
    assert_eq!(studio.number(declined).await, 1);
}

#[tokio::test]
async fn what_is_about_the_service_itself_has_no_such_link() {
    let studio = Studio::open().await;
    on_its_way(&studio, "maintenance").await;
    studio.run_jobs().await;
    let letter = studio.letters.last_to("ada@users.example");
    assert!(letter.dress.as_ref().unwrap().unsubscribe.is_none() && !letter.body.contains("/u/"), "{}", letter.body);
}
