//! Where the mail server is, and who letters are from: read from settings, refused in a few words that name no secret.
use lettre::Address;
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::Credentials;
use percent_encoding::percent_decode_str;
use reqwest::Url;
use std::fmt;
use std::net::IpAddr;

/// What is wrong with a setting, as the end of a sentence that begins with its name.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unusable(pub(super) String);

fn unusable<T>(why: &str) -> Result<T, Unusable> {
    Err(Unusable(why.to_owned()))
}

/// How the line to the server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// TLS from the first byte (RFC 8314).
    Tls,
    /// TLS before anybody is named and anything is sent, or nothing is (STARTTLS, RFC 3207).
    StartTls,
    /// Open, which is for this machine's own server only.
    Open,
}

/// A mail server, how it is spoken to, and who we are to it.
#[derive(Clone)]
pub struct Server {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) way: Way,
    pub(super) credentials: Option<Credentials>,
}

impl Server {
    /// Reads `smtps://user:password@host:465` or `smtp://user:password@host:587`; port, user and password may be left out.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, Unusable> {
        let Ok(url) = Url::parse(text.trim()) else { return unusable("is no address such as smtps://user:password@mail.example:465") };
        let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned();
        let (way, usual) = match url.scheme() {
            "smtps" => (Way::Tls, 465),
            "smtp" if is_this_machine(&host) => (Way::Open, 587),
            "smtp" => (Way::StartTls, 587),
            _ => return unusable("does not begin with smtps:// or smtp://"),
        };
        let is_name = !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || ['-', '.', ':'].contains(&c));
        if !is_name {
            return unusable("names no host, or one with characters that a host cannot have");
        }
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return unusable("holds more than host, port, user and password");
        }
        Ok(Self { credentials: credentials(&url)?, port: url.port().unwrap_or(usual), host, way })
    }
}

fn credentials(url: &Url) -> Result<Option<Credentials>, Unusable> {
    let plain = |text: &str| percent_decode_str(text).decode_utf8().map(String::from);
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        (user, Some(password)) if !user.is_empty() => match (plain(user), plain(password)) {
            (Ok(user), Ok(password)) => Ok(Some(Credentials::new(user, password))),
            _ => unusable("holds a user or password that is not UTF-8"),
        },
        _ => unusable("holds a user without a password, or a password without a user"),
    }
}

fn is_this_machine(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl fmt::Debug for Server {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{} ({:?})", self.host, self.port, self.way)
    }
}

/// Who letters are from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender(pub(super) Mailbox);

impl Sender {
    /// Reads `backlot@studio.example` or `Backlot <backlot@studio.example>`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, Unusable> {
        let text = text.trim();
        let named = text.strip_suffix('>').and_then(|text| text.rsplit_once('<'));
        let (name, address) = named.map_or(("", text), |(name, address)| (name.trim().trim_matches('"').trim(), address));
        match address.parse::<Address>() {
            Ok(address) if !text.contains(char::is_control) && !name.contains(['@', '"']) => {
                Ok(Self(Mailbox::new((!name.is_empty()).then(|| name.to_owned()), address)))
            }
            _ => unusable("is no address such as backlot@studio.example or Backlot <backlot@studio.example>"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<(String, u16, Way, Option<Credentials>), Unusable> {
        Server::parse(text).map(|server| (server.host, server.port, server.way, server.credentials))
    }

    #[test]
    fn only_this_machine_is_spoken_to_in_the_open() {
        let who = Some(Credentials::new("ada@studio.example".into(), "p@ss word/é".into()));
        let url = "smtps://ada%40studio.example:p%40ss%20word%2F%C3%A9@mail.example";
        assert_eq!(parse(url), Ok(("mail.example".into(), 465, Way::Tls, who)));
        assert_eq!(parse("smtp://mail.example"), Ok(("mail.example".into(), 587, Way::StartTls, None)));
        assert_eq!(parse("smtp://192.0.2.1:2525/"), Ok(("192.0.2.1".into(), 2525, Way::StartTls, None)));
        assert_eq!(parse("smtp://localhost.mail.example"), Ok(("localhost.mail.example".into(), 587, Way::StartTls, None)));
        for host in ["localhost", "LocalHost", "127.0.0.1", "127.9.9.9", "[::1]"] {
            assert_eq!(parse(&format!("smtp://{host}:25")).map(|(.., way, _)| way), Ok(Way::Open), "{host}");
            assert_eq!(parse(&format!("smtps://{host}:25")).map(|(.., way, _)| way), Ok(Way::Tls), "{host}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_without_the_password() {
        for text in [
            "",
            "mail.example",
            "https://u:hunter2@mail.example",
            "smtp://",
            "smtps://u:hunter2@",
            "smtps://hunter2@mail.example",
            "smtps://:hunter2@mail.example",
            "smtps://u:hunter2@mail.example:99999",
            "smtps://u:hunter2@mail.example?tls=none",
            "smtps://u:hunter2@mail.example/path",
            "smtps://u:hunter2@ma il.example",
            "smtps://u:hunter2%ff@mail.example",
        ] {
            let refused = Server::parse(text).map(|server| format!("{server:?}")).expect_err(text);
            assert!(!refused.to_string().contains("hunter2"), "{refused}");
        }
        let server = Server::parse("smtps://u:hunter2@mail.example").expect("a server");
        assert_eq!(format!("{server:?}"), "mail.example:465 (Tls)");
    }

    #[test]
    fn a_sender_is_one_address() {
        let name = |text: &str| Sender::parse(text).map(|sender| (sender.0.name.unwrap_or_default(), sender.0.email.to_string()));
        for (text, named) in [
            ("backlot@studio.example", ""),
            ("<backlot@studio.example>", ""),
            (" Backlot <backlot@studio.example> ", "Backlot"),
            ("Backlot, the studio <backlot@studio.example>", "Backlot, the studio"),
            ("\"Backlot, the studio\" <backlot@studio.example>", "Backlot, the studio"),
            ("Студия <backlot@studio.example>", "Студия"),
        ] {
            assert_eq!(name(text), Ok((named.into(), "backlot@studio.example".into())), "{text}");
        }
        for text in [
            "",
            "backlot",
            "a@b@",
            "a@studio.example, b@studio.example",
            "a@studio.example, B <b@studio.example>",
            "A <a@studio.example> x",
            "A\r\nBcc: b <a@studio.example>",
            "<>",
        ] {
            assert!(Sender::parse(text).is_err(), "{text}");
        }
    }
}
