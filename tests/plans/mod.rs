//! No plan behind a page reads a large table from end to end, neither one that was made for its values nor one that was kept.
mod addresses;
mod data;
mod log;
mod paid;
mod rung;
mod seconded;
mod stage;
mod told;
mod watch;

use crate::support::server::Database;
use crate::support::{ADA, Browser, Studio};
use addresses::{List, orders, pages, searches};
use backlot::kernel::Role;
use backlot::web::routes::Access;
use log::Log;
use watch::{Offence, Watch};

/// What does read one: the table, a part of the statement, and the reason. Only shrinks: whoever mends one takes it off.
const KNOWN: [(&str, &str, &str); 0] = [];

#[tokio::test]
async fn no_page_reads_a_large_table_from_end_to_end() {
    let (studio, log) = stage::after_years_of_work().await;
    let mut watch = Watch::new(&studio, log).await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    watch.walk(&mut maya, &[pages(&studio).await, searches(&studio).await].concat()).await;
    watch.look_at_kept_plans().await;
    for path in [
        "/admin/users",
        "/admin/audit",
        "/admin/jobs",
        "/admin/lora",
        "/admin/workflows",
        "/admin/notifications",
        "/admin/subscriptions",
        "/admin/billing/operations",
    ] {
        let mut addresses = lists(&studio, &mut watch, &mut maya, path).await;
        addresses.sort();
        addresses.dedup();
        watch.walk(&mut maya, &addresses).await;
        // List by list: a connection remembers five hundred statements and no more.
        watch.look_at_kept_plans().await;
    }
    for role in Role::ALL {
        // What awaits them differs by role, and so does whose entries they see.
        watch.walk(&mut studio.sign_in(*role).await, &["/admin".into(), "/admin/audit".into()]).await;
    }
    watch.stroll(&viewing(&studio).await, &viewed(&studio)).await;
    watch.look_at_kept_plans().await;
    studio.jobs().await;

    let offences = watch.offences();
    for (table, part, reason) in KNOWN {
        assert!(
            offences.iter().any(|found| found.table == table && found.statement.contains(part)),
            "“{reason}” no longer holds: take it off the list"
        );
    }
    let unknown: Vec<_> = offences.iter().filter(|found| !is_known(found)).map(Offence::to_string).collect();
    assert!(unknown.is_empty(), "\n{}", unknown.join("\n"));
}

/// A list as it is, with each filter alone, with two of them, in each order if it has one, and a few pages on.
async fn lists(studio: &Studio, watch: &mut Watch<'_>, browser: &mut Browser, path: &'static str) -> Vec<String> {
    let page = browser.get(path).await.must(200);
    let list = List::of(studio, path, &page).await;
    let (alone, pairs) = (list.alone(), list.pairs());
    let is_sorted = page.has("th[aria-sort] a");
    let begins = if is_sorted { [list.few(), orders(path)].concat() } else { alone.clone() };
    // Down and up go along the same index.
    let in_order = list.few().iter().filter(|_| is_sorted).flat_map(|list| orders(list).into_iter().step_by(2)).collect();
    let further = watch.further(browser, &begins).await;
    assert!(further.len() > 15 && !pairs.is_empty(), "{path} has few pages");
    [alone, in_order, further, pairs, begins].concat()
}

fn is_known(found: &Offence) -> bool {
    KNOWN.iter().any(|(table, part, _)| found.table == *table && found.statement.contains(part))
}

#[tokio::test]
async fn a_missing_index_and_a_careless_statement_are_noticed() {
    let database = Database::furnished().await;
    let log = Log::open(&database).await;
    let studio = Studio::with_readers(database, 1).await;
    studio.run(&format!("insert into platform.characters (id, user_id, name) select gen_random_uuid(), '{ADA}', 'Nr. ' || n from generate_series(1, 3000) n")).await;
    studio.run("vacuum (analyze) platform.characters").await;
    let mut watch = Watch::new(&studio, log).await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let page = [format!("/admin/users/{ADA}")];
    watch.walk(&mut maya, &page).await;
    assert_eq!(tables(&mut watch), [""; 0]);

    studio.run("drop index platform.characters_by_user").await;
    watch.walk(&mut maya, &page).await;
    assert_eq!(tables(&mut watch), ["characters"], "an index is missing");

    for (statement, noticed) in [
        ("select id from platform.characters where name = 'Nr. 5'", true),
        ("select id from platform.characters where name = 'nobody' limit 5", true),
        ("select id from platform.characters limit 5", false),
        ("select id from platform.users where name = 'nobody'", false),
    ] {
        sqlx::query(statement).fetch_all(&studio.site.reader).await.unwrap();
        watch.look("by hand");
        assert_eq!(!tables(&mut watch).is_empty(), noticed, "{statement}");
    }
    watch.look_at_kept_plans().await;
    assert_eq!(tables(&mut watch), ["characters"], "a plan for any values is no better");
}

fn tables(watch: &mut Watch<'_>) -> Vec<String> {
    watch.offences().into_iter().map(|found| found.table).collect()
}

/// An admin who views the platform as the user with the most projects.
async fn viewing(studio: &Studio) -> Browser {
    let busy = "select p.user_id::text from platform.projects p join platform.users u on u.id = p.user_id
                where u.status = 'active' and not u.view_as_refused group by p.user_id order by count(*) desc limit 1";
    let busy = studio.text(busy).await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    sam.post(&format!("/admin/users/{busy}/impersonate"), &[("reason", "looks around")]).await.sent_to("/as");
    sam
}

/// The pages of such a view.
fn viewed(studio: &Studio) -> Vec<String> {
    let all = studio.site.routes().iter().filter(|route| route.access == Access::Viewed);
    let here = all.filter(|route| !route.path.contains('{') && route.path != "/as/platform");
    here.map(|route| route.path.to_owned()).collect()
}
