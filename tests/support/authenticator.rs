//! A device that keeps a passkey (CTAP2 in small): makes one when a page asks, shows it when a page asks, and can be told to lie.
use super::{Answer, Filled, browser::HOST};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

/// Somebody is there, and it knows who: the flags UP and UV (Web Authentication, level 3, §6.1).
const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
/// A new credential follows: AT.
const ATTESTED: u8 = 0x40;

/// A device with one passkey, P-256.
pub struct Authenticator {
    pub pkcs8: Vec<u8>,
    pub id: Vec<u8>,
    /// How often it was used, before this time.
    pub counter: u32,
    /// Whose passkey it is, as the site told it.
    pub handle: Option<Vec<u8>>,
    /// The page that it believes to answer.
    pub origin: String,
    /// The site that it believes to answer, if another than is asked for.
    pub rp_id: Option<String>,
    /// Whether it asks for a PIN, a finger or a face.
    pub verifies: bool,
}

impl Authenticator {
    pub fn new() -> Self {
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &SystemRandom::new()).unwrap();
        let id = backlot::kernel::secret::random::<20>().unwrap().to_vec();
        let origin = format!("https://{HOST}");
        Self { pkcs8: pkcs8.as_ref().to_vec(), id, counter: 0, handle: None, origin, rp_id: None, verifies: true }
    }

    /// The same key in two devices.
    pub fn copy(&self) -> Self {
        Self { pkcs8: self.pkcs8.clone(), id: self.id.clone(), handle: self.handle.clone(), ..Self::new() }
    }

    /// The form of a page that asks for a passkey, with this device's answer.
    #[track_caller]
    pub fn answer(&mut self, page: &Answer, action: &str) -> Filled {
        let options = page.attributes(&format!("form[action='{action}']"), "data-options");
        let options: Value =
            serde_json::from_str(options.first().unwrap_or_else(|| panic!("{action} is not asked for on {page:?}"))).unwrap();
        let answer = if options.get("user").is_some() { self.make(&options) } else { self.show(&options) };
        page.form(action).with("credential", &answer.to_string())
    }

    fn make(&mut self, options: &Value) -> Value {
        self.handle = Some(BASE64_URL_SAFE_NO_PAD.decode(options["user"]["id"].as_str().unwrap()).unwrap());
        let data = self.data(options["rp"]["id"].as_str().unwrap(), ATTESTED);
        let point = self.key().public_key().as_ref().to_vec();
        let key = [&hex("a5010203262001215820"), &point[1..33], &hex("225820"), &point[33..]].concat();
        let length = u16::try_from(self.id.len()).unwrap().to_be_bytes();
        let data = [data.as_slice(), &[0; 16], &length, &self.id, &key].concat();
        // {"fmt": "none", "attStmt": {}, "authData": …}
        let head = hex("a363666d74646e6f6e656761747453746d74a068617574684461746158");
        let object = [head.as_slice(), &[u8::try_from(data.len()).unwrap()], &data].concat();
        let client = self.client("webauthn.create", options);
        self.credential(&json!({ "attestationObject": text(&object), "clientDataJSON": text(&client), "transports": ["internal"] }))
    }

    fn show(&mut self, options: &Value) -> Value {
        self.counter += 1;
        let data = self.data(options["rpId"].as_str().unwrap(), 0);
        let client = self.client("webauthn.get", options);
        let signed = [data.as_slice(), digest(&SHA256, &client).as_ref()].concat();
        let signature = self.key().sign(&SystemRandom::new(), &signed).unwrap();
        let handle = self.handle.as_deref().map(text);
        let (data, client, signature) = (text(&data), text(&client), text(signature.as_ref()));
        self.credential(&json!({ "authenticatorData": data, "clientDataJSON": client, "signature": signature, "userHandle": handle }))
    }

    fn key(&self) -> EcdsaKeyPair {
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &self.pkcs8, &SystemRandom::new()).unwrap()
    }

    fn data(&self, asked: &str, more: u8) -> Vec<u8> {
        let site = digest(&SHA256, self.rp_id.as_deref().unwrap_or(asked).as_bytes());
        let flags = PRESENT | more | if self.verifies { VERIFIED } else { 0 };
        [site.as_ref(), &[flags], &self.counter.to_be_bytes()].concat()
    }

    fn client(&self, kind: &str, options: &Value) -> Vec<u8> {
        json!({ "type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": false }).to_string().into_bytes()
    }

    fn credential(&self, response: &Value) -> Value {
        let id = text(&self.id);
        json!({ "id": id, "rawId": id, "type": "public-key", "authenticatorAttachment": "platform", "clientExtensionResults": {}, "response": response })
    }
}

fn text(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

fn hex(digits: &str) -> Vec<u8> {
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}
