//! The rules of the house that no compiler knows, each shown to notice an offence.
mod arrows;
mod code;
mod environment;
mod names;
mod numbers;
mod pages;
mod sql;

use std::fs;
use std::path::Path;

/// A file of the project, by its path from the top.
pub struct File {
    pub path: String,
    pub text: String,
}

impl File {
    fn of(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// The lines that run in Backlot itself, numbered: no comments, nothing after `#[cfg(test)]`.
    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let ours = if self.path.ends_with("/tests.rs") { "" } else { self.text.split("#[cfg(test)]").next().unwrap_or_default() };
        ours.lines().enumerate().map(|(at, line)| (at + 1, line)).filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    fn is_in(&self, folder: &str) -> bool {
        self.path.starts_with(folder)
    }

    /// Every line that `is_wrong`, as an offence.
    fn offences(&self, is_wrong: impl Fn(&str) -> bool) -> Vec<String> {
        self.lines().filter(|(_, line)| is_wrong(line)).map(|(at, line)| format!("{}:{at}: {}", self.path, line.trim())).collect()
    }
}

/// All files below a folder with this ending.
pub fn files(folder: &str, ending: &str) -> Vec<File> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut found, mut folders) = (Vec::new(), vec![top.join(folder)]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|own| own == ending) {
                let name = path.strip_prefix(top).unwrap().to_string_lossy().into_owned();
                found.push(File { text: fs::read_to_string(&path).unwrap(), path: name });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(!found.is_empty(), "{folder} holds nothing");
    found
}

pub fn source() -> Vec<File> {
    files("src", "rs")
}

/// The rule holds, and would notice each of these.
#[track_caller]
pub fn holds(rule: impl Fn(&[File]) -> Vec<String>, files: &[File], offenders: &[(&str, &str)]) {
    let offences = rule(files);
    assert!(offences.is_empty(), "\n{}", offences.join("\n"));
    for (path, text) in offenders {
        assert!(!rule(&[File::of(path, text)]).is_empty(), "the rule does not notice {text} in {path}");
    }
}
