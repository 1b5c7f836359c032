//! Letters: sent with their change or not at all, once they are due until somebody has them, and as they were written.
mod job;
mod mailbox;
mod smtp;

use crate::support::browser::HOST;
use backlot::gateways::mail::Envelope;
use backlot::gateways::mail::smtp::{Sender, Server, Smtp};
use backlot::sandbox::smtp::{MailServer, Received};
use mail_parser::{Message, MessageParser};
use std::time::Duration;
use uuid::Uuid;

const FROM: &str = "Backlot, the studio <backlot@studio.example>";
const TO: &str = "ada@users.example";

/// A carrier to the server at this address.
fn carrier_to(url: &str) -> Smtp {
    let smtp = Smtp::new(Server::parse(url).unwrap(), Sender::parse(FROM).unwrap(), &format!("https://{HOST}"));
    smtp.unwrap().with_patience(Duration::from_secs(5))
}

fn carrier(server: &MailServer) -> Smtp {
    carrier_to(&format!("smtp://{}", server.address()))
}

fn envelope(subject: &str, body: &str) -> Envelope {
    Envelope { id: Uuid::now_v7(), to: TO.into(), subject: subject.into(), body: body.into(), dress: None }
}

/// A letter, read by somebody else's program.
fn read(received: &Received) -> Message<'_> {
    MessageParser::default().parse(&received.data).unwrap_or_else(|| panic!("no letter: {}", String::from_utf8_lossy(&received.data)))
}

fn id_of(received: &Received) -> String {
    read(received).message_id().unwrap_or_default().to_owned()
}
