//! The people of the studio that tests look after: few, known by name, some of them hostile.
use uuid::{Uuid, uuid};

/// Active, on pro, with three open sessions, two jobs that run, a failing payment and a running subscription.
pub const ADA: Uuid = uuid!("0192f000-0000-7000-8000-00000000000a");
/// Active, free, nothing else.
pub const BEN: Uuid = uuid!("0192f000-0000-7000-8000-00000000000b");
/// Suspended for "chargebacks".
pub const CAS: Uuid = uuid!("0192f000-0000-7000-8000-00000000000c");
/// Deleted.
pub const DEL: Uuid = uuid!("0192f000-0000-7000-8000-00000000000d");
/// Whose name is a script.
pub const EVE: Uuid = uuid!("0192f000-0000-7000-8000-00000000000e");
/// Whose name would break a statement, and holds the wildcards of `like`.
pub const BOBBY: Uuid = uuid!("0192f000-0000-7000-8000-00000000000f");
/// Whose name runs from right to left, with marks that turn the text around.
pub const RTL: Uuid = uuid!("0192f000-0000-7000-8000-000000000010");
/// Without a name.
pub const NOBODY: Uuid = uuid!("0192f000-0000-7000-8000-000000000011");
/// There is no such user.
pub const ABSENT: Uuid = uuid!("0192f000-0000-7000-8000-0000000000ff");

/// Eve's LoRA model, which failed; it was never trained here.
pub const MODEL: Uuid = uuid!("0192f000-0000-7000-8000-0000000000a3");

/// A job that died: ending Ben's sessions.
pub const DEAD_JOB: Uuid = uuid!("0192f000-0000-7000-8000-0000000000d1");
/// Where a test puts a job that waits until tomorrow: see [`WAITING`].
pub const WAITING_JOB: Uuid = uuid!("0192f000-0000-7000-8000-0000000000d2");
pub const WAITING: &str = r#"insert into backlot.jobs (id, name, payload, max_attempts, run_at)
  values ('0192f000-0000-7000-8000-0000000000d2', 'users.end_sessions', '{"id": "0192f000-0000-7000-8000-00000000000b"}', 10, now() + interval '1 day')"#;

/// An admin without a second factor, whose name is markup; signed in twice with [`SIGNED_IN`].
pub const VERA: Uuid = uuid!("0192f000-0000-7000-8000-0000000000e1");

pub const SIGNED_IN: &str = r"insert into backlot.sessions (id_hash, admin_id, stage, agent)
  select sha256(n::text::bytea), '0192f000-0000-7000-8000-0000000000e1', 'full', '<script>agent</script>' from generate_series(1, 2) n";

/// How many users there are.
pub const USERS: i64 = 8;
/// What stands in front of every hostile name.
pub const SCRIPT: &str = r#"<script>alert(1)</script>"><img src=x onerror=alert(2)>{{7*7}}"#;

pub const ROWS: &str = r#"
insert into backlot.admins (id, email, name, role, status, password_hash) values
  ('0192f000-0000-7000-8000-0000000000e1', 'vera@backlot.example', 'Vera "<b>" Signed-In', 'support_admin', 'active', 'none');
insert into platform.users (id, email, name, tier, status, status_reason, role, country, created_at, last_active_at) values
  ('0192f000-0000-7000-8000-00000000000a', 'ada@users.example', 'Ada Byron', 'pro', 'active', null, 'creator', 'GB', now() - interval '90 days', now() - interval '1 hour'),
  ('0192f000-0000-7000-8000-00000000000b', 'ben@users.example', 'Ben Ode', 'free', 'active', null, 'member', 'NG', now() - interval '80 days', now() - interval '2 days'),
  ('0192f000-0000-7000-8000-00000000000c', 'cas@users.example', 'Cas Vermeer', 'starter', 'suspended', 'chargebacks', 'member', 'NL', now() - interval '70 days', now() - interval '9 days'),
  ('0192f000-0000-7000-8000-00000000000d', 'del@users.example', 'Del Eted', 'free', 'deleted', null, 'member', null, now() - interval '60 days', now() - interval '30 days'),
  ('0192f000-0000-7000-8000-00000000000e', 'eve@users.example', '<script>alert(1)</script>"><img src=x onerror=alert(2)>{{7*7}}', 'starter', 'active', null, 'member', 'FR', now() - interval '50 days', now() - interval '3 hours'),
  ('0192f000-0000-7000-8000-00000000000f', 'bobby@users.example', 'Robert''); drop table platform.users;-- 100%_\', 'free', 'active', null, 'moderator', 'US', now() - interval '40 days', now() - interval '4 hours'),
  ('0192f000-0000-7000-8000-000000000010', 'rtl@users.example', U&'\202Eevil\202C \05DE\05E9\05D4 \D83D\DE00' || chr(10) || 'x', 'pro', 'active', null, 'member', 'IL', now() - interval '30 days', now() - interval '5 hours'),
  ('0192f000-0000-7000-8000-000000000011', 'nobody@users.example', '', 'free', 'active', null, 'member', null, now() - interval '20 days', now() - interval '6 hours');

insert into backlot.jobs (id, name, payload, max_attempts, state, attempt, last_error, finished_at)
  values ('0192f000-0000-7000-8000-0000000000d1', 'users.end_sessions', '{"id": "0192f000-0000-7000-8000-00000000000b"}', 10, 'dead', 10, 'the platform was away', now());
insert into platform.user_sessions (id, user_id, device, token_hash)
  select gen_random_uuid(), '0192f000-0000-7000-8000-00000000000a', 'Phone ' || n, sha256(n::text::bytea) from generate_series(1, 3) n;
insert into platform.projects (id, user_id, name, kind) values
  ('0192f000-0000-7000-8000-0000000000a1', '0192f000-0000-7000-8000-00000000000a', 'Difference Engine', 'video'),
  ('0192f000-0000-7000-8000-0000000000a2', '0192f000-0000-7000-8000-00000000000e', '"><script>alert(3)</script>', 'image');
insert into platform.lora_models (id, user_id, name, base_model, trigger_word, status, error_class, error) values
  ('0192f000-0000-7000-8000-0000000000a3', '0192f000-0000-7000-8000-00000000000e', '<b>model</b>', 'flux', 'evex', 'failed', 'timeout', '<script>alert(4)</script>');
insert into platform.generation_jobs (id, user_id, kind, quality, status, prompt, model, credits) values
  ('0192f000-0000-7000-8000-0000000000a4', '0192f000-0000-7000-8000-00000000000a', 'image', 'hq', 'running', 'a loom', 'flux', 4),
  ('0192f000-0000-7000-8000-0000000000a5', '0192f000-0000-7000-8000-00000000000e', 'image', 'hq', 'failed', '</td><script>alert(5)</script>', 'flux', 4);
insert into platform.workflow_jobs (id, user_id, crew, status) values
  ('0192f000-0000-7000-8000-0000000000a6', '0192f000-0000-7000-8000-00000000000a', 'storyboard', 'pending');
insert into platform.subscriptions (id, user_id, tier, status, period_start, period_end, price_minor, card_last4, card_brand) values
  ('0192f000-0000-7000-8000-0000000000a7', '0192f000-0000-7000-8000-00000000000a', 'pro', 'past_due', now() - interval '5 days', now() + interval '25 days', 2900, '4242', 'visa');
insert into platform.payments (id, user_id, subscription_id, status, description, amount_minor, failure_code, failure_text) values
  ('0192f000-0000-7000-8000-0000000000a8', '0192f000-0000-7000-8000-00000000000a', '0192f000-0000-7000-8000-0000000000a7', 'failed', 'Pro, monthly', 2900, 'card_declined', 'The card was declined'),
  ('0192f000-0000-7000-8000-0000000000a9', '0192f000-0000-7000-8000-00000000000b', null, 'paid', '500 credits', 900, null, null);
insert into platform.credit_transactions (id, user_id, kind, amount, description) values
  ('0192f000-0000-7000-8000-0000000000aa', '0192f000-0000-7000-8000-00000000000b', 'purchase', 500, '500 credits');
insert into platform.notifications (id, user_id, kind, title, body) values
  ('0192f000-0000-7000-8000-0000000000ab', '0192f000-0000-7000-8000-00000000000e', 'account', '<script>alert(6)</script>', '');
"#;
