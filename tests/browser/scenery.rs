//! What must be there so that every page has something to show.
use super::browser::Browser;

/// A form that waits for the super admin.
pub async fn park(browser: &Browser) {
    let text = "insert into backlot.parked_forms (admin_id, path, body)
                select id, '/admin/users', 'reason=As+told+by+phone' from backlot.admins where email = 'maya@backlot.example'
                on conflict (admin_id) do nothing";
    sqlx::query(text).execute(&mut browser.studio.database().await).await.unwrap();
}

/// A passkey of the super admin's.
pub async fn keep(browser: &Browser) {
    let text = "insert into backlot.passkeys (id, admin_id, credential_id, name, credential)
                select gen_random_uuid(), id, '\\x00', 'The key on the long blue ribbon, in the drawer below the plants', '{}'
                from backlot.admins where email = 'maya@backlot.example' on conflict do nothing";
    sqlx::query(text).execute(&mut browser.studio.database().await).await.unwrap();
}

/// A job that died, and one that waits.
pub async fn queue(browser: &Browser) {
    let text = "insert into backlot.jobs (id, name, payload, state, max_attempts, attempt, last_error, run_at, finished_at)
                select gen_random_uuid(), 'users.end_sessions', '{\"id\":\"00000000-0000-7000-8000-000000000000\"}', s.state, 10, s.attempt, s.error,
                  now() + interval '1 day', s.finished
                from (values ('dead', 10, 'The platform did not answer.', now()), ('waiting', 0, null, null)) as s (state, attempt, error, finished)";
    sqlx::query(text).execute(&mut browser.studio.database().await).await.unwrap();
}

/// A maintenance window, far ahead.
pub async fn plan(browser: &Browser) {
    let text = "insert into backlot.maintenance_windows (id, state, message, starts_at, ends_at) values (gen_random_uuid(), 'planned',
                'We move to larger machines. Your work is safe, and nothing that runs is lost.', now() + interval '90 days',
                now() + interval '90 days 2 hours')";
    sqlx::query(text).execute(&mut browser.studio.database().await).await.unwrap();
}

/// Somebody whose second factor is still to be set up.
pub async fn newly_hired(browser: &Browser) -> &'static str {
    let text = "insert into backlot.admins (id, email, name, role, status, password_hash)
                select gen_random_uuid(), 'new@backlot.example', 'Nel New', 'data_admin', 'active', password_hash
                from backlot.admins where email = 'maya@backlot.example' on conflict do nothing";
    sqlx::query(text).execute(&mut browser.studio.database().await).await.unwrap();
    "new@backlot.example"
}
