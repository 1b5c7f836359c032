//! Many customers at once: which of them, and how they stand.
use crate::kernel::listing::Listing;
use crate::kernel::{Error, Result, Tx};
use crate::web::bulk::{Wanted, Which};
use uuid::Uuid;

const WHO: &str = "select u.id, coalesce(nullif(btrim(u.name), ''), u.email) as label, ";

/// Those that get credits: whoever is not deleted.
pub fn to_grant(list: &mut Listing, wanted: &Wanted<'_>) -> Result<()> {
    list.push(WHO).push("'' as was, case when u.status = 'deleted' then 'They are deleted.' end as skip from platform.users u");
    of(list, wanted)
}

/// Those whose subscription is cancelled: whoever has one that goes on.
pub fn to_cancel(list: &mut Listing, wanted: &Wanted<'_>) -> Result<()> {
    list.push(WHO).push("coalesce(s.status, '') as was, case when s.id is null then 'They have no subscription.' ");
    list.push("when s.cancelled_at is not null then 'It is cancelled already.' end as skip from platform.users u ");
    list.push("left join platform.subscriptions s on s.user_id = u.id and s.status <> 'lapsed'");
    of(list, wanted)
}

fn of(list: &mut Listing, wanted: &Wanted<'_>) -> Result<()> {
    match (wanted.which, wanted.crowd) {
        (Which::These(ids), _) => {
            list.and_bind("u.id = any (", ids.clone()).push(")");
            Ok(())
        }
        (Which::All(query), Some(crowd)) => crowd.narrow(list, query, wanted.zone),
        (Which::All(_), None) => Err(Error::internal("nobody says what the list of users is narrowed by")),
    }
}

/// These customers, held until the transaction ends: id, label, and whether they are deleted.
pub async fn lock(tx: &mut Tx, users: &[Uuid]) -> Result<Vec<(Uuid, String, bool)>> {
    let rows = sqlx::query!(
        r#"select id, coalesce(nullif(btrim(name), ''), email) as "label!", status = 'deleted' as "is_deleted!" from platform.users
           where id = any ($1) order by id for no key update"#,
        users
    );
    Ok(rows.fetch_all(&mut **tx).await?.into_iter().map(|row| (row.id, row.label, row.is_deleted)).collect())
}
