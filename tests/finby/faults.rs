//! When the gateway is away, slow or lost: what may have moved money is never taken for what did not.
use super::{agreed, euros, hosted, sandbox};
use backlot::gateways::finby::{Access, Charge, Finby, GatewayError, Mode, PaymentGateway, Refund, State};
use backlot::sandbox::finby::{Call, Fault, Move, Post, card};
use std::time::Duration;

#[tokio::test]
async fn a_charge_whose_answer_is_lost_is_uncertain_whether_it_moved_money_or_not() {
    let (gateway, finby) = sandbox().await;
    let initial = agreed(&finby, "first", "", card::GOOD).await;
    for (fault, moves) in [(Fault::LostAnswer, 1), (Fault::Html, 1), (Fault::Torn, 1), (Fault::HangUp, 0), (Fault::Broken, 0)] {
        let before = gateway.journal().len();
        gateway.fail(Call::Charge, &[fault]);
        let lost = finby.charge(&Charge { reference: format!("{fault:?}"), amount: euros(100), initial }).await.expect_err("no answer");
        assert!(lost.may_be_done(), "{fault:?}: {lost:?}");
        assert_eq!(gateway.journal().len() - before, moves, "{fault:?}");
    }
}

#[tokio::test]
async fn a_refund_whose_answer_is_lost_is_uncertain_too_and_done_once() {
    let (gateway, finby) = sandbox().await;
    let paid = agreed(&finby, "paid", "", card::GOOD).await;
    gateway.fail(Call::Refund, &[Fault::LostAnswer]);
    let order = Refund { reference: "back".into(), amount: euros(900), payment: paid };
    assert!(finby.refund(&order).await.expect_err("lost").may_be_done());
    gateway.told().await;
    let back: Vec<_> = gateway.journal().into_iter().filter(|entry| entry.what == Move::Refunded).collect();
    assert_eq!(back.len(), 1, "{back:?}");
}

#[tokio::test]
async fn what_was_refused_at_the_door_or_never_sent_can_be_asked_again() {
    let (gateway, finby) = sandbox().await;
    let paid = agreed(&finby, "paid", "", card::GOOD).await;
    let order = Refund { reference: "back".into(), amount: euros(100), payment: paid };
    gateway.fail(Call::Refund, &[Fault::Busy]);
    assert!(matches!(finby.refund(&order).await, Err(GatewayError::Throttled(_))));
    gateway.fail(Call::Token, &[Fault::HangUp]);
    gateway.revoke_tokens();
    let away = finby.refund(&order).await.expect_err("no token");
    assert!(matches!(away, GatewayError::NeverSent(_)), "{away:?}");
    finby.refund(&order).await.expect("taken at last");
    let gone =
        Access { rest: "http://127.0.0.1:9".parse().unwrap(), mapi: "http://127.0.0.1:9".parse().unwrap(), ..gateway.access().unwrap() };
    let nowhere = Finby::new(gone).expect("a client").charge(&Charge { reference: "x".into(), amount: euros(1), initial: paid }).await;
    assert!(matches!(nowhere, Err(GatewayError::NeverSent(_))), "{nowhere:?}");
}

#[tokio::test]
async fn a_token_that_is_not_taken_any_more_is_renewed_once() {
    let (gateway, finby) = sandbox().await;
    finby.start(&hosted("a", 100, "")).await.expect("begun");
    gateway.revoke_tokens();
    finby.start(&hosted("b", 100, "")).await.expect("with a new token");
    gateway.advance(1_800);
    finby.start(&hosted("c", 100, "")).await.expect("when its time was over");
    gateway.fail(Call::Start, &[Fault::Stranger, Fault::Stranger]);
    let stranger = finby.start(&hosted("d", 100, "")).await.expect_err("twice");
    assert!(matches!(stranger, GatewayError::Auth(_)), "{stranger:?}");
}

#[tokio::test]
async fn wrong_keys_are_told_as_that() {
    let (gateway, _) = sandbox().await;
    let finby = Finby::new(Access { secret: "wrong".to_owned().into(), ..gateway.access().unwrap() }).expect("a client");
    assert!(matches!(finby.start(&hosted("a", 100, "")).await, Err(GatewayError::Auth(_))));
    let charged = finby.charge(&Charge { reference: "a".into(), amount: euros(100), initial: 1 }).await;
    assert!(matches!(charged, Err(GatewayError::Auth(_))), "{charged:?}");
    assert_eq!(finby.mode(), Mode::Sandbox);
}

#[tokio::test]
async fn a_payment_that_is_not_there_yet_is_not_taken_for_gone() {
    let (gateway, finby) = sandbox().await;
    let paid = agreed(&finby, "paid", "", card::GOOD).await;
    gateway.fail(Call::Fetch, &[Fault::NotYet, Fault::Busy]);
    assert_eq!(finby.fetch(paid).await, Err(GatewayError::NotFound));
    assert!(matches!(finby.fetch(paid).await, Err(GatewayError::Throttled(_))));
    assert_eq!(finby.fetch(paid).await.expect("now").state, Some(State::Paid));
}

#[tokio::test]
async fn a_refund_that_takes_its_time_is_pending_meanwhile() {
    let (gateway, finby) = sandbox().await;
    gateway.post(Post { settles: Duration::from_millis(300), ..Post::default() });
    let paid = agreed(&finby, "paid", "", card::GOOD).await;
    let id = finby.refund(&Refund { reference: "back".into(), amount: euros(100), payment: paid }).await.expect("taken");
    assert_eq!(finby.fetch(id).await.expect("a state").state, Some(State::Pending));
    gateway.told().await;
    assert_eq!(finby.fetch(id).await.expect("a state").state, Some(State::Refunded));
}
