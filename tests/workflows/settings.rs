//! Which crews may be started: nothing falls back to anything, and no token is told.
use backlot::settings::{CommandLine, Settings};
use clap::Parser;

const LIVE: [&str; 9] = [
    "--database-url=postgres://backlot_app@localhost/backlot",
    "--environment=staging",
    "--secret-key=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "--audit-key-file=/k",
    "--audit-anchor-file=/a",
    "--public-url=https://backlot.example",
    "--crewai-mode=live",
    r#"--crewai-crews={"storyboard": {"url": "https://storyboard-1.crewai.com", "token": "hunter2hunter2"}}"#,
    "--crewai-webhook-token=0123456789abcdef01234567",
];

fn check(arguments: &[&str]) -> Result<Settings, String> {
    let given = CommandLine::parse_from(std::iter::once("backlot").chain(arguments.iter().copied())).given;
    Settings::check(&given).map_err(|problems| problems.to_string())
}

/// The settings with some of them replaced, or left out.
fn with(replaced: &[(&str, &str)]) -> Result<Settings, String> {
    let name = |argument: &str| argument.split('=').next().unwrap().to_owned();
    let kept =
        LIVE.iter().filter(|argument| !replaced.iter().any(|(other, _)| name(argument) == *other)).map(|argument| (*argument).to_owned());
    let new = replaced.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name}={value}"));
    let all: Vec<String> = kept.chain(new).collect();
    check(&all.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn real_crews_are_taken_when_everything_is_said() {
    let settings = with(&[]).unwrap();
    let crews = settings.crews.as_ref().unwrap();
    assert_eq!((crews.crews.len(), crews.crews[0].name.as_str()), (1, "storyboard"));
    assert!(!format!("{crews:?} {settings:?}").contains("hunter2"), "a token is told");
    assert!(check(&[]).unwrap().crews.is_some(), "the demo has the sandbox's");
    assert!(
        with(&[("--crewai-mode", ""), ("--crewai-crews", ""), ("--crewai-webhook-token", "")]).unwrap().crews.is_none(),
        "no crews are no crews"
    );
}

#[test]
fn what_contradicts_itself_is_refused_in_words_and_without_a_token() {
    let crew = |url: &str, token: &str| format!(r#"{{"storyboard": {{"url": "{url}", "token": "{token}"}}}}"#);
    let wrong = [
        (vec![("--crewai-mode", "")], "say BACKLOT_CREWAI_MODE=live"),
        (vec![("--crewai-mode", "on")], "is sandbox or live"),
        (vec![("--crewai-mode", "sandbox")], "brings crews of its own"),
        (vec![("--crewai-crews", "")], "names no crew"),
        (vec![("--crewai-crews", "{\"storyboard\": \"hunter2hunter2\"}")], "names no crew"),
        (vec![("--crewai-webhook-token", "")], "BACKLOT_CREWAI_WEBHOOK_TOKEN is missing"),
        (vec![("--crewai-webhook-token", "hunter2")], "BACKLOT_CREWAI_WEBHOOK_TOKEN is missing or shorter"),
        (vec![("--public-url", "http://backlot.example")], "crews' hosts report there"),
    ];
    for (replaced, sentence) in wrong {
        let told = with(&replaced).err().unwrap_or_else(|| panic!("{replaced:?} was taken"));
        assert!(told.contains(sentence) && !told.contains("hunter2"), "{replaced:?}: {told}");
    }
    for (url, token) in [
        ("http://x.crewai.com", "hunter2hunter2"),
        ("https://", "hunter2hunter2"),
        ("https://localhost:8000", "hunter2hunter2"),
        ("https://127.0.0.1", "hunter2hunter2"),
        ("https://[::1]", "hunter2hunter2"),
        ("https://a:hunter2@x.crewai.com", "hunter2hunter2"),
        ("https://x.crewai.com", "hunter2"),
        ("https://x.crewai.com", "hunter2 hunter2"),
    ] {
        let told = with(&[("--crewai-crews", &crew(url, token))]).err().unwrap_or_else(|| panic!("{url} {token} was taken"));
        assert!(told.contains("BACKLOT_CREWAI_CREWS: “storyboard”") && !told.contains("hunter2"), "{url}: {told}");
    }
    assert!(check(&["--crewai-mode=live"]).err().unwrap().contains("the sandbox must not start real crews"));
}
