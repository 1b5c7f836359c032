//! What the gateway tells by itself: believed when it is signed, and never for what it says alone.
use super::{agreed, ear, hosted, pay_on_page, sandbox};
use backlot::gateways::finby::{Direction, Finby, PaymentGateway, State, Unbelieved};
use backlot::sandbox::finby::{Gateway, Post, card};
use serde_json::Value;

/// A payment in JSON and one in fields, told as `post` has it; the gateway goes on for as long as it is held.
async fn told(post: Post) -> (Gateway, Finby, String, String) {
    let (gateway, finby) = sandbox().await;
    gateway.post(post);
    let ((json, heard_json), (fields, heard_fields)) = (ear().await, ear().await);
    let started = finby.start(&hosted("pay_1", 2_900, &json)).await.expect("begun");
    pay_on_page(&started.page, card::GOOD).await;
    agreed(&finby, "agreed_1", &fields, card::GOOD).await;
    gateway.told().await;
    let heard = (heard_json.lock().unwrap()[0].clone(), heard_fields.lock().unwrap()[0].clone());
    (gateway, finby, heard.0, heard.1)
}

#[tokio::test]
async fn forged_and_altered_ones_are_not_believed() {
    for post in [Post { forged: true, ..Post::default() }, Post { altered: true, ..Post::default() }] {
        let (_gateway, finby, json, fields) = told(post).await;
        assert_eq!(finby.believe_json(json.as_bytes()), Err(Unbelieved::Forged), "{json}");
        assert_eq!(finby.believe_fields(&fields), Err(Unbelieved::Forged), "{fields}");
    }
}

#[tokio::test]
async fn the_same_news_has_the_same_key_at_each_delivery_and_other_news_another() {
    let (gateway, finby) = sandbox().await;
    gateway.post(Post { copies: 3, ..Post::default() });
    let (place, heard) = ear().await;
    let paid = agreed(&finby, "agreed_1", &place, card::GOOD).await;
    gateway.told().await;
    gateway.post(Post::default());
    gateway.charge_back(paid);
    gateway.told().await;
    let notices: Vec<_> = heard.lock().unwrap().iter().map(|fields| finby.believe_fields(fields).expect("the gateway's")).collect();
    assert_eq!(notices.len(), 4);
    assert!(notices[..3].iter().all(|notice| notice.key() == notices[0].key()));
    assert_ne!(notices[3].key(), notices[0].key());
    assert_eq!(notices[3].direction, Direction::Debit);
}

/// Names are not bound to values: this is why the gateway is asked before anything is concluded.
#[tokio::test]
async fn swapped_values_still_verify_so_nothing_is_concluded_from_them_alone() {
    let (_gateway, finby, json, _) = told(Post::default()).await;
    let mut swapped: Value = serde_json::from_str(&json).unwrap();
    let references = &mut swapped["PaymentInformation"]["References"];
    let (reference, payment) = (references["MerchantReference"].take(), references["PaymentId"].take());
    references["MerchantReference"] = payment;
    references["PaymentId"] = reference;
    let notice = finby.believe_json(swapped.to_string().as_bytes()).expect("it verifies");
    let fetched = finby.fetch(notice.payment.expect("a number")).await.expect("a state");
    assert_ne!(notice.reference, fetched.reference, "what it says is not what is");
    assert_eq!(fetched.state, Some(State::Paid));
}

#[tokio::test]
async fn what_cannot_be_read_is_said_so_and_nothing_else_happens() {
    let (_gateway, finby, json, fields) = told(Post::default()).await;
    for body in [
        "",
        "{}",
        "[]",
        "null",
        "{\"PaymentInformation\":{}}",
        &json[..json.len() - 2],
        &json.replace("29.0", "\"x\""),
        &"[".repeat(100_000),
    ] {
        assert!(finby.believe_json(body.as_bytes()).is_err(), "{}", &body[..body.len().min(80)]);
    }
    assert_eq!(finby.believe_json(b"\xff\xfe"), Err(Unbelieved::Unreadable));
    assert_eq!(finby.believe_fields(&format!("{fields}&Amount=1.00")), Err(Unbelieved::Unreadable), "which of the two was signed?");
    assert_eq!(finby.believe_fields(""), Err(Unbelieved::Forged));
    assert!(finby.believe_json(json.as_bytes()).is_ok() && finby.believe_fields(&fields).is_ok(), "as they came they are believed");
}

#[tokio::test]
async fn news_for_another_project_are_not_ours() {
    let (gateway, _) = sandbox().await;
    let other = backlot::gateways::finby::Access { project: "999".into(), ..gateway.access().unwrap() };
    let other = Finby::new(other).expect("a client");
    let (_gateway, _, json, fields) = told(Post::default()).await;
    assert_eq!(other.believe_json(json.as_bytes()), Err(Unbelieved::Stray));
    assert_eq!(other.believe_fields(&fields), Err(Unbelieved::Stray));
}
