//! Every page there is, looked at with the accessibility rules.
use super::browser::{Browser, Done};
use super::data;
use super::scenery::{keep, newly_hired, park, plan, queue};
use super::sign_in::with_password;
use super::visit::{Look, visit};
use super::{billing, money, works};
use super::{exports, health, lora, seconded, told};
use crate::support;
use backlot::web::routes::Access;
use std::collections::BTreeSet;

/// The pages at the door: a route, and an address of it.
const DOOR: [(&str, &str); 3] = [("/sign-in", "/sign-in"), ("/sign-in/demo/{token}", "{link}"), ("/welcome/{token}", "{welcome}")];

/// Pages on the way in, looked at on the way, and one that only leads on.
const ON_THE_WAY: [&str; 5] = ["/sign-in/code", "/sign-in/recovery", "/sign-in/enrol", "/admin/view-ended", "/admin/subscriptions/{id}"];

/// The pages inside. An e-mail address in braces stands for that user's id.
const INSIDE: [(&str, &str); 70] = [
    ("/admin", "/admin"),
    ("/admin/account", "/admin/account"),
    ("/admin/account/password", "/admin/account/password"),
    ("/admin/account/factor", "/admin/account/factor"),
    ("/admin/account/codes", "/admin/account/codes"),
    ("/admin/users", "/admin/users"),
    ("/admin/users/{id}", "/admin/users/{script@example.com}"),
    ("/admin/users/{id}", "/admin/users/{long.name@example.org}"),
    ("/admin/users/{id}", "/admin/users/{tomas.ferreira@example.org}"),
    ("/admin/users/{id}", "/admin/users/{nothing@example.org}"),
    ("/admin/users/{id}", "/admin/users/{dana.cross@example.com}"),
    ("/admin/users/{id}/suspend", "/admin/users/{long.name@example.org}/suspend"),
    ("/admin/users/{id}/restore", "/admin/users/{dana.cross@example.com}/restore"),
    ("/admin/users/{id}/tier", "/admin/users/{script@example.com}/tier"),
    ("/admin/users/{id}/role", "/admin/users/{rtl@example.net}/role"),
    ("/admin/search", "/admin/search"),
    ("/admin/search", "/admin/search?q=a"),
    ("/admin/search/palette", "/admin/search/palette?q=a"),
    ("/admin/audit", "/admin/audit"),
    ("/admin/audit/verify", "/admin/audit/verify?from=2020-01-01&to=2999-01-01"),
    ("/admin/audit/{id}", "/admin/audit/{entry}"),
    ("/admin/jobs", "/admin/jobs"),
    ("/admin/jobs/{id}", "/admin/jobs/{dead}"),
    ("/admin/jobs/{id}", "/admin/jobs/{waiting}"),
    ("/admin/jobs/{id}/cancel", "/admin/jobs/{waiting}/cancel"),
    ("/admin/admins", "/admin/admins"),
    ("/admin/admins/new", "/admin/admins/new"),
    ("/admin/admins/{id}", "/admin/admins/{staff:noor@backlot.example}"),
    ("/admin/admins/{id}", "/admin/admins/{staff:sam@backlot.example}"),
    ("/admin/admins/{id}/role", "/admin/admins/{staff:sam@backlot.example}/role"),
    ("/admin/admins/{id}/password", "/admin/admins/{staff:sam@backlot.example}/password"),
    ("/admin/admins/{id}/factors", "/admin/admins/{staff:sam@backlot.example}/factors"),
    ("/admin/admins/{id}/disable", "/admin/admins/{staff:sam@backlot.example}/disable"),
    ("/admin/admins/{id}/enable", "/admin/admins/{staff:otto@backlot.example}/enable"),
    ("/admin/admins/{id}/delete", "/admin/admins/{staff:otto@backlot.example}/delete"),
    ("/admin/admins/{id}/sessions", "/admin/admins/{staff:sam@backlot.example}/sessions"),
    ("/admin/config", "/admin/config"),
    ("/admin/config", "/admin/config?q=nothing+is+called+so"),
    ("/admin/config/{key}", "/admin/config/generation.max_concurrent"),
    ("/admin/config/{key}", "/admin/config/billing.dunning_retry_days"),
    ("/admin/mailbox", "/admin/mailbox"),
    ("/admin/mailbox/{id}", "/admin/mailbox/{letter}"),
    ("/admin/account/passkeys", "/admin/account/passkeys"),
    ("/admin/account/passkeys/{id}/rename", "/admin/account/passkeys/{passkey}/rename"),
    ("/admin/account/passkeys/{id}/remove", "/admin/account/passkeys/{passkey}/remove"),
    ("/admin/features", "/admin/features"),
    ("/admin/features", "/admin/features?q=nothing-is-called-so"),
    ("/admin/features/new", "/admin/features/new"),
    ("/admin/features/undo", "/admin/features/undo"),
    ("/admin/features/{flag}", "/admin/features/new_studio_ui?user=leila.haddad%40example.com"),
    (
        "/admin/features/{flag}",
        "/admin/features/a-flag.with_a_name.that-is.as_long-as.names_can-be.and_then.it_goes-on.until_the-hundredth.character",
    ),
    ("/admin/features/{flag}", "/admin/features/old_pricing_page"),
    ("/admin/features/{flag}/reach", "/admin/features/new_studio_ui/reach"),
    ("/admin/features/{flag}/edit", "/admin/features/new_studio_ui/edit"),
    ("/admin/features/{flag}/on", "/admin/features/parallel_upscaling/on"),
    ("/admin/features/{flag}/archive", "/admin/features/beta_features/archive"),
    ("/admin/features/{flag}/restore", "/admin/features/old_pricing_page/restore"),
    ("/admin/features/{flag}/overrides", "/admin/features/new_studio_ui/overrides"),
    ("/admin/features/{flag}/versions/{version}", "/admin/features/new_studio_ui/versions/3"),
    ("/admin/features/{flag}/versions/{version}", "/admin/features/new_studio_ui/versions/1"),
    ("/admin/features/{flag}/versions/{version}/revert", "/admin/features/new_studio_ui/versions/2/revert"),
    ("/admin/maintenance", "/admin/maintenance"),
    ("/admin/maintenance/begin", "/admin/maintenance/begin"),
    ("/admin/maintenance/plan", "/admin/maintenance/plan"),
    ("/admin/maintenance/{id}/change", "/admin/maintenance/{planned}/change"),
    ("/admin/maintenance/{id}/cancel", "/admin/maintenance/{planned}/cancel"),
    ("/admin/users/{id}/impersonate", "/admin/users/{long.name@example.org}/impersonate"),
    ("/confirm", "/confirm"),
    ("/confirm/recovery", "/confirm/recovery"),
    ("/resume", "/resume"),
];

/// Parts of pages, seen where they are swapped in; and a file.
const PARTS: [&str; 17] = [
    "/admin/search/palette",
    "/admin/features/{flag}/reach",
    "/admin/projects/{id}/state.json",
    "/admin/notifications/{id}/progress",
    "/admin/billing/operations/{id}/live",
    "/admin/health/live",
    "/admin/jobs/live",
    "/admin/alerts/live",
    "/admin/alerts/{id}/live",
    "/admin/bulk/{id}/progress",
    lora::PARTS[0],
    lora::PARTS[1],
    lora::PARTS[2],
    lora::PARTS[3],
    data::PARTS[0],
    data::PARTS[1],
    data::PARTS[2],
];
/// Files, which are saved and not looked at.
const FILES: [&str; 3] = ["/admin/lora/{id}/log/download", "/admin/exports/{id}/download", "/admin/bulk/{id}/failures"];

/// All pages inside.
fn inside() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    [
        &INSIDE[..],
        &told::PAGES,
        &lora::PAGES,
        &works::PAGES,
        &exports::PAGES,
        &billing::PAGES,
        &money::PAGES,
        &health::PAGES,
        &data::PAGES,
        &seconded::PAGES,
    ]
    .into_iter()
    .flatten()
}

#[tokio::test]
async fn every_page_is_on_the_list() {
    let listed: BTreeSet<_> = DOOR.iter().chain(inside()).map(|(route, _)| *route).chain(ON_THE_WAY).chain(FILES).collect();
    let studio = support::Studio::open().await;
    let is_page = |access: &Access| matches!(access, Access::Page(_) | Access::Live(_) | Access::Session | Access::Door);
    let mounted = studio.site.routes().iter().filter(|route| route.method == axum::http::Method::GET && is_page(&route.access));
    assert_eq!(mounted.map(|route| route.path).collect::<BTreeSet<_>>(), listed);
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn every_page_is_accessible_in_light_in_dark_and_on_a_phone() {
    visit(Look::Desktop, async |browser| {
        let mut faults = at_the_door(&browser).await?;
        browser.come_in("Super admin").await?;
        park(&browser).await;
        keep(&browser).await;
        queue(&browser).await;
        told::deliver(&browser).await;
        plan(&browser).await;
        told::write(&browser).await;
        exports::fill(&browser).await;
        seconded::fill(&browser).await;
        for (route, address) in inside().filter(|(route, _)| !PARTS.contains(route)) {
            let address = real(&browser, address).await;
            browser.open(&address).await?;
            assert_eq!(browser.path().await?, address, "{route} led elsewhere");
            faults.extend(browser.faults(&address).await?);
        }
        assert!(faults.is_empty(), "{}", faults.join("\n\n"));
        Ok(())
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn the_rules_find_what_is_wrong() {
    visit(Look::Desktop, async |browser| {
        browser.open("/sign-in").await?;
        let plant = "const one = document.createElement('button'); one.style.width = '500px'; one.style.color = '#ddd'; one.style.background = '#fff';
                     document.querySelector('main').append(one, Object.assign(document.createElement('input'), { type: 'text' }));";
        browser.run(plant, vec![]).await?;
        let faults = browser.faults("planted").await?.join("\n");
        for expected in ["button-name", "label: ", "light", "dark", "the page is 5"] {
            assert!(faults.contains(expected), "{expected} is not among\n{faults}");
        }
        Ok(())
    })
    .await;
}

async fn at_the_door(browser: &Browser) -> Done<Vec<String>> {
    let mut faults = Vec::new();
    for (_, address) in DOOR {
        browser.open(&real(browser, address).await).await?;
        faults.extend(browser.faults(address).await?);
    }
    for (email, page) in [("bea@backlot.example", "/sign-in/code"), (newly_hired(browser).await, "/sign-in/enrol")] {
        browser.open("/sign-in").await?;
        with_password(browser, email, browser.studio.password()).await?;
        browser.arrive(page).await?;
        faults.extend(browser.faults(page).await?);
        if page == "/sign-in/code" {
            browser.press("Use a recovery code").await?;
            browser.arrive("/sign-in/recovery").await?;
            faults.extend(browser.faults("/sign-in/recovery").await?);
        }
    }
    Ok(faults)
}

/// An address with what stands in braces filled in.
pub async fn real(browser: &Browser, address: &str) -> String {
    let Some((before, rest)) = address.split_once('{') else { return address.to_owned() };
    let (name, after) = rest.split_once('}').unwrap();
    let studio = &browser.studio;
    let found = [
        health::find(browser, name).await,
        works::find(browser, name).await,
        money::find(browser, name).await,
        billing::find(browser, name).await,
        exports::find(browser, name).await,
        seconded::find(browser, name).await,
    ];
    let value = match name {
        _ if found.iter().any(Option::is_some) => found.into_iter().flatten().collect(),
        "link" => studio.person("Data admin").link.strip_prefix(studio.url()).unwrap().to_owned(),
        "welcome" => studio.welcome.clone(),
        "dead" | "waiting" => id(browser, "select id::text from backlot.jobs where state = $1 limit 1", name).await,
        "planned" => id(browser, "select id::text from backlot.maintenance_windows where state = $1 limit 1", name).await,
        "draft" | "sent" | "proposed" => id(browser, "select id::text from backlot.notifications where state = $1 limit 1", name).await,
        "letter" => id(browser, "select id::text from backlot.mailbox where to_address = $1 limit 1", "new@backlot.example").await,
        "passkey" => {
            id(
                browser,
                "select p.id::text from backlot.passkeys p join backlot.admins a on a.id = p.admin_id where a.email = $1 limit 1",
                "maya@backlot.example",
            )
            .await
        }
        "entry" => id(browser, "select id::text from backlot.audit_log where outcome = $1 order by seq desc limit 1", "done").await,
        model if model.starts_with("lora:") => id(browser, lora::ANY, &model["lora:".len()..]).await,
        staff if staff.starts_with("staff:") => {
            id(browser, "select id::text from backlot.admins where email = $1", &staff["staff:".len()..]).await
        }
        email => id(browser, "select id::text from platform.users where email = $1", email).await,
    };
    format!("{before}{value}{after}")
}

async fn id(browser: &Browser, text: &'static str, given: &str) -> String {
    sqlx::query_scalar(text).bind(given).fetch_one(&mut browser.studio.database().await).await.unwrap()
}
