//! Pages about what takes a second admin, and about operations over many rows.
use super::browser::Browser;

/// The pages; what stands in braces is found by [`find`].
pub const PAGES: [(&str, &str); 17] = [
    ("/admin/approvals", "/admin/approvals"),
    ("/admin/approvals", "/admin/approvals?part=others"),
    ("/admin/approvals", "/admin/approvals?part=decided"),
    ("/admin/approvals/{id}", "/admin/approvals/{approval:open}"),
    ("/admin/approvals/{id}", "/admin/approvals/{approval:rejected}"),
    ("/admin/bulk", "/admin/bulk"),
    ("/admin/bulk", "/admin/bulk?state=cancelled"),
    ("/admin/bulk/new", "/admin/bulk/new?list=users&all=yes&filter=tier%3Dfree"),
    ("/admin/bulk/new", "/admin/bulk/new?list=users&all=yes&filter=tier%3Dfree&kind=users.change_tier"),
    ("/admin/bulk/{id}", "/admin/bulk/{bulk:draft}"),
    ("/admin/bulk/{id}", "/admin/bulk/{bulk:paused}"),
    ("/admin/bulk/{id}", "/admin/bulk/{bulk:done}"),
    ("/admin/bulk/{id}/progress", "/admin/bulk/{bulk:done}/progress"),
    ("/admin/bulk/{id}/rows", "/admin/bulk/{bulk:done}/rows"),
    ("/admin/bulk/{id}/rows", "/admin/bulk/{bulk:done}/rows?state=failed"),
    ("/admin/bulk/{id}/start", "/admin/bulk/{bulk:draft}/start"),
    ("/admin/bulk/{id}/propose", "/admin/bulk/{bulk:draft}/propose"),
];

/// The id that is meant, if it is one of these.
pub async fn find(browser: &Browser, name: &str) -> Option<String> {
    let (what, state) = name.split_once(':')?;
    let text = match what {
        "approval" => "select id::text from backlot.approvals where state = $1 limit 1",
        "bulk" => "select id::text from backlot.bulk_operations where state = $1 order by id limit 1",
        _ => return None,
    };
    Some(sqlx::query_scalar(text).bind(state).fetch_one(&mut browser.studio.database().await).await.unwrap())
}

/// Operations in several states, one of them proposed to the super admin and one rejected.
pub async fn fill(browser: &Browser) {
    let text = r#"
      with people as (select max(id::text) filter (where role = 'data_admin') ::uuid as dai, max(id::text) filter (where role = 'super_admin')::uuid as maya
        from backlot.admins where status = 'active'),
      made as (
        insert into backlot.bulk_operations (id, kind, params, label, list, filter, needs_second, total, planned, done, skipped, failed, reason, ticket, created_by,
          state, run, started_at, started_audit, worked_at, finished_at, stopped_why)
        select gen_random_uuid(), 'users.suspend', 'null', 'Suspend 1,204 users', 'users', 'tier=free', true, 1210, 1204, s.done, s.skipped, s.failed,
          'A raid of throw-away accounts, all made within an hour from the same network', 'OPS-4711', p.dai, s.state, s.run, s.at, case when s.at is not null then gen_random_uuid() end,
          s.at, case when s.state = 'done' then now() end, s.why
        from people p, (values ('draft', 0, 0, 0, 0, null, null), ('paused', 500, 3, 1, 1, now() - interval '1 hour', 'Maya Okafor has paused it.'),
          ('done', 1200, 3, 1, 1, now() - interval '2 hours', null)) as s (state, done, skipped, failed, run, at, why)
        returning id, state),
      rows as (
        insert into backlot.bulk_rows (operation_id, row_id, label, was, state, why)
        select m.id, u.id, u.email, u.status, case when m.state = 'draft' then case when u.no % 9 = 0 then 'left' else 'waiting' end
            else (array['done', 'done', 'skipped', 'failed'])[1 + u.no % 4] end,
          case when u.no % 9 = 0 then 'They are suspended already.' when u.no % 4 > 1 then 'Changed meanwhile: active then, deleted now.' end
        from made m, (select id, email, status, row_number() over (order by id) as no from platform.users order by id limit 80) u
        returning 1)
      insert into backlot.approvals (id, action, content, takes, needs, target_kind, target_id, target_label, rehearsal, fingerprint, reason, ticket, asked_at,
        state, proposed_by, proposed_audit, expires_at, decided_by, decided_at, decided_audit, ended_at, ended_why)
      select gen_random_uuid(), 'bulk.start_seconded', jsonb_build_object('id', m.id, 'effect', 'users are suspended', 'approval', 'bulk_run', 'why',
          jsonb_build_object('reason', 'a raid', 'ticket', null)), 'bulk_run', 'bulk_run', 'bulk_operation', m.id || s.state, 'Suspend 1,204 users',
        '{"target": {"kind": "bulk_operation", "id": "1", "label": "Suspend 1,204 users"}, "changes": [], "effects": [{"text": "users are suspended", "count": 1203,
          "some": [], "moving": false, "currency": null}], "fingerprint": "x"}', 'x', 'A raid of throw-away accounts', 'OPS-4711', '/admin/bulk', s.state, p.dai,
        gen_random_uuid(), now() + interval '20 hours', s.by, s.at, case when s.at is not null then gen_random_uuid() end, s.at, s.why
      from made m, people p, lateral (values ('open', null::uuid, null::timestamptz, null), ('rejected', p.maya, now(), 'Ask support first: some of them pay.'))
        as s (state, by, at, why)
      where m.state = 'draft'"#;
    sqlx::query(text).execute(&mut browser.studio.database().await).await.unwrap();
}
