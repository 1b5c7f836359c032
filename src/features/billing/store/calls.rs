//! Each call to the gateway, for whoever must explain it: what was asked, how long it took, what came of it; nothing of the card.
use crate::gateways::finby::GatewayError;
use crate::kernel::{Result, id};
use jiff::Timestamp;
use sqlx::PgConnection;
use std::time::Instant;
use uuid::Uuid;

/// The most that are shown of one operation.
const SHOWN: i64 = 40;

/// A call that is under way.
pub struct Call {
    endpoint: &'static str,
    began: Instant,
}

impl Call {
    /// Begins now.
    pub fn begin(endpoint: &'static str) -> Self {
        Self { endpoint, began: Instant::now() }
    }

    /// It is over.
    pub fn end<T>(&self, answer: &std::result::Result<T, GatewayError>, code: Option<String>) -> Made {
        let outcome = match answer {
            Ok(_) => "answered",
            Err(GatewayError::Rejected { .. }) => "refused",
            Err(GatewayError::Throttled(_)) => "throttled",
            Err(GatewayError::NeverSent(_)) => "never sent",
            Err(GatewayError::Uncertain(_)) => "answer lost",
            Err(GatewayError::Auth(_)) => "not admitted",
            Err(GatewayError::NotFound) => "not found",
        };
        metrics::counter!("backlot_gateway_calls_total", "endpoint" => self.endpoint, "outcome" => outcome).increment(1);
        let refused = match answer {
            Err(GatewayError::Rejected { code, .. }) => Some(code.clone()).filter(|code| !code.is_empty()),
            _ => None,
        };
        let took = i32::try_from(self.began.elapsed().as_millis()).unwrap_or(i32::MAX);
        Made { endpoint: self.endpoint, took, outcome, code: code.or(refused) }
    }
}

/// A call that was made.
pub struct Made {
    endpoint: &'static str,
    took: i32,
    outcome: &'static str,
    code: Option<String>,
}

/// Writes a call down.
pub async fn note(db: &mut PgConnection, operation: Option<Uuid>, made: &Made) -> Result<()> {
    sqlx::query!(
        "insert into backlot.gateway_calls (id, operation_id, endpoint, asked_at, took_ms, outcome, code)
         values ($1, $2, $3, clock_timestamp() - make_interval(secs => $4::int / 1000.0), $4, $5, $6)",
        id::new(),
        operation,
        made.endpoint,
        made.took,
        made.outcome,
        made.code
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A call, as it is shown.
pub struct Noted {
    pub endpoint: String,
    pub asked_at: Timestamp,
    pub took_ms: Option<i32>,
    pub outcome: String,
    pub code: Option<String>,
}

/// The newest of an operation.
pub async fn of(db: &mut PgConnection, operation: Uuid) -> Result<Vec<Noted>> {
    Ok(sqlx::query_as!(
        Noted,
        "select endpoint, asked_at, took_ms, outcome, code from backlot.gateway_calls where operation_id = $1
         order by asked_at desc limit $2",
        operation,
        SHOWN
    )
    .fetch_all(db)
    .await?)
}
