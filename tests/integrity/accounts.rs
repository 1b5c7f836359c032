//! Accounts that may be one person's, and the audit log's seals.
use super::{Case, Fix, PLANTED};

#[tokio::test]
async fn the_same_address_but_for_capitals_and_spaces_is_found() {
    let plant = format!("insert into platform.users (id, email, name) values ('{PLANTED}', ' ADA@users.example', 'Ada again')");
    Case::new("same-email", plant, "also ada@users.example", Fix::ByHand).holds().await;
}

#[tokio::test]
async fn addresses_that_reach_the_same_mailbox_are_suspected() {
    let plant = format!(
        "insert into platform.users (id, email, name) values ('{PLANTED}', 'Ada+second@users.example', 'Ada again'),
           (gen_random_uuid(), 'not.ada@users.example', 'Not Ada'), (gen_random_uuid(), 'notada@users.example', 'Not Ada either'),
           ('0192f000-0000-7000-8000-0000000000f2', 'j.o@gmail.com', 'Jo'), ('0192f000-0000-7000-8000-0000000000f3', 'jo+1@googlemail.com', 'Jo')"
    );
    Case { found: 2, ..Case::new("suspected-twins", plant, "reaches the mailbox of j.o@gmail.com", Fix::ByHand) }.holds().await;
}

#[tokio::test]
async fn entries_that_wait_for_their_seal_are_found() {
    let plant = "alter table backlot.audit_log disable trigger audit_refuse; update backlot.audit_log set at = now() - interval '1 hour'";
    Case::new("seals-behind", plant.into(), "the first of them since", Fix::ByHand).holds().await;
}
