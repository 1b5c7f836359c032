//! How many proposals wait for an admin: the number in the navigation, counted a moment ago at the most.
use super::list::Total;
use super::site::Site;
use crate::kernel::{Actor, Permission, Result};

/// The page that the number stands at.
pub const PATH: &str = "/admin/approvals";
/// Counted no further.
const MOST: i64 = 99;

/// The permissions of what an admin may decide about. A notification is approved by those who may send one; everything else by
/// those who decide about proposals.
pub fn deciding(actor: &Actor) -> Vec<String> {
    let decides = actor.may(Permission::ApprovalsDecide);
    let may = Permission::ALL.iter().filter(|one| actor.may(**one) && (decides || **one == Permission::NotificationsSend));
    may.map(|one| one.code()).collect()
}

/// How many wait for this admin. Where it cannot be counted, the page goes without.
pub(super) async fn count(site: &Site, actor: &Actor) -> i64 {
    let Some(id) = actor.id() else { return 0 };
    match site.counts.of(format!("waiting for {id}"), site.desk.deeds(), query(site, actor)).await {
        Ok(Total::Exact(count) | Total::About(count) | Total::MoreThan(count)) => count,
        Err(error) => {
            tracing::warn!(%error, "what waits for an admin was not counted");
            0
        }
    }
}

async fn query(site: &Site, actor: &Actor) -> Result<Total> {
    let may = deciding(actor);
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from (select from backlot.approval_queue q
             where q.waits and q.needs = any ($1) and q.proposed_by is distinct from $2 and q.until > now() limit $3) s"#,
        &may,
        actor.id(),
        MOST
    );
    Ok(Total::Exact(count.fetch_one(&site.reader).await?))
}
