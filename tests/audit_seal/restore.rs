//! A restored log goes on only after somebody has said so, and stays provable through it.
use super::stage::{Stage, assert_intact};
use crate::support::server::{self, Database};
use backlot::kernel::audit::{Error, Halt, Opening, last_seal};
use secrecy::{ExposeSecret, SecretString};
use std::path::{Path, PathBuf};
use std::process::Command;

fn program(name: &str) -> PathBuf {
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
    let set = std::env::var_os("PG_BIN").map(PathBuf::from);
    let found = set.into_iter().chain(installed).map(|folder| folder.join(name)).filter(|path| path.exists()).max();
    found.unwrap_or_else(|| PathBuf::from(name))
}

fn run(command: &mut Command) {
    let done = command.output().unwrap();
    assert!(done.status.success(), "{command:?}: {}", String::from_utf8_lossy(&done.stderr));
}

fn address(database: &Database) -> SecretString {
    database.ways.superuser.with_database(&database.name).url()
}

fn dump(stage: &Stage, to: &Path) {
    run(Command::new(program("pg_dump")).args(["-Fc", "-f"]).arg(to).arg(address(&stage.database).expose_secret()));
}

/// The dump in an empty database, with the key and the anchor that the first one had.
async fn restore(database: Database, from: &Path, old: &Stage) -> Stage {
    run(Command::new(program("pg_restore")).args(["--exit-on-error", "-d", address(&database).expose_secret()]).arg(from));
    let stage = Stage::over(database).await;
    for file in ["audit.key", "anchor.jsonl"] {
        std::fs::copy(old.folder.join(file), stage.folder.join(file)).unwrap();
    }
    stage
}

async fn halted(stage: &Stage) -> Halt {
    match stage.sealer().seal_once().await {
        Err(Error::Halted(halt)) => halt,
        other => panic!("sealing went on: {other:?}"),
    }
}

#[tokio::test]
async fn a_dump_on_another_server_is_sealed_again_only_in_a_new_epoch() {
    let old = Stage::new().await;
    old.history(3, 4).await;
    old.write("not sealed when the dump was made").await;
    let file = old.folder.join("dump");
    dump(&old, &file);
    let other = server::another().await;
    let stage = restore(Database::empty_in(&other).await, &file, &old).await;
    assert_intact(&stage.verify().await);
    assert_eq!(halted(&stage).await, Halt::Moved);
    // The log goes on being written; these rows wait.
    stage.write("before anybody noticed").await;
    assert_eq!(halted(&stage).await, Halt::Moved);
    assert_eq!(stage.verify().await.unsealed.unwrap().rows, 2);

    let opening = stage.sealer().new_epoch("Ada", "moved to the new machine").await.unwrap();
    let told: Opening = serde_json::from_str(opening.opening.as_deref().unwrap()).unwrap();
    assert_eq!((told.by.as_str(), told.after, told.lost), ("Ada", 4, None));
    stage.write("in the new epoch").await;
    stage.seal(&stage.sealer()).await;
    let report = stage.verify().await;
    assert_intact(&report);
    assert_eq!((report.rows, report.unsealed.as_ref().unwrap().rows), (12 + 2 + 1 + 1, 0), "{report}");
    assert!(report.notices.iter().any(|notice| notice.contains("was begun by Ada") && notice.contains("new machine")), "{report}");
    let recorded = stage.count("select count(*) from backlot.audit_log where action = 'audit.new_epoch' and actor_name = 'Ada'").await;
    assert_eq!(recorded, 1, "the new epoch is on the record");
    assert!(matches!(stage.sealer().new_epoch("Ada", "again").await, Err(Error::Halted(Halt::Needless))));
    stage.end().await;
    old.end().await;
}

#[tokio::test]
async fn an_older_backup_owns_up_to_the_seals_it_lost() {
    let old = Stage::new().await;
    old.history(2, 3).await;
    let file = old.folder.join("dump");
    dump(&old, &file);
    old.history(2, 3).await;
    let stage = restore(Database::empty().await, &file, &old).await;
    assert_eq!(halted(&stage).await, Halt::Behind { anchored: 5, stored: 3 });
    stage.write("before anybody noticed").await;
    stage.sealer().new_epoch("Ada", "the disk was broken").await.unwrap();
    stage.write("in the new epoch").await;
    stage.seal(&stage.sealer()).await;
    let report = stage.verify().await;
    assert_intact(&report);
    assert!(report.notices.iter().any(|notice| notice.contains("Seals 4 to 5 were lost")), "{report}");
    assert!(last_seal(&stage.sealing).await.unwrap().unwrap().seal_no > 5, "no number is given twice");
    assert_intact(&stage.verify_without_anchor().await);
    stage.end().await;
    old.end().await;
}

#[tokio::test]
async fn a_dump_that_went_from_server_to_server_unnoticed_is_still_sealed_whole() {
    let old = Stage::new().await;
    old.history(1, 2).await;
    let (first, second) = (old.folder.join("first"), old.folder.join("second"));
    dump(&old, &first);
    let other = server::another().await;
    let between = restore(Database::empty_in(&other).await, &first, &old).await;
    between.write("on the server in between").await;
    dump(&between, &second);
    let back = restore(Database::empty().await, &second, &between).await;
    back.write("back again").await;
    // The server is the first one again, whose epoch is the last that was opened; but a row of another one is there.
    assert_eq!(halted(&back).await, Halt::Moved);
    back.sealer().new_epoch("Ada", "there and back").await.unwrap();
    back.write("and on").await;
    back.seal(&back.sealer()).await;
    let report = back.verify().await;
    assert_intact(&report);
    assert_eq!((report.rows, report.unsealed.as_ref().unwrap().rows), (2 + 1 + 1 + 1 + 1, 0), "{report}");
    back.end().await;
    between.end().await;
    old.end().await;
}
