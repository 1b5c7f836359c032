//! Numbers: each that is counted is described, and the README lists them as they are described.
use super::{File, source};
use backlot::web::numbers::{Kind, NUMBERS};
use std::collections::BTreeSet;

/// The names that a file counts under: what stands first in `counter!`, `gauge!` and `histogram!`, or in a constant `NAME` beside them.
fn counted(files: &[File]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for file in files.iter().filter(|file| file.path != "src/web/numbers.rs") {
        let text: String = file.lines().map(|(_, line)| format!("{line}\n")).collect();
        for call in ["counter!(", "gauge!(", "histogram!("] {
            for rest in text.split(call).skip(1) {
                let first = rest.split([',', ')']).next().unwrap_or_default().trim();
                let name = first.trim_matches('"');
                names.insert(if name == "NAME" { constant(&text) } else { name.to_owned() });
            }
        }
    }
    names
}

fn constant(text: &str) -> String {
    text.split("const NAME: &str = \"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
}

#[test]
fn every_number_is_described_and_listed() {
    let described: BTreeSet<String> = NUMBERS.iter().map(|(name, ..)| (*name).to_owned()).collect();
    assert_eq!(counted(&source()), described);
    let odd = File::of("src/x.rs", "metrics::counter!(\n    \"backlot_odd_total\", \"a\" => b);");
    assert_eq!(counted(&[odd]), BTreeSet::from(["backlot_odd_total".to_owned()]));
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    for (name, kind, labels, says) in NUMBERS {
        let kind = match kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Seconds => "summary",
        };
        let line = format!("| `{name}` | {kind} | {labels} | {says} |");
        assert!(readme.lines().any(|listed| listed == line), "README.md does not list\n{line}");
    }
}
