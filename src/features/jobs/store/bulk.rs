//! Many jobs at once: which of them.
use crate::jobs::State;
use crate::kernel::Result;
use crate::kernel::listing::Listing;
use crate::web::bulk::{Wanted, Which};
use crate::web::pairs::Pairs;
use serde::Deserialize;

/// What the list of jobs is narrowed by.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    state: Option<State>,
    name: Option<String>,
}

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
            let asked: Asked = pairs.read()?;
            if let Some(state) = asked.state {
                list.and_bind("j.state = ", state);
            }
            if let Some(name) = asked.name {
                list.and_bind("j.name = ", name);
            }
        }
    }
    Ok(())
}
