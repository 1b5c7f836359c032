//! Many models at once: which of them.
use super::list::{Narrowed, narrow};
use crate::features::lora::filter::Filter;
use crate::kernel::listing::Listing;
use crate::kernel::{Error, Result};
use crate::web::bulk::{Wanted, Which};
use crate::web::list::{day_begins, day_ends};
use crate::web::pairs::Pairs;

const WHO: &str = "select m.id, m.name as label, m.status as was, ";
const FROM: &str = " as skip from platform.lora_models m join platform.users u on u.id = m.user_id";

/// Those that are deleted: whichever are there.
pub fn to_delete(list: &mut Listing, wanted: &Wanted<'_>) -> Result<()> {
    list.push(WHO).push("case when m.deleted_at is not null then 'It is deleted already.' end").push(FROM);
    of(list, wanted)
}

/// Those that are trained again: the failed ones.
pub fn to_retry(list: &mut Listing, wanted: &Wanted<'_>) -> Result<()> {
    list.push(WHO)
        .push("case when m.deleted_at is not null then 'It is deleted.' when m.status <> 'failed' then 'Its training has not failed.' end");
    list.push(FROM);
    of(list, wanted)
}

fn of(list: &mut Listing, wanted: &Wanted<'_>) -> Result<()> {
    let query = match wanted.which {
        Which::These(ids) => {
            list.and_bind("m.id = any (", ids.clone()).push(")");
            return Ok(());
        }
        Which::All(query) => query,
    };
    let mut pairs = Pairs::parse(query.as_bytes())?;
    pairs.0.retain(|(name, _)| !matches!(name.as_str(), "sort" | "after" | "before"));
    let mut filter: Filter = pairs.read()?;
    if filter.search().is_some() {
        return Err(Error::Malformed("What a search has found is ticked row by row.".into()));
    }
    let user = filter.user.take();
    let from = filter.created_from.and_then(|day| day_begins(day, wanted.zone));
    let to = filter.created_to.and_then(|day| day_ends(day, wanted.zone));
    narrow(list, &filter, &Narrowed { user: None, from, to });
    if let Some(text) = user.as_deref().map(str::trim) {
        match text.parse::<uuid::Uuid>() {
            Ok(id) => list.and_bind("m.user_id = ", id),
            Err(_) => list.and_bind("u.email_key = lower(", text.to_owned()).push(")"),
        };
    }
    Ok(())
}
