//! Who Backlot is to a browser that keeps passkeys: a host name, by the address that people reach it at.
use std::net::IpAddr;
use webauthn_rs::prelude::{Url, Webauthn, WebauthnBuilder};

/// The relying party, as the standard calls it.
pub struct Party {
    pub webauthn: Webauthn,
    /// `https://backlot.example`: the only place whose answers are taken.
    pub origin: String,
    /// The address is this machine's number, and `localhost` stands in for it.
    stands_in: bool,
}

impl Party {
    /// By the public address. `None`: it is a number that is not this machine's, and no browser keeps passkeys for one.
    pub fn of(public_url: &str) -> Option<Self> {
        let mut url = Url::parse(public_url).ok()?;
        let stands_in = url.domain().is_none();
        if stands_in {
            let number = url.host_str()?.trim_matches(['[', ']']).parse::<IpAddr>().ok()?;
            if !number.is_loopback() {
                return None;
            }
            url.set_host(Some("localhost")).ok()?;
        }
        let name = url.domain()?.to_owned();
        let webauthn = WebauthnBuilder::new(&name, &url).ok()?.rp_name("Backlot").build().ok()?;
        Some(Self { webauthn, origin: url.origin().ascii_serialization(), stands_in })
    }

    /// Whether a page that was asked for at this host can ask for passkeys. Behind a proxy the host may be anything, so it only
    /// counts where a name stands in for a number.
    pub fn is_open_at(&self, host: &str) -> bool {
        !self.stands_in || self.origin.split_once("://").is_some_and(|(_, name)| name == host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_as_it_is() {
        let party = Party::of("https://backlot.example").expect("a party");
        assert_eq!(party.origin, "https://backlot.example");
        assert!(party.is_open_at("backlot.example") && party.is_open_at("10.0.0.7:3000"));
        assert_eq!(Party::of("http://localhost:3000/").expect("a party").origin, "http://localhost:3000");
    }

    #[test]
    fn localhost_stands_in_for_this_machines_numbers() {
        for url in ["http://127.0.0.1:3000", "http://[::1]:3000"] {
            let party = Party::of(url).expect("a party");
            assert_eq!(party.origin, "http://localhost:3000");
            assert!(party.is_open_at("localhost:3000"));
            assert!(!party.is_open_at("127.0.0.1:3000") && !party.is_open_at("[::1]:3000") && !party.is_open_at("localhost"));
        }
    }

    #[test]
    fn no_number_of_another_machine_has_passkeys() {
        for url in ["http://10.0.0.7:3000", "https://[2001:db8::1]", "backlot.example", ""] {
            assert!(Party::of(url).is_none(), "{url}");
        }
    }
}
