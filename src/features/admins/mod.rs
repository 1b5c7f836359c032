//! Admins: who works here, invited, changed, disabled, and never without a super admin who can come in.
mod actions;
mod filter;
mod model;
mod pages;
mod store;

pub use actions::{ChangeAdminRole, DeleteAdmin, DisableAdmin, InviteAdmin, InviteFields, ResetFactors, ResetPassword};
pub use pages::console;

use crate::kernel::Permission::AdminsManage;
use crate::web::dataset::Dataset;
use crate::web::{Routes, at};
use actions::{EnableAdmin, EndAdminSessions, RevokeLink, SendLink};

/// What can be exported.
pub const DATASETS: &[Dataset] = &[store::dataset::ADMINS];

/// The pages and actions.
pub fn routes(routes: Routes) -> Routes {
    use pages::{index, invite, links, role, show, why};
    routes
        .page("/admin/admins", AdminsManage, index::index)
        .nav("System", "Admins", "shield-check")
        .page("/admin/admins/new", AdminsManage, invite::ask)
        .action(at::<InviteAdmin>("/admin/admins/new"), invite::submit)
        .page("/admin/admins/{id}", AdminsManage, show::show)
        .page("/admin/admins/{id}/role", AdminsManage, role::ask)
        .action(at::<ChangeAdminRole>("/admin/admins/{id}/role"), role::submit)
        .page("/admin/admins/{id}/password", AdminsManage, why::ask_password)
        .action(at::<ResetPassword>("/admin/admins/{id}/password"), why::password)
        .page("/admin/admins/{id}/factors", AdminsManage, why::ask_factors)
        .action(at::<ResetFactors>("/admin/admins/{id}/factors"), why::factors)
        .page("/admin/admins/{id}/disable", AdminsManage, why::ask_disable)
        .action(at::<DisableAdmin>("/admin/admins/{id}/disable"), why::disable)
        .page("/admin/admins/{id}/enable", AdminsManage, why::ask_enable)
        .action(at::<EnableAdmin>("/admin/admins/{id}/enable"), why::enable)
        .page("/admin/admins/{id}/delete", AdminsManage, why::ask_delete)
        .action(at::<DeleteAdmin>("/admin/admins/{id}/delete"), why::delete)
        .page("/admin/admins/{id}/sessions", AdminsManage, why::ask_sessions)
        .action(at::<EndAdminSessions>("/admin/admins/{id}/sessions"), why::sessions)
        .action(at::<SendLink>("/admin/admins/{id}/link"), links::send)
        .action(at::<RevokeLink>("/admin/admins/{id}/link/revoke"), links::revoke)
}
