//! Sealing misses nothing: not what commits late, not under load, not when it dies between commit and anchor.
use super::stage::{Stage, assert_intact, insert};
use backlot::kernel::audit::{AnchorFile, Health, Range, Sealer, SigningKey, TrustedKeys, last_seal, unsealed, verify};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn a_transaction_that_commits_late_is_not_missed() {
    let stage = Stage::new().await;
    let sealer = stage.sealer();
    sealer.seal_once().await.unwrap();
    let mut late = stage.app.begin().await.unwrap();
    insert(&mut *late, "first begun, last committed").await;
    for _ in 0..50 {
        stage.write("meanwhile").await;
    }
    assert_eq!(sealer.seal_once().await.unwrap(), None, "nothing is sealed past a transaction that is still open");
    assert_eq!(unsealed(&stage.sealing).await.unwrap().rows, 50);
    late.commit().await.unwrap();
    assert_eq!(stage.seal(&sealer).await.rows, 51);
    let report = stage.verify().await;
    assert_intact(&report);
    assert_eq!((report.rows, report.unsealed.unwrap().rows), (51, 0));
    stage.end().await;
}

/// Each writes 150 rows, every seventh in vain.
async fn sixteen_writers(stage: &Stage) {
    let write = |writer| {
        let app = stage.app.clone();
        tokio::spawn(async move {
            for row in 0..150 {
                let mut tx = app.begin().await.unwrap();
                insert(&mut *tx, &format!("{writer}/{row}")).await;
                if row % 10 == 0 {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                if row % 7 == 0 { tx.rollback().await.unwrap() } else { tx.commit().await.unwrap() }
            }
        })
    };
    for writer in (0..16).map(write).collect::<Vec<_>>() {
        writer.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixteen_writers_and_two_sealers_leave_no_row_unsealed() {
    let stage = Stage::new().await;
    let stop = CancellationToken::new();
    let second = stage.folder.join("second.jsonl");
    let other = Sealer::new(stage.sealing.clone(), stage.key(), AnchorFile::open(&second).unwrap());
    let one = stage.sealer();
    let (seen, other_seen) = (one.health(), other.health());
    let sealers = [tokio::spawn(one.run(stop.clone())), tokio::spawn(other.run(stop.clone()))];
    sixteen_writers(&stage).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!((seen.borrow().clone(), other_seen.borrow().clone()), (Health::Sealing, Health::Sealing));
    stop.cancel();
    for sealer in sealers {
        sealer.await.unwrap();
    }
    if unsealed(&stage.sealing).await.unwrap().rows > 0 {
        stage.seal(&stage.sealer()).await;
    }
    Sealer::new(stage.sealing.clone(), stage.key(), AnchorFile::open(&second).unwrap()).seal_once().await.unwrap();
    stage.sealer().seal_once().await.unwrap();
    for anchor in [stage.anchor(), second] {
        let report = verify(&stage.sealing, &stage.keys(), Some(&anchor), Range::All).await.unwrap();
        assert_intact(&report);
        assert_eq!((report.rows, report.unsealed.as_ref().unwrap().rows), (16 * 128, 0), "{report}");
        assert!(report.anchored.unwrap() > 1, "both instances keep a copy: {report}");
    }
    stage.end().await;
}

#[tokio::test]
async fn a_seal_that_was_committed_but_not_anchored_is_anchored_after_the_restart() {
    let stage = Stage::new().await;
    stage.history(2, 2).await;
    let kept = std::fs::read(stage.anchor()).unwrap();
    stage.history(1, 2).await;
    // As if the power had failed in the middle of writing the last line.
    let torn = &std::fs::read(stage.anchor()).unwrap()[..kept.len() + 40];
    std::fs::write(stage.anchor(), torn).unwrap();
    let report = stage.verify().await;
    assert_intact(&report);
    assert_eq!(report.anchored, Some(3));
    assert!(report.notices.iter().any(|notice| notice.contains("not in the anchor yet")), "{report}");
    stage.sealer().seal_once().await.unwrap();
    let report = stage.verify().await;
    assert_intact(&report);
    assert_eq!(report.anchored, Some(4), "{report}");
    stage.end().await;
}

#[tokio::test]
async fn a_new_instance_copies_the_whole_anchor() {
    let stage = Stage::new().await;
    stage.history(3, 2).await;
    let fresh = stage.folder.join("fresh.jsonl");
    Sealer::new(stage.sealing.clone(), stage.key(), AnchorFile::open(&fresh).unwrap()).seal_once().await.unwrap();
    assert_eq!(std::fs::read(&fresh).unwrap(), std::fs::read(stage.anchor()).unwrap());
    assert_eq!(std::fs::metadata(&fresh).unwrap().permissions().mode() & 0o777, 0o600);
    stage.end().await;
}

#[tokio::test]
async fn sealing_stops_when_the_anchor_is_replaced_shortened_or_ahead() {
    let stage = Stage::new().await;
    let sealer = stage.sealer();
    stage.history(3, 1).await;
    sealer.seal_once().await.unwrap();
    let whole = std::fs::read(stage.anchor()).unwrap();
    std::fs::OpenOptions::new().write(true).open(stage.anchor()).unwrap().set_len(50).unwrap();
    assert!(sealer.seal_once().await.unwrap_err().to_string().contains("shorter"));
    std::fs::remove_file(stage.anchor()).unwrap();
    std::fs::write(stage.anchor(), &whole).unwrap();
    assert!(sealer.seal_once().await.unwrap_err().to_string().contains("replaced"));
    stage.tamper("delete from backlot.audit_seals where seal_no = 4; delete from backlot.audit_log where seq = 3").await;
    let stopped = stage.sealer().seal_once().await.unwrap_err().to_string();
    assert!(stopped.contains("The anchor holds seal 4, the database only 3"), "{stopped}");
    stage.end().await;
}

#[tokio::test]
async fn sealing_stops_at_a_forged_chain_and_no_new_epoch_hides_it() {
    let stage = Stage::new().await;
    stage.history(2, 1).await;
    stage.tamper("update backlot.audit_seals set seal = sha256(seal), prev = sha256(prev) where seal_no = 3").await;
    let stopped = stage.sealer().seal_once().await.unwrap_err().to_string();
    assert!(stopped.contains("Seal 3 is not what it was"), "{stopped}");
    assert!(stage.sealer().new_epoch("Ada", "to be rid of it").await.is_err());
    stage.end().await;
}

#[tokio::test]
async fn a_part_of_the_log_can_be_verified() {
    let stage = Stage::new().await;
    stage.history(5, 4).await;
    let part = |range| {
        let (pool, keys, anchor) = (stage.sealing.clone(), stage.keys(), stage.anchor());
        async move { verify(&pool, &keys, Some(&anchor), range).await.unwrap() }
    };
    let report = part(Range::Seals { first: 3, last: 4 }).await;
    assert_intact(&report);
    assert_eq!((report.rows, report.seals, report.first_seal, report.unsealed), (8, 2, Some(3), None));
    let last = last_seal(&stage.sealing).await.unwrap().unwrap();
    let made = last.sealed_at.timestamp().unwrap();
    let report = part(Range::Times { from: made, to: made }).await;
    assert_intact(&report);
    assert_eq!((report.rows, report.first_seal), (4, Some(last.seal_no)));
    stage.tamper("update backlot.audit_log set reason = 'x' where seq = 1").await;
    assert_intact(&part(Range::Seals { first: 3, last: 99 }).await);
    assert!(!part(Range::Seals { first: 1, last: 2 }).await.is_intact());
    stage.end().await;
}

#[tokio::test]
async fn seals_of_an_earlier_key_stay_valid_where_it_is_trusted() {
    let stage = Stage::new().await;
    stage.history(2, 1).await;
    let next = || SigningKey::load_or_generate(&stage.folder.join("next.key")).unwrap();
    stage.write("after the change of keys").await;
    let sealer = || Sealer::new(stage.sealing.clone(), next(), AnchorFile::open(&stage.anchor()).unwrap());
    assert!(sealer().seal_once().await.is_err(), "a key that nobody knows must not go on");
    let both = stage.keys().and(TrustedKeys::parse(&format!("{} # from today\n\n", next().public())).unwrap());
    stage.seal(&sealer().trusting(both.clone())).await;
    assert_intact(&verify(&stage.sealing, &both, Some(&stage.anchor()), Range::All).await.unwrap());
    assert!(!stage.verify().await.is_intact());
    stage.end().await;
}

#[tokio::test]
async fn the_key_is_for_the_servers_user_alone() {
    let stage = Stage::new().await;
    let path = stage.folder.join("audit.key");
    let id = stage.key().id().to_owned();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(stage.key().id(), id, "it is kept");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    assert!(SigningKey::load(&path).err().unwrap().to_string().contains("0600"));
    let damaged = stage.folder.join("damaged.key");
    std::fs::File::create(&damaged).unwrap().write_all(b"nonsense").unwrap();
    std::fs::set_permissions(&damaged, std::fs::Permissions::from_mode(0o600)).unwrap();
    assert!(SigningKey::load(&damaged).is_err());
    stage.end().await;
}

#[tokio::test]
async fn a_hundred_thousand_rows_are_sealed_and_proved_in_seconds() {
    let stage = Stage::new().await;
    let sealer = stage.sealer();
    sealer.seal_once().await.unwrap();
    let began = std::time::Instant::now();
    sqlx::query(
        "insert into backlot.audit_log (id, actor_kind, actor_name, action, target_kind, target_id, target_label, outcome, changes)
         select gen_random_uuid(), 'system', 'load', 'users.suspend', 'user', i::text, 'someone' || i || '@example.org', 'done',
           '[{\"target\":{\"kind\":\"user\"},\"before\":{\"status\":\"active\"},\"after\":{\"status\":\"suspended\"}}]'
         from generate_series(1, 100000) i",
    )
    // As the superuser: no statement of the server's own role may take as long.
    .execute(&stage.superuser)
    .await
    .unwrap();
    let written = began.elapsed();
    let began = std::time::Instant::now();
    assert_eq!(stage.seal(&sealer).await.rows, 100_000);
    let sealed = began.elapsed();
    let report = stage.verify().await;
    assert_intact(&report);
    println!(
        "100,000 rows: written in {written:.2?}, sealed in {sealed:.2?}, proved in {:.2?} ({} rows/s)",
        report.took,
        report.rows_per_second()
    );
    assert!(report.took < Duration::from_mins(1), "{report}");
    stage.end().await;
}
