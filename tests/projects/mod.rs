//! A project's page: its state however large, how it came to be, and what was made for it.
use crate::support::{ADA, Browser, SCRIPT, Studio};
use backlot::kernel::Role;
use serde_json::Value;

const PROJECT: &str = "0192f000-0000-7000-8000-0000000000a1";

async fn studio() -> (Studio, Browser) {
    let studio = Studio::open().await;
    let dai = studio.sign_in(Role::DataAdmin).await;
    (studio, dai)
}

async fn set(studio: &Studio, state: &str) {
    studio.run(&format!("update platform.projects set state = {state} where id = '{PROJECT}'")).await;
}

#[tokio::test]
async fn the_page_shows_state_owner_work_and_cost_and_is_reached_from_the_user() {
    let (studio, mut dai) = studio().await;
    set(&studio, r#"'{"step": "render", "blocked_by": "no credits left", "scenes": [{"no": 1, "title": "Opening"}], "fps": 24, "hd": true, "none": null, "empty": []}'"#).await;
    studio
        .run(&format!(
            "insert into platform.workflow_jobs (id, user_id, project_id, crew, state, error, error_signature) values (gen_random_uuid(), '{ADA}', '{PROJECT}', 'storyboard', 'failed', 'x', 'crew host unreachable');
             insert into platform.generation_jobs (id, user_id, project_id, kind, quality, status, prompt, model, credits)
               select gen_random_uuid(), '{ADA}', '{PROJECT}', 'image', 'hq', s, 'a loom', 'flux', 3 from unnest(array['done', 'done', 'failed']) s;
             insert into platform.characters (id, user_id, project_id, name) values ('0192f000-0000-7000-8000-0000000000c1', '{ADA}', '{PROJECT}', 'Babbage');
             insert into platform.lora_models (id, user_id, character_id, name, base_model, trigger_word, status, file_location) values
               (gen_random_uuid(), '{ADA}', '0192f000-0000-7000-8000-0000000000c1', 'Babbage v2', 'flux', 'bbg', 'ready', 'x')"
        ))
        .await;
    let user = dai.get(&format!("/admin/users/{ADA}")).await.must(200);
    let way = user.attributes("#projects a", "href").remove(0);
    let page = dai.get(&way).await.must(200);
    assert_eq!(page.one("h1"), "Difference Engine");
    let badges = page.one(".head .badges");
    assert!(badges.contains("At render") && badges.contains("Blockedno credits left"), "{badges}");
    assert!(
        page.all(".stat")[0].starts_with("Credits spent6") || page.all(".stat")[0].starts_with("Credits spent 6"),
        "{:?}",
        page.all(".stat")
    );
    for (panel, word) in [
        ("#workflows", "crew host unreachable"),
        ("#generations", "a loom"),
        ("#characters", "Babbage"),
        ("#models", "draws Babbage"),
        ("#facts", "Ada Byron"),
    ] {
        assert!(page.one(panel).contains(word), "{word} is not in {panel}: {page:?}");
    }
    let state = page.one("#state .tree");
    for word in ["step render", "scenes 1 item", "title Opening", "fps 24", "hd true", "none null", "empty no items"] {
        assert!(state.contains(word), "{word} is not in {state}");
    }
    assert_eq!(page.all("#history li").len(), 2, "made, and changed once");
}

#[tokio::test]
async fn each_change_of_a_state_is_kept_by_the_table_and_compared_with_any_other() {
    let (studio, mut dai) = studio().await;
    set(&studio, r#"'{"step": "script", "scenes": [1]}'"#).await;
    studio.run(&format!("begin; set local platform.actor = 'crew'; update platform.projects set state = '{{\"step\": \"render\", \"scenes\": [1, 2]}}' where id = '{PROJECT}'; commit")).await;
    studio.run(&format!("update platform.projects set name = 'Another name' where id = '{PROJECT}'")).await;
    let page = dai.get(&format!("/admin/projects/{PROJECT}")).await.must(200);
    let versions = page.all("#history li");
    assert_eq!(versions.len(), 3, "a new name is no new state: {versions:?}");
    assert!(versions[0].contains("Version 3") && versions[0].contains("by crew"), "{versions:?}");
    let page = dai.get(&format!("/admin/projects/{PROJECT}/states/3")).await.must(200);
    assert!(page.one("#changes-title").contains("version 2"));
    assert_eq!(page.all("#changes .diff dt"), ["/step", "/scenes/1"]);
    let page = dai.get(&format!("/admin/projects/{PROJECT}/states/3?against=1")).await.must(200);
    assert_eq!(page.all("#changes .diff dt"), ["/step", "/scenes"]);
    dai.get(&format!("/admin/projects/{PROJECT}/states/1")).await.must(200);
    for missing in ["states/4", "states/3?against=9", "states/-1", "states/x"] {
        dai.get(&format!("/admin/projects/{PROJECT}/{missing}")).await.must(404);
    }
    let refused = sqlx::raw_sql("update platform.project_states set version = 7").execute(&studio.root).await.unwrap_err().to_string();
    assert!(refused.contains("append-only"), "{refused}");
}

#[tokio::test]
async fn a_state_of_five_megabytes_is_shown_a_part_at_a_time_and_downloaded_whole() {
    let (studio, mut dai) = studio().await;
    let rows = "(select jsonb_agg(jsonb_build_object('id', md5(i::text), 'prompt', repeat('soft light, ', 8), 'mask', jsonb_build_array(i, null))) from generate_series(1, 30000) i)";
    set(&studio, &format!("jsonb_build_object('layers', {rows}, 'step', 'render')")).await;
    let page = dai.get(&format!("/admin/projects/{PROJECT}")).await.must(200);
    assert!(page.text.len() < 300_000, "{} bytes", page.text.len());
    let more = page.attributes("#state .tree a", "href");
    assert!(more.iter().any(|href| href.contains("at=%2Flayers&from=60")), "{more:?}");
    let far = dai.get(&format!("/admin/projects/{PROJECT}?at=/layers&from=29990")).await.must(200);
    assert_eq!(far.all("#state .tree > details").len(), 10);

    let mut raw = String::new();
    let mut address = format!("/admin/projects/{PROJECT}/raw");
    for _ in 0..3 {
        let page = dai.get(&address).await.must(200);
        assert!(page.text.len() < 500_000);
        raw.push_str(&page.one("pre"));
        address = page.attributes("a[rel=next]", "href").remove(0);
    }
    assert!(raw.contains("soft light"));
    let file = dai.get(&format!("/admin/projects/{PROJECT}/state.json")).await.must(200);
    assert_eq!(file.header("content-type"), "application/json");
    assert_eq!(file.header("content-disposition"), format!("attachment; filename=\"project-{PROJECT}.json\""));
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    let whole: Value = serde_json::from_str(&file.text).unwrap();
    assert_eq!((file.text.len() > 5_000_000, whole["layers"].as_array().unwrap().len()), (true, 30_000));
    set(&studio, &format!("jsonb_build_object('layers', {rows}, 'more', {rows})")).await;
    let page = dai.get(&format!("/admin/projects/{PROJECT}")).await.must(200);
    assert!(page.one("#state").contains("too long or too deep to be drawn"), "{page:?}");
    dai.get(&format!("/admin/projects/{PROJECT}/states/3")).await.must(200);
}

#[tokio::test]
async fn deep_and_hostile_states_are_only_text() {
    let (studio, mut dai) = studio().await;
    set(&studio, &format!("jsonb_build_object($q${SCRIPT}$q$, $q${SCRIPT}$q$, '', 1, '~a/b', jsonb_build_array($q${SCRIPT}$q$))")).await;
    for path in ["", "/raw", "/states/2", "?at=/~0a~1b"] {
        let page = dai.get(&format!("/admin/projects/{PROJECT}{path}")).await.must(200);
        assert!(!page.has("main script") && !page.has("main img"), "{path}: markup got through");
    }
    let deep = format!("('{}1{}')::jsonb", "[".repeat(2_000), "]".repeat(2_000));
    set(&studio, &deep).await;
    for path in ["", "/raw", "/states/3", "/states/3?against=2"] {
        dai.get(&format!("/admin/projects/{PROJECT}{path}")).await.must(200);
    }
    set(&studio, "'\"only a text\"'").await;
    assert!(dai.get(&format!("/admin/projects/{PROJECT}")).await.must(200).one("#state").contains("only a text"));
    for query in ["at=no-pointer", "from=-1", "from=x", "at=a&at=b"] {
        let answer = dai.get(&format!("/admin/projects/{PROJECT}?{query}")).await;
        assert!(matches!(answer.status.as_u16(), 200 | 400), "{query}: {answer:?}");
    }
}
