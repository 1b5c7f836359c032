//! Forms about subscriptions and credits: each with somebody it can be about.
use crate::billing::subscribed;
use crate::support::{ADA, BEN, EVE, RTL, Studio};

type Deed = (&'static str, String, &'static [(&'static str, &'static str)]);

/// How the forms are filled.
pub fn deeds() -> Vec<Deed> {
    let at = |user, verb| format!("/admin/users/{user}/billing/{verb}");
    vec![
        ("subscriptions.cancel", at(EVE, "cancel"), &[("cause", "unused"), ("reason", "wrote to us")]),
        ("subscriptions.resume", at(RTL, "resume"), &[("reason", "changed their mind")]),
        ("subscriptions.extend", at(EVE, "extend"), &[("days", "7"), ("reason", "a long outage")]),
        ("subscriptions.discount", at(EVE, "discount"), &[("percent", "10"), ("periods", "2"), ("reason", "a present")]),
        ("subscriptions.end_discount", at(EVE, "discount/end"), &[("reason", "was a mistake")]),
        ("subscriptions.grace", at(ADA, "grace"), &[("days", "3"), ("reason", "waits for a new card")]),
        ("subscriptions.change_tier", at(EVE, "tier"), &[("tier", "starter"), ("reason", "stays as it is")]),
        ("credits.adjust", at(BEN, "credits"), &[("credits", "50"), ("cause", "goodwill"), ("reason", "a lost render")]),
    ]
}

/// Makes what the form is about, anew each time.
pub async fn furnish(studio: &Studio, action: &str) {
    if deeds().iter().all(|(known, ..)| *known != action) {
        return;
    }
    let away = "delete from backlot.discounts; delete from platform.payments where gateway_ref = '4100000001';
        delete from platform.subscriptions where id::text like '0192f000-0000-7000-8000-0000000000b_'";
    studio.run(away).await;
    studio.run(&subscribed()).await;
    studio.run("update platform.subscriptions set pending_tier = 'pro' where status = 'active'").await;
}
