//! What is assumed of Finby and stands in no document that was read: each a test against its own test system, with keys in the
//! environment: `FINBY_TEST_REST`, `FINBY_TEST_MAPI`, `FINBY_TEST_PROJECT`, `FINBY_TEST_SECRET`, and `FINBY_TEST_PAID`, a payment that is
//! paid. Some need more, and say so.
//!
//! Nothing in the client depends on three more that are not known: charging a card's token by the REST API, an address that revokes an
//! agreement, and one that takes evidence in a dispute. None of them is called.
use super::contract::refund;
use super::{euros, hosted};
use axum::Router;
use axum::extract::{ConnectInfo, State};
use axum::http::StatusCode;
use backlot::gateways::finby::{Access, Amount, Charge, Decline, Finby, GatewayError, Meaning, Mode, PaymentGateway};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use uuid::Uuid;

fn of(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set"))
}

/// Finby's own test system.
fn real() -> (Finby, i64) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let access = Access {
        mode: Mode::Test,
        rest: of("FINBY_TEST_REST").parse().expect("an address"),
        mapi: of("FINBY_TEST_MAPI").parse().expect("an address"),
        project: of("FINBY_TEST_PROJECT"),
        secret: of("FINBY_TEST_SECRET").into(),
    };
    (Finby::new(access).expect("a client"), of("FINBY_TEST_PAID").parse().expect("a number"))
}

fn fresh() -> String {
    format!("t_{}", &Uuid::now_v7().simple().to_string()[..30])
}

#[tokio::test]
#[ignore = "needs keys of Finby's test system"]
async fn assumed_a_payment_begins_on_the_test_host() {
    let started = real().0.start(&hosted(&fresh(), 100, "https://example.com/told")).await.expect("begun");
    assert!(started.page.starts_with("https://"), "{}", started.page);
    assert_eq!(real().0.fetch(started.id).await.expect("a state").amount, euros(100));
}

#[tokio::test]
#[ignore = "needs keys of Finby's test system"]
async fn assumed_a_reference_may_be_used_twice() {
    let (finby, reference) = (real().0, fresh());
    let first = finby.start(&hosted(&reference, 100, "https://example.com/told")).await.expect("begun");
    let second = finby.start(&hosted(&reference, 100, "https://example.com/told")).await.expect("begun again");
    assert_ne!(first.id, second.id);
}

#[tokio::test]
#[ignore = "needs keys of Finby's test system"]
async fn assumed_a_reference_has_up_to_35_characters() {
    real().0.start(&hosted(&format!("{:x<35}", fresh()), 100, "https://example.com/told")).await.expect("begun");
}

#[tokio::test]
#[ignore = "needs keys of Finby's test system"]
async fn assumed_amounts_without_cents_still_have_two_decimals() {
    let (finby, mut forints) = (real().0, hosted(&fresh(), 100_000, "https://example.com/told"));
    forints.amount = Amount::new(100_000, "HUF").expect("an amount");
    finby.start(&forints).await.expect("begun");
}

#[tokio::test]
#[ignore = "needs keys of Finby's test system"]
async fn assumed_a_refund_is_a_payment_of_its_own() {
    let (finby, paid) = real();
    let id = finby.refund(&refund(paid, 1, &fresh())).await.expect("taken");
    assert_ne!(id, paid);
    assert!(finby.fetch(id).await.expect("a state").state.is_some());
}

#[tokio::test]
#[ignore = "needs keys of Finby's test system"]
async fn assumed_more_than_was_paid_is_refused_by_code() {
    let (finby, paid) = real();
    let over = finby.refund(&refund(paid, 99_999_999, &fresh())).await.expect_err("more than was paid");
    assert!(matches!(over, GatewayError::Rejected { ref code, .. } if code == "1112008" || code == "1112009"), "{over:?}");
}

/// Needs `FINBY_TEST_MANDATE`: the number of a payment of €1.00 with which a test card agreed.
#[tokio::test]
#[ignore = "needs keys of Finby's test system"]
async fn assumed_a_later_charge_may_be_above_the_first() {
    let initial = of("FINBY_TEST_MANDATE").parse().expect("a number");
    let charged = real().0.charge(&Charge { reference: fresh(), amount: euros(2_900), initial }).await.expect("an answer");
    assert!(!matches!(charged.meaning, Meaning::Declined(Decline::Merchant) | Meaning::Request), "{charged:?}");
}

/// Needs `FINBY_TEST_OLD_PAID`: a payment of more than a year ago.
#[tokio::test]
#[ignore = "needs keys of Finby's test system"]
async fn assumed_a_payment_can_be_refunded_after_a_year() {
    let old = of("FINBY_TEST_OLD_PAID").parse().expect("a number");
    real().0.refund(&refund(old, 1, &fresh())).await.expect("taken");
}

/// Needs `FINBY_TEST_NOTICE`: a file with a notification as it came, of somebody whose name has letters beyond ASCII.
#[tokio::test]
#[ignore = "needs keys of Finby's test system"]
async fn assumed_names_are_signed_as_utf_8_and_sorted_by_their_bytes() {
    let notice = std::fs::read(of("FINBY_TEST_NOTICE")).expect("a file");
    assert!(!notice.is_ascii(), "a notice with other letters");
    real().0.believe_json(&notice).expect("the gateway's");
}

/// Needs `FINBY_TEST_LISTEN`, where this listens, `FINBY_TEST_NOTIFY`, the same as Finby reaches it, and somebody who pays on the page that
/// is printed. Where it was told from is printed, too.
#[tokio::test]
#[ignore = "needs keys of Finby's test system"]
async fn assumed_what_is_not_answered_with_200_is_told_again() {
    let told: Arc<Mutex<Vec<SocketAddr>>> = Arc::default();
    let hear = async |State(told): State<Arc<Mutex<Vec<SocketAddr>>>>, ConnectInfo(from): ConnectInfo<SocketAddr>| {
        told.lock().unwrap().push(from);
        if told.lock().unwrap().len() > 1 { StatusCode::OK } else { StatusCode::INTERNAL_SERVER_ERROR }
    };
    let app = Router::new().fallback(hear).with_state(Arc::clone(&told)).into_make_service_with_connect_info::<SocketAddr>();
    let listener = tokio::net::TcpListener::bind(of("FINBY_TEST_LISTEN")).await.expect("a port");
    tokio::spawn(async move { axum::serve(listener, app).await });
    let started = real().0.start(&hosted(&fresh(), 100, &of("FINBY_TEST_NOTIFY"))).await.expect("begun");
    eprintln!("Pay at {}", started.page);
    for _ in 0..3_600 {
        if told.lock().unwrap().len() > 1 {
            break;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let told = told.lock().unwrap().clone();
    eprintln!("told from {told:?}");
    assert!(told.len() > 1, "it was told {} times within an hour", told.len());
}
