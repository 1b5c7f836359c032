//! Admins as they are exported: all that the list's filter leaves, by name.
use crate::features::admins::filter::{Factor, Filter};
use crate::kernel::listing::Listing;
use crate::kernel::{Permission, Result};
use crate::web::dataset::{Asks, Column, Dataset, Kind, Wanted, one};

const PASSKEYS: &str = "(select count(*) from backlot.passkeys p where p.admin_id = a.id)";
const CODES: &str = "(select count(*) from backlot.recovery_codes c where c.admin_id = a.id)";

const COLUMNS: &[Column] = &[
    Column::new("id", "ID", Kind::Id, "a.id"),
    Column::new("email", "E-mail", Kind::Text, "a.email"),
    Column::new("name", "Name", Kind::Text, "a.name"),
    Column::new("role", "Role", Kind::Text, "a.role"),
    Column::new("status", "Status", Kind::Text, "a.status"),
    Column::new("status_reason", "Why", Kind::Text, "a.status_reason"),
    Column::new("authenticator_app", "Authenticator app", Kind::YesNo, "a.totp_confirmed_at is not null"),
    Column::new("passkeys", "Passkeys", Kind::Whole, PASSKEYS),
    Column::new("recovery_codes", "Recovery codes left", Kind::Whole, CODES),
    Column::new("invited_by", "Invited by", Kind::Text, "(select i.email from backlot.admins i where i.id = a.invited_by)"),
    Column::new("created_at", "Since", Kind::Time, "a.created_at"),
    Column::new("last_sign_in_at", "Last sign-in", Kind::Time, "a.last_sign_in_at"),
    Column::new("status_changed_at", "Status since", Kind::Time, "a.status_changed_at"),
];

/// The admins of a filter: who has which access, for whoever reviews it.
pub const ADMINS: Dataset = Dataset {
    name: "admins",
    label: "Admins",
    about: "Each admin with their role, status, second factors and last sign-in.",
    what: ("admin", "admins"),
    icon: "shield-check",
    permission: Permission::AdminsManage,
    always_fresh: true,
    asks: Asks::List("/admin/admins"),
    columns: COLUMNS,
    parts: |wanted| one("admins", "Admins", wanted, rows),
    words: |filter| Ok(filter.read::<Filter>()?.words().into_iter().map(|(name, _, value)| (name, value)).collect()),
};

fn rows(wanted: &Wanted) -> Result<Listing> {
    let filter: Filter = wanted.filter.read()?;
    let mut list = Listing::of(wanted.select(), "backlot.admins a");
    if let Some(like) = filter.pattern() {
        list.and_bind("(a.email ilike ", like.clone()).push(" or a.name ilike ").bind(like.clone());
        list.push(" or a.id::text ilike ").bind(like).push(")");
    }
    if let Some(role) = filter.role {
        list.and_word("a.role = ", role.code());
    }
    match filter.status {
        Some(status) => list.and_word("a.status = ", status.code()),
        None => list.and("a.status <> 'deleted'"),
    };
    match filter.factor {
        Some(Factor::None) => list.and("a.totp_confirmed_at is null").and(PASSKEYS).push(" = 0"),
        Some(Factor::App) => list.and("a.totp_confirmed_at is not null"),
        Some(Factor::Passkey) => list.and(PASSKEYS).push(" > 0"),
        Some(Factor::NoCodes) => list.and(CODES).push(" = 0"),
        None => &mut list,
    };
    if !wanted.counts() {
        list.push(" order by lower(a.name), a.id");
    }
    Ok(list)
}
