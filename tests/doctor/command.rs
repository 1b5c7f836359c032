//! `backlot doctor`, as somebody starts it.
use super::run;
use crate::support::server::Database;
use std::process::{Command, Output};

/// The program itself, with an environment that names this database.
fn doctor(database: &Database, more: &[(&str, &str)], arguments: &[&str]) -> Output {
    let url = |address: &backlot::database::cluster::Address| secrecy::ExposeSecret::expose_secret(&address.url()).to_owned();
    let ways = &database.ways;
    Command::new(env!("CARGO_BIN_EXE_backlot"))
        .arg("doctor")
        .args(arguments)
        .env_clear()
        .envs([
            ("BACKLOT_DATABASE_URL", url(&ways.app)),
            ("BACKLOT_READER_DATABASE_URL", url(&ways.reader)),
            ("BACKLOT_VIEWER_DATABASE_URL", url(&ways.viewer)),
            ("BACKLOT_SEALER_DATABASE_URL", url(&ways.sealer)),
        ])
        .envs(more.iter().copied())
        .output()
        .unwrap()
}

#[tokio::test]
async fn the_command_says_it_in_lines_or_json_and_ends_with_one_when_there_is_a_problem() {
    let database = Database::migrated().await;
    let folder = std::env::temp_dir().join(format!("backlot-doctor-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let collector = format!("http://{}", listener.local_addr().unwrap());
    let (key, anchor) = (folder.join("audit.key"), folder.join("anchor.jsonl"));
    let whole = [
        ("BACKLOT_ENVIRONMENT", "staging"),
        ("BACKLOT_SECRET_KEY", "c2l4dGVlbiBvdHRlcnMgb24gYSByYWZ0IGluIE1hcmNo"),
        ("BACKLOT_AUDIT_KEY_FILE", key.to_str().unwrap()),
        ("BACKLOT_AUDIT_ANCHOR_FILE", anchor.to_str().unwrap()),
        ("BACKLOT_WORK_FOLDER", folder.to_str().unwrap()),
        ("BACKLOT_COLLECTOR_URL", collector.as_str()),
        ("BACKLOT_COLLECTOR_KEY", "phc_x"),
    ];
    let well = doctor(&database, &whole, &[]);
    let said = String::from_utf8(well.stdout).unwrap();
    assert!(well.status.success(), "{said} {}", String::from_utf8_lossy(&well.stderr));
    for line in ["Schema platform\n", "  ok       platform.users: ", "The analytics collector at 127.0.0.1:", "GB free in ", " 0 problems"]
    {
        assert!(said.contains(line), "{line}: {said}");
    }
    drop(listener);
    run(&database, "alter table platform.projects drop column name cascade").await;
    let ill = doctor(&database, &[&whole[..], &[("BACKLOT_TRUSTED_PROXIES", "nonsense")]].concat(), &["--json"]);
    assert_eq!(ill.status.code(), Some(1));
    let told: serde_json::Value = serde_json::from_slice(&ill.stdout).unwrap();
    assert_eq!(told["ok"], false);
    let problems: Vec<_> = told["findings"].as_array().unwrap().iter().filter(|finding| finding["verdict"] == "problem").collect();
    let says = |part: &str| problems.iter().any(|finding| finding["says"].as_str().unwrap().contains(part));
    assert!(says("platform.projects.name is missing.") && says("BACKLOT_TRUSTED_PROXIES") && says("cannot be reached"), "{problems:?}");
    assert_eq!(problems.len(), 3, "{problems:?}");
    std::fs::remove_dir_all(&folder).unwrap();
}
