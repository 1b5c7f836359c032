//! The list: every filter, every order, every page.
use crate::support::{ADA, Answer, BEN, Browser, CAS, Studio, USERS};
use backlot::kernel::Role;

const ORDERS: [&str; 8] = ["-created", "created", "-active", "active", "name", "-name", "email", "-email"];

fn found(page: &Answer) -> Vec<String> {
    page.attributes("tbody a[data-open]", "href")
}

/// 170 more users, many alike: three hundred pages would show nothing that four do not.
async fn crowd(studio: &Studio) {
    studio
        .run(
            "insert into platform.users (id, email, name, tier, created_at, last_active_at)
             select gen_random_uuid(), 'user' || n || '@crowd.example', case when n % 2 = 0 then '' when n % 3 = 1 then 'Zoë' else 'zoe ' || (n / 40) end,
               (array['free', 'starter', 'pro'])[1 + n % 3], date_trunc('day', now() - make_interval(days => n / 60)), now() - make_interval(hours => n / 90)
             from generate_series(1, 170) n",
        )
        .await;
}

async fn walk(browser: &mut Browser, from: &str, way: &str) -> (Vec<String>, String) {
    let (mut all, mut path) = (Vec::new(), from.to_owned());
    loop {
        let page = browser.get(&path).await.must(200);
        let mut rows = found(&page);
        if way == "prev" {
            rows.reverse();
        }
        all.extend(rows);
        match page.attributes(&format!(".pager a[rel={way}]"), "href").pop() {
            Some(next) => path = next,
            None => return (all, path),
        }
        assert!(all.len() < 1_000, "{from} goes round in circles");
    }
}

#[tokio::test]
async fn walking_all_pages_forwards_and_backwards_meets_everybody_once_in_every_order() {
    let studio = Studio::open().await;
    crowd(&studio).await;
    let mut admin = studio.sign_in(Role::OperationsAdmin).await;
    for filter in ["", "&tier=pro", "&q=zoe"] {
        for order in ORDERS {
            let first = format!("/admin/users?sort={order}{filter}");
            let (forwards, last) = walk(&mut admin, &first, "next").await;
            let mut once = forwards.clone();
            once.sort_unstable();
            once.dedup();
            assert_eq!(once.len(), forwards.len(), "{first} shows somebody twice");
            let all = match filter {
                "" => USERS + 170,
                "&tier=pro" => studio.number("select count(*) from platform.users where tier = 'pro'").await,
                _ => studio.number("select count(*) from platform.users where name_key like '%zoe%'").await,
            };
            assert_eq!(i64::try_from(forwards.len()).unwrap(), all, "{first} misses somebody");
            let (mut backwards, _) = walk(&mut admin, &last, "prev").await;
            backwards.reverse();
            assert_eq!(backwards, forwards, "{first}, backwards");
        }
    }
}

#[tokio::test]
async fn each_order_is_the_order_that_it_says() {
    let studio = Studio::open().await;
    let mut admin = studio.sign_in(Role::OperationsAdmin).await;
    for (order, sql) in [
        ("-created", "created_at desc"),
        ("created", "created_at"),
        ("-active", "last_active_at desc"),
        ("active", "last_active_at"),
        ("name", "name_key"),
        ("-name", "name_key desc"),
        ("email", "email"),
        ("-email", "email desc"),
    ] {
        let wanted = studio.text(&format!("select string_agg('/admin/users/' || id, ' ' order by {sql}) from platform.users")).await;
        assert_eq!(found(&admin.get(&format!("/admin/users?sort={order}")).await.must(200)).join(" "), wanted, "{order}");
    }
}

#[tokio::test]
async fn each_filter_narrows_and_each_chip_takes_it_back() {
    let studio = Studio::open().await;
    let mut admin = studio.sign_in(Role::OperationsAdmin).await;
    let today = studio.text("select current_date::text").await;
    for (filter, sql) in [
        ("status=suspended", "status = 'suspended'"),
        ("tier=pro", "tier = 'pro'"),
        ("role=moderator", "role = 'moderator'"),
        ("failed_payment=yes", "payment_failing"),
        ("failed_training=yes", "training_failing"),
        (&format!("active_from={today}"), "last_active_at >= current_date"),
        (&format!("active_to={today}"), "true"),
        ("created_to=2001-01-01", "false"),
        ("status=active&tier=free&sort=name", "status = 'active' and tier = 'free'"),
        ("q=CAS%40users", "email like 'cas%'"),
        ("q=100%25_", "name like '%100\\%\\_%'"),
        ("q=%25", "name like '\\%%'"),
        ("q=byron", "id = '0192f000-0000-7000-8000-00000000000a'"),
    ] {
        let page = admin.get(&format!("/admin/users?{filter}")).await.must(200);
        let wanted = studio
            .text(&format!("select coalesce(string_agg('/admin/users/' || id, ' ' order by id), '') from platform.users where {sql}"))
            .await;
        let mut rows = found(&page);
        rows.sort_unstable();
        assert_eq!(rows.join(" "), wanted, "{filter}");
        if rows.is_empty() {
            assert!(page.words().contains("No users match these filters"), "{page:?}");
        }
        let chips = page.attributes(".chip a", "href");
        let set = filter.split('&').filter(|part| !part.starts_with("sort=")).count();
        assert_eq!(chips.len(), set, "{filter}: {chips:?}");
        for (chip, part) in chips.iter().zip(filter.split('&')) {
            assert!(!chip.contains(part), "{chip} keeps {part}");
        }
        admin.get(&page.attributes(".chips a.clear", "href")[0]).await.must(200);
    }
}

#[tokio::test]
async fn a_value_in_the_list_filters_by_itself() {
    let studio = Studio::open().await;
    let mut admin = studio.sign_in(Role::OperationsAdmin).await;
    let page = admin.get("/admin/users?sort=name").await.must(200);
    let suspended = page.attributes("td[data-label=Status] a", "href").into_iter().find(|href| href.contains("suspended")).unwrap();
    assert_eq!(found(&admin.get(&suspended).await.must(200)), [format!("/admin/users/{CAS}")]);
    assert!(suspended.contains("sort=name"), "{suspended}");
}

#[tokio::test]
async fn an_exact_id_goes_straight_to_its_page() {
    let studio = Studio::open().await;
    let mut admin = studio.sign_in(Role::SupportAdmin).await;
    let on = admin.get(&format!("/admin/users?q=%20{ADA}%20")).await.must(303);
    admin.get(on.location()).await.sent_to(&format!("/admin/users/{ADA}"));
    admin.get(&format!("/admin/search?q={BEN}")).await.sent_to(&format!("/admin/users/{BEN}"));
    admin.get(&format!("/admin/search?q={}", BEN.simple())).await.sent_to(&format!("/admin/users/{BEN}"));
}
