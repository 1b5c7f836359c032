//! Looks at a training in any order: an attempt goes forwards, ends once, and its log holds each line once.
use super::*;
use proptest::prelude::*;
use uuid::Uuid;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("a moment")
}

fn attempt() -> Attempt {
    Attempt {
        id: Uuid::nil(),
        model: Uuid::nil(),
        number: 1,
        progress: Progress::Queued,
        provider_state: None,
        external_id: Some("trn".into()),
        config: serde_json::Map::new(),
        percent: 0,
        steps: 0,
        total_steps: 2_000,
        log_lines: 0,
        created_at: at(0),
        submitted_at: None,
        started_at: None,
        finished_at: None,
        expected_at: None,
        cancel_asked_at: None,
        gpu_seconds: 0,
        cost: (0, "EUR".into()),
        credits_charged: 0,
        credits_refunded: 0,
        error_class: None,
        error: None,
        by: None,
        reason: None,
    }
}

fn seen(state: State, logs: &str) -> Training {
    Training {
        id: "trn".into(),
        state,
        reference: None,
        logs: logs.into(),
        error: None,
        seconds: 0.0,
        started_at: None,
        completed_at: None,
    }
}

fn apply(attempt: &mut Attempt, step: &Advance) {
    attempt.progress = step.progress;
    attempt.provider_state = Some(step.provider_state.clone());
    (attempt.percent, attempt.steps, attempt.started_at) = (step.percent, step.steps, step.started_at);
    attempt.log_lines += i32::try_from(step.lines.len()).expect("few lines");
}

#[test]
fn steps_are_read_from_what_trainers_print() {
    assert_eq!(steps("step 200/2000  loss 0.1\nstep 240/2000", 2_000), Some(240));
    assert_eq!(steps(" 12%|█▏  | 240/2000 [03:10<23:14, 1.26it/s]", 2_000), Some(240));
    assert_eq!(steps("epoch 3/4\nsaved at 2026/2000x", 2_000), Some(2_026));
    assert_eq!(steps("step 7/20000", 2_000), None);
    assert_eq!(steps("", 2_000), None);
}

#[test]
fn its_end_is_reckoned_from_its_speed() {
    let mut running = attempt();
    let step = advance(&running, &seen(State::Processing, "step 1/2000\n"), None, at(100)).expect("a step");
    apply(&mut running, &step);
    assert_eq!(step.started_at, Some(at(100)));
    let step = advance(&running, &seen(State::Processing, "step 1/2000\nstep 500/2000\n"), None, at(200)).expect("a step");
    assert_eq!((step.percent, step.steps, step.expected_at), (25, 500, Some(at(500))));
}

#[test]
fn a_line_that_is_not_finished_waits_and_none_is_kept_twice() {
    let mut running = attempt();
    for (logs, new) in [("one\ntw", vec!["one"]), ("one\ntwo\n", vec!["two"]), ("one\ntwo\n", vec![]), ("one", vec![])] {
        let step = advance(&running, &seen(State::Processing, logs), None, at(1)).expect("a step");
        assert_eq!(step.lines, new, "{logs}");
        apply(&mut running, &step);
    }
    let step = advance(&running, &seen(State::Failed, "one\ntwo\nbroken"), None, at(1)).expect("a step");
    assert_eq!(step.lines, ["broken"]);
    let long = "x\n".repeat(LONGEST_LOG + 9);
    let step = advance(&attempt(), &seen(State::Processing, &long), None, at(1)).expect("a step");
    assert_eq!(step.lines.len(), LONGEST_LOG);
    assert!(step.lines[LONGEST_LOG - 1].contains("longer"));
}

#[test]
fn success_is_one_only_with_a_file() {
    let done = seen(State::Succeeded, "");
    let without = advance(&attempt(), &done, None, at(1)).expect("a step");
    assert!(!without.progress.is_final(), "nobody has looked at its file");
    let missing = advance(&attempt(), &done, Some(Err((ErrorClass::ArtifactMissing, "gone".into()))), at(1)).expect("a step");
    assert_eq!((missing.progress, missing.failure.map(|failure| failure.0)), (Progress::Failed, Some(ErrorClass::ArtifactMissing)));
    let ready = advance(&attempt(), &done, Some(Ok(("key".into(), 9))), at(1)).expect("a step");
    assert_eq!((ready.progress, ready.percent, ready.file), (Progress::Succeeded, 100, Some(("key".into(), 9))));
}

fn any_state() -> impl Strategy<Value = State> {
    prop::sample::select(vec![State::Starting, State::Processing, State::Succeeded, State::Failed, State::Canceled, State::Aborted])
}

proptest! {
    #[test]
    fn whatever_is_told_in_whatever_order_it_goes_forwards_and_ends_once(
        told in prop::collection::vec((any_state(), 0..2_500_i32, any::<bool>()), 1..30)
    ) {
        let mut one = attempt();
        for (state, steps, has_file) in told {
            let delivered = has_file.then(|| Ok(("key".to_owned(), 1)));
            let before = one.clone();
            match advance(&one, &seen(state, &format!("step {steps}/2000\n")), delivered, at(10)) {
                None => prop_assert!(before.progress.is_final()),
                Some(step) => {
                    prop_assert!(!before.progress.is_final());
                    prop_assert!(step.steps >= before.steps && step.percent >= before.percent && step.percent <= 100);
                    prop_assert!(before.progress != Progress::Running || step.progress != Progress::Queued);
                    prop_assert_eq!(step.file.is_some(), step.progress == Progress::Succeeded);
                    apply(&mut one, &step);
                }
            }
        }
    }

    #[test]
    fn any_log_is_read_without_a_panic(logs in ".{0,400}", total in 0..5_000_i32) {
        let _ = advance(&Attempt { total_steps: total, ..attempt() }, &seen(State::Processing, &logs), None, at(10));
    }
}
