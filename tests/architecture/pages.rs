//! Templates: nothing that the policy of our pages forbids, and a proof in every form.
use super::{File, files, holds};

/// Without the comments that never reach a browser.
fn templates() -> Vec<File> {
    let bare = |text: &str| {
        let rest = text.split("{#").skip(1).map(|part| part.split_once("#}").map_or("", |(_, rest)| rest));
        std::iter::once(text.split("{#").next().unwrap_or_default()).chain(rest).collect::<String>()
    };
    files("templates", "html").into_iter().map(|file| File { text: bare(&file.text), path: file.path }).collect()
}

fn unescaped(files: &[File]) -> Vec<String> {
    files
        .iter()
        .flat_map(|file| {
            file.offences(|line| line.replace(' ', "").contains("|safe") || line.contains("|escape(") || line.contains("autoescape"))
        })
        .collect()
}

/// An attribute such as `onclick=`, wherever a tag could hold one.
fn has_handler(line: &str) -> bool {
    line.match_indices(" on").any(|(at, _)| {
        let rest = &line[at + 3..];
        let name = rest.split('=').next().unwrap_or_default();
        rest.contains('=') && !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase())
    })
}

fn inline(files: &[File]) -> Vec<String> {
    let is_wrong = |line: &str| {
        let script =
            line.match_indices("<script").any(|(at, _)| !line[at..].split('>').next().is_some_and(|tag| tag.contains(" src=\"/static/")));
        script
            || has_handler(line)
            || ["style=", "<style", "javascript:", "hx-on", "hx-vals='js", "http://", "https://"].iter().any(|word| line.contains(word))
    };
    files.iter().flat_map(|file| file.offences(is_wrong)).collect()
}

/// Forms whose proof is their address, with the reason. Only shrinks.
const PROVEN_OTHERWISE: [(&str, &str); 1] = [(
    "templates/notifications/unsubscribe.html",
    "the address is signed, and mail programs send the form without having seen it (RFC 8058)",
)];

fn unproven(files: &[File]) -> Vec<String> {
    let files = files.iter().filter(|file| !PROVEN_OTHERWISE.iter().any(|(path, _)| *path == file.path));
    let form = |file: &File| {
        let forms = file
            .text
            .split("<form")
            .skip(1)
            .filter(|form| form.split('>').next().is_some_and(|tag| tag.contains("method=\"post\"")))
            .map(|form| form.split("</form>").next().unwrap_or(form).to_owned());
        forms
            .filter(|form| form.matches("ui::proof(").count() != 1)
            .map(|form| format!("{}: a form without its own proof: <form{}", file.path, form.split('>').next().unwrap_or_default()))
            .collect::<Vec<_>>()
    };
    files.flat_map(form).collect()
}

#[test]
fn templates_escape_everything() {
    holds(unescaped, &templates(), &[("templates/x.html", "{{ name|safe }}"), ("templates/x.html", "{{ name | safe }}")]);
}

#[test]
fn templates_hold_no_script_and_no_style() {
    let offenders = [
        ("templates/x.html", "<b style=\"color: red\">"),
        ("templates/x.html", "<script>f()</script>"),
        ("templates/x.html", "<a onclick=\"f()\">"),
        ("templates/x.html", "<a href=\"javascript:f()\">"),
        ("templates/x.html", "<script src=\"//cdn.example/x.js\">"),
    ];
    holds(inline, &templates(), &offenders);
}

#[test]
fn every_form_that_acts_carries_its_own_proof() {
    holds(unproven, &templates(), &[("templates/x.html", "<form method=\"post\" action=\"/x\"><button>Go</button></form>")]);
}
