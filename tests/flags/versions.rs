//! Each save is a version; any of them can be brought back, and everything since a time.
use super::{column, done, shown};
use crate::support::{ADA, BEN, Studio};
use backlot::kernel::Role;

#[tokio::test]
async fn each_save_is_a_version_that_says_what_changed_and_can_be_brought_back() {
    let studio = Studio::open().await;
    let mut olga = studio.sign_in(Role::OperationsAdmin).await;
    let edit = "/admin/features/new_studio_ui/edit";
    done(&mut olga, edit, &[("percentage", "40"), ("reason", "goes well"), ("ticket", "T-9")]).await;
    done(&mut olga, edit, &[("name", "studio_ui"), ("way", "tier"), ("tier_pro", "yes")]).await.sent_to("/admin/features/studio_ui");
    let remove = format!("/admin/features/studio_ui/overrides/{ADA}/remove");
    olga.post(&remove, &[]).await.must(303);

    let page = olga.get("/admin/features/studio_ui/versions/3").await.must(200);
    let changed: Vec<_> = page
        .all("#changed .diff > div")
        .iter()
        .map(|line| line.replace(['−', '+'], "").replace("before: ", " ").replace("after: ", " "))
        .collect();
    for line in ["Name new_studio_ui studio_ui", "Type Percentage By tier", "Percentage 40 % 0 %", "Tiers Pro"] {
        assert!(changed.iter().any(|found| found.split_whitespace().collect::<String>() == line.replace(' ', "")), "{line}: {changed:?}");
    }
    let path = "/admin/features/studio_ui/versions/2/revert";
    let (page, form) = shown(&mut olga, path, &[("reason", "too early")]).await;
    assert!(page.words().contains(&format!("Override {ADA}")), "what is set for users comes back too: {page:?}");
    olga.submit(&form).await.sent_to("/admin/features/new_studio_ui");
    assert_eq!(column(&studio, "new_studio_ui", "version || type || (config ->> 'percentage')").await, "5percentage40");
    assert_eq!(column(&studio, "new_studio_ui", &format!("config -> 'userOverrides' -> '{ADA}'")).await, "true");
    let entry = studio.entries("flags.revert", "done").await.remove(0);
    let linked = studio.text("select audit_id::text from backlot.feature_flag_history where version = 5").await;
    assert_eq!(linked, entry.id.to_string());
    let page = olga.get("/admin/features/new_studio_ui").await.must(200);
    assert_eq!(page.all(".versions li").len(), 5, "{page:?}");
    olga.get("/admin/features/new_studio_ui/versions/99").await.must(404);
    olga.get("/admin/features/new_studio_ui/versions/x").await.must(404);
}

#[tokio::test]
async fn everything_since_a_time_is_undone_in_one_go() {
    let studio = Studio::open().await;
    let mut olga = studio.sign_in(Role::OperationsAdmin).await;
    studio.run("select pg_sleep(0.01)").await;
    let since = studio.text("select to_char(now() + interval '1 second', 'YYYY-MM-DD\"T\"HH24:MI:SS')").await;
    tokio::time::sleep(std::time::Duration::from_millis(2_100)).await;
    done(&mut olga, "/admin/features/new_studio_ui/edit", &[("percentage", "90")]).await;
    olga.post("/admin/features/hd_mode_enabled/kill", &[]).await.must(303);
    done(&mut olga, "/admin/features/new", &[("name", "hasty"), ("way", "boolean"), ("enabled", "yes")]).await;
    let path = "/admin/features/undo";
    let (page, form) = shown(&mut olga, path, &[("since", &since), ("reason", "something broke")]).await;
    let words = page.words();
    for part in
        ["flags go back to what they were", "new_studio_ui: users lose it", "hd_mode_enabled: users gain it", "hasty: users lose it"]
    {
        assert!(words.contains(part), "{part}: {words}");
    }
    olga.submit(&form).await.sent_to("/admin/features");
    assert_eq!(column(&studio, "new_studio_ui", "config ->> 'percentage'").await, "25");
    assert_eq!(column(&studio, "hd_mode_enabled", "enabled").await, "true");
    assert_eq!(column(&studio, "hasty", "enabled").await, "false", "what was made since is off");
    assert_eq!(studio.number("select count(*) from backlot.feature_flag_history where what like 'undone since%'").await, 3);
    let asked = olga.get(path).await.must(200);
    let page = olga.submit(&asked.form(path).with("since", &since).with("reason", "again")).await.must(422);
    assert!(page.words().contains("No flag is different"), "{page:?}");
}

#[tokio::test]
async fn history_is_kept_by_the_database_too() {
    let studio = Studio::open().await;
    for sql in [
        "update backlot.feature_flag_history set reason = ''",
        "delete from backlot.feature_flag_history",
        "delete from backlot.feature_flags",
    ] {
        let error = sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&studio.app).await.unwrap_err().to_string();
        assert!(error.contains("permission denied"), "{sql}: {error}");
    }
    assert!(
        studio.number(&format!("select count(*) from backlot.feature_flag_history where new_config -> 'userOverrides' ? '{BEN}'")).await
            > 0
    );
}
