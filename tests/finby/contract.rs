//! What holds for any gateway, tried with the stand-in; what is assumed of the real one is in `assumed.rs`.
use super::{agreed, ear, euros, hosted, pay_on_page, payer, sandbox};
use backlot::gateways::finby::{
    Access, Charge, Decline, Finby, GatewayError, Meaning, Mode, PaymentGateway, Refund, State, Unusable, meaning,
};
use backlot::sandbox::finby::{Gateway, Move, card};
use std::time::Duration;

/// Until a refund is done.
async fn settled(finby: &dyn PaymentGateway, id: i64) -> State {
    for _ in 0..100 {
        match finby.fetch(id).await.expect("its state").state {
            Some(State::Pending) => tokio::time::sleep(Duration::from_millis(20)).await,
            Some(state) => return state,
            None => panic!("an unknown state"),
        }
    }
    panic!("refund {id} stays pending");
}

pub fn refund(of: i64, minor: i64, reference: &str) -> Refund {
    Refund { reference: reference.into(), amount: euros(minor), payment: of }
}

#[tokio::test]
async fn a_hosted_payment_is_begun_paid_and_fetched() {
    let (gateway, finby) = sandbox().await;
    let (told, heard) = ear().await;
    let started = finby.start(&hosted("pay_1", 2_900, &told)).await.expect("begun");
    assert_eq!(finby.fetch(started.id).await.expect("a state").state, Some(State::Pending));
    let (id, place) = pay_on_page(&started.page, card::GOOD).await;
    assert_eq!((id, place.as_str()), (started.id, "https://studio.example/paid"));
    let paid = finby.fetch(id).await.expect("a state");
    assert_eq!((paid.state, paid.amount, paid.reference.as_str()), (Some(State::Paid), euros(2_900), "pay_1"));
    gateway.told().await;
    let notice = finby.believe_json(heard.lock().unwrap()[0].as_bytes()).expect("the gateway's");
    assert_eq!((notice.payment, notice.state, notice.amount), (Some(id), Some(State::Paid), euros(2_900)));
}

#[tokio::test]
async fn a_customer_agrees_once_and_is_charged_later_without_being_there() {
    let (gateway, finby) = sandbox().await;
    let (told, heard) = ear().await;
    let initial = agreed(&finby, "first", &told, card::GOOD).await;
    gateway.told().await;
    let notice = finby.believe_fields(&heard.lock().unwrap()[0]).expect("the gateway's");
    assert_eq!((notice.payment, notice.state, notice.reference.as_str()), (Some(initial), Some(State::Paid), "first"));
    let charged = finby.charge(&Charge { reference: "second".into(), amount: euros(1_234), initial }).await.expect("charged");
    assert_eq!(charged.meaning, Meaning::Done);
    let id = charged.id.expect("a number");
    assert_eq!(finby.fetch(id).await.expect("a state").amount, euros(1_234));
    let moved: Vec<_> = gateway.journal().into_iter().map(|entry| (entry.what, entry.amount.minor(), entry.reference)).collect();
    assert_eq!(moved, [(Move::Captured, 2_900, "first".into()), (Move::Captured, 1_234, "second".into())]);
}

#[tokio::test]
async fn each_card_says_what_to_do_about_it() {
    let (_gateway, finby) = sandbox().await;
    for (number, decline) in [
        (card::EXPIRED, Decline::NeedsCustomer),
        (card::OVER_LIMIT, Decline::Retryable),
        (card::NOT_AUTHENTICATED, Decline::NeedsCustomer),
        (card::NO_FUNDS, Decline::Retryable),
        (card::WRONG_CVV, Decline::NeedsCustomer),
        (card::PICK_UP, Decline::Hard),
        ("4111111111111111", Decline::NeedsCustomer),
    ] {
        let started = finby.start(&hosted("declined", 100, "")).await.expect("begun");
        let (id, place) = pay_on_page(&started.page, number).await;
        assert_eq!(place, "https://studio.example/cancelled", "{number}");
        let payment = finby.fetch(id).await.expect("a state");
        assert_eq!(payment.state, Some(State::Rejected), "{number}");
        assert_eq!(meaning(&payment.code.expect("a code")), Meaning::Declined(decline), "{number}");
    }
    for (number, decline) in [(card::ASKS_AGAIN, Decline::NeedsCustomer), (card::RUNS_DRY, Decline::Retryable)] {
        let initial = agreed(&finby, "agreed", "", number).await;
        let charged = finby.charge(&Charge { reference: "later".into(), amount: euros(100), initial }).await.expect("answered");
        assert_eq!(charged.meaning, Meaning::Declined(decline), "{number}");
    }
}

#[tokio::test]
async fn refunds_go_in_parts_until_nothing_is_left() {
    let (gateway, finby) = sandbox().await;
    let paid = agreed(&finby, "paid", "", card::GOOD).await;
    let first = finby.refund(&refund(paid, 900, "back_1")).await.expect("taken");
    assert_eq!(settled(&finby, first).await, State::Refunded);
    let second = finby.refund(&refund(paid, 2_000, "back_2")).await.expect("taken");
    assert_eq!(settled(&finby, second).await, State::Refunded);
    let over = finby.refund(&refund(paid, 1, "back_3")).await.expect_err("nothing is left");
    assert!(matches!(over, GatewayError::Rejected { ref code, .. } if code == "1112009"), "{over:?}");
    let back: i64 = gateway.journal().iter().filter(|entry| entry.what == Move::Refunded).map(|entry| entry.amount.minor()).sum();
    assert_eq!(back, 2_900);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_sixteen_refunds_at_once_no_more_goes_back_than_came() {
    let (gateway, finby) = sandbox().await;
    let paid = agreed(&finby, "paid", "", card::GOOD).await;
    let orders: Vec<_> = (0..16).map(|n| refund(paid, 500, &format!("back_{n}"))).collect();
    let taken = futures::future::join_all(orders.iter().map(|order| finby.refund(order))).await;
    assert_eq!(taken.iter().filter(|one| one.is_ok()).count(), 5);
    gateway.told().await;
    let back: i64 = gateway.journal().iter().filter(|entry| entry.what == Move::Refunded).map(|entry| entry.amount.minor()).sum();
    assert_eq!(back, 2_500);
}

#[tokio::test]
async fn what_cannot_be_written_into_an_address_is_refused_before_it_is_sent() {
    let (_gateway, finby) = sandbox().await;
    for reference in ["", "a/b", &"x".repeat(36)] {
        let refused = finby.agree(&hosted(reference, 100, ""), &payer()).expect_err("no reference");
        assert!(matches!(refused, GatewayError::Rejected { .. }), "{reference}: {refused:?}");
    }
}

#[tokio::test]
async fn settings_that_contradict_themselves_make_no_client() {
    let gateway = Gateway::start().await.expect("a gateway");
    let here = gateway.access().expect("an address");
    let at = |mode, rest: &str, mapi: &str| Access { mode, rest: rest.parse().unwrap(), mapi: mapi.parse().unwrap(), ..here.clone() };
    let (live_rest, live_mapi) = ("https://aapi.finby.eu", "https://amapi.finby.eu");
    assert!(at(Mode::Live, live_rest, live_mapi).check().is_ok());
    for wrong in [
        Access { mode: Mode::Live, ..here.clone() },
        Access { mode: Mode::Test, ..here.clone() },
        at(Mode::Sandbox, live_rest, live_mapi),
        at(Mode::Live, "https://aapitest.trustpay.eu", live_mapi),
    ] {
        assert!(matches!(wrong.check(), Err(Unusable::Place { .. })), "{wrong:?}");
    }
    assert!(matches!(at(Mode::Live, "http://aapi.finby.eu", live_mapi).check(), Err(Unusable::Plain)));
    let keyless = Access { secret: String::new().into(), ..at(Mode::Live, live_rest, live_mapi) };
    assert!(matches!(Finby::new(keyless), Err(Unusable::Keys)), "no stand-in steps in silently");
}
