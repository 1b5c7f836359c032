//! A letter as the bytes that are sent: RFC 5322, plain text in UTF-8, quoted-printable.
use super::{Envelope, Refusal, Sender};
use crate::gateways::mail::Dress;
use crate::kernel::Clock;
use base64::{Engine, prelude::BASE64_STANDARD};
use lettre::Address;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue, MIME_VERSION_1_0};
use lettre::message::{Body, Mailbox, Message, MultiPart, SinglePart};
use lettre::transport::smtp::extension::ClientId;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use uuid::Uuid;

/// What holds for all letters: who they are from, and the name that makes their ids unique in the world.
pub(super) struct Letterhead {
    pub from: Sender,
    pub name: ClientId,
}

/// Writes a letter: the same bytes at every try.
pub(super) fn write(letter: &Envelope, head: &Letterhead) -> Result<Message, Refusal> {
    let to = address(&letter.to)?;
    let from = match &letter.dress {
        Some(dress) => Mailbox::new(Some(line(&dress.sender)), head.from.0.email.clone()),
        None => head.from.0.clone(),
    };
    let mut message = Message::builder()
        .from(from)
        .to(Mailbox::new(None, to))
        .raw_header(subject(&letter.subject))
        .date(written(letter.id))
        .message_id(Some(format!("<{}@{}>", letter.id, head.name)))
        // Nobody's out-of-office note should answer it (RFC 3834).
        .raw_header(header("Auto-Submitted", "auto-generated"))
        .header(MIME_VERSION_1_0);
    let Some(dress) = &letter.dress else {
        let built = message.header(ContentType::TEXT_PLAIN).body(quoted(&letter.body)?);
        return built.map_err(unwritable);
    };
    if let Some(address) = &dress.unsubscribe {
        // One click, which the reader's mail program sends as a form (RFC 8058, 3.1).
        message = message.raw_header(unfolded("List-Unsubscribe", format!("<{address}>")));
        message = message.raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
    }
    let part = |kind, text: &str| Ok::<_, Refusal>(SinglePart::builder().header(kind).body(quoted(text)?));
    // What is understood best comes last (RFC 2046, 5.1.4). The boundary must not change from try to try.
    let parts = MultiPart::alternative().boundary(format!("backlot-{}", letter.id.simple()));
    let parts =
        parts.singlepart(part(ContentType::TEXT_PLAIN, &letter.body)?).singlepart(part(ContentType::TEXT_HTML, &page(letter, dress))?);
    message.multipart(parts).map_err(unwritable)
}

fn unwritable(error: lettre::error::Error) -> Refusal {
    Refusal::NotThis(format!("the letter cannot be written: {error}"))
}

/// The line that ends the text on its way ends its last line: without one of its own the text arrives as it is.
fn quoted(text: &str) -> Result<Body, Refusal> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text = text.strip_suffix('\n').unwrap_or(&text).to_owned();
    Body::new_with_encoding(text, ContentTransferEncoding::QuotedPrintable)
        .map_err(|_| Refusal::NotThis("the text cannot be written as quoted-printable".into()))
}

/// A letter's HTML as a whole page. Its title is the one thing here that somebody has typed.
fn page(letter: &Envelope, dress: &Dress) -> String {
    let title = letter.subject.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let meta = "<meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">";
    format!("<!doctype html>\n<html lang=\"en\"><head>{meta}<title>{title}</title></head>\n<body>{}</body></html>\n", dress.html)
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// A line that must stay one: mail programs look for the whole address.
fn unfolded(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str(name), value.clone(), value)
}

fn address(text: &str) -> Result<Address, Refusal> {
    let address = text.parse::<Address>().ok().filter(|_| !text.contains(char::is_control));
    address.ok_or_else(|| Refusal::NotThis("this is no e-mail address".into()))
}

/// One line, whatever it was.
fn line(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(|word| word.replace(char::is_control, "")).collect();
    words.join(" ")
}

/// The subject. Anything but short plain words is written as encoded words (RFC 2047), so that it comes out as it
/// went in: other scripts, and what looks like an encoded word itself.
fn subject(text: &str) -> HeaderValue {
    let line = line(text);
    let name = HeaderName::new_from_ascii_str("Subject");
    let is_plain = line.is_ascii() && !line.contains("=?") && line.split(' ').all(|word| word.len() <= 60);
    if is_plain {
        return HeaderValue::new(name, line);
    }
    let encoded: Vec<_> = pieces(&line).map(|piece| format!("=?utf-8?B?{}?=", BASE64_STANDARD.encode(piece))).collect();
    HeaderValue::dangerous_new_pre_encoded(name, line, encoded.join("\r\n "))
}

/// At most 39 bytes each, cut between letters: encoded, even the first fits with the header's name into a line of 76 characters.
fn pieces(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let (piece, after) = rest.split_at(rest.floor_char_boundary(39));
        rest = after;
        (!piece.is_empty()).then_some(piece)
    })
}

/// When the letter was written: its id knows. A date beyond the year 9999 has no form in a header.
fn written(id: Uuid) -> SystemTime {
    const LAST: u64 = 253_402_300_799;
    match id.get_timestamp() {
        Some(stamp) if id.get_version_num() == 7 => UNIX_EPOCH + Duration::from_secs(stamp.to_unix().0.min(LAST)),
        _ => Clock::system().now().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(to: &str, subject: &str, body: &str) -> Result<String, Refusal> {
        let id = Uuid::from_u128(0x0192_f000_0000_7000_8000_0000_0000_0001);
        let letter = Envelope { id, to: to.into(), subject: subject.into(), body: body.into(), dress: None };
        let from = Sender::parse("Backlot <backlot@studio.example>").expect("a sender");
        let head = Letterhead { from, name: ClientId::Domain("backlot.example".into()) };
        write(&letter, &head).map(|message| String::from_utf8(message.formatted()).expect("ASCII"))
    }

    fn headers(message: &str) -> Vec<&str> {
        let head = message.split("\r\n\r\n").next().unwrap_or_default();
        head.split("\r\n").filter(|line| !line.starts_with(' ')).map(|line| line.split(": ").next().unwrap_or_default()).collect()
    }

    const HEADERS: [&str; 9] =
        ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"];

    #[test]
    fn nobody_adds_a_header() {
        for attack in [
            "Hello\r\nBcc: everybody@evil.example",
            "Hello\nBcc: everybody@evil.example",
            "Hello\rBcc: everybody@evil.example",
            "Hello\r\n\r\n<script>alert(1)</script>",
            "Hello\u{2028}Bcc: everybody@evil.example",
            "=?utf-8?Q?Hello=0D=0ABcc:_everybody@evil.example?=",
            "\0\u{1}\u{7f}\u{85}",
            "",
        ] {
            let message = sent("ada@studio.example", attack, "text\r\nBcc: no@header.example").expect("a letter");
            assert_eq!(headers(&message), HEADERS, "{message}");
            assert!(message.lines().all(|line| line.len() <= 76), "{message}");
            for to in [attack.to_owned(), format!("ada@studio.example{attack}x"), format!("{attack}@studio.example")] {
                let is_harmless = match sent(&to, "Hello", "text") {
                    Ok(message) => headers(&message) == HEADERS && !to.contains(char::is_control),
                    Err(refusal) => matches!(refusal, Refusal::NotThis(_)),
                };
                assert!(is_harmless, "{to}");
            }
        }
        for to in
            ["", "ada", "ada@", "@studio.example", "ada@studio.example, eve@evil.example", "<ada@studio.example>", "a b@studio.example"]
        {
            assert!(matches!(sent(to, "Hello", "text"), Err(Refusal::NotThis(_))), "{to}");
        }
    }

    #[test]
    fn a_letter_is_the_same_bytes_at_every_try() {
        let message = sent("ada@studio.example", "Hello", "one\n").expect("a letter");
        assert_eq!(message, sent("ada@studio.example", "Hello", "one\n").expect("a letter"));
        assert!(message.contains("\r\nMessage-ID: <0192f000-0000-7000-8000-000000000001@backlot.example>\r\n"), "{message}");
        assert!(message.contains("\r\nDate: Sun, 03 Nov 2024 03:09:44 +0000\r\n"), "{message}");
        assert!(message.ends_with("\r\n\r\none"), "{message}");
    }

    #[test]
    fn every_id_has_a_date() {
        let last = written(Uuid::max());
        assert!(written(Uuid::from_u128(0xffff_ffff_ffff_7000_8000_0000_0000_0000)) < last + Duration::from_secs(1 << 40));
        assert!(written(Uuid::nil()) > UNIX_EPOCH);
    }
}
