-- What the audit pages ask beyond 0003: a kind of target alone, what is done up to a day, a target by its id alone, the seal over an
-- entry, and the seals of a few days. Without these, plans walk the whole log or every seal.
drop index backlot.audit_log_newest;
create index audit_log_newest on backlot.audit_log (at desc, seq desc) include (outcome, target_kind);
create index audit_log_by_kind on backlot.audit_log (target_kind, at desc, seq desc) include (outcome) where target_kind is not null;
drop index backlot.audit_log_by_target;
create index audit_log_by_target on backlot.audit_log (target_id, target_kind, at desc, seq desc) where target_id is not null;
create index audit_seals_by_time on backlot.audit_seals (sealed_at, seal_no);
create index audit_seals_by_end on backlot.audit_seals (epoch, hi_xid);
