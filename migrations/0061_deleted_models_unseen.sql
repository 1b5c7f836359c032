-- A user's own account does not show models that staff has deleted: so neither does the view as that user.
drop policy viewed on platform.lora_models;
create policy viewed on platform.lora_models for select to backlot_viewer
  using (user_id = (select backlot.viewed_user()) and deleted_at is null);
