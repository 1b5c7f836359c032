//! The bytes that Rust rebuilds are the bytes that the database hashed, whatever is in the row.
use super::stage::Stage;
use backlot::kernel::audit::entry;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use sqlx::types::ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::net::{Ipv4Addr, Ipv6Addr};
use uuid::Uuid;

#[derive(Clone, Debug)]
struct Given {
    kind: &'static str,
    actor: Option<u128>,
    name: String,
    session: Option<Vec<u8>>,
    ids: [Option<u128>; 3],
    address: Option<IpNet>,
    target: Option<(String, String)>,
    texts: [Option<String>; 4],
    outcome: &'static str,
    changes: String,
}

/// PostgreSQL's text has everything but NUL: combining marks, right-to-left, emoji, line ends, nothing at all.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[ -~]{0,40}",
        "\\PC{0,30}",
        any::<String>().prop_map(|text| text.replace('\0', "")),
        Just("e\u{301} é \u{202e}abc\u{feff} 👩‍🚀\r\n\t\u{7f}\u{10ffff}".to_owned()),
        (1..200_000_usize).prop_map(|length| "ß".repeat(length)),
    ]
}

fn address() -> impl Strategy<Value = IpNet> {
    let four = (any::<u32>(), 0..=32_u8).prop_map(|(bits, prefix)| IpNet::V4(Ipv4Net::new(Ipv4Addr::from_bits(bits), prefix).unwrap()));
    let six = (any::<u128>(), 0..=128_u8).prop_map(|(bits, prefix)| IpNet::V6(Ipv6Net::new(Ipv6Addr::from_bits(bits), prefix).unwrap()));
    let mapped = any::<u32>().prop_map(|bits| IpNet::from(std::net::IpAddr::V6(Ipv4Addr::from_bits(bits).to_ipv6_mapped())));
    prop_oneof![four, six, mapped]
}

fn given() -> impl Strategy<Value = Given> {
    let who = prop_oneof![
        any::<u128>().prop_map(|id| ("admin", Some(id))),
        prop_oneof![Just("system"), Just("console"), Just("stranger")].prop_map(|kind| (kind, None)),
    ];
    let json = (text(), any::<i64>()).prop_map(|(text, number)| serde_json::json!([{ "b": text, "a": number, "c": null }]).to_string());
    let json = json.prop_filter("jsonb holds no NUL", |json| !json.contains("\\u0000"));
    (
        (who, text(), option::of(vec(any::<u8>(), 0..64)), proptest::array::uniform3(option::of(any::<u128>()))),
        (option::of(address()), option::of(("\\PC{0,50}", "\\PC{0,200}")), proptest::array::uniform4(option::of(text()))),
        (prop_oneof![Just("done"), Just("denied"), Just("failed")], prop_oneof![Just(" [ ] ".to_owned()), json]),
    )
        .prop_map(|(((kind, actor), name, session, ids), (address, target, texts), (outcome, changes))| Given {
            kind,
            actor,
            name,
            session,
            ids,
            address,
            target,
            texts,
            outcome,
            changes,
        })
}

async fn write(stage: &Stage, row: &Given) -> Uuid {
    let id = Uuid::now_v7();
    let (kind, target) = row.target.clone().unzip();
    sqlx::query(
        "insert into backlot.audit_log (id, actor_kind, actor_id, actor_name, session_ref, view_as, request_id, cause, address,
           target_kind, target_id, actor_role, target_label, reason, ticket, outcome, changes, action)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 'users.suspend')",
    )
    .bind(id)
    .bind(row.kind)
    .bind(row.actor.map(Uuid::from_u128))
    .bind(&row.name)
    .bind(&row.session)
    .bind(row.ids[0].map(Uuid::from_u128))
    .bind(row.ids[1].map(Uuid::from_u128))
    .bind(row.ids[2].map(Uuid::from_u128))
    .bind(row.address)
    .bind(kind)
    .bind(target)
    .bind(&row.texts[0])
    .bind(&row.texts[1])
    .bind(&row.texts[2])
    .bind(&row.texts[3])
    .bind(row.outcome)
    .bind(&row.changes)
    .execute(&stage.app)
    .await
    .unwrap();
    id
}

async fn bytes_in_database(stage: &Stage, id: Uuid) -> Vec<u8> {
    sqlx::query_scalar("select backlot.audit_bytes(r) from backlot.audit_log r where id = $1")
        .bind(id)
        .fetch_one(&stage.superuser)
        .await
        .unwrap()
}

#[tokio::test]
async fn rust_rebuilds_every_byte_of_any_row() {
    let stage = Stage::new().await;
    let mut runner = TestRunner::default();
    for _ in 0..300 {
        let row = given().new_tree(&mut runner).unwrap().current();
        let id = write(&stage, &row).await;
        let stored = entry(&stage.app, id).await.unwrap().unwrap();
        assert_eq!(stored.bytes(), bytes_in_database(&stage, id).await, "{row:?}");
        assert!(stored.is_genuine(), "{row:?}");
        assert_eq!(stored.changes, row.changes, "the bytes of the changes are kept as they were given");
    }
    stage.end().await;
}

#[tokio::test]
async fn rust_rebuilds_rows_that_no_trigger_would_write() {
    let stage = Stage::new().await;
    let (_, id) = stage.write("odd").await;
    let odd = [
        "at = 'infinity'",
        "at = '-infinity'",
        "at = '4713-01-01 00:00:00 BC'",
        "at = '294276-12-31 23:59:59.999999'",
        "xid = '18446744073709551615'",
        "epoch = -2147483648",
        "db_user = 'ä ö'",
        "session_ref = ''",
        "reason = ''",
    ];
    for change in odd {
        stage.tamper(&format!("update backlot.audit_log set {change}")).await;
        let stored = entry(&stage.app, id).await.unwrap().unwrap();
        assert_eq!(stored.bytes(), bytes_in_database(&stage, id).await, "{change}");
        assert!(!stored.is_genuine(), "{change}");
    }
    stage.end().await;
}

#[tokio::test]
async fn nothing_and_empty_are_told_apart() {
    let stage = Stage::new().await;
    let (_, id) = stage.write("x").await;
    let absent = entry(&stage.app, id).await.unwrap().unwrap();
    let mut empty = absent.clone();
    empty.reason = Some(String::new());
    assert_ne!(absent.expected_leaf(), empty.expected_leaf());
    let (mut left, mut right) = (absent.clone(), absent);
    (left.reason, left.ticket) = (Some("ab".into()), Some("c".into()));
    (right.reason, right.ticket) = (Some("a".into()), Some("bc".into()));
    assert_ne!(left.expected_leaf(), right.expected_leaf());
    stage.end().await;
}

#[tokio::test]
async fn changes_must_be_json() {
    let stage = Stage::new().await;
    for text in ["", "{", "'", "[\"\\u0000\"]"] {
        let refused = sqlx::query(
            "insert into backlot.audit_log (id, actor_kind, actor_name, action, outcome, changes) values (gen_random_uuid(), 'system', 'x', 'y', 'done', $1)",
        )
        .bind(text)
        .execute(&stage.app)
        .await;
        assert!(refused.is_err(), "{text} was taken for JSON");
    }
    stage.end().await;
}
