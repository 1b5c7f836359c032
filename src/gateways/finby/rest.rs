//! The client: payments, their state and refunds over REST; recurring charges over MAPI5.
use super::token::Tokens;
use super::{
    Amount, Charge, Charged, GatewayError, Hosted, Meaning, Mode, Notice, Payer, Payment, PaymentGateway, PaymentId, Refund, Started,
    State, Unbelieved, mapi, meaning, notice,
};
use crate::gateways::call::{Silence, body, client, pause, silence};
use async_trait::async_trait;
use reqwest::{Client, RequestBuilder, StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use std::time::Duration;

/// The longest answer that is read, in bytes.
const LONGEST: usize = 256 << 10;
/// How long the whole of a call may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// What is needed to speak to the gateway.
#[derive(Clone, Debug)]
pub struct Access {
    pub mode: Mode,
    pub rest: Url,
    pub mapi: Url,
    /// The project, also MAPI5's account.
    pub project: String,
    pub secret: SecretString,
}

/// Why a gateway cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    #[error("in {mode} the gateway is not at {host}")]
    Place { mode: &'static str, host: String },
    #[error("outside the sandbox the gateway is spoken to over https only")]
    Plain,
    #[error("there is no project or no secret for the gateway: it is never replaced by a stand-in")]
    Keys,
    #[error("no client can be made: {0}")]
    Client(#[from] reqwest::Error),
}

impl Access {
    /// Whether this can be meant: the sandbox is on this machine, nothing else is, and real money never meets a test host.
    ///
    /// # Errors
    /// What contradicts itself.
    pub fn check(&self) -> Result<(), Unusable> {
        if self.project.is_empty() || self.secret.expose_secret().is_empty() {
            return Err(Unusable::Keys);
        }
        for url in [&self.rest, &self.mapi] {
            let host = url.host_str().unwrap_or_default().to_owned();
            let is_here = matches!(host.as_str(), "localhost" | "127.0.0.1" | "[::1]");
            let is_test = host.contains("test") || host.contains("playground");
            if (self.mode == Mode::Sandbox) != is_here || (self.mode == Mode::Live && is_test) {
                return Err(Unusable::Place { mode: self.mode.code(), host });
            }
            if self.mode != Mode::Sandbox && url.scheme() != "https" {
                return Err(Unusable::Plain);
            }
        }
        Ok(())
    }

    pub(super) fn rest(&self, path: &str) -> Url {
        with_path(&self.rest, path)
    }

    pub(super) fn mapi(&self, path: &str) -> Url {
        with_path(&self.mapi, path)
    }
}

fn with_path(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
    url
}

/// A whole answer.
pub struct Answer {
    pub status: StatusCode,
    pub body: Value,
    /// What it asks us to wait.
    pub pause: Option<Duration>,
}

impl Answer {
    /// `ResultInfo.ResultCode`, a number or text; empty when there is none.
    fn code(&self) -> String {
        text(self.body.pointer("/ResultInfo/ResultCode"))
    }

    /// What it says of a refusal, cut short.
    pub fn told(&self) -> String {
        let info = text(self.body.pointer("/ResultInfo/AdditionalInfo"));
        let words: String = info.chars().filter(|letter| !letter.is_control()).take(200).collect();
        if words.is_empty() { format!("status {} {}", self.status.as_u16(), self.code()) } else { words }
    }
}

/// A number or a text, as text.
pub(super) fn text(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// Sends, and reads all of the answer; one that is no JSON says nothing about what was done.
pub(super) async fn send(request: RequestBuilder) -> Result<Answer, GatewayError> {
    let answer = request.send().await.map_err(lost)?;
    let (status, wait) = (answer.status(), pause(&answer));
    let bytes = body(answer, LONGEST).await.map_err(told)?;
    // MAPI5 has been seen to quote with apostrophes.
    let read = serde_json::from_slice(&bytes).or_else(|_| serde_json::from_str(&String::from_utf8_lossy(&bytes).replace('\'', "\"")));
    match read {
        Ok(body) => Ok(Answer { status, body, pause: wait }),
        Err(_) if status == StatusCode::TOO_MANY_REQUESTS => Err(GatewayError::Throttled(wait)),
        Err(_) if status == StatusCode::UNAUTHORIZED => Err(GatewayError::Auth("it answers 401".into())),
        Err(_) => Err(GatewayError::Uncertain(format!("its answer ({}) is no JSON", status.as_u16()))),
    }
}

fn lost(error: reqwest::Error) -> GatewayError {
    told(silence(error))
}

fn told(silence: Silence) -> GatewayError {
    match silence {
        Silence::NeverSent(why) => GatewayError::NeverSent(why),
        Silence::Lost(why) => GatewayError::Uncertain(why),
        Silence::TooLong(_) => GatewayError::Uncertain(silence.to_string()),
    }
}

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

pub(super) fn number(value: Option<&Value>) -> Option<PaymentId> {
    text(value).parse().ok().filter(|id| *id > 0)
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
