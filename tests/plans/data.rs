//! Addresses about the data's integrity, and years of looks behind them.

/// Looks of three months, each day one of each check, and what the newest of them found.
pub const LOOKS: &str = "
insert into backlot.integrity_runs (id, check_code, state, asked_at, started_at, finished_at, looked, found)
  select gen_random_uuid(), c, 'done', now() - d * interval '1 day', now() - d * interval '1 day', now() - d * interval '1 day', 100000, 1000
  from unnest(array['tier-differs', 'sessions-without-user', 'images-without-model', 'same-email', 'negative-balances', 'log-lines-differ',
    'two-subscriptions', 'files-stray', 'active-unpaid', 'paid-unserved', 'stuck-trainings', 'seals-behind']) c, generate_series(1, 90) d;
insert into backlot.integrity_findings (run_id, no, row_id, subject, label, detail, mended_at)
  select r.id, n, 'row ' || n, gen_random_uuid(), 'Row ' || n, 'is wrong', case when n % 10 = 0 then now() end
  from (select distinct on (check_code) id from backlot.integrity_runs order by check_code, asked_at desc) r, generate_series(1, 1000) n";

/// Each page of several checks.
pub fn pages(path: &str) -> Vec<String> {
    let checks = ["tier-differs", "sessions-without-user", "images-without-model"];
    let pages = checks.iter().map(|check| path.replace("{check}", check));
    // The numbers 500 and 950, as the page itself writes them into an address.
    let further = ["NTAw", "OTUw"].map(|after| format!("{}?after={after}", path.replace("{check}", "tier-differs")));
    if path.ends_with("{check}") { pages.chain(further).collect() } else { pages.collect() }
}
