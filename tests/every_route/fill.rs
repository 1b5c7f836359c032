//! Forms that hold what only their page knows.
use crate::support::{ADA, Browser, Filled, Studio};
use backlot::features::sign_in::code_now;

pub const NEW_PASSWORD: &[(&str, &str)] = &[
    ("new_password", "seven otters on a raft"),
    ("new_password_again", "seven otters on a raft"),
    ("current_password", backlot::database::demo_admins::PASSWORD),
];

/// The super admin in another browser.
const ELSEWHERE: &str = "insert into backlot.sessions (id_hash, admin_id, stage)
  select sha256(gen_random_uuid()::text::bytea), id, 'full' from backlot.admins where role = 'super_admin'";

/// Maintenance that is on, if none is.
const OPEN: &str = "insert into backlot.maintenance_windows (id, state, message, starts_at, started_at)
  select gen_random_uuid(), 'active', 'We move house.', now(), now()
  where not exists (select from backlot.maintenance_windows where state = 'active')";

/// A view as Ada in the super admin's own session, if none is on.
const VIEW: &str = "insert into backlot.view_grants (id, token_hash, admin_id, session_hash, user_id, user_name, user_email, reason, audit_id, expires_at)
  select gen_random_uuid(), sha256(gen_random_uuid()::text::bytea), s.admin_id, s.id_hash, u.id, u.name, u.email, 'a look', gen_random_uuid(),
    now() + interval '10 minutes'
  from backlot.sessions s join backlot.admins a on a.id = s.admin_id, platform.users u
  where a.role = 'super_admin' and s.ended_at is null and s.fresh_at is not null and u.email = 'ada@users.example'
    and not exists (select from backlot.view_grants where ended_at is null)
  order by s.fresh_at desc limit 1";

type Deed = (&'static str, String, &'static [(&'static str, &'static str)]);

/// The actions about runs of crews.
pub fn workflows() -> Vec<Deed> {
    vec![
        ("workflows.retry", "/admin/workflows/{id}/retry".into(), &[("reason", "Filled in by its page")]),
        ("workflows.retry_many", "/admin/workflows/retry".into(), &[("reason", "Filled in by its page")]),
        ("workflows.stop", "/admin/workflows/{id}/stop".into(), &[("reason", "Filled in by its page")]),
        ("workflows.settle", "/admin/workflows/{id}/settle".into(), &[("reason", "Filled in by its page")]),
    ]
}

/// The actions about exports.
pub fn exports() -> Vec<Deed> {
    let why = |action| (action, String::new(), [("reason", "for the auditors")].as_slice());
    let bare = |action| (action, String::new(), [].as_slice());
    vec![
        why("exports.start"),
        why("exports.plan"),
        bare("exports.pause"),
        bare("exports.resume"),
        bare("exports.unplan"),
        bare("exports.cancel"),
    ]
}

/// A schedule of the super admin, in some state.
fn schedule(state: &str) -> String {
    let next = if state == "active" { "now() + interval '1 day'" } else { "null" };
    format!(
        "insert into backlot.export_schedules (id, dataset, columns, format, label, every, cron, time_zone, keep_hours, reason, owner_id, state, next_at)
         select gen_random_uuid(), 'users', '{{id}}', 'csv', 'Users: all', 'day', '0 6 * * *', 'UTC', 24, 'a test', id, '{state}', {next}
         from backlot.admins where role = 'super_admin' and status = 'active' limit 1 returning id::text"
    )
}

/// An export that waits, of the super admin.
const EXPORT: &str = "insert into backlot.exports (id, dataset, columns, format, label, time_zone, reason, owner_id, job_id)
  select gen_random_uuid(), 'users', '{id}', 'csv', 'Users: all', 'UTC', 'a test', id, gen_random_uuid()
  from backlot.admins where role = 'super_admin' and status = 'active' limit 1 returning id::text";

/// The form of an action that fixed fields cannot fill, if it is one of those.
pub async fn from_its_page(studio: &Studio, browser: &mut Browser, action: &str) -> Option<Filled> {
    match action {
        "account.replace_factor" => {
            let page = browser.get("/admin/account/factor").await.must(200);
            Some(page.form("/admin/account/factor").with("code", &code_now(&page.secret(), studio.now()).unwrap()))
        }
        "account.end_session" => {
            studio.run(ELSEWHERE).await;
            let page = browser.get("/admin/account").await.must(200);
            let ends = page.attributes("form[action$='/end']", "action");
            Some(page.form(&ends[0]))
        }
        "account.end_other_sessions" => {
            studio.run(ELSEWHERE).await;
            None
        }
        workflows if workflows.starts_with("workflows.") => Some(run(studio, browser, workflows).await),
        "impersonation.end" => {
            studio.run(VIEW).await;
            Some(Filled { action: "/as/end".into(), fields: vec![("_proof".into(), browser.proof().await)] })
        }
        data if data.starts_with("integrity.") => super::data::from_its_page(studio, browser, data).await,
        exports if exports.starts_with("exports.") => Some(export(studio, browser, exports).await),
        maintenance if maintenance.starts_with("maintenance.") => window(studio, browser, maintenance).await,
        _ => None,
    }
}

/// A form about exports, with what it needs to be there.
async fn export(studio: &Studio, browser: &mut Browser, action: &str) -> Filled {
    let bare = async |browser: &mut Browser, action| Filled { action, fields: vec![("_proof".into(), browser.proof().await)] };
    match action {
        "exports.start" => {
            let page = browser.get("/admin/exports/new?dataset=users").await.must(200);
            page.form("/admin/exports/new").with("reason", "for the auditors")
        }
        "exports.plan" => {
            let page = browser.get("/admin/exports/schedules/new?dataset=users").await.must(200);
            page.form("/admin/exports/schedules/new").with("reason", "for the books")
        }
        "exports.pause" => bare(browser, format!("/admin/exports/schedules/{}/pause", studio.text(&schedule("active")).await)).await,
        "exports.resume" => bare(browser, format!("/admin/exports/schedules/{}/resume", studio.text(&schedule("paused")).await)).await,
        "exports.unplan" => {
            let path = format!("/admin/exports/schedules/{}/delete", studio.text(&schedule("active")).await);
            let asked = browser.get(&path).await.must(200).form(&path);
            browser.submit(&asked).await.must(200).form(&path)
        }
        _ => bare(browser, format!("/admin/exports/{}/cancel", studio.text(EXPORT).await)).await,
    }
}

/// A form about a run of a crew that has just come so far, confirmed.
async fn run(studio: &Studio, browser: &mut Browser, action: &str) -> Filled {
    let state = match action {
        "workflows.stop" => "queued",
        "workflows.settle" => "unknown",
        _ => "failed",
    };
    let run = studio
        .text(&format!(
            "insert into platform.workflow_jobs (id, user_id, crew, state, error, error_signature) values (gen_random_uuid(),
               '{ADA}', 'script_writer', '{state}', 'x', 'x') returning id::text"
        ))
        .await;
    let verb = action.split('.').next_back().unwrap_or_default();
    let path = if verb == "retry_many" { "/admin/workflows/retry".to_owned() } else { format!("/admin/workflows/{run}/{verb}") };
    let asked = browser.get(&path).await.must(200).form(&path).with("reason", "As they asked");
    let asked = match verb {
        "settle" => asked.with("verdict", "failed"),
        "retry_many" => asked.with("limit", "1"),
        _ => asked,
    };
    browser.submit(&asked).await.must(200).form(&path)
}

/// A form about a maintenance window, with one that it can be about.
async fn window(studio: &Studio, browser: &mut Browser, action: &str) -> Option<Filled> {
    let planned = async |days: u32| {
        studio
            .text(&format!(
                "insert into backlot.maintenance_windows (id, state, message, starts_at, ends_at) values (gen_random_uuid(), 'planned',
                   'We tidy up.', now() + interval '{days} days', now() + interval '{days} days 1 hour') returning id::text"
            ))
            .await
    };
    match action {
        "maintenance.plan" => {
            let day = studio.text("select (now() + interval '40 days')::date::text").await;
            let form =
                browser.get("/admin/maintenance/plan").await.must(200).form("/admin/maintenance/plan").with("message", "We tidy up.");
            Some(form.with("starts_at", &format!("{day}T10:00")).with("ends_at", &format!("{day}T11:00")))
        }
        "maintenance.change" => {
            let path = format!("/admin/maintenance/{}/change", planned(50).await);
            Some(browser.get(&path).await.must(200).form(&path).with("message", "We tidy up, thoroughly."))
        }
        "maintenance.cancel" => {
            let path = format!("/admin/maintenance/{}/cancel", planned(60).await);
            let asked = browser.get(&path).await.must(200).form(&path);
            Some(browser.submit(&asked).await.must(200).form(&path))
        }
        "maintenance.end" => {
            studio.run(OPEN).await;
            let page = browser.get("/admin/maintenance").await.must(200);
            Some(page.form(&page.attributes("form[action$='/end']", "action")[0]))
        }
        "maintenance.reopen" => {
            studio.run(OPEN).await;
            let close = "update backlot.maintenance_windows set state = 'ended', ended_at = now(), ended_why = 'by_hand'
                         where state = 'active' returning id::text";
            let action = format!("/admin/maintenance/{}/reopen", studio.text(close).await);
            Some(Filled { action, fields: vec![("_proof".into(), browser.proof().await)] })
        }
        _ => None,
    }
}
