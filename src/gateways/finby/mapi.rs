//! MAPI5: signed addresses. One that the customer opens to pay and agree, one that we call to charge again.
use super::access::Access;
use super::answer::{Answer, number, text};
use super::{Charge, Charged, GatewayError, Hosted, Meaning, Payer, meaning, signature};
use reqwest::Url;
use secrecy::ExposeSecret;

/// The path of a card payment.
const CARD: &str = "/mapi5/Card/PayPopup";
/// Recurring, initial: the customer is there and agrees.
const INITIAL: &str = "3";
/// Recurring, subsequent: the customer is not.
const SUBSEQUENT: &str = "4";
/// The longest reference, in characters.
const LONGEST: usize = 35;

/// The address where a customer pays and agrees to later charges. The payer's own fields are signed with it, empty ones too.
pub fn agree(access: &Access, payment: &Hosted, payer: &Payer) -> Result<String, GatewayError> {
    let amount = payment.amount.to_string();
    let postcode: String = payer.postcode.chars().filter(char::is_ascii_alphanumeric).collect();
    let holder = if payer.name.chars().count() < 3 { "Customer" } else { payer.name.as_str() };
    let of_payer = [
        ("BillingCity", payer.city.as_str()),
        ("BillingCountry", &payer.country),
        ("BillingPostcode", &postcode),
        ("BillingStreet", &payer.street),
        ("CardHolder", holder),
        ("Email", &payer.email),
    ];
    let mut signed = core(access, &amount, payment.amount.currency(), &payment.reference, INITIAL)?;
    signed.extend(of_payer);
    let values: Vec<_> = signed.iter().map(|(_, value)| *value).collect();
    let signature = signature::sign(access.secret.expose_secret(), &values);
    let to = &payment.addresses;
    let mut url = access.mapi(CARD);
    url.query_pairs_mut().extend_pairs(&signed).extend_pairs([
        ("Signature", signature.as_str()),
        ("Localization", &payment.language),
        ("IsRedirect", "true"),
        ("ReturnUrl", &to.success),
        ("CancelUrl", &to.cancel),
        ("ErrorUrl", &to.error),
        ("NotificationUrl", &to.notification),
    ]);
    Ok(url.into())
}

/// The address that charges a stored card when it is called. The initial payment's number is signed last, without the payer's fields.
pub fn charge(access: &Access, charge: &Charge) -> Url {
    let (amount, initial) = (charge.amount.to_string(), charge.initial.to_string());
    let mut signed = fields(access, &amount, charge.amount.currency(), &charge.reference, SUBSEQUENT).to_vec();
    signed.push(("PaymentRequestId", &initial));
    let values: Vec<_> = signed.iter().map(|(_, value)| *value).collect();
    let signature = signature::sign(access.secret.expose_secret(), &values);
    let mut url = access.mapi(CARD);
    url.query_pairs_mut().extend_pairs(&signed).append_pair("Signature", &signature);
    url
}

/// What a charge came to. The acquirer's own code says more of a refusal than the gateway's.
pub fn charged(answer: &Answer) -> Result<Charged, GatewayError> {
    let (result, acquirer) = (text(answer.body.get("ResultCode")), text(answer.body.get("AcquirerResponseId")));
    if result.is_empty() {
        return Err(GatewayError::Uncertain("it does not say what came of the charge".into()));
    }
    let (of_result, of_acquirer) = (meaning(&result), meaning(&acquirer));
    let (means, code) = match (of_result, of_acquirer) {
        (Meaning::Done | Meaning::Pending, _) | (_, Meaning::Unknown) => (of_result, result),
        (_, Meaning::Done) => (Meaning::Uncertain, result),
        (_, refused) => (refused, acquirer),
    };
    match means {
        Meaning::Account => Err(GatewayError::Auth(format!("result {code}"))),
        Meaning::Throttled => Err(GatewayError::Throttled(answer.pause)),
        Meaning::NotFound => Err(GatewayError::NotFound),
        Meaning::Request => Err(GatewayError::Rejected { code: code.clone(), meaning: means, why: format!("result {code}") }),
        Meaning::Uncertain | Meaning::Unknown => Err(GatewayError::Uncertain(format!("result {code}"))),
        Meaning::Done | Meaning::Pending | Meaning::Declined(_) => {
            Ok(Charged { meaning: means, code, id: number(answer.body.get("PaymentRequestId")) })
        }
    }
}

fn core<'a>(
    access: &'a Access,
    amount: &'a str,
    currency: &'a str,
    reference: &'a str,
    kind: &'static str,
) -> Result<Vec<(&'static str, &'a str)>, GatewayError> {
    if reference.is_empty() || reference.chars().count() > LONGEST || reference.contains('/') {
        let why = format!("a reference has 1 to {LONGEST} characters and no slash");
        return Err(GatewayError::Rejected { code: String::new(), meaning: Meaning::Request, why });
    }
    Ok(fields(access, amount, currency, reference, kind).to_vec())
}

fn fields<'a>(
    access: &'a Access,
    amount: &'a str,
    currency: &'a str,
    reference: &'a str,
    kind: &'static str,
) -> [(&'static str, &'a str); 5] {
    [("AccountId", access.project.as_str()), ("Amount", amount), ("Currency", currency), ("Reference", reference), ("PaymentType", kind)]
}
