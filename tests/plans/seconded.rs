//! Years of proposals, bulk operations and tags.
use super::addresses::ids;
use crate::support::Studio;

/// What has been decided and done, a little that waits, and tags that many and few have.
pub const SECONDED: &str = r#"
insert into backlot.approvals (id, action, content, takes, needs, target_kind, target_id, target_label, rehearsal, fingerprint, reason, asked_at, state,
    proposed_by, proposed_at, proposed_audit, expires_at, decided_by, decided_at, decided_audit, ended_at, done_audit)
  select gen_random_uuid(), 'bulk.start_seconded', '{}', 'bulk_run', case when n % 3 = 0 then 'billing_act' else 'bulk_run' end, 'bulk_operation', n::text,
    'Suspend ' || n || ' users', '{"target": {"kind": "bulk_operation", "id": "1", "label": "x"}, "changes": [], "effects": [], "fingerprint": "x"}', 'x',
    'they asked', '/admin/bulk', case when n <= 40 then 'open' when n % 5 = 0 then 'rejected' else 'done' end, p.id, now() - n * interval '17 minutes', gen_random_uuid(),
    now() + interval '1 hour', case when n > 40 then d.id end, case when n > 40 then now() end, case when n > 40 then gen_random_uuid() end,
    case when n > 40 then now() end, case when n > 40 and n % 5 > 0 then gen_random_uuid() end
  from generate_series(1, 8000) n,
    (select id from backlot.admins where role = 'data_admin' and status = 'active' limit 1) p,
    (select id from backlot.admins where role = 'billing_admin' and status = 'active' limit 1) d;
insert into backlot.bulk_operations (id, kind, params, label, list, needs_second, total, planned, done, reason, created_by, created_at, state, run, started_at,
    started_audit, worked_at, finished_at)
  select gen_random_uuid(), (array['users.tag', 'users.suspend', 'users.restore'])[1 + n % 3], '{}', 'Tag ' || n || ' users', 'users', false, 10, 10,
    case when n > 30 then 10 else 0 end, 'they asked', a.id, now() - n * interval '23 minutes', case when n <= 20 then 'draft' when n <= 30 then 'running' else 'done' end,
    1, now(), gen_random_uuid(), now(), case when n > 30 then now() end
  from generate_series(1, 8000) n join (select id, row_number() over (order by id) as no from backlot.admins where role in ('data_admin', 'super_admin') and status = 'active') a
    on a.no = 1 + n % 2;
insert into backlot.bulk_rows (operation_id, row_id, label, was, state, why)
  select o.id, gen_random_uuid(), 'Nr. ' || n, 'active', (array['done', 'done', 'done', 'left', 'skipped', 'failed'])[1 + n % 6], case when n % 6 > 2 then 'as it was' end
  from (select id from backlot.bulk_operations order by created_at desc limit 20) o, generate_series(1, 2000) n;
insert into backlot.user_tags (user_id, tag) select id, (array['vip', 'beta', 'press', 'school'])[1 + (row_number() over ())::int % 4] from platform.users
  order by id limit 12000;
insert into backlot.user_tags (user_id, tag) select id, 'rare' from platform.users order by created_at limit 3;
"#;

/// Pages of some of them, and the lists narrowed.
pub async fn pages(studio: &Studio) -> Vec<String> {
    let approvals = ids(studio, "select distinct on (state) id from backlot.approvals order by state, id").await;
    let operations = ids(studio, "select distinct on (state) id from backlot.bulk_operations order by state, created_at desc").await;
    let mut all = vec![
        "/admin/bulk/new?list=users&all=yes&kind=users.tag".to_owned(),
        "/admin/bulk?state=done".into(),
        "/admin/bulk?author=me".into(),
    ];
    all.extend(["", "?part=others", "?part=decided"].map(|query| format!("/admin/approvals{query}")));
    all.extend(approvals.iter().map(|id| format!("/admin/approvals/{id}")));
    for id in operations {
        let rows = ["", "?state=done", "?state=left", "?state=failed"].map(|query| format!("/admin/bulk/{id}/rows{query}"));
        all.extend(rows);
        all.extend(["", "/progress", "/failures"].map(|part| format!("/admin/bulk/{id}{part}")));
    }
    all.extend(["?tag=vip", "?tag=rare", "?tag=rare&sort=name", "?tag=none"].map(|query| format!("/admin/users{query}")));
    all
}
