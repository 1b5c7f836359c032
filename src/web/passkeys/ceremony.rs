//! One question to a browser and its answer: what was asked travels with the page, sealed for one person, one purpose and five minutes.
use super::party::Party;
use super::{Answer, Known, NewPasskey, Offer, Refusal, Shown, store};
use crate::kernel::{Error, Result, secret};
use crate::web::door::Visitor;
use crate::web::parts::Link;
use crate::web::{Admin, Site};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential, WebauthnError,
};

/// How long an answer may take, in seconds.
const PATIENCE: i64 = 300;
/// The longest id of a credential, in bytes (Web Authentication, level 3, §6.5.1).
const LONGEST_ID: usize = 1_023;

/// What a passkey is made or shown for: an answer counts for nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// One more for an account.
    Add,
    /// The first, as a newcomer's second factor.
    Enrol,
    /// Signing in with nothing else.
    Open,
    /// After the password.
    Complete,
    /// Before something dangerous.
    StepUp,
}

impl Purpose {
    fn code(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Enrol => "enrol",
            Self::Open => "open",
            Self::Complete => "complete",
            Self::StepUp => "step_up",
        }
    }

    /// Where somebody begins who is to open the page at another address: nobody is signed in there.
    fn begins_at(self) -> &'static str {
        match self {
            Self::Add | Self::StepUp => "/admin/account/passkeys",
            Self::Enrol | Self::Open | Self::Complete => "/sign-in",
        }
    }
}

/// A question, with whom it is put to.
pub struct Ceremony<'a> {
    site: &'a Site,
    host: &'a str,
    purpose: Purpose,
    bond: Vec<u8>,
    /// Who must answer; nobody is known yet when signing in with nothing else.
    owner: Option<Uuid>,
}

/// What the answer is checked against.
#[derive(Serialize, Deserialize)]
struct Begun<S> {
    /// Seconds since 1970.
    at: i64,
    challenge: String,
    state: S,
}

impl<S> Begun<S> {
    fn spent(&self) -> Vec<u8> {
        secret::sha256(self.challenge.as_bytes())
    }
}

impl<'a> Ceremony<'a> {
    /// For an admin who is in.
    pub fn of_admin(admin: &'a Admin, purpose: Purpose) -> Self {
        Self { site: admin.site(), host: &admin.facts().host, purpose, bond: admin.bond(), owner: Some(admin.id()) }
    }

    /// For somebody at the door.
    pub fn of_visitor(visitor: &'a Visitor, purpose: Purpose) -> Self {
        let owner = visitor.signed().map(|signed| signed.admin_id).filter(|_| purpose != Purpose::Open);
        Self { site: visitor.site(), host: &visitor.facts().host, purpose, bond: visitor.bond(), owner }
    }

    /// Offers to make a passkey: one that the device keeps with its owner's name, and only after a PIN, a finger or a face.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn make(&self, owner: Uuid, email: &str, name: &str) -> Result<Offer> {
        let party = match self.party() {
            Ok(party) => party,
            Err(offer) => return Ok(offer),
        };
        let known = store::descriptors(&self.site.door, owner).await?.into_iter().map(|known| known.id).collect();
        let (asked, state) = party.webauthn.start_passkey_registration(owner, email, name, Some(known)).map_err(Error::internal)?;
        let mut options = serde_json::to_value(asked.public_key)?;
        // The library leaves it to the device whether it keeps the name; signing in with nothing else takes that it does.
        options["authenticatorSelection"]["residentKey"] = json!("required");
        options["authenticatorSelection"]["requireResidentKey"] = json!(true);
        self.offer("create", &options, state)
    }

    /// Offers to ask for a passkey: of its owner, or at the door anybody's. Nothing, where the owner has none.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn ask(&self) -> Result<Offer> {
        let known = match self.owner {
            Some(owner) => store::descriptors(&self.site.door, owner).await?,
            None => Vec::new(),
        };
        if self.owner.is_some() && known.is_empty() {
            return Ok(Offer::default());
        }
        let party = match self.party() {
            Ok(party) => party,
            Err(offer) => return Ok(offer),
        };
        let (asked, state) = party.webauthn.start_discoverable_authentication().map_err(Error::internal)?;
        let mut options = serde_json::to_value(asked.public_key)?;
        options["allowCredentials"] = known.iter().map(store::Descriptor::json).collect();
        options["extensions"] = json!({});
        self.offer("get", &options, state)
    }

    /// Checks a passkey that was made.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn made(&self, answer: Answer<'_>) -> Result<NewPasskey, Refusal> {
        let party = self.party().map_err(|_| Refusal::Strange)?;
        let begun: Begun<PasskeyRegistration> = self.open(answer.ceremony)?;
        let given: RegisterPublicKeyCredential = parse(answer.credential)?;
        let made = party.webauthn.finish_passkey_registration(&given, &begun.state).map_err(|error| Refusal::wrong(error.to_string()))?;
        let credential_id = made.cred_id().clone();
        if credential_id.is_empty() || credential_id.len() > LONGEST_ID {
            return Err(Refusal::wrong("the credential's id is too long"));
        }
        let mut credential = serde_json::to_value(made).map_err(Error::from)?;
        // How the device is reached is only a hint for browsers, so it may be kept though nobody has signed it.
        credential["cred"]["transports"] = serde_json::to_value(&given.response.transports).map_err(Error::from)?;
        let day = Timestamp::from_second(begun.at).map_err(Error::internal)?;
        let name = format!("Passkey of {}", day.strftime("%-d %b %Y"));
        Ok(NewPasskey { credential_id, credential, challenge: begun.spent(), name })
    }

    /// Checks a passkey that was shown.
    ///
    /// # Errors
    /// Why it is refused.
    pub async fn shown(&self, answer: Answer<'_>) -> Result<(Known, Shown), Refusal> {
        let party = self.party().map_err(|_| Refusal::Strange)?;
        let begun: Begun<DiscoverableAuthentication> = self.open(answer.ceremony)?;
        let given: PublicKeyCredential = parse(answer.credential)?;
        let known = store::find(&self.site.door, given.get_credential_id()).await?.ok_or_else(|| Refusal::wrong("an unknown passkey"))?;
        self.belongs(&known, given.get_user_unique_id())?;
        let mut passkey: Passkey = serde_json::from_value(known.credential.clone()).map_err(Error::from)?;
        let challenge = begun.spent();
        let result = match party.webauthn.finish_discoverable_authentication_v2(&given, begun.state, &passkey) {
            Ok(result) => result,
            Err(WebauthnError::CredentialPossibleCompromise) => return Err(Refusal::Copied { known: Box::new(known), challenge }),
            Err(error) => return Err(Refusal::of(&known, error.to_string())),
        };
        passkey.update_credential(&result);
        let credential = serde_json::to_value(passkey).map_err(Error::from)?;
        let shown = Shown { passkey: known.id, admin_id: known.admin_id, challenge, credential, counter: result.counter() };
        Ok((known, shown))
    }

    /// Whether it may be this passkey at all. The device says whose it is (`userHandle`), and must where nobody is known yet.
    fn belongs(&self, known: &Known, handle: Option<&[u8]>) -> Result<(), Refusal> {
        let is_theirs = handle.map(|handle| handle == known.admin_id.as_bytes());
        match (is_theirs, self.owner) {
            _ if !known.is_active => Err(Refusal::of(known, "the account may not come in")),
            (_, Some(owner)) if owner != known.admin_id => Err(Refusal::of(known, "the passkey of another account")),
            (Some(false), _) | (None, None) => Err(Refusal::of(known, "the device names another account")),
            _ => Ok(()),
        }
    }

    /// Who we are to the browser; else what to offer in place of a question.
    fn party(&self) -> Result<Party, Offer> {
        let party = Party::of(&self.site.public_url).ok_or_else(Offer::default)?;
        if party.is_open_at(self.host) {
            return Ok(party);
        }
        let place = Link { href: format!("{}{}", party.origin, self.purpose.begins_at()), label: party.origin };
        Err(Offer { elsewhere: Some(place), ..Offer::default() })
    }

    fn offer<S: Serialize>(&self, verb: &'static str, options: &Value, state: S) -> Result<Offer> {
        let challenge = options["challenge"].as_str().unwrap_or_default().to_owned();
        let begun = Begun { at: self.site.clock.now().as_second(), challenge, state };
        let sealed = self.site.secrets.seal(&self.seal(), &serde_json::to_vec(&begun)?)?;
        Ok(Offer { verb, options: options.to_string(), ceremony: BASE64_URL_SAFE_NO_PAD.encode(sealed), elsewhere: None })
    }

    fn open<S: DeserializeOwned>(&self, sealed: &str) -> Result<Begun<S>, Refusal> {
        let sealed = BASE64_URL_SAFE_NO_PAD.decode(sealed).map_err(|_| Refusal::Strange)?;
        let opened = self.site.secrets.open(&self.seal(), &sealed).map_err(|_| Refusal::Strange)?;
        let begun: Begun<S> = serde_json::from_slice(&opened).map_err(|_| Refusal::Strange)?;
        let age = self.site.clock.now().as_second() - begun.at;
        if age > PATIENCE { Err(Refusal::Late) } else { Ok(begun) }
    }

    fn seal(&self) -> Vec<u8> {
        [b"passkey: ", self.purpose.code().as_bytes(), b": ", &self.bond].concat()
    }
}

fn parse<T: DeserializeOwned>(credential: &str) -> Result<T, Refusal> {
    serde_json::from_str(credential).map_err(|_| Refusal::wrong("no answer of a device"))
}
