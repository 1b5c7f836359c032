//! The environment: `.env.example` lists what is read, and nothing else is.
use super::{File, holds, source};
use backlot::settings::CommandLine;
use clap::CommandFactory;
use std::collections::BTreeSet;

/// The variables that a file of settings names, set or commented out.
fn listed(text: &str) -> BTreeSet<String> {
    let lines = text.lines().map(|line| line.trim_start_matches('#').trim());
    let names = lines
        .filter_map(|line| line.split_once('='))
        .map(|(name, _)| name)
        .filter(|name| name.chars().all(|c| c.is_ascii_uppercase() || c == '_'));
    names.map(str::to_owned).collect()
}

fn read() -> BTreeSet<String> {
    let command = CommandLine::command();
    command.get_arguments().filter_map(|argument| argument.get_env()).map(|name| name.to_string_lossy().into_owned()).collect()
}

/// Reading by hand: clap's settings are the one place. Looking for PostgreSQL's programs needs `PATH`, and its server must not
/// inherit what PostgreSQL reads itself.
fn by_hand(files: &[File]) -> Vec<String> {
    let may = ["src/database/cluster/places.rs", "src/database/cluster/account.rs"];
    let others = files.iter().filter(|file| !may.contains(&file.path.as_str()));
    others
        .flat_map(|file| file.offences(|line| line.contains("env::var") || line.contains("env::vars") || line.contains("var_os(")))
        .collect()
}

#[test]
fn the_example_lists_exactly_what_is_read() {
    let example = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/.env.example")).expect(".env.example");
    assert_eq!(listed(&example), read());
    assert_eq!(listed("# words = no\nONE=1\n# TWO=\n#THREE=3"), ["ONE", "TWO", "THREE"].map(str::to_owned).into());
    for (at, line) in example.lines().enumerate() {
        let holds_secret = ["_KEY=", "_TOKEN=", "_URL="].iter().any(|end| line.contains(end)) && !line.starts_with('#');
        assert!(!holds_secret, "line {} sets what everybody must choose themselves", at + 1);
    }
}

#[test]
fn the_environment_is_read_in_one_place() {
    holds(by_hand, &source(), &[("src/web/x.rs", "std::env::var(\"BACKLOT_X\")"), ("src/jobs/x.rs", "let x = env::var_os(\"X\");")]);
}
