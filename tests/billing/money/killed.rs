//! A server that can be killed, and what must be so all the same.
use crate::support::Studio;
use backlot::sandbox::finby::{Gateway, Move, PROJECT, SECRET};
use base64::{Engine, prelude::BASE64_STANDARD};
use secrecy::ExposeSecret;
use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};

/// A server of its own process; killed when it is dropped, as by a power failure.
pub struct Killed(Child);

impl Killed {
    pub fn start(studio: &Studio, gateway: &Gateway, port: u16) -> Self {
        let ways = &studio.database.ways;
        let log = std::fs::OpenOptions::new().create(true).append(true).open(studio.folder.join("server.log")).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_backlot"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("BACKLOT_")) {
            command.env_remove(name);
        }
        let here = format!("http://{}", gateway.address());
        command
            .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
            .env("BACKLOT_ENVIRONMENT", "staging")
            .env("BACKLOT_PUBLIC_URL", format!("http://127.0.0.1:{port}"))
            .env("BACKLOT_DATABASE_URL", ways.app.url().expose_secret())
            .env("BACKLOT_READER_DATABASE_URL", ways.reader.url().expose_secret())
            .env("BACKLOT_VIEWER_DATABASE_URL", ways.viewer.url().expose_secret())
            .env("BACKLOT_SEALER_DATABASE_URL", ways.sealer.url().expose_secret())
            .env("BACKLOT_SECRET_KEY", BASE64_STANDARD.encode([7; 32]))
            .env("BACKLOT_AUDIT_KEY_FILE", studio.folder.join("audit.key"))
            .env("BACKLOT_AUDIT_ANCHOR_FILE", studio.folder.join("anchor.jsonl"))
            .env("BACKLOT_FINBY_MODE", "sandbox")
            .env("BACKLOT_FINBY_REST_URL", &here)
            .env("BACKLOT_FINBY_MAPI_URL", &here)
            .env("BACKLOT_FINBY_PROJECT", PROJECT)
            .env("BACKLOT_FINBY_SECRET", SECRET)
            .env("BACKLOT_BILLING_WORKER", "on")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log);
        Self(command.spawn().unwrap())
    }
}

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Captured and refunded, by our reference: the gateway's journal and the ledger, and what differs.
pub async fn must_agree(studio: &Studio, gateway: &Gateway) {
    let mut theirs: BTreeMap<String, i64> = BTreeMap::new();
    for entry in gateway.journal().iter().filter(|entry| !entry.reference.starts_with("first_")) {
        let sign = if entry.what == Move::Captured { 1 } else { -1 };
        *theirs.entry(entry.reference.clone()).or_default() += sign * entry.amount.minor();
    }
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "select o.reference, sum(case when t.cause like 'captured:%' then t.amount else -t.amount end)::bigint
         from backlot.ledger_transfers t join backlot.billing_operations o on o.id = t.operation_id where t.unit = 'EUR' group by 1",
    )
    .fetch_all(&studio.root)
    .await
    .unwrap();
    let ours: BTreeMap<String, i64> = rows.into_iter().collect();
    assert_eq!(ours, theirs);
    let twice = theirs.values().filter(|sum| **sum > 2_900).count();
    assert_eq!(twice, 0, "a reference that captured twice");
    let over = studio.number("select count(*) from platform.payments where refunded_minor + refunding_minor > amount_minor").await;
    assert_eq!(over, 0);
    let periods = studio
        .number("select count(*) from (select payment_id from backlot.billing_operations where kind = 'charge' and state = 'succeeded' group by 1 having count(*) > 1) twice")
        .await;
    assert_eq!(periods, 0, "a payment that was charged twice");
}
