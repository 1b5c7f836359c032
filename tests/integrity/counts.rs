//! Copies of something else.
use super::{Case, Fix, PLANTED};
use crate::support::{ADA, BEN, EVE};

#[tokio::test]
async fn payment_failing_is_written_anew() {
    let plant = format!("update platform.users set payment_failing = not payment_failing where id in ('{ADA}', '{BEN}')");
    Case { found: 2, ..Case::new("payment-failing-differs", plant, "is not marked, and the newest payment failed", Fix::Restores) }
        .holds()
        .await;
}

#[tokio::test]
async fn training_failing_is_written_anew() {
    let plant = format!("update platform.users set training_failing = not training_failing where id in ('{EVE}', '{BEN}')");
    Case { found: 2, ..Case::new("training-failing-differs", plant, "is marked, and the newest model did not fail", Fix::Restores) }
        .holds()
        .await;
}

#[tokio::test]
async fn a_history_that_missed_a_change_is_found() {
    let plant = "alter table platform.projects disable trigger keep_state_update;
       update platform.projects set status = 'archived' where id = '0192f000-0000-7000-8000-0000000000a1'";
    Case::new("project-history-differs", plant.into(), "version 1 of its history differs", Fix::ByHand).holds().await;
}

#[tokio::test]
async fn letters_are_counted_anew() {
    let setup = format!(
        "insert into backlot.notifications (id, kind, severity, title, message, plain, html, channels, audience, plan, state, started_at, finished_at)
           values ('{PLANTED}', 'system', 'info', 'We move house', 'x', 'x', 'x', '{{email}}', '{{}}', '{{}}', 'sent', now(), now());
         insert into backlot.notification_progress (notification_id, mail_planned, mail_sent, mail_failed) values ('{PLANTED}', 2, 1, 1);
         insert into backlot.notification_deliveries (notification_id, channel, user_id, id, state) values ('{PLANTED}', 'email', '{ADA}', '{ADA}', 'sent'),
           ('{PLANTED}', 'email', '{BEN}', '{BEN}', 'failed')"
    );
    let plant = format!("update backlot.notification_progress set mail_sent = 2, mail_failed = 0 where notification_id = '{PLANTED}'");
    Case::new("deliveries-miscounted", plant, "says 2 sent, 0 failed", Fix::Restores).after(setup).holds().await;
}
