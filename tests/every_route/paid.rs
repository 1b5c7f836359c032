//! Forms about subscriptions and credits: each with somebody it can be about.
use crate::billing::subscribed;
use crate::support::{ADA, BEN, EVE, RTL, Studio};
use uuid::{Uuid, uuid};

/// Payments that are paid and failed, operations that wait and are uncertain, and a notice in quarantine.
const PAID: Uuid = uuid!("0192f000-0000-7000-8000-0000000000b3");
const LATE: Uuid = uuid!("0192f000-0000-7000-8000-0000000000a8");
const WAITS: Uuid = uuid!("0192f000-0000-7000-8000-0000000000d5");
const LOST: Uuid = uuid!("0192f000-0000-7000-8000-0000000000d6");
/// Who asked for what waits: an admin whom no other form is about.
const ASKER: Uuid = uuid!("0192f000-0000-7000-8000-0000000000d8");
const TOLD: Uuid = uuid!("0192f000-0000-7000-8000-0000000000d7");

/// What the actions on money are about.
fn money() -> String {
    format!(
        "delete from backlot.mandates;
         insert into backlot.admins (id, email, name, role, status, password_hash)
           values ('{ASKER}', 'asker@backlot.example', 'Asker', 'billing_admin', 'active', 'none') on conflict do nothing;
         insert into backlot.mandates (id, user_id, gateway_mode, initial_ref) values (gen_random_uuid(), '{ADA}', 'sandbox', 7);
         insert into backlot.billing_operations (id, kind, purpose, user_id, payment_id, gateway_mode, reference, amount_minor, currency, state, requested_by,
             approve_until, sent_at) values
           ('{WAITS}', 'refund', 'refund', '{RTL}', '{PAID}', 'sandbox', 'r_1', 100, 'EUR', 'awaiting_approval', '{ASKER}', now() + interval '1 day', null),
           ('{LOST}', 'refund', 'refund', '{RTL}', '{PAID}', 'sandbox', 'r_2', 100, 'EUR', 'uncertain', null, null, now() - interval '2 days');
         update platform.payments set refunding_minor = 200 where id = '{PAID}';
         insert into backlot.gateway_notices (id, gateway_mode, digest, form, body, is_signed, verdict) values ('{TOLD}', 'sandbox', 'x', 'json', '{{}}', true, 'quarantined')"
    )
}

type Deed = (&'static str, String, &'static [(&'static str, &'static str)]);

/// How the forms are filled.
pub fn deeds() -> Vec<Deed> {
    let at = |user, verb| format!("/admin/users/{user}/billing/{verb}");
    vec![
        ("subscriptions.cancel", at(EVE, "cancel"), &[("cause", "unused"), ("reason", "wrote to us")]),
        ("subscriptions.resume", at(RTL, "resume"), &[("reason", "changed their mind")]),
        ("subscriptions.extend", at(EVE, "extend"), &[("days", "7"), ("cause", "goodwill"), ("reason", "a long outage")]),
        (
            "subscriptions.discount",
            at(EVE, "discount"),
            &[("percent", "10"), ("periods", "2"), ("cause", "goodwill"), ("reason", "a present")],
        ),
        ("subscriptions.end_discount", at(EVE, "discount/end"), &[("cause", "goodwill"), ("reason", "was a mistake")]),
        ("subscriptions.grace", at(ADA, "grace"), &[("days", "3"), ("cause", "goodwill"), ("reason", "waits for a new card")]),
        ("subscriptions.change_tier", at(EVE, "tier"), &[("tier", "starter"), ("cause", "goodwill"), ("reason", "stays as it is")]),
        (
            "billing.refund",
            format!("/admin/payments/{PAID}/refund"),
            &[("amount", "1.00"), ("reason_code", "goodwill"), ("reason", "a lost day")],
        ),
        ("billing.retry", format!("/admin/payments/{LATE}/retry"), &[("reason", "they called")]),
        ("billing.link", format!("/admin/payments/{LATE}/link"), &[("reason", "the bank wants them")]),
        ("billing.approve", format!("/admin/billing/operations/{WAITS}/approve"), &[]),
        ("billing.decline", format!("/admin/billing/operations/{WAITS}/decline"), &[("reason", "not covered")]),
        ("billing.settle", format!("/admin/billing/operations/{LOST}/settle"), &[("outcome", "failed"), ("reason", "not in the portal")]),
        ("billing.dismiss", format!("/admin/billing/notices/{TOLD}/dismiss"), &[("reason", "a test of theirs")]),
        ("credits.adjust", at(BEN, "credits"), &[("credits", "50"), ("cause", "goodwill"), ("reason", "a lost render")]),
    ]
}

/// Makes what the form is about, anew each time.
pub async fn furnish(studio: &Studio, action: &str) {
    if deeds().iter().all(|(known, ..)| *known != action) {
        return;
    }
    // What an earlier form has asked for is gone: nobody may go on looking for it.
    let forgotten = "update backlot.jobs set state = 'cancelled', finished_at = now() where name like 'billing.%' and state = 'waiting'";
    studio.run(forgotten).await;
    let away = "delete from backlot.gateway_notices; delete from backlot.gateway_calls; delete from backlot.discounts;
        delete from backlot.billing_operations where kind <> 'credits'; delete from platform.payments where gateway_ref = '4100000001';
        delete from platform.subscriptions where id::text like '0192f000-0000-7000-8000-0000000000b_'";
    studio.run(away).await;
    studio.run(&subscribed()).await;
    studio.run(&money()).await;
    studio.run("update platform.subscriptions set pending_tier = 'pro' where status = 'active'").await;
}
