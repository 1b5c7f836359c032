//! How code is written: nothing that can blow up, nothing too long, writing only through the desk.
use super::{File, files, holds, source};

/// The most lines of a file.
const FILE: usize = 250;
/// The most lines of a function.
const FUNCTION: usize = 40;

/// Files that were longer before this was counted. To be kept empty.
const LONG_FILES: [(&str, usize); 0] = [];
/// The same for functions.
const LONG_FUNCTIONS: [(&str, usize); 0] = [];

fn explosives(files: &[File]) -> Vec<String> {
    let wrong = [".unwrap()", ".expect(", "panic!(", "unreachable!(", "todo!(", "unimplemented!(", "dbg!(", "unsafe ", "TODO", "FIXME"];
    // The crate's own promise that there is no unsafe code.
    let promise = "forbid(unsafe_code)";
    files.iter().flat_map(|file| file.offences(|line| !line.contains(promise) && wrong.iter().any(|word| line.contains(word)))).collect()
}

fn printing(files: &[File]) -> Vec<String> {
    let may = ["src/commands/", "src/main.rs", "src/database/cluster/keeper.rs"];
    let others = files.iter().filter(|file| !may.iter().any(|folder| file.is_in(folder)));
    others.flat_map(|file| file.offences(|line| line.contains("println!(") || line.contains("print!("))).collect()
}

fn pools(files: &[File]) -> Vec<String> {
    // A webhook is the door of another service, and what users tell of an inbox is no admin's deed: the desk has nothing to do with it.
    let others_doors = [
        "src/features/workflows/pages/hook.rs",
        "src/features/billing/pages/webhook.rs",
        "src/features/notifications/pages/inbox.rs",
        "src/features/notifications/pages/unsubscribe.rs",
    ];
    let may = ["src/web/", "src/features/sign_in/", "src/app.rs", "src/commands/"];
    let others = files.iter().filter(|file| !may.iter().chain(&others_doors).any(|folder| file.is_in(folder)));
    others.flat_map(|file| file.offences(|line| line.contains(".door") || line.contains("door()"))).collect()
}

fn transactions(files: &[File]) -> Vec<String> {
    let others = files.iter().filter(|file| !file.is_in("src/kernel/"));
    let by_hand = |file: &File| file.is_in("src/features/") || file.is_in("src/web/");
    others.flat_map(|file| file.offences(|line| line.contains("Tx::begin") || (by_hand(file) && line.contains(".begin(")))).collect()
}

fn long_files(files: &[File]) -> Vec<String> {
    let most = |path: &str| LONG_FILES.iter().find(|(known, _)| *known == path).map_or(FILE, |(_, most)| *most);
    let long = files.iter().map(|file| (file, file.text.lines().count())).filter(|(file, lines)| *lines > most(&file.path));
    long.map(|(file, lines)| format!("{} has {lines} lines, more than {}", file.path, most(&file.path))).collect()
}

/// Name and length of each function: from its `fn` to the brace that stands as far in.
fn functions(file: &File) -> Vec<(String, usize)> {
    let lines: Vec<&str> = file.text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let head = line.trim_start();
        let head = head
            .strip_prefix("pub ")
            .or_else(|| head.strip_prefix("pub(super) "))
            .or_else(|| head.strip_prefix("pub(crate) "))
            .unwrap_or(head);
        let head = head.trim_start_matches("const ").trim_start_matches("async ");
        let Some(name) = head.strip_prefix("fn ").and_then(|rest| rest.split(['(', '<']).next()) else { continue };
        if line.trim_end().ends_with([';', '}']) {
            continue;
        }
        let indent = &line[..line.len() - line.trim_start().len()];
        let end = lines[at..].iter().position(|line| line.trim_end() == format!("{indent}}}"));
        found.push((format!("{}: {name}", file.path), end.map_or(0, |end| end + 1)));
    }
    found
}

fn long_functions(files: &[File]) -> Vec<String> {
    let most = |name: &str| LONG_FUNCTIONS.iter().find(|(known, _)| *known == name).map_or(FUNCTION, |(_, most)| *most);
    let long = files.iter().flat_map(functions).filter(|(name, lines)| *lines > most(name));
    long.map(|(name, lines)| format!("{name} has {lines} lines, more than {}", most(&name))).collect()
}

#[test]
fn nothing_in_backlot_can_blow_up_on_purpose() {
    let offenders = [
        ("src/x.rs", "let x = y.unwrap();"),
        ("src/x.rs", "    y.expect(\"there\")"),
        ("src/x.rs", "panic!()"),
        ("src/x.rs", "todo!()"),
        ("src/x.rs", "unsafe { f() }"),
    ];
    holds(explosives, &source(), &offenders);
    let tested = File::of("src/x.rs", "fn f() {}\n#[cfg(test)]\nmod tests { fn t() { f().unwrap() } }");
    assert_eq!(explosives(&[tested]), Vec::<String>::new(), "tests may");
}

#[test]
fn only_the_command_line_prints() {
    holds(printing, &source(), &[("src/web/x.rs", "println!(\"here\");"), ("src/kernel/x.rs", "eprintln!(\"here\");")]);
}

#[test]
fn the_doors_pool_is_for_the_door() {
    let offenders =
        [("src/features/users/store/mod.rs", "query.execute(&admin.site().door)"), ("src/features/audit/pages/x.rs", "visitor.door()")];
    holds(pools, &source(), &offenders);
}

#[test]
fn only_the_desk_begins_to_write() {
    let offenders = [
        ("src/features/users/x.rs", "let tx = Tx::begin(&pool).await?;"),
        ("src/web/x.rs", "let tx = site.door.begin().await?;"),
        ("src/jobs/x.rs", "Tx::begin(&pool)"),
    ];
    holds(transactions, &source(), &offenders);
}

#[test]
fn files_are_short() {
    let long = "x\n".repeat(FILE + 1);
    let all: Vec<File> = source().into_iter().chain(files("tests", "rs")).collect();
    holds(long_files, &all, &[("src/x.rs", &long), ("tests/x.rs", &long)]);
    for (path, most) in LONG_FILES {
        let lines = all.iter().find(|file| file.path == path).map_or(0, |file| file.text.lines().count());
        assert!(lines > FILE, "{path} fits: take it off the list");
        assert!(lines >= most.saturating_sub(20), "{path} has shrunk to {lines}: so does its entry");
    }
}

#[test]
fn functions_are_short() {
    let long = format!("fn f() {{\n{}}}", "    x();\n".repeat(FUNCTION));
    holds(long_functions, &source(), &[("src/x.rs", &long)]);
    let found: Vec<_> = source().iter().flat_map(functions).collect();
    assert!(found.len() > 600, "functions are not found any more: {}", found.len());
    for (name, _) in LONG_FUNCTIONS {
        assert!(found.iter().any(|(known, lines)| known == name && *lines > FUNCTION), "{name} fits: take it off the list");
    }
}
