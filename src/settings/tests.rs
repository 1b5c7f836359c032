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

const S3: [&str; 6] = [
    "--storage-mode=s3",
    "--storage-endpoint=https://s3.example",
    "--storage-bucket=studio",
    "--storage-region=eu-1",
    "--storage-key-id=AKIA1",
    "--storage-secret-key=hunter2",
];
const REPLICATE: [&str; 5] = [
    "--training-mode=replicate",
    "--replicate-token=hunter2",
    "--replicate-trainer=studio/trainer:1",
    "--replicate-destination=studio/loras",
    "--training-webhook-secret=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
];

fn with<'a>(given: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [given, more].concat()
}

#[test]
fn a_store_and_a_trainer_are_named_by_their_mode_and_need_all_that_it_needs() {
    assert!(check(&STAGING, &[]).is_ok_and(|settings| matches!((settings.storage, settings.training), (Storage::Off, Training::Off))));
    assert!(check(&STAGING, &S3).is_ok_and(|settings| matches!(settings.storage, Storage::S3(_))));
    assert!(check(&STAGING, &with(&S3, &REPLICATE)).is_ok_and(|settings| matches!(settings.training, Training::Replicate(..))));
    assert!(check(&[], &[]).is_ok_and(|settings| matches!((settings.storage, settings.training), (Storage::Sandbox, Training::Sandbox))));
    assert!(problem(&STAGING, &S3[..5]).contains("needs BACKLOT_STORAGE_SECRET_KEY"));
    assert!(problem(&STAGING, &S3[5..]).contains("BACKLOT_STORAGE_SECRET_KEY is set, and BACKLOT_STORAGE_MODE is not s3"));
    assert!(problem(&STAGING, &["--storage-mode=folder"]).contains("names no folder that is there"));
    assert!(problem(&STAGING, &["--storage-mode=sandbox"]).contains("is s3, folder or off"));
    assert!(problem(&STAGING, &["--training-mode=sandbox"]).contains("is replicate or off"));
    assert!(problem(&STAGING, &REPLICATE).contains("needs BACKLOT_STORAGE_MODE=s3"));
    assert!(problem(&STAGING, &REPLICATE[1..2]).contains("BACKLOT_REPLICATE_TOKEN is set, and"));
}

#[test]
fn credentials_leave_only_under_tls_and_the_sandbox_has_services_of_its_own() {
    let plain = ["--storage-endpoint=http://s3.example"];
    let others: Vec<_> = S3.into_iter().filter(|setting| !setting.starts_with("--storage-endpoint")).collect();
    assert!(problem(&STAGING, &with(&others, &plain)).contains("BACKLOT_STORAGE_ENDPOINT must begin with https://"));
    assert!(check(&STAGING, &with(&others, &["--storage-endpoint=http://127.0.0.1:9000"])).is_ok());
    let all = with(&S3, &REPLICATE);
    assert!(problem(&STAGING, &with(&all, &["--replicate-url=http://replicate.example"])).contains("BACKLOT_REPLICATE_URL must begin"));
    let unsigned = with(&all[..10], &["--training-webhook-secret=hunter2"]);
    assert!(problem(&STAGING, &unsigned).contains("BACKLOT_TRAINING_WEBHOOK_SECRET: a signing secret begins with whsec_"));
    let odd: Vec<_> = all
        .iter()
        .map(|setting| if setting.starts_with("--replicate-trainer") { "--replicate-trainer=trainer" } else { setting })
        .collect();
    assert!(problem(&STAGING, &odd).contains("owner/model:version"));
    assert!(problem(&[], &S3).contains("the sandbox has its own"));
}

const FINBY: [&str; 5] = [
    "--finby-rest-url=https://aapi.finby.eu",
    "--finby-mapi-url=https://amapi.finby.eu",
    "--finby-project=4107000000",
    "--finby-secret=hunter2",
    "--finby-return-url=https://studio.example/billing",
];

#[test]
fn money_moves_only_where_it_is_said_aloud() {
    assert!(
        check(&[], &[]).is_ok_and(|all| matches!(all.finby.gateway, FinbyGateway::Sandbox) && all.finby.renews),
        "the demo has its own"
    );
    assert!(check(&STAGING, &[]).is_ok_and(|all| matches!(all.finby.gateway, FinbyGateway::Off) && !all.finby.renews));
    assert!(check(&STAGING, &["--finby-mode=sandbox"]).is_ok_and(|all| matches!(all.finby.gateway, FinbyGateway::Sandbox)));
    let test = check(&STAGING, &with(&FINBY, &["--finby-mode=test", "--billing-worker=on"])).expect("settings");
    assert!(matches!(test.finby.gateway, FinbyGateway::Finby(_)) && test.finby.renews);
    assert!(problem(&STAGING, &["--finby-mode=real"]).contains("sandbox, test, live or off"));
    assert!(problem(&STAGING, &["--billing-worker=yes"]).contains("on or off"));
    assert!(problem(&STAGING, &["--billing-worker=on"]).contains("renews nothing without a gateway"));
}

#[test]
fn a_gateway_is_never_half_set() {
    let told = check(&STAGING, &FINBY).expect_err("no mode is said");
    assert_eq!(told.matches("names no gateway").count(), 5, "{told}");
    for left_out in 0..5 {
        let given: Vec<_> = FINBY.iter().enumerate().filter(|(at, _)| *at != left_out).map(|(_, text)| *text).collect();
        let told = problem(&STAGING, &[&["--finby-mode=test"], given.as_slice()].concat());
        assert!(told.contains("needs BACKLOT_FINBY_"), "{told}");
    }
    assert!(problem(&STAGING, &with(&FINBY, &["--finby-mode=live"])).contains("only production does"));
    assert!(problem(&[], &with(&FINBY, &["--finby-mode=test", "--public-url=https://x.example"])).contains("the sandbox must not reach"));
    let elsewhere = ["--finby-mode=test", "--finby-rest-url=http://127.0.0.1:1", FINBY[1], FINBY[2], FINBY[3], FINBY[4]];
    assert!(problem(&STAGING, &elsewhere).contains("the gateway is not at 127.0.0.1"));
    let plain = ["--finby-mode=test", FINBY[0], FINBY[1], FINBY[2], FINBY[3], "--finby-return-url=http://studio.example"];
    assert!(problem(&STAGING, &plain).contains("BACKLOT_FINBY_RETURN_URL must begin with https://"));
}
