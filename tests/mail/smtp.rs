//! A conversation with a mail server, word by word.
use super::{TO, carrier, carrier_to, envelope, id_of, read};
use crate::support::browser::HOST;
use backlot::gateways::mail::{Carrier, Envelope, Refusal};
use backlot::sandbox::smtp::{MailServer, Mode, Received};
use mail_parser::Address;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use std::time::{Duration, Instant};

const SUBJECTS: [&str; 9] = [
    "You are invited",
    "Ihr Zugang für Österreich: „ändern“",
    "Добро пожаловать в студию",
    "مرحبا بك في الاستوديو",
    "ようこそ、新しいスタジオの管理者の皆さん。招待状をお送りします。",
    "🎬 A picture in the middle 🎬 and words around it, long enough to need more than one line of the header",
    "=?utf-8?Q?What_looks_encoded?= is not",
    "AWordThatIsLongerThanAnyLineOfAHeaderMayBeAndStillIsOneWordBecauseSomebodyHasForgottenTheSpacesBetweenAllOfIt",
    "a  b\tc ",
];

#[tokio::test]
async fn a_subject_arrives_in_any_script() {
    let server = MailServer::start().await.unwrap();
    for subject in SUBJECTS {
        carrier(&server).carry(&envelope(subject, "text\n")).await.unwrap();
        let arrived = server.received().pop().unwrap();
        let plain: Vec<_> = subject.split_whitespace().collect();
        assert_eq!(read(&arrived).subject(), Some(plain.join(" ").as_str()));
        fit_to_travel(&arrived);
    }
}

/// ASCII, in short lines with whole ends: no server on the way has a reason to change it (RFC 5321, 4.5.3.1.6).
#[track_caller]
fn fit_to_travel(arrived: &Received) {
    let text = std::str::from_utf8(&arrived.data).unwrap();
    assert!(text.is_ascii(), "{text}");
    assert!(text.ends_with("\r\n"), "{text}");
    assert_eq!(text.replace("\r\n", "").find(['\r', '\n']), None, "{text:?}");
    assert!(text.lines().all(|line| line.len() <= 120), "{text}");
}

fn text_of(arrived: &Received) -> String {
    read(arrived).body_text(0).unwrap_or_default().replace("\r\n", "\n")
}

#[tokio::test]
async fn a_text_arrives_as_it_was_written() {
    let server = MailServer::start().await.unwrap();
    let long = "word ".repeat(2_000);
    for body in [
        ".\n..\n...\n.a\n",
        "a\n.\nRCPT TO:<eve@evil.example>\n",
        "\n\n\nspace at the end \ntab\t\n = =3D =20\n\n\n",
        "From here\nFrom there\n",
        "ängström €5 日本語 🎬\u{200b}\u{202e}abc\n",
        &format!("{long}\n{}\n", "x".repeat(5_000)),
        "no end",
        "\n",
    ] {
        carrier(&server).carry(&envelope("Hello", body)).await.unwrap();
        let arrived = server.received().pop().unwrap();
        assert_eq!(text_of(&arrived).trim_end_matches('\n'), body.trim_end_matches('\n'));
        assert!(!body.ends_with('\n') || text_of(&arrived) == body, "its end: {:?}", text_of(&arrived));
        fit_to_travel(&arrived);
    }
}

#[test]
fn whatever_is_written_arrives() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let server = runtime.block_on(MailServer::start()).unwrap();
    let smtp = carrier(&server);
    let mut runner = TestRunner::new(Config { cases: 96, failure_persistence: None, ..Config::default() });
    let any = (".{0,120}", "(?s)[\\PC\r\n\t. =]{0,400}");
    let arrives = |(subject, body): (String, String)| {
        let sent = runtime.block_on(smtp.carry(&envelope(&subject, &format!("{body}\n"))));
        sent.map_err(|refusal| TestCaseError::fail(refusal.to_string()))?;
        let arrived = server.received().pop().unwrap();
        let words: Vec<_> = subject.split_whitespace().map(|word| word.replace(char::is_control, "")).collect();
        assert_eq!(read(&arrived).subject().unwrap_or_default(), words.join(" "));
        assert_eq!(text_of(&arrived), format!("{body}\n").replace("\r\n", "\n").replace('\r', "\n"));
        Ok(())
    };
    runner.run(&any, arrives).unwrap();
}

#[tokio::test]
async fn a_letter_says_what_it_is_and_where_it_comes_from() {
    let server = MailServer::start().await.unwrap();
    let letter = envelope("Hello", "text\n");
    carrier(&server).carry(&letter).await.unwrap();
    let arrived = server.received().pop().unwrap();
    assert_eq!((arrived.from.as_str(), arrived.to.as_slice()), ("backlot@studio.example", [TO.to_owned()].as_slice()));
    let message = read(&arrived);
    let one = |address: Option<&Address>| address.and_then(Address::first).and_then(|one| one.address().map(str::to_owned));
    assert_eq!(one(message.from()).as_deref(), Some("backlot@studio.example"));
    assert_eq!(message.from().and_then(Address::first).and_then(|from| from.name()), Some("Backlot, the studio"));
    assert_eq!(one(message.to()).as_deref(), Some(TO));
    assert_eq!(id_of(&arrived), format!("{}@{HOST}", letter.id));
    let header = |name: &str| message.header_raw(name).unwrap_or_default().trim().to_owned();
    assert_eq!(header("Auto-Submitted"), "auto-generated");
    assert_eq!(header("MIME-Version"), "1.0");
    assert_eq!(header("Content-Type"), "text/plain; charset=utf-8");
    assert_eq!(header("Content-Transfer-Encoding"), "quoted-printable");
    let age = jiff::Timestamp::now().as_second() - message.date().unwrap().to_timestamp();
    assert!((0..60).contains(&age), "{age}");
    assert_eq!(server.heard(), ["EHLO", "MAIL", "RCPT", "DATA", "QUIT"]);
}

#[tokio::test]
async fn the_server_may_ask_who_we_are() {
    let server = MailServer::start_for("backlot@studio", "p@ss:word/é").await.unwrap();
    let address = server.address();
    let right = carrier_to(&format!("smtp://backlot%40studio:p%40ss%3Aword%2F%C3%A9@{address}"));
    right.carry(&envelope("Hello", "text")).await.unwrap();
    assert_eq!(server.received()[0].user.as_deref(), Some("backlot@studio"));
    let wrong = carrier_to(&format!("smtp://backlot%40studio:wrong@{address}"));
    // It is not the letter: it goes when somebody has corrected the password.
    for (stranger, code) in [(wrong, "535"), (carrier(&server), "530")] {
        let refusal = not_now(stranger.carry(&envelope("Hello", "text")).await);
        assert!(refusal.contains(code) && !refusal.contains("wrong"), "{refusal}");
    }
    assert_eq!(server.received().len(), 1);
}

#[track_caller]
fn not_now(sent: Result<(), Refusal>) -> String {
    match sent {
        Err(Refusal::NotNow { why, .. } | Refusal::Unheard(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn not_this(sent: Result<(), Refusal>) -> String {
    match sent {
        Err(Refusal::NotThis(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_refusal_is_for_good_or_for_now() {
    let server = MailServer::start().await.unwrap();
    let smtp = carrier(&server).with_patience(Duration::from_millis(500));
    server.set(Mode::Refusing);
    let why = not_this(smtp.carry(&envelope("Hello", "text")).await);
    assert_eq!(why, "the mail server answered 550: 5.1.1 Nobody has this address");
    server.set(Mode::Busy);
    let why = not_now(smtp.carry(&envelope("Hello", "text")).await);
    assert_eq!(why, "the mail server answered 451: 4.3.2 Come again later");
    server.set(Mode::Cutting);
    not_now(smtp.carry(&envelope("Hello", "text")).await);
    server.set(Mode::Slow(Duration::from_secs(20)));
    let since = Instant::now();
    assert_eq!(not_now(smtp.carry(&envelope("Hello", "text")).await), "the mail server took too long");
    assert!(since.elapsed() < Duration::from_secs(5), "{:?}", since.elapsed());
    let address = server.address();
    drop(server);
    tokio::time::sleep(Duration::from_millis(50)).await;
    not_now(carrier_to(&format!("smtp://{address}")).carry(&envelope("Hello", "text")).await);
}

#[tokio::test]
async fn what_is_no_address_is_never_said_to_the_server() {
    let server = MailServer::start().await.unwrap();
    for to in [
        "",
        "ada",
        "ada@users.example\r\nDATA",
        "ada@users.example> RCPT TO:<eve@evil.example",
        "a@b@c",
        "ada@users.example,eve@evil.example",
    ] {
        not_this(carrier(&server).carry(&Envelope { to: to.into(), ..envelope("Hello", "text") }).await);
    }
    assert_eq!(server.heard(), Vec::<String>::new());
    // A script that this server does not take.
    let why = not_this(carrier(&server).carry(&Envelope { to: "адмін@users.example".into(), ..envelope("Hello", "text") }).await);
    assert!(why.contains("SMTPUTF8"), "{why}");
    assert_eq!(server.received(), []);
}

#[tokio::test]
async fn without_tls_another_machine_is_told_nothing() {
    let server = MailServer::start().await.unwrap();
    // This machine under an address that is not only its own.
    let address = format!("0.0.0.0:{}", server.address().port());
    let smtp = carrier_to(&format!("smtp://backlot:hunter2@{address}"));
    let why = not_now(smtp.carry(&envelope("Hello", "text")).await);
    assert!(why.contains("STARTTLS"), "{why}");
    assert_eq!(server.heard(), ["EHLO"]);
    let smtp = carrier_to(&format!("smtps://backlot:hunter2@{}", server.address())).with_patience(Duration::from_millis(500));
    not_now(smtp.carry(&envelope("Hello", "text")).await);
    assert!(!server.heard().iter().any(|verb| ["AUTH", "MAIL"].contains(&verb.as_str())), "{:?}", server.heard());
    assert_eq!(server.received(), []);
}
