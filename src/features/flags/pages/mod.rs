//! What can be seen of flags, where their actions are asked for, and what the platform asks; a file each.
pub mod archive;
pub mod create;
pub mod edit;
mod explain;
mod form;
pub mod index;
pub mod ofrep;
pub mod overrides;
pub mod reach;
pub mod revert;
pub mod show;
pub mod stream;
pub mod switch;
pub mod undo;
pub mod version;

use super::model::Flag;
use super::store::{self, people};
use crate::kernel::Result;
use crate::web::ask::differences;
use crate::web::parts::{Badge, Difference, Field, Link};
use crate::web::{Admin, Flash};
use sqlx::PgConnection;
use uuid::Uuid;

const PATH: &str = "/admin/features";

/// The flag that an address names.
async fn subject(admin: &Admin, which: &str) -> Result<Flag> {
    let mut db = admin.reader().await?;
    let flag = store::find(&mut *db, which).await?;
    db.keep();
    Ok(flag)
}

/// Where a flag's page is: by its name, which people know; an archived one by its id, as its name may be another's.
fn home(flag: &Flag) -> String {
    if flag.state.archived { format!("{PATH}/{}", flag.id) } else { format!("{PATH}/{}", flag.state.name) }
}

/// The pages above one about a flag.
fn crumbs(flag: Option<&Flag>) -> Vec<Link> {
    let mut crumbs = vec![Link { href: "/admin".into(), label: "Home".into() }, Link { href: PATH.into(), label: "Feature flags".into() }];
    if let Some(flag) = flag {
        crumbs.push(Link { href: home(flag), label: flag.state.name.clone() });
    }
    crumbs
}

/// How a flag stands, in a word and in a few.
fn badges(flag: &Flag) -> Vec<Badge> {
    let state = &flag.state;
    let stand = match (state.archived, state.enabled) {
        (true, _) => Badge::new("", "Archived"),
        (_, true) => Badge::new("ok", "On").because(state.words()),
        (_, false) => Badge::new("bad", "Off").because("for everybody, whatever the rest says"),
    };
    vec![stand, Badge::new("info", state.kind.label())]
}

/// The fields that most actions ask for.
fn why(reason: Option<&str>, ticket: Option<&str>, must: bool) -> Vec<Field> {
    let reason = Field::new("area", "reason", "Reason").hint("For your colleagues and the record.").value(reason);
    let ticket = Field::new("text", "ticket", "Ticket").hint("A number or address from your ticket system.").optional().value(ticket);
    vec![if must { reason } else { reason.optional() }, ticket]
}

/// Says what was done, once this server knows it too: the next page shows it as it is.
async fn told(admin: &Admin, flash: Flash) -> Result<()> {
    admin.site().live.reload(admin.read()).await?;
    admin.tell(flash).await
}

/// Puts addresses in the place of the ids that overrides are kept under.
async fn name_users(db: &mut PgConnection, differences: impl Iterator<Item = &mut Difference>) -> Result<()> {
    let set: Vec<_> =
        differences.filter_map(|difference| Some((difference.field.strip_prefix("Override ")?.parse().ok()?, difference))).collect();
    let ids: Vec<Uuid> = set.iter().map(|(id, _)| *id).collect();
    let people = people::by_ids(db, &ids).await?;
    for (id, difference) in set {
        if let Some(user) = people.iter().find(|user| user.id == id) {
            difference.field = format!("For {}", user.email);
        }
    }
    Ok(())
}

/// What one version changed, for people.
fn changed(version: &store::versions::Version) -> Vec<Difference> {
    let target = crate::kernel::Target::new("flag", version.flag_id, version.after.name.as_str());
    differences(&super::model::change(target, version.before.as_ref(), &version.after))
}
