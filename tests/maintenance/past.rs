//! What is past: page by page, and as the demo has it.
use super::{PAGE, states};
use crate::support::Studio;
use backlot::database::demo;
use backlot::kernel::Role;
use sqlx::{Connection, PgConnection};

#[tokio::test]
async fn a_long_past_is_turned_page_by_page() {
    let studio = Studio::open().await;
    let many = "insert into backlot.maintenance_windows (id, state, message, starts_at, started_at, ended_at, ended_why)
        select gen_random_uuid(), 'ended', 'Number ' || n, now() - n * interval '1 day', now() - n * interval '1 day',
          now() - n * interval '1 day' + interval '1 hour', 'by_hand' from generate_series(1, 120) n";
    studio.run(many).await;
    let mut boss = studio.sign_in(Role::SuperAdmin).await;
    let (mut page, mut seen) = (boss.get(PAGE).await.must(200), Vec::new());
    for shown in [50, 50, 20] {
        let rows = page.all("#past .typed");
        assert_eq!(rows.len(), shown);
        seen.extend(rows);
        let Some(next) = page.attributes("#past a[rel=next]", "href").pop() else { break };
        page = boss.get(&next).await.must(200);
    }
    assert_eq!(seen, (1..=120).map(|number| format!("Number {number}")).collect::<Vec<_>>());
    let back = page.attributes("#past a[rel=prev]", "href").remove(0);
    assert_eq!(boss.get(&back).await.must(200).all("#past .typed")[0], "Number 51");
    assert!(page.one("#past .pager").contains("20 of 120 windows"), "{page:?}");
}

#[tokio::test]
async fn the_demo_has_a_past_and_neither_plans_nor_is_in_maintenance() {
    let studio = Studio::open().await;
    let mut owner = PgConnection::connect_with(&studio.database.ways.owner.options()).await.unwrap();
    for _ in 0..2 {
        demo::look_back(&mut owner).await.unwrap();
        let mut all: Vec<_> = states(&studio).await.split(", ").map(str::to_owned).collect();
        all.sort();
        let hand = "ended by_hand";
        assert_eq!(all, ["cancelled by_hand", hand, hand, hand, "ended on_time", "ended on_time"]);
    }
    owner.close().await.unwrap();
    let page = studio.sign_in(Role::BillingAdmin).await.get(PAGE).await.must(200);
    for words in ["Olga Petrova", "Maya Krüger", "38 min", "ended at its time", "by Olga Petrova"] {
        assert!(page.one("#past").contains(words), "{words}: {page:?}");
    }
    assert!(!page.has("#past td a"), "there is no record of what was made up");
}
