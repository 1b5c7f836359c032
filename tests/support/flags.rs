//! The flags of the studio that tests look after: one for each thing that can be done with one.

/// In the archive.
pub const OLD: &str = "0192f000-0000-7000-8000-0000000000f2";

pub const ROWS: &str = r#"
insert into backlot.feature_flags (id, name, description, type, enabled, config, overrides, salt, owner, tags, version, archived_at) values
  ('0192f000-0000-7000-8000-0000000000f1', 'new_studio_ui', 'The new studio', 'percentage', true,
   '{"percentage": 25, "tiers": [], "userOverrides": {"0192f000-0000-7000-8000-00000000000a": true, "0192f000-0000-7000-8000-00000000000b": true}}',
   jsonb_build_object('0192f000-0000-7000-8000-00000000000a', '{"reason": "tests it", "until": null, "by": "Olga", "since": "2026-01-01T00:00:00Z"}'::jsonb,
     '0192f000-0000-7000-8000-00000000000b', jsonb_build_object('reason', '<script>alert(7)</script>', 'until', now() - interval '1 day', 'by', 'Olga', 'since', '2026-01-01T00:00:00Z')),
   'new_studio_ui', 'Studio team', '{rollout,ui}', 1, null),
  ('0192f000-0000-7000-8000-0000000000f2', 'old_flag', '', 'boolean', true, '{}', '{}', 'old_flag', '', '{}', 1, now()),
  ('0192f000-0000-7000-8000-0000000000f3', 'hd_mode_enabled', 'High definition', 'tier', true, '{"tiers": ["starter", "pro"]}', '{}', 'hd_mode_enabled', '', '{}', 1, null),
  ('0192f000-0000-7000-8000-0000000000f4', 'off_flag', '<script>alert(8)</script>', 'boolean', false, '{}', '{}', 'off_flag', '"><b>', '{"<i>"}', 1, null),
  ('0192f000-0000-7000-8000-0000000000f5', 'video_generation', 'Video', 'boolean', true, '{}', '{}', 'video_generation', '', '{}', 2, null),
  ('0192f000-0000-7000-8000-0000000000f6', 'beta_features', 'For those who asked', 'percentage', true, '{"percentage": 0}', '{}', 'beta_features', '', '{}', 1, null);

create function pg_temp.state(f backlot.feature_flags) returns jsonb language sql as $$
  select jsonb_build_object('name', f.name, 'description', f.description, 'owner', f.owner, 'tags', to_jsonb(f.tags), 'type', f.type,
    'enabled', f.enabled, 'archived', f.archived_at is not null, 'percentage', coalesce((f.config ->> 'percentage')::numeric, 0),
    'tiers', coalesce(f.config -> 'tiers', '[]'), 'kept', null,
    'userOverrides', (select coalesce(jsonb_object_agg(o.key, o.value || jsonb_build_object('value', f.config -> 'userOverrides' -> o.key)), '{}')
                      from jsonb_each(f.overrides) o))
$$;
insert into backlot.feature_flag_history (id, flag_id, flag_name, version, what, old_config, new_config, created_at)
  select gen_random_uuid(), f.id, f.name, v, case v when 1 then 'created' else 'edited' end,
    case v when 2 then pg_temp.state(f) || '{"enabled": false}' end,
    pg_temp.state(f) || case when v < f.version then '{"enabled": false}'::jsonb else '{}' end, now() - interval '30 days' + v * interval '1 day'
  from backlot.feature_flags f cross join generate_series(1, f.version) v;
"#;
