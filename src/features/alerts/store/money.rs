//! Money that does not add up: read from the same rows that billing writes when it happens.
use crate::features::alerts::model::Reading;
use crate::kernel::Result;
use sqlx::PgConnection;

/// One reading for each kind of mismatch that there is. What somebody must decide counts until they have; what has only happened
/// counts for a day.
pub async fn mismatches(db: &mut PgConnection) -> Result<Vec<Reading>> {
    let found = sqlx::query!(
        r#"select
             (select coalesce(sum(differing), 0) from backlot.reconciliations where day > current_date - 8) as "differing!",
             (select count(*) from (select from backlot.gateway_notices where verdict = 'quarantined' limit 1000) q) as "quarantined!",
             (select count(*) from (select from backlot.gateway_notices where verdict = 'forged' and received_at > now() - interval '1 day' limit 1000) f) as "forged!",
             (select count(*) from (select from backlot.billing_operations where state = 'uncertain' limit 1000) u) as "uncertain!",
             (select count(*) from (select from platform.payments where charged_back_at > now() - interval '1 day' limit 1000) c) as "charged_back!",
             (select count(*) from (select from platform.payments where settled_at > now() - interval '1 day' and description = 'Paid a second time'
                and status = 'paid' limit 1000) p) as "paid_twice!""#
    )
    .fetch_one(db)
    .await?;
    let all = [
        ("differing", found.differing, "payments differ from the gateway's, in eight days"),
        ("quarantined", found.quarantined, "messages wait for somebody's decision"),
        ("forged", found.forged, "in a day"),
        ("uncertain", found.uncertain, "wait for an answer, or for somebody who knows"),
        ("charged_back", found.charged_back, "in a day"),
        ("paid_twice", found.paid_twice, "in a day, to be refunded"),
    ];
    Ok(all.into_iter().filter(|(_, count, _)| *count > 0).map(|(what, count, words)| Reading::about(what, count as f64, words)).collect())
}
