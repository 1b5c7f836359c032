//! The letters to an account's owner, whenever what they sign in with has changed.
use super::model::Account;
use crate::gateways::mail::Letter;
use crate::kernel::Actor;

fn letter(account: &Account, actor: &Actor, subject: &str, what: &str) -> Letter {
    let from = actor.address.map(|address| format!(" It was asked for from {address}.")).unwrap_or_default();
    let text = format!("{what}.{from}\n\nIf this was you, nothing is to be done. If it was not, tell a super admin at once.");
    Letter::new(&account.email, subject, text)
}

/// About a new password.
pub fn password_changed(account: &Account, actor: &Actor) -> Letter {
    let what = "The password of your Backlot account was changed, and all other sessions were ended";
    letter(account, actor, "Your password was changed", what)
}

/// About a new authenticator app.
pub fn factor_replaced(account: &Account, actor: &Actor) -> Letter {
    let what = "A new authenticator app was set up for your Backlot account; codes of the one before work no longer";
    letter(account, actor, "Your authenticator app was replaced", what)
}

/// About new recovery codes.
pub fn codes_renewed(account: &Account, actor: &Actor) -> Letter {
    let what = "New recovery codes were made for your Backlot account; all earlier ones are void";
    letter(account, actor, "Your recovery codes were renewed", what)
}
