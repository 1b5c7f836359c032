//! Names: from one you guess the others, and are right.
use super::{File, holds, source};
use std::collections::BTreeMap;

/// The files that a feature's folder may hold.
const TOPICS: [&str; 9] = ["mod", "model", "store", "actions", "pages", "jobs", "filter", "words", "tests"];
/// Topics of their own, with the reason. Only shrinks.
const OTHERS: [(&str, &str); 1] =
    [("src/features/sign_in/device.rs", "a browser that is known by a cookie of its own: HTTP below any page")];

fn topics(files: &[File]) -> Vec<String> {
    let in_features = files
        .iter()
        .filter_map(|file| file.path.strip_prefix("src/features/").and_then(|rest| rest.split_once('/')).map(|(_, rest)| (file, rest)));
    let odd = in_features.filter(|(file, rest)| {
        let topic = rest.split(['/', '.']).next().unwrap_or_default();
        !TOPICS.contains(&topic) && !OTHERS.iter().any(|(known, _)| *known == file.path)
    });
    odd.map(|(file, _)| format!("{}: a feature's folder holds {}", file.path, TOPICS.join(", "))).collect()
}

/// The value of a constant on a line.
fn value<'a>(line: &'a str, constant: &str) -> Option<&'a str> {
    line.split_once(&format!("const {constant}: &'static str = \"")).and_then(|(_, rest)| rest.split('"').next())
}

fn is_dotted(name: &str) -> bool {
    let word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    name.split_once('.').is_some_and(|(feature, verb)| word(feature) && word(verb))
}

fn actions(files: &[File]) -> Vec<String> {
    let wrong = |line: &str| {
        value(line, "NAME").is_some_and(|name| !is_dotted(name)) || value(line, "EVENT").is_some_and(|event| !event.starts_with("admin_"))
    };
    files.iter().flat_map(|file| file.offences(wrong)).collect()
}

fn words(files: &[File]) -> Vec<String> {
    let wrong = ["Manager", "Helper", "Util", "Service ", "Service;", "Service{", "Dto"];
    let is_wrong = |line: &str| {
        ["struct ", "enum ", "trait ", "mod ", "type "].iter().any(|kind| line.trim_start().trim_start_matches("pub ").starts_with(kind))
            && wrong.iter().any(|word| line.contains(word))
    };
    files.iter().flat_map(|file| file.offences(is_wrong)).collect()
}

fn undescribed(files: &[File]) -> Vec<String> {
    let bare = files.iter().filter(|file| !file.text.starts_with("//! ") && !file.text.starts_with("#![forbid(unsafe_code)]\n//! "));
    bare.map(|file| format!("{} does not say what it is about", file.path)).collect()
}

#[test]
fn each_feature_has_the_same_few_files() {
    holds(topics, &source(), &[("src/features/users/helpers.rs", ""), ("src/features/users/misc/x.rs", "")]);
    assert!(OTHERS.iter().all(|(path, _)| source().iter().any(|file| file.path == *path)), "one is gone: take it off the list");
}

#[test]
fn actions_are_named_after_their_feature_and_what_they_do() {
    let offenders = [
        ("src/features/users/x.rs", "const NAME: &'static str = \"SuspendUser\";"),
        ("src/features/users/x.rs", "const NAME: &'static str = \"users.\";"),
        ("src/features/users/x.rs", "const EVENT: &'static str = \"user_suspended\";"),
    ];
    holds(actions, &source(), &offenders);
}

#[test]
fn no_two_actions_share_a_name_and_the_audit_log_offers_all_of_them() {
    let mut seen: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let features = source().into_iter().filter(|file| file.path.starts_with("src/features/") && file.path.contains("/actions"));
    for file in features {
        for (_, line) in file.lines() {
            if let Some(name) = value(line, "NAME") {
                seen.entry(name.to_owned()).or_default().push(file.path.clone());
            }
        }
    }
    assert!(seen.len() > 10, "actions are not found any more: {seen:?}");
    let offered = source().into_iter().find(|file| file.path == "src/features/audit/words.rs").unwrap().text;
    for (name, files) in seen {
        assert_eq!(files.len(), 1, "{name} is in {files:?}");
        assert!(offered.contains(&format!("\"{name}\"")), "{name} is missing in the audit log's filter");
    }
}

#[test]
fn nothing_is_called_a_manager() {
    holds(
        words,
        &source(),
        &[("src/x.rs", "pub struct SessionManager {"), ("src/x.rs", "mod helpers_Helper;"), ("src/x.rs", "struct UserService;")],
    );
}

#[test]
fn each_file_says_what_it_is_about() {
    holds(undescribed, &source(), &[("src/x.rs", "use std::fmt;\n")]);
}
