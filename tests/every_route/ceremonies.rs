//! Forms that hold what a device answers, and what must be there before one can be filled.
use crate::support::{Authenticator, Browser, Filled, Studio};

/// A passkey of the super admin's that no device has.
pub const PASSKEY: &str = "0192f000-0000-7000-8000-0000000000e1";
const KEPT: &str = r"insert into backlot.passkeys (id, admin_id, credential_id, name, credential)
  select '0192f000-0000-7000-8000-0000000000e1', id, '\x00', 'Red key', '{}' from backlot.admins where role = 'super_admin'
  on conflict do nothing";

/// The form of an action that only a device can fill.
pub async fn from_its_page(studio: &Studio, browser: &mut Browser, action: &str) -> Option<Filled> {
    match action {
        "account.add_passkey" => {
            let page = browser.get("/admin/account/passkeys").await.must(200);
            Some(Authenticator::new().answer(&page, "/admin/account/passkeys"))
        }
        "account.rename_passkey" | "account.remove_passkey" => {
            studio.run(KEPT).await;
            None
        }
        _ => None,
    }
}
