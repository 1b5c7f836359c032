//! Many jobs at once: which of them.
use super::list::narrow;
use crate::features::jobs::filter::Filter;
use crate::kernel::Result;
use crate::kernel::listing::Listing;
use crate::web::bulk::{Wanted, Which};
use crate::web::pairs::Pairs;

/// Those that are tried again: the dead ones.
pub fn to_retry(list: &mut Listing, wanted: &Wanted<'_>) -> Result<()> {
    list.push("select j.id, j.name as label, j.state as was, case when j.state <> 'dead' then 'It is not dead, but ' || j.state || '.' end as skip from backlot.jobs j");
    match wanted.which {
        Which::These(ids) => {
            list.and_bind("j.id = any (", ids.clone()).push(")");
        }
        Which::All(query) => {
            let mut pairs = Pairs::parse(query.as_bytes())?;
            pairs.0.retain(|(name, _)| !matches!(name.as_str(), "after" | "before" | "sort"));
            narrow(list, &pairs.read::<Filter>()?);
        }
    }
    Ok(())
}
