//! Forms that hold what only their page knows.
use crate::support::{Browser, Filled, Studio};
use backlot::features::sign_in::code_now;

pub const NEW_PASSWORD: &[(&str, &str)] = &[
    ("new_password", "seven otters on a raft"),
    ("new_password_again", "seven otters on a raft"),
    ("current_password", backlot::database::demo_admins::PASSWORD),
];

/// The super admin in another browser.
const ELSEWHERE: &str = "insert into backlot.sessions (id_hash, admin_id, stage)
  select sha256(gen_random_uuid()::text::bytea), id, 'full' from backlot.admins where role = 'super_admin'";

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
        _ => None,
    }
}
