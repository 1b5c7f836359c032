//! What is compared with the week before, the gateways, and the servers.
use super::{percent, seconds};
use crate::features::health::filter::Span;
use crate::features::health::model::Work;
use crate::features::health::store::{instances as store, samples};
use crate::gateways::watch::Gateway;
use crate::kernel::Result;
use crate::live::instances::SILENT;
use crate::web::Admin;
use crate::web::parts::Badge;
use crate::web::show::{Moment, number};
use sqlx::PgConnection;

/// One kind of work: the last 24 hours against the seven days before.
pub struct Compared {
    pub label: &'static str,
    pub href: &'static str,
    pub ended: String,
    pub rate: String,
    pub rate_before: String,
    pub verdict: Badge,
    pub takes: String,
    pub takes_before: String,
}

const KINDS: [(&str, &str, &str); 4] = [
    ("trainings", "LoRA trainings", "/admin/lora/failures?days=1"),
    ("workflows", "Workflow runs", "/admin/workflows/failures"),
    ("generations", "Generations", "/admin/health/generations"),
    ("payments", "Payments", "/admin/users?failed_payment=yes"),
];

/// All of them.
pub async fn compared(db: &mut PgConnection) -> Result<Vec<Compared>> {
    let found = samples::work(db).await?;
    let row = |(kind, label, href): &(&str, &'static str, &'static str)| {
        let (now, before) = found.get(*kind).copied().unwrap_or_default();
        let takes = |work: Work| if *kind == "payments" { "—".into() } else { said(work.mean_seconds(), seconds) };
        Compared {
            label,
            href,
            ended: number(now.ended.round() as i64),
            rate: said(now.failure_rate(), percent),
            rate_before: said(before.failure_rate(), percent),
            verdict: judged(now, before),
            takes: takes(now),
            takes_before: takes(before),
        }
    };
    Ok(KINDS.iter().map(row).collect())
}

fn said(value: Option<f64>, say: fn(f64) -> String) -> String {
    value.map_or_else(|| "—".to_owned(), say)
}

/// Half as many failures again as usual is worth a look, twice as many is bad; a few are chance.
fn judged(now: Work, before: Work) -> Badge {
    match (now.failure_rate(), before.failure_rate()) {
        (None, _) => Badge::new("", "nothing ended"),
        (Some(_), None) => Badge::new("", "no week before"),
        (Some(now_rate), Some(usual)) if now.failed >= 5.0 && now_rate > usual * 2.0 + 1.0 => Badge::new("bad", "much worse"),
        (Some(now_rate), Some(usual)) if now.failed >= 5.0 && now_rate > usual * 1.5 + 0.5 => Badge::new("warn", "worse"),
        (Some(now_rate), Some(usual)) if now_rate < usual / 1.5 => Badge::new("ok", "better"),
        _ => Badge::new("ok", "as usual"),
    }
}

/// A gateway.
pub struct GatewayRow {
    pub label: String,
    pub state: Badge,
    pub last_ok: Option<Moment>,
    pub last_failed: Option<Moment>,
    pub calls: String,
    pub rate: String,
    pub takes: String,
    pub error: String,
}

/// Every gateway there is; what was never called says so.
pub async fn gateways(admin: &Admin, db: &mut PgConnection, span: Span) -> Result<Vec<GatewayRow>> {
    let found = store::gateways(db, span.step(), span.minutes()).await?;
    let row = |gateway: &Gateway| {
        let known = found.iter().find(|row| row.gateway == gateway.code());
        known.map_or_else(|| never(*gateway), |known| gateway_row(admin, *gateway, known))
    };
    Ok(Gateway::ALL.iter().map(row).collect())
}

fn never(gateway: Gateway) -> GatewayRow {
    GatewayRow {
        label: gateway.label().to_owned(),
        state: Badge::new("", "never called"),
        last_ok: None,
        last_failed: None,
        calls: "0".into(),
        rate: "—".into(),
        takes: "—".into(),
        error: String::new(),
    }
}

fn gateway_row(admin: &Admin, gateway: Gateway, found: &store::Gateway) -> GatewayRow {
    let state = match found.failing_since {
        None => Badge::new("ok", "Answers"),
        Some(since) if found.failures >= 3 => {
            Badge::new("bad", "Down").because(format!("{} failures in a row since {}", found.failures, admin.time(since.into()).local))
        }
        Some(_) => Badge::new("warn", "Failing"),
    };
    GatewayRow {
        label: gateway.label().to_owned(),
        state,
        last_ok: admin.time_if(found.last_ok_at.map(Into::into)),
        last_failed: admin.time_if(found.last_failed_at.map(Into::into)),
        calls: number(found.calls.round() as i64),
        rate: said((found.calls >= 0.5).then(|| found.failed * 100.0 / found.calls), percent),
        takes: said((found.calls >= 0.5).then(|| found.milliseconds / found.calls / 1_000.0), seconds),
        error: found.failing_since.and(found.last_error.clone()).unwrap_or_default(),
    }
}

/// A server.
pub struct InstanceRow {
    pub name: String,
    pub program: String,
    pub state: Badge,
    pub started: Moment,
    pub seen: Moment,
    pub lag: String,
    pub requests: String,
    pub p99: String,
}

/// Every server that was there within the hour.
pub async fn instances(admin: &Admin, db: &mut PgConnection) -> Result<Vec<InstanceRow>> {
    let row = |found: store::Instance| InstanceRow {
        state: match (found.alive, found.behind) {
            (false, _) => Badge::new("bad", "Silent"),
            (true, 0) => Badge::new("ok", "Up to date"),
            (true, behind) => Badge::new("warn", format!("{behind} behind")),
        },
        name: found.name,
        program: found.program,
        started: admin.time(found.started_at),
        seen: admin.time(found.seen_at),
        lag: found.took_ms.map_or_else(|| "—".into(), |ms| format!("{ms:.0} ms")),
        requests: found.requests.map_or_else(|| "—".into(), |value| format!("{value:.0}")),
        p99: found.p99.map_or_else(|| "—".into(), |value| format!("{value:.0} ms")),
    };
    Ok(store::instances(db, SILENT).await?.into_iter().map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_judged_by_the_week_before_and_a_few_failures_are_chance() {
        let work = |ended: f64, failed: f64| Work { ended, failed, done: ended - failed, seconds: 0.0 };
        let verdict = |now, before| judged(now, before).label;
        assert_eq!(verdict(work(100.0, 20.0), work(700.0, 35.0)), "much worse");
        assert_eq!(verdict(work(100.0, 9.0), work(700.0, 35.0)), "worse");
        assert_eq!(verdict(work(10.0, 3.0), work(700.0, 35.0)), "as usual");
        assert_eq!(verdict(work(100.0, 1.0), work(700.0, 35.0)), "better");
        assert_eq!(verdict(work(0.0, 0.0), work(700.0, 35.0)), "nothing ended");
    }
}
