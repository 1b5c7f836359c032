//! The payment gateway's client against a gateway that speaks its protocols over real HTTP.
mod assumed;
mod contract;
mod faults;
mod notices;

use axum::Router;
use axum::extract::State;
use axum::http::Uri;
use backlot::gateways::finby::{Addresses, Amount, Finby, Hosted, Payer};
use backlot::sandbox::finby::Gateway;
use std::sync::{Arc, Mutex};
use std::time::Duration;

fn euros(minor: i64) -> Amount {
    Amount::new(minor, "EUR").expect("an amount")
}

/// A gateway, and a client of it that loses patience soon.
async fn sandbox() -> (Gateway, Finby) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let gateway = Gateway::start().await.expect("a gateway");
    let finby = Finby::with_patience(gateway.access().expect("an address"), Duration::from_secs(2)).expect("a client");
    (gateway, finby)
}

/// What was told: the body of each message, or its query.
type Heard = Arc<Mutex<Vec<String>>>;

/// Somebody who is told.
async fn ear() -> (String, Heard) {
    let heard = Heard::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let hear = async |State(heard): State<Heard>, uri: Uri, body: String| {
        heard.lock().unwrap().push(if body.is_empty() { uri.query().unwrap_or_default().to_owned() } else { body });
    };
    let app = Router::new().fallback(hear).with_state(Arc::clone(&heard));
    tokio::spawn(async move { axum::serve(listener, app).await });
    (format!("http://{address}/told"), heard)
}

fn hosted(reference: &str, minor: i64, notification: &str) -> Hosted {
    let place = |name: &str| format!("https://studio.example/{name}");
    let addresses =
        Addresses { success: place("paid"), cancel: place("cancelled"), error: place("failed"), notification: notification.to_owned() };
    Hosted { reference: reference.to_owned(), amount: euros(minor), language: "sk".into(), addresses }
}

fn payer() -> Payer {
    Payer {
        name: "Ján Novák".into(),
        email: "jan@example.sk".into(),
        street: "Hlavná 1/2".into(),
        city: "Košice".into(),
        postcode: "040 01".into(),
        country: "SK".into(),
    }
}

/// A page's address, opened as a customer's browser does, and paid there; where it leads.
async fn pay_on_page(page: &str, card: &str) -> (i64, String) {
    let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a browser");
    let mut place = page.to_owned();
    let shown = browser.get(&place).send().await.expect("the page");
    if let Some(next) = shown.headers().get("location") {
        next.to_str().expect("an address").clone_into(&mut place);
    }
    let form = format!("card={card}");
    let paid = browser.post(&place).header("content-type", "application/x-www-form-urlencoded").body(form).send().await.expect("paid");
    let id = place.rsplit('/').next().and_then(|id| id.parse().ok()).expect("the payment's number");
    (id, paid.headers().get("location").map(|place| place.to_str().expect("an address").to_owned()).unwrap_or_default())
}

/// A payment with which a customer agreed to later charges.
async fn agreed(finby: &Finby, reference: &str, notification: &str, card: &str) -> i64 {
    use backlot::gateways::finby::PaymentGateway;
    let page = finby.agree(&hosted(reference, 2_900, notification), &payer()).expect("an address");
    pay_on_page(&page, card).await.0
}
