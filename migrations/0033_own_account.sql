-- What an admin's own page names a session by: neither its id nor its hash, and nothing that either could be found from.
alter table backlot.sessions
  add column reference text not null generated always as (substr(encode(sha256(id_hash), 'hex'), 1, 24)) stored;
comment on column backlot.sessions.reference is 'The beginning of the SHA-256 of the hash.';
grant select (reference) on backlot.sessions to backlot_reader;

-- The newest guess under a key, as a code that only Backlot could make: the same form sent twice is one guess.
alter table backlot.throttles add column guess bytea;
