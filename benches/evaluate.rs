//! How long it takes to decide a flag in memory: `cargo bench --bench evaluate`.
#![allow(clippy::expect_used, clippy::disallowed_methods, missing_docs, reason = "a measurement that cannot go on has failed")]

use backlot::kernel::Tier;
use backlot::live::{Exception, Kind, Percentage, Roster, Rule, Subject};
use criterion::{Criterion, criterion_group, criterion_main};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;
use uuid::Uuid;

fn id(n: u128) -> Uuid {
    Uuid::from_u128(0x0192_f000_0000_7000_8000_0000_0000_0000 + n)
}

fn rule(kind: Kind) -> Rule {
    Rule {
        enabled: true,
        kind,
        salt: "new_studio_ui".into(),
        tiers: vec![Tier::Starter, Tier::Pro],
        percentage: Percentage::thousandths(25_000),
        ..Rule::default()
    }
}

/// The rules that cost differently.
fn rules() -> Vec<(&'static str, Rule)> {
    let overrides: BTreeMap<_, _> = (1_000..2_000).map(|n| (id(n), Exception { value: true, until: None })).collect();
    let ids: Vec<u8> = (1_000..251_000).flat_map(|n| *id(n).as_bytes()).collect();
    vec![
        ("on or off", rule(Kind::Boolean)),
        ("by tier", rule(Kind::Tier)),
        ("percentage", rule(Kind::Percentage)),
        ("percentage, 1,000 overrides", Rule { overrides, ..rule(Kind::Percentage) }),
        ("percentage, 250,000 keep it", Rule { kept: Some(Arc::new(Roster::new(id(0), &ids))), ..rule(Kind::Percentage) }),
    ]
}

fn decide(bench: &mut Criterion) {
    let subjects: Vec<_> = (0..1_024).map(|n| Subject::user(id(n * 7), Tier::Free)).collect();
    for (name, rule) in rules() {
        let mut next = 0;
        bench.bench_function(name, |measured| {
            measured.iter(|| {
                next = (next + 1) % subjects.len();
                black_box(&rule).decide(black_box(&subjects[next]), Timestamp::UNIX_EPOCH)
            });
        });
    }
    let flags: BTreeMap<String, Rule> = (0..50).map(|n| (format!("flag_{n}"), rule(Kind::Percentage))).collect();
    bench.bench_function("one of fifty by name, with parsing who asks", |measured| {
        measured.iter(|| {
            let subject = Subject::new(Some(black_box("0192f000-0000-7000-8000-00000000000a")), Some(Tier::Pro));
            black_box(&flags).get(black_box("flag_27")).map(|rule| rule.decide(&subject, Timestamp::now()))
        });
    });
}

criterion_group!(benches, decide);
criterion_main!(benches);
