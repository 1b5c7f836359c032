-- Feature flags as a studio has them in the middle of a release, with what they were before.
insert into backlot.feature_flags (id, name, description, type, enabled, config, overrides, salt, owner, tags, version, created_at, updated_at, archived_at)
select demo.id(demo.ago(f.since), f.no, 300), f.name, f.description, f.type, f.enabled, f.config::jsonb, '{}', f.name, f.owner, f.tags, f.versions,
  demo.ago(f.since), demo.ago(f.changed), demo.ago(f.archived)
from (values
  (1, 'new_studio_ui', 'Rollout of the new studio interface.', 'percentage', true, '{"percentage": 25, "tiers": [], "userOverrides": {}}', 'Studio team', '{rollout,ui}'::text[], 4, interval '41 days', interval '2 days', null::interval),
  (2, 'hd_mode_enabled', 'High-definition generation, for those who pay for it.', 'tier', true, '{"percentage": 0, "tiers": ["starter", "pro"], "userOverrides": {}}', 'Rendering', '{generation}', 2, interval '120 days', interval '75 days', null),
  (3, 'video_generation', 'Video features: storyboards, clips and the timeline.', 'tier', true, '{"percentage": 0, "tiers": ["pro"], "userOverrides": {}}', 'Video', '{generation,rollout}', 3, interval '60 days', interval '6 days', null),
  (4, 'beta_features', 'What is not finished, for those who asked to see it.', 'percentage', true, '{"percentage": 0, "tiers": [], "userOverrides": {}}', 'Product', '{beta}', 2, interval '200 days', interval '20 hours', null),
  (5, 'parallel_upscaling', 'Upscales two pictures at once. Off since the GPU memory incident; see the post-mortem before turning it on.', 'boolean', false, '{"percentage": 0, "tiers": [], "userOverrides": {}}', 'Rendering', '{incident}', 2, interval '33 days', interval '9 days', null),
  (6, 'a-flag.with_a_name.that-is.as_long-as.names_can-be.and_then.it_goes-on.until_the-hundredth.character', 'תיאור בעברית שנמשך ונמשך, followed by English, dann Deutsch, 日本語の説明, and a word that does not break: ' || repeat('ultra', 60) || ' <script>alert("flag")</script>', 'percentage', true, '{"percentage": 0.125, "tiers": [], "userOverrides": {}}', '‮Team of names that run the other way‬ <b>&amp;', '{a-tag,another-tag,"one more, with a comma","<i>"}', 1, interval '5 days', interval '5 days', null),
  (7, 'old_pricing_page', 'The pricing page of last year.', 'boolean', true, '{"percentage": 0, "tiers": [], "userOverrides": {}}', 'Growth', '{}', 2, interval '300 days', interval '90 days', interval '90 days')
) as f (no, name, description, type, enabled, config, owner, tags, versions, since, changed, archived);

-- Users by name: who tests the new studio, who must not see it, and who is shown what is not finished.
create function demo.set_flag(flag text, number bigint, value boolean, why text, until timestamptz) returns void language sql as $$
  update backlot.feature_flags set
    config = jsonb_set(config, array['userOverrides', demo.who(number)::text], to_jsonb(value)),
    overrides = overrides || jsonb_build_object(demo.who(number)::text,
      jsonb_build_object('reason', why, 'until', until, 'by', 'Olga Petrova', 'since', updated_at))
  where name = flag
$$;
select demo.set_flag('new_studio_ui', 16, true, 'Tests it for us, and writes good reports', null),
  demo.set_flag('new_studio_ui', 15, false, 'His project does not open in it: wait for the next release', demo.ago('-9 days')),
  demo.set_flag('video_generation', 18, true, 'Promised by support after the double charge', demo.ago('-12 days')),
  demo.set_flag('beta_features', 14, true, 'Asked for it', null), demo.set_flag('beta_features', 16, true, 'Asked for it', null),
  demo.set_flag('beta_features', 22, true, 'Asked for it', null);

-- The versions before, oldest first: what each of them changed.
create function demo.flag_state(f backlot.feature_flags) returns jsonb language sql as $$
  select jsonb_build_object('name', f.name, 'description', f.description, 'owner', f.owner, 'tags', to_jsonb(f.tags), 'type', f.type,
    'enabled', f.enabled, 'archived', f.archived_at is not null, 'percentage', f.config -> 'percentage', 'tiers', f.config -> 'tiers', 'kept', null,
    'userOverrides', (select coalesce(jsonb_object_agg(o.key, o.value || jsonb_build_object('value', f.config -> 'userOverrides' -> o.key)), '{}')
                      from jsonb_each(f.overrides) o))
$$;
create temporary table flag_step on commit drop as
select f.id, f.name, s.version, s.what, s.reason, demo.ago(s.since) as at, demo.flag_state(f) || s.was::jsonb as state
from backlot.feature_flags f join (values
  ('new_studio_ui', 1, 'created', null, interval '41 days', '{"enabled": false, "percentage": 0, "userOverrides": {}}'),
  ('new_studio_ui', 2, 'edited', 'The staff and a few friends first', interval '30 days', '{"percentage": 1, "userOverrides": {}}'),
  ('new_studio_ui', 3, 'edited', 'No complaints in three weeks', interval '9 days', '{"percentage": 25, "userOverrides": {}}'),
  ('new_studio_ui', 4, 'overrides set', 'Known trouble with old projects', interval '2 days', '{}'),
  ('hd_mode_enabled', 1, 'created', null, interval '120 days', '{"tiers": ["pro"]}'),
  ('hd_mode_enabled', 2, 'edited', 'Starter gets it too, as announced', interval '75 days', '{}'),
  ('video_generation', 1, 'created', null, interval '60 days', '{"enabled": false, "userOverrides": {}}'),
  ('video_generation', 2, 'turned on', 'Launch', interval '45 days', '{"userOverrides": {}}'),
  ('video_generation', 3, 'override set', 'Promised by support after the double charge', interval '6 days', '{}'),
  ('beta_features', 1, 'created', null, interval '200 days', '{"userOverrides": {}}'),
  ('beta_features', 2, 'overrides set', 'Asked for it', interval '20 hours', '{}'),
  ('parallel_upscaling', 1, 'created', null, interval '33 days', '{"enabled": true}'),
  ('parallel_upscaling', 2, 'turned off', 'Out of memory on every second job', interval '9 days', '{}'),
  ('old_pricing_page', 1, 'created', null, interval '300 days', '{"archived": false}'),
  ('old_pricing_page', 2, 'archived', 'The new page is for everybody now', interval '90 days', '{}')
) as s (name, version, what, reason, since, was) on s.name = f.name
union all
select f.id, f.name, 1, 'created', null, f.created_at, demo.flag_state(f) from backlot.feature_flags f where f.version = 1;
insert into backlot.feature_flag_history (id, flag_id, flag_name, version, what, reason, old_config, new_config, created_at)
select demo.id(at, version * 100 + row_number() over (order by at, name), 301), id, name, version, what, reason,
  lag(state) over (partition by id order by version), state, at
from flag_step;
