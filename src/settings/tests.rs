//! What settings refuse, and that they tell no secret.
use super::*;
use clap::Parser;

const STAGING: [&str; 10] = [
    "--database-url=postgres://backlot_app@localhost/backlot",
    "--environment=staging",
    "--secret-key=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "--audit-key-file=/k",
    "--audit-anchor-file=/a",
    "--public-url=https://backlot.example",
    "--listen=127.0.0.1:3000",
    "--trusted-proxies=",
    "--collector-url=https://collector.example",
    "--collector-key=phc_1",
];
const URL: &str = "--smtp-url=smtps://backlot:hunter2@mail.example";
const FROM: &str = "--mail-from=Backlot <backlot@studio.example>";

fn check(base: &[&str], more: &[&str]) -> Result<Settings, String> {
    let given = CommandLine::parse_from(["backlot"].iter().chain(base).chain(more)).given;
    Settings::check(&given).map_err(|problems| problems.to_string())
}

/// The one problem that there is.
fn problem(base: &[&str], more: &[&str]) -> String {
    let told = check(base, more).expect_err("a problem");
    let problems: Vec<_> = told.lines().filter(|line| line.starts_with("  - ")).collect();
    assert_eq!(problems.len(), 1, "{told}");
    assert!(!told.contains("hunter2"), "{told}");
    problems[0].to_owned()
}

#[test]
fn a_mail_server_and_a_sender_go_together() {
    assert!(check(&STAGING, &[]).is_ok_and(|settings| settings.mail.is_none()));
    assert!(check(&STAGING, &[URL, FROM]).is_ok_and(|settings| settings.mail.is_some()));
    assert!(problem(&STAGING, &[URL]).contains("go together"));
    assert!(problem(&STAGING, &[FROM]).contains("go together"));
}

#[test]
fn what_is_no_mail_server_and_no_sender_is_refused() {
    for url in ["--smtp-url=https://backlot:hunter2@mail.example", "--smtp-url=mail.example", "--smtp-url=smtps://hunter2@mail.example"] {
        assert!(problem(&STAGING, &[url, FROM]).contains("BACKLOT_SMTP_URL "), "{url}");
    }
    assert!(problem(&STAGING, &[URL, "--mail-from=Backlot"]).contains("BACKLOT_MAIL_FROM is no address"));
    let nowhere: Vec<_> = STAGING.into_iter().filter(|setting| !setting.starts_with("--public-url")).collect();
    assert!(problem(&nowhere, &[URL, FROM]).contains("BACKLOT_PUBLIC_URL"));
}

#[test]
fn the_sandbox_sends_no_real_letters() {
    assert!(check(&[], &[]).is_ok_and(|settings| settings.environment == Environment::Sandbox));
    assert!(problem(&[], &[URL, FROM]).contains("the sandbox must not send real letters"));
}

#[test]
fn no_secret_is_told() {
    let told = format!("{:?}", check(&STAGING, &[URL, FROM]).expect("settings"));
    assert!(told.contains("mail.example:465") && !told.contains("hunter2") && !told.contains("phc_1"), "{told}");
}

#[test]
fn the_platforms_tokens_are_long_and_its_origins_are_origins() {
    let known = "--platform-tokens=0123456789abcdef01234567, another-token-of-the-platform";
    assert!(check(&STAGING, &[known, "--platform-origins=https://studio.example"]).is_ok());
    assert!(problem(&STAGING, &["--platform-tokens=hunter2"]).contains("at least 24 characters"));
    assert!(problem(&STAGING, &["--platform-origins=https://studio.example/app"]).contains("is no origin"));
    assert!(problem(&STAGING, &["--platform-origins=*"]).contains("is no origin"));
    assert!(problem(&STAGING, &["--browser-tokens=0123456789abcdef01234567"]).contains("names none"));
}

#[test]
fn what_cannot_be_pinned_is_told_with_everything_else() {
    let pinned = |json: &str| format!("--pinned-settings={json}");
    assert!(check(&STAGING, &[&pinned(r#"{"exports.max_rows": 5000}"#)]).is_ok_and(|settings| !settings.pinned.is_empty()));
    assert!(problem(&STAGING, &[&pinned("{")]).contains("BACKLOT_PINNED_SETTINGS: it is no JSON object"));
    assert!(problem(&STAGING, &[&pinned(r#"{"no.such": 1}"#)]).contains("there is no setting “no.such”"));
    assert!(problem(&STAGING, &[&pinned(r#"{"exports.max_rows": "many"}"#)]).contains("Give a number"));
}
