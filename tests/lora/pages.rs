//! What is seen: lists and their filters, pictures, logs, groups of failures; and by whom.
use super::stage::Stage;
use crate::support::lora::model;
use crate::support::{BEN, MODEL, SCRIPT, Studio};
use backlot::kernel::Role;
use backlot::sandbox::picture::png;

#[tokio::test]
async fn each_filter_narrows_the_list() {
    let studio = Studio::open().await;
    let (failed, ready) = (model(&studio, "failed", "oom").await, model(&studio, "ready", "").await);
    studio
        .run(&format!(
            "update platform.lora_models set character_id = '{}', created_at = now() - interval '40 days' where id = '{}'",
            ready.character, ready.id
        ))
        .await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let signature = studio.of_model(failed.id, "error_signature").await;
    assert_eq!(signature, "Step N: oom happened");
    let day = studio.text("select (now() - interval '20 days')::date::text").await;
    for (query, found) in [
        ("".to_owned(), vec![failed.id, MODEL, ready.id]),
        ("?status=failed".into(), vec![failed.id, MODEL]),
        ("?status=ready".into(), vec![ready.id]),
        ("?status=deleted".into(), vec![]),
        ("?error=oom".into(), vec![failed.id]),
        (format!("?user={BEN}"), vec![failed.id, ready.id]),
        ("?user=BEN%40users.example".into(), vec![failed.id, ready.id]),
        ("?user=nobody%40users.example".into(), vec![]),
        (format!("?character={}", ready.character), vec![ready.id]),
        ("?base=flux".into(), vec![MODEL]),
        ("?q=zoe".into(), vec![failed.id, ready.id]),
        ("?q=100%25_".into(), vec![]),
        ("?q=po".into(), vec![failed.id, ready.id]),
        ("?q=zo".into(), vec![]),
        (format!("?created_to={day}"), vec![ready.id]),
        ("?signature=Step+N%3A+oom+happened".into(), vec![failed.id]),
        ("?sort=created&status=ready".into(), vec![ready.id]),
    ] {
        let page = sam.get(&format!("/admin/lora{query}")).await.must(200);
        let mut expected: Vec<_> = found.iter().map(|id| format!("/admin/lora/{id}")).collect();
        let mut links = page.attributes("a[data-open]", "href");
        links.sort();
        expected.sort();
        assert_eq!(links, expected, "{query}");
    }
    sam.get(&format!("/admin/lora?q={}", ready.id)).await.sent_to(&format!("/admin/lora/{}", ready.id));
    sam.get(&format!("/admin/search?q={}", failed.training)).await.sent_to(&format!("/admin/lora/{}", failed.id));
}

#[tokio::test]
async fn what_users_and_trainers_wrote_is_shown_as_text() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    for path in ["/admin/lora".to_owned(), format!("/admin/lora/{MODEL}"), "/admin/lora/failures".into()] {
        let page = sam.get(&path).await.must(200);
        for markup in ["<b>model</b>", "<script>alert"] {
            assert!(!page.text.contains(markup), "{markup} at {path}");
        }
    }
    let page = sam.get("/admin/lora").await.must(200);
    assert!(page.words().contains("<b>model</b>") && page.words().contains(SCRIPT), "{page:?}");
}

#[tokio::test]
async fn failures_are_counted_by_what_they_have_in_common() {
    let studio = Studio::open().await;
    for class in ["oom", "oom", "nan_loss"] {
        model(&studio, "failed", class).await;
    }
    studio
        .run("update platform.lora_models set error = 'Step ' || (random() * 1000)::int || ': oom happened' where error_class = 'oom'")
        .await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let page = sam.get("/admin/lora/failures?days=7").await.must(200);
    let first = page.all("tbody tr").remove(0);
    assert!(first.contains("Step N: oom happened 2 1"), "two models of one user: {first}");
    let link = page.attributes("a.signature", "href").remove(0);
    assert_eq!(sam.get(&link).await.must(200).all("tbody tr").len(), 2);
    assert_eq!(sam.get("/admin/lora/failures?error=nan_loss").await.must(200).all("tbody tr").len(), 1);
}

#[tokio::test]
async fn an_image_is_passed_on_only_when_it_is_one_and_of_this_model() {
    let stage = Stage::open().await;
    let (made, other) = (model(&stage.studio, "ready", "").await, model(&stage.studio, "ready", "").await);
    let image = stage
        .studio
        .text(&format!(
            "select id::text from platform.training_images where lora_model_id = '{}' and file_location like '%/1.png'",
            made.id
        ))
        .await;
    let place = format!("training/{}/1.png", made.id);
    let path = format!("/admin/lora/{}/images/{image}", made.id);
    let mut dai = stage.studio.sign_in(Role::DataAdmin).await;
    dai.get(&path).await.must(404);
    stage.bucket.keep(&place, png("a"));
    let shown = dai.get(&path).await.must(200);
    assert_eq!((shown.header("content-type"), shown.header("x-content-type-options")), ("image/png", "nosniff"));
    assert_eq!(shown.header("cache-control"), "private, max-age=300");
    dai.get(&format!("/admin/lora/{}/images/{image}", other.id)).await.must(404);
    for odd in [&b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"[..], b"<html>", b"", b"%PDF-1.7"] {
        stage.bucket.keep(&place, odd.to_vec());
        dai.get(&path).await.must(404);
    }
    stage.studio.run(&format!("update platform.training_images set file_location = '/etc/../passwd' where id = '{image}'")).await;
    dai.get(&path).await.must(404);
    assert_eq!(stage.studio.browser().get(&path).await.status, 303, "a stranger is sent to sign in");
}

#[tokio::test]
async fn a_log_is_paged_searched_followed_and_downloaded() {
    let studio = Studio::open().await;
    let made = model(&studio, "training", "").await;
    studio
        .run(&format!(
            "insert into platform.training_logs (lora_training_id, line_no, at, level, message)
             select '{}', n, now(), case when n = 300 then 'error' else 'info' end, 'step ' || n || '/2000 100% <i>' from generate_series(1, 450) n",
            made.training
        ))
        .await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let home = format!("/admin/lora/{}/log", made.id);
    let page = sam.get(&home).await.must(200);
    assert_eq!((page.all("#lines > li").len(), page.attributes("#lines > li", "value")[199].as_str()), (200, "200"));
    let next = page.attributes("a[rel=next]", "href").remove(0);
    assert_eq!(sam.get(&next).await.must(200).attributes("#lines > li", "value")[0], "201");
    let end = sam.get(&format!("{home}?after=400")).await.must(200);
    let follow = end.attributes(".following", "hx-get").remove(0);
    assert!(sam.get(&follow).await.must(200).attributes(".following", "hx-get")[0].contains("after=450"));
    studio.run(&format!("insert into platform.training_logs values ('{}', 451, now(), 'info', 'one more')", made.training)).await;
    let more = sam.get(&follow).await.must(200);
    assert!(more.text.contains("one more") && more.text.contains("after=451"), "{}", more.text);
    assert_eq!(sam.get(&format!("{home}?q=STEP+30")).await.must(200).all("#lines > li").len(), 11);
    assert_eq!(sam.get(&format!("{home}?q=0%25")).await.must(200).all("#lines > li").len(), 200, "% is a character");
    let file = sam.get(&format!("{home}/download")).await.must(200);
    assert_eq!((file.text.lines().count(), file.header("content-type")), (451, "text/plain; charset=utf-8"));
    assert!(file.header("content-disposition").starts_with("attachment;"));
    sam.get(&format!("{home}?attempt=9")).await.must(404);
    studio.sign_in(Role::DataAdmin).await.get(&home).await.must(403);
    let page = studio.sign_in(Role::DataAdmin).await.get(&format!("/admin/lora/{}", made.id)).await.must(200);
    assert!(!page.has("#log") && !page.text.contains("step 450/2000"), "who may not read logs sees no end of one");
}

#[tokio::test]
async fn a_page_looks_again_by_itself_only_while_something_runs_and_keeps_no_session_alive() {
    let studio = Studio::open().await;
    let (open, ready) = (model(&studio, "training", "").await, model(&studio, "ready", "").await);
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let live = |id| format!("/admin/lora/{id}/live");
    assert_eq!(sam.get(&format!("/admin/lora/{}", open.id)).await.must(200).attributes("#live", "hx-get"), [live(open.id)]);
    assert_eq!(sam.get(&format!("/admin/lora/{}", ready.id)).await.must(200).attributes("#live", "hx-get"), [""]);
    let list = sam.get("/admin/lora").await.must(200);
    let asks = list.attributes("#looking", "hx-get").remove(0);
    assert_eq!(asks, format!("/admin/lora/live?ids={}", open.id));
    studio.run(&format!("update platform.lora_models set progress = 55 where id = '{}'", open.id)).await;
    studio.run("update backlot.sessions set last_seen_at = now() - interval '20 minutes'").await;
    let seen = "select (extract(epoch from now() - max(last_seen_at)) / 60)::bigint from backlot.sessions";
    assert!(sam.get(&asks).await.must(200).text.contains("55 %"));
    sam.get(&live(open.id)).await.must(200);
    assert_eq!(studio.number(seen).await, 20, "nobody did anything");
}
