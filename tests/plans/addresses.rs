//! The addresses that are asked for: every page, and every list with all that it offers to narrow and order it by.
use crate::support::{Answer, Studio};
use axum::http::Method;
use backlot::web::routes::{Access, Route};
use scraper::{Html, Selector};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Of a filter's values, the first so many are asked for.
const MOST: usize = 5;
const SORTS: [&str; 8] = ["-created", "created", "-active", "active", "name", "-name", "email", "-email"];

const PEOPLE: &str = "(select user_id from platform.generation_jobs group by user_id order by count(*) desc limit 1)
        union all (select user_id from platform.credit_transactions group by user_id order by count(*) desc limit 1)
        union all (select id from platform.users where payment_failing order by id limit 1)
        union all (select id from platform.users where training_failing order by id limit 1)
        union all (select id from platform.users where status = 'suspended' order by id limit 1)
        union all (select id from platform.users where email_key = 'nothing@example.org')";
const JOBS: &str = "select distinct on (state) id from backlot.jobs order by state, id";
const ENTRIES: &str =
    "(select id from backlot.audit_log order by seq limit 2) union all (select id from backlot.audit_log order by seq desc limit 2)";
const MODELS: &str = "select distinct on (status) id from platform.lora_models order by status, updated_at desc";
const RUNS: &str = "(select id from platform.workflow_jobs where attempt > 100 limit 1) union all (select distinct on (state) id from platform.workflow_jobs order by state, id)";
const PROJECTS: &str = "(select project_id from platform.generation_jobs where project_id is not null group by 1 order by count(*) desc limit 2)
        union all (select project_id from platform.project_states order by state_bytes desc limit 1) union all (select id from platform.projects order by id limit 1)";

/// Every page there is, for several of the users, jobs and entries that it may be about.
pub async fn pages(studio: &Studio) -> Vec<String> {
    let (runs, projects, models) = (ids(studio, RUNS).await, ids(studio, PROJECTS).await, ids(studio, MODELS).await);
    let (people, jobs, entries) = (ids(studio, PEOPLE).await, ids(studio, JOBS).await, ids(studio, ENTRIES).await);
    // What machines ask is answered from memory.
    let is_page = |route: &Route| route.method == Method::GET && !matches!(route.access, Access::Machine(_));
    let all = studio.site.routes().iter().filter(|route| is_page(route)).flat_map(|route| match route.path {
        path if !path.contains('{') => vec![path.to_owned()],
        path if path.starts_with("/admin/users/") => named(path, &people),
        path if path.starts_with("/admin/jobs/") => named(path, &jobs),
        path if path.starts_with("/admin/workflows/{id}") => named(path, &runs),
        path if path.starts_with("/admin/projects/") => named(&path.replace("{version}", "1"), &projects),
        path if path.starts_with("/admin/audit/") => named(path, &entries),
        path if path.starts_with("/admin/lora/{id}") => named(path, &models),
        "/admin/data/cleanup/{sweep}" => ["user-sessions", "training-logs"].map(|sweep| format!("/admin/data/cleanup/{sweep}")).to_vec(),
        path if path.starts_with("/admin/data/{check}") => super::data::pages(path),
        path if super::paid::is_about_money(path) => Vec::new(),
        path if path.starts_with("/admin/features/") => vec![path.replace("{flag}", "new_studio_ui").replace("{version}", "2")],
        path if ["/admin/notifications/{", "/admin/approvals/{", "/admin/bulk/{", "/admin/alerts/", "/admin/analytics/"]
            .iter()
            .any(|about| path.starts_with(about)) =>
        {
            Vec::new()
        }
        "/admin/config/{key}" => vec!["/admin/config/credits.hq_cost".to_owned()],
        path => named(path, &[Uuid::nil()]),
    });
    all.chain(super::paid::pages(studio).await)
        .chain(audited(studio).await)
        .chain(trained(studio).await)
        .chain(super::told::pages(studio).await)
        .chain(super::rung::pages(studio).await)
        .chain(super::seconded::pages(studio).await)
        .collect()
}

fn named(path: &str, ids: &[Uuid]) -> Vec<String> {
    let address =
        |id: &Uuid| path.split('/').map(|part| if part.starts_with('{') { id.to_string() } else { part.to_owned() }).collect::<Vec<_>>();
    ids.iter().map(|id| address(id).join("/")).collect()
}

/// What pages ask of models, but their list's form does not offer.
async fn trained(studio: &Studio) -> Vec<String> {
    let first = |what: &str| {
        format!("select ({what})::text from platform.lora_models where status = 'failed' and character_id is not null order by id limit 1")
    };
    let (user, character) = (studio.text(&first("user_id")).await, studio.text(&first("character_id")).await);
    let signature = studio.text(&first("error_signature")).await;
    let signature = serde_urlencoded::to_string([("signature", signature)]).unwrap();
    let model = studio.text("select lora_model_id::text from platform.lora_trainings order by log_lines desc limit 1").await;
    let narrowed = [format!("user={user}"), format!("character={character}"), signature, "user=nobody%40example.org".into()];
    let lists = narrowed.into_iter().flat_map(|query| orders(&format!("/admin/lora?{query}")));
    let failures = ["1", "90"].map(|days| format!("/admin/lora/failures?days={days}"));
    lists
        .chain(failures)
        .chain([
            "/admin/lora/failures?error=oom".into(),
            format!("/admin/lora/{model}/log?q=step"),
            format!("/admin/lora/{model}/log?after=5"),
            format!("/admin/lora/{model}/link?q=a"),
            format!("/admin/lora/live?ids={model}_{user}"),
        ])
        .collect()
}

/// What other pages ask of the log, but its form does not offer.
async fn audited(studio: &Studio) -> Vec<String> {
    let (user, today) = (ids(studio, "select id from platform.users order by created_at desc limit 3").await[0], day(studio, 0).await);
    let request = ids(studio, "select request_id from backlot.audit_log where request_id is not null limit 3").await[0];
    vec![
        format!("/admin/audit?kind=user&target={user}"),
        format!("/admin/audit?target={user}"),
        format!("/admin/audit?request={request}"),
        "/admin/audit/verify?from=2000-01-01".into(),
        format!("/admin/audit/verify?from={today}&to={today}"),
    ]
}

pub async fn ids(studio: &Studio, sql: &'static str) -> Vec<Uuid> {
    let ids: Vec<Uuid> = sqlx::query_scalar(sql).fetch_all(&studio.root).await.unwrap();
    assert!(ids.len() > 2, "{sql}");
    ids
}

/// The date of so many days ago.
async fn day(studio: &Studio, ago: u32) -> String {
    studio.text(&format!("select (now() - interval '{ago} days')::date::text")).await
}

/// A list, and what its form offers: each value of each filter.
pub struct List {
    path: &'static str,
    offers: Vec<(String, String)>,
}

impl List {
    /// The list on a page.
    pub async fn of(studio: &Studio, path: &'static str, page: &Answer) -> Self {
        let (recent, past) = (day(studio, 30).await, day(studio, 400).await);
        let html = Html::parse_document(&page.text);
        let mut offers = Vec::new();
        for control in html.select(&Selector::parse("#filters [name]").unwrap()) {
            let name = control.value().attr("name").unwrap();
            let values = match control.value().attr("type") {
                None => control.select(&Selector::parse("option").unwrap()).filter_map(|option| option.value().attr("value")).collect(),
                Some("date") => vec![recent.as_str(), past.as_str()],
                // Which columns are shown is not asked of the database, and words that are searched for are not the form's to offer.
                Some("checkbox") if name != "show[]" => vec![control.value().attr("value").unwrap()],
                _ => Vec::new(),
            };
            offers.extend(values.into_iter().filter(|value| !value.is_empty()).take(MOST).map(|value| (name.to_owned(), value.to_owned())));
        }
        assert!(offers.len() > 5, "{path} offers {offers:?}");
        Self { path, offers }
    }

    /// As it is, and with each filter alone.
    pub fn alone(&self) -> Vec<String> {
        std::iter::once(self.path.to_owned()).chain(self.offers.iter().map(|offer| self.with(&[offer]))).collect()
    }

    /// With the last value of each filter alone: mostly the rarest.
    pub fn few(&self) -> Vec<String> {
        let last = self.offers.iter().enumerate().filter(|(at, offer)| self.offers.get(at + 1).is_none_or(|next| next.0 != offer.0));
        last.map(|(_, offer)| self.with(&[offer])).collect()
    }

    /// With every two filters, set to the first and to the last value of each.
    pub fn pairs(&self) -> Vec<String> {
        let mut found = BTreeSet::new();
        for (at, one) in self.offers.iter().enumerate() {
            for other in self.offers[at + 1..].iter().filter(|other| other.0 != one.0) {
                let first = |offer: &(String, String)| self.offers.iter().find(|known| known.0 == offer.0) == Some(offer);
                let last = |offer: &(String, String)| self.offers.iter().rfind(|known| known.0 == offer.0) == Some(offer);
                if (first(one) && first(other)) || (last(one) && last(other)) {
                    found.insert(self.with(&[one, other]));
                }
            }
        }
        found.into_iter().collect()
    }

    fn with(&self, pairs: &[&(String, String)]) -> String {
        format!("{}?{}", self.path, serde_urlencoded::to_string(pairs).unwrap())
    }
}

/// The same list in every order.
pub fn orders(list: &str) -> Vec<String> {
    // Runs are ordered by time alone, models by two times; users have names and addresses besides.
    let sorts = match list {
        list if list.starts_with("/admin/users") => &SORTS[..],
        list if list.starts_with("/admin/workflows") => &SORTS[..2],
        list if list.starts_with("/admin/subscriptions") => &["renewal", "-renewal"],
        _ => &SORTS[..4],
    };
    sorts.iter().map(|sort| format!("{list}{}sort={sort}", if list.contains('?') { '&' } else { '?' })).collect()
}

/// Searches of every kind, wherever one can search: for what is there, and for what is not.
pub async fn searches(studio: &Studio) -> Vec<String> {
    let sql = "select unnest(array[email, left(email, 5), substr(email, 3, 4), left(name, 4), substr(name, 2, 4), id::text,
        (select id::text from platform.payments limit 1), (select gateway_ref from platform.payments where gateway_ref is not null limit 1),
        (select target_id from backlot.audit_log where target_id is not null limit 1), (select request_id::text from backlot.audit_log where request_id is not null limit 1)])
        from (select * from platform.users where status = 'active' and name ~ '^[A-Z][a-z]{5}' order by id limit 1) u";
    let there: Vec<String> = sqlx::query_scalar(sql).fetch_all(&studio.root).await.unwrap();
    let others = [
        "a",
        "zo",
        "_",
        "@example.com",
        "letter 2999",
        "nobody has this name",
        "nobody@nowhere.example",
        "0192f000-0000-7000-8000-0000000000ff",
    ];
    let words = there.iter().map(String::as_str).chain(others);
    let places = [
        "/admin/search?q=",
        "/admin/search/palette?q=",
        "/admin/users?q=",
        "/admin/lora?q=",
        "/admin/users?status=suspended&sort=email&q=",
        "/admin/audit?q=",
    ];
    words
        .flat_map(|word| {
            let word: String = serde_urlencoded::to_string([("", word)]).unwrap();
            places.map(|place| format!("{}{}", place.trim_end_matches('='), word))
        })
        .collect()
}
