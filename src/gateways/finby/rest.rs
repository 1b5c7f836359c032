//! The client: payments, their state and refunds over REST; recurring charges over MAPI5.
use super::access::{Access, Unusable};
use super::answer::{Answer, number, send, text};
use super::token::Tokens;
use super::{
    Amount, Charge, Charged, GatewayError, Hosted, Meaning, Mode, Notice, Payer, Payment, PaymentGateway, PaymentId, Refund, Started,
    State, Unbelieved, mapi, meaning, notice,
};
use crate::gateways::call::client;
use async_trait::async_trait;
use reqwest::{Client, RequestBuilder, StatusCode};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::time::Duration;

/// How long the whole of a call may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// Finby.
pub struct Finby {
    http: Client,
    access: Access,
    tokens: Tokens,
}

impl Finby {
    /// A client that takes three seconds to reach it and fifteen for a whole call.
    ///
    /// # Errors
    /// What contradicts itself in `access`.
    pub fn new(access: Access) -> Result<Self, Unusable> {
        Self::with_patience(access, PATIENCE)
    }

    /// The same with another time for a whole call.
    ///
    /// # Errors
    /// As [`Finby::new`].
    pub fn with_patience(access: Access, patience: Duration) -> Result<Self, Unusable> {
        access.check()?;
        Ok(Self { http: client(patience)?, access, tokens: Tokens::default() })
    }

    /// Asks with a token. One that was refused is renewed once: what is refused at the door was not done.
    async fn ask(&self, request: impl Fn(&Client) -> RequestBuilder) -> Result<Answer, GatewayError> {
        let mut tries = 0;
        loop {
            tries += 1;
            let token = self.tokens.get(&self.http, &self.access).await?;
            let answer = send(request(&self.http).bearer_auth(token.expose_secret())).await;
            let refused = match &answer {
                Ok(answer) => answer.status == StatusCode::UNAUTHORIZED || answer.code() == "1133000",
                Err(error) => matches!(error, GatewayError::Auth(_)),
            };
            if !refused {
                return answer;
            }
            self.tokens.forget().await;
            if tries == 2 {
                return Err(answer.map_or_else(|error| error, |answer| GatewayError::Auth(answer.told())));
            }
        }
    }

    fn asked(&self, amount: Amount, reference: &str) -> Value {
        json!({
            "MerchantIdentification": { "ProjectId": self.access.project },
            "PaymentInformation": {
                "Amount": { "Amount": amount.to_string(), "Currency": amount.currency() },
                "References": { "MerchantReference": reference },
            },
        })
    }
}

/// The number of what was begun; a yes without one may have been done.
fn begun(answer: &Answer) -> Result<PaymentId, GatewayError> {
    let code = answer.code();
    let means = if code.is_empty() { Meaning::Unknown } else { meaning(&code) };
    match means {
        Meaning::Done | Meaning::Pending => number(answer.body.get("PaymentRequestId"))
            .ok_or_else(|| GatewayError::Uncertain("it took the payment, but gave it no number".into())),
        Meaning::Throttled => Err(GatewayError::Throttled(answer.pause)),
        Meaning::NotFound => Err(GatewayError::NotFound),
        Meaning::Account => Err(GatewayError::Auth(answer.told())),
        Meaning::Declined(_) | Meaning::Request => Err(GatewayError::Rejected { code, meaning: means, why: answer.told() }),
        Meaning::Uncertain | Meaning::Unknown => match answer.status.as_u16() {
            429 => Err(GatewayError::Throttled(answer.pause)),
            400..=499 => Err(GatewayError::Rejected { code, meaning: Meaning::Request, why: answer.told() }),
            _ => Err(GatewayError::Uncertain(answer.told())),
        },
    }
}

#[async_trait]
impl PaymentGateway for Finby {
    fn mode(&self) -> Mode {
        self.access.mode
    }

    async fn start(&self, payment: &Hosted) -> Result<Started, GatewayError> {
        let mut asked = self.asked(payment.amount, &payment.reference);
        asked["PaymentMethod"] = "Card".into();
        asked["PaymentInformation"]["Localization"] = payment.language.to_ascii_uppercase().into();
        asked["PaymentInformation"]["IsRedirect"] = true.into();
        asked["PaymentInformation"]["CardTransaction"] = json!({ "PaymentType": "Purchase" });
        let to = &payment.addresses;
        asked["CallbackUrls"] = json!({ "Success": to.success, "Cancel": to.cancel, "Error": to.error, "Notification": to.notification });
        let answer = self.ask(|http| http.post(self.access.rest("/api/Payments/Payment")).json(&asked)).await?;
        let id = begun(&answer)?;
        let page = text(answer.body.get("GatewayUrl"));
        if page.is_empty() {
            Err(GatewayError::Uncertain("it began the payment, but named no page".into()))
        } else {
            Ok(Started { id, page })
        }
    }

    fn agree(&self, payment: &Hosted, payer: &Payer) -> Result<String, GatewayError> {
        mapi::agree(&self.access, payment, payer)
    }

    async fn charge(&self, charge: &Charge) -> Result<Charged, GatewayError> {
        let answer = send(self.http.get(mapi::charge(&self.access, charge))).await?;
        mapi::charged(&answer)
    }

    async fn refund(&self, refund: &Refund) -> Result<PaymentId, GatewayError> {
        let asked = self.asked(refund.amount, &refund.reference);
        let path = format!("/api/Payments/Payment/{}/Refund", refund.payment);
        begun(&self.ask(|http| http.post(self.access.rest(&path)).json(&asked)).await?)
    }

    async fn fetch(&self, id: PaymentId) -> Result<Payment, GatewayError> {
        let path = format!("/api/Payments/Payment/{id}");
        let answer = self.ask(|http| http.get(self.access.rest(&path))).await?;
        let Some(payment) = answer.body.get("PaymentInformation") else {
            return match meaning(&answer.code()) {
                Meaning::NotFound => Err(GatewayError::NotFound),
                Meaning::Throttled => Err(GatewayError::Throttled(answer.pause)),
                _ => Err(GatewayError::Uncertain(answer.told())),
            };
        };
        let amount = Amount::parse(&text(payment.pointer("/Amount/Amount")), &text(payment.pointer("/Amount/Currency")));
        let amount = amount.ok_or_else(|| GatewayError::Uncertain("the payment's amount cannot be read".into()))?;
        let code = text(payment.pointer("/StatusReasonInformation/Reason/Code"));
        Ok(Payment {
            id,
            reference: text(payment.pointer("/References/MerchantReference")),
            amount,
            state: State::parse(&text(payment.get("Status"))),
            code: Some(code).filter(|code| !code.is_empty()),
        })
    }

    fn believe_json(&self, body: &[u8]) -> Result<Notice, Unbelieved> {
        notice::json(self.access.secret.expose_secret(), &self.access.project, body)
    }

    fn believe_fields(&self, fields: &str) -> Result<Notice, Unbelieved> {
        notice::fields(self.access.secret.expose_secret(), &self.access.project, fields)
    }
}
