//! One conversation with a client, from greeting to goodbye.
use super::{Mode, Office, Received, open};
use base64::{Engine, prelude::BASE64_STANDARD};
use std::io;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufStream};
use tokio::net::TcpStream;

/// The largest letter, in bytes.
const LARGEST: usize = 10 << 20;
/// The longest line, in bytes; RFC 5321 asks for 1,000, and extensions for more.
const LONGEST: u64 = 16 << 10;

/// One conversation.
pub(super) struct Talk {
    line: BufStream<TcpStream>,
    office: Arc<Mutex<Office>>,
    greeted: bool,
    user: Option<String>,
    from: Option<String>,
    to: Vec<String>,
}

impl Talk {
    pub(super) fn new(line: TcpStream, office: Arc<Mutex<Office>>) -> Self {
        Self { line: BufStream::new(line), office, greeted: false, user: None, from: None, to: Vec::new() }
    }

    /// Until the client leaves, or the line breaks.
    pub(super) async fn run(mut self) -> io::Result<()> {
        self.say("220 sandbox.example ESMTP").await?;
        while let Some(command) = self.hear().await? {
            let (verb, rest) = command.split_once(' ').unwrap_or((&command, ""));
            let verb = verb.to_ascii_uppercase();
            open(&self.office).heard.push(verb.clone());
            let answer = match verb.as_str() {
                "EHLO" | "HELO" => self.greet(&verb, rest),
                "AUTH" => self.sign_in(rest).await?,
                "MAIL" => self.begin(rest),
                "RCPT" => self.address(rest),
                "DATA" => match self.take().await? {
                    Some(answer) => answer,
                    None => return Ok(()),
                },
                "RSET" => {
                    self.forget();
                    "250 2.0.0 Forgotten"
                }
                "NOOP" => "250 2.0.0 Still here",
                "VRFY" => "252 2.1.5 Send it and see",
                "QUIT" => return self.say("221 2.0.0 Goodbye").await,
                _ => "500 5.5.1 There is no such command",
            };
            self.say(answer).await?;
        }
        Ok(())
    }

    async fn say(&mut self, answer: &str) -> io::Result<()> {
        self.line.write_all(answer.as_bytes()).await?;
        self.line.write_all(b"\r\n").await?;
        self.line.flush().await
    }

    /// A command without its end; nothing when the client is gone.
    async fn hear(&mut self) -> io::Result<Option<String>> {
        let line = self.read().await?;
        let text = String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned();
        Ok((!line.is_empty()).then_some(text))
    }

    async fn read(&mut self) -> io::Result<Vec<u8>> {
        let mut line = Vec::new();
        (&mut self.line).take(LONGEST).read_until(b'\n', &mut line).await?;
        Ok(line)
    }

    fn forget(&mut self) {
        self.from = None;
        self.to.clear();
    }

    fn greet(&mut self, verb: &str, name: &str) -> &'static str {
        if name.trim().is_empty() {
            return "501 5.5.4 Say who you are";
        }
        self.forget();
        self.greeted = true;
        let asks = open(&self.office).login.is_some();
        match (verb, asks) {
            ("HELO", _) => "250 sandbox.example",
            (_, true) => "250-sandbox.example\r\n250-SIZE 10485760\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250 AUTH PLAIN",
            (_, false) => "250-sandbox.example\r\n250-SIZE 10485760\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES",
        }
    }

    /// AUTH PLAIN (RFC 4954, RFC 4616), with the answer on the same line or on the next.
    async fn sign_in(&mut self, rest: &str) -> io::Result<&'static str> {
        let Some(login) = open(&self.office).login.clone() else { return Ok("502 5.5.1 Nobody signs in here") };
        let (mechanism, given) = rest.split_once(' ').unwrap_or((rest, ""));
        if !mechanism.eq_ignore_ascii_case("PLAIN") || !self.greeted {
            return Ok("504 5.5.4 Only PLAIN, after EHLO");
        }
        let mut given = given.to_owned();
        if given.is_empty() {
            self.say("334 ").await?;
            given = self.hear().await?.unwrap_or_default();
        }
        let Ok(plain) = BASE64_STANDARD.decode(given.trim()) else { return Ok("501 5.5.2 This is not base64") };
        let plain = String::from_utf8_lossy(&plain).into_owned();
        let mut parts = plain.split('\0').skip(1).map(str::to_owned);
        let said = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        if said != login {
            return Ok("535 5.7.8 Not with this user and password");
        }
        self.user = Some(said.0);
        Ok("235 2.7.0 Come in")
    }

    fn begin(&mut self, rest: &str) -> &'static str {
        if !self.greeted || self.from.is_some() {
            return "503 5.5.1 Not now";
        }
        if open(&self.office).login.is_some() && self.user.is_none() {
            return "530 5.7.0 Sign in first";
        }
        let Some(from) = path(rest, "FROM:") else { return "501 5.1.7 This is no sender" };
        self.from = Some(from);
        "250 2.1.0 Go on"
    }

    fn address(&mut self, rest: &str) -> &'static str {
        if self.from.is_none() {
            return "503 5.5.1 Say first who it is from";
        }
        let Some(to) = path(rest, "TO:").filter(|to| to.contains('@')) else { return "501 5.1.3 This is no recipient" };
        match open(&self.office).mode {
            Mode::Refusing => "550 5.1.1 Nobody has this address",
            Mode::Busy => "451 4.3.2 Come again later",
            _ => {
                self.to.push(to);
                "250 2.1.5 Go on"
            }
        }
    }

    /// Takes the letter; nothing to say when the line is to be cut, or is.
    async fn take(&mut self) -> io::Result<Option<&'static str>> {
        let Some(from) = self.from.clone().filter(|_| !self.to.is_empty()) else {
            return Ok(Some("503 5.5.1 Say first who it is from and for"));
        };
        self.say("354 End with a dot on a line of its own").await?;
        if open(&self.office).is_cutting() {
            self.read().await?;
            return Ok(None);
        }
        let Some(data) = self.text().await? else { return Ok(None) };
        if data.len() > LARGEST {
            return Ok(Some("552 5.3.4 This is too large"));
        }
        let mode = {
            let mut office = open(&self.office);
            office.received.push(Received { user: self.user.clone(), from, to: self.to.clone(), data });
            office.mode.clone()
        };
        self.forget();
        match mode {
            Mode::Cutting => return Ok(None),
            Mode::Slow(pause) => tokio::time::sleep(pause).await,
            _ => {}
        }
        Ok(Some("250 2.0.0 Taken"))
    }

    /// Everything up to the dot, with the dots that stand in front of dots taken away (RFC 5321, 4.5.2). Only a whole line, with
    /// both of its end's characters, ends it. Nothing when the client leaves in the middle.
    async fn text(&mut self) -> io::Result<Option<Vec<u8>>> {
        let (mut data, mut begins) = (Vec::new(), true);
        loop {
            let line = self.read().await?;
            match line.as_slice() {
                [] => return Ok(None),
                b".\r\n" if begins => return Ok(Some(data)),
                [b'.', rest @ ..] if begins => data.extend_from_slice(rest),
                line => data.extend_from_slice(line),
            }
            // What is too large is read to its end, and not kept.
            data.truncate(LARGEST + 1);
            begins = line.ends_with(b"\r\n");
        }
    }
}

/// `<ada@studio.example>` of `TO:<ada@studio.example> …`.
fn path(text: &str, word: &str) -> Option<String> {
    let rest = text.get(..word.len()).filter(|begin| begin.eq_ignore_ascii_case(word)).and_then(|_| text.get(word.len()..))?;
    let (path, _) = rest.trim_start().strip_prefix('<')?.rsplit_once('>')?;
    Some(path.to_owned())
}
