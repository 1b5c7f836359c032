//! The client and the hosts it speaks to: the same sentences are to hold for real ones.
use crate::support::crews::{CREW_TOKEN, PACE, PATIENCE, hosts};
use backlot::gateways::crewai::{Callback, Crew, CrewError, Hosts, Kickoff, Phase, Stopping, WorkflowRunner};
use backlot::sandbox::crews::{At, CrewHosts, Ending, Endpoint, Fault, Script, Words};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Whether an error is the one that a fault is to make.
type IsRight = fn(&CrewError) -> bool;

fn client(hosts: &CrewHosts) -> Hosts {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Hosts::with_patience(&hosts.crews(), None, PATIENCE).unwrap()
}

fn kickoff() -> Kickoff {
    Kickoff { inputs: json!({ "theme": "a loom" }), meta: json!({ "run_id": "r-1" }) }
}

#[tokio::test]
async fn every_crew_is_followed_to_its_end_in_its_own_words() {
    let hosts = hosts().await;
    let client = client(&hosts);
    assert_eq!(client.inputs("storyboard").await, Ok(vec!["theme".into()]));
    let ends = [
        ("script_writer", Phase::Succeeded),
        ("storyboard", Phase::Succeeded),
        ("shot_planner", Phase::Succeeded),
        ("trailer_editor", Phase::Failed),
        ("character_designer", Phase::AwaitingHuman),
    ];
    for (crew, end) in ends {
        let id = client.kickoff(crew, &kickoff()).await.unwrap();
        let since = Instant::now();
        let mut status = client.status(crew, &id).await.unwrap();
        while status.phase != end {
            assert!(matches!(status.phase, Phase::Queued | Phase::Running), "{crew}: {status:?}");
            assert!(since.elapsed() < Duration::from_secs(10), "{crew}: {status:?}");
            tokio::time::sleep(PACE).await;
            status = client.status(crew, &id).await.unwrap();
        }
        assert_eq!(status.run_id.as_deref(), Some("r-1"), "{crew}");
        assert_eq!(status.output.is_some(), end == Phase::Succeeded, "{crew}: {status:?}");
        assert_eq!(status.error.is_some(), end == Phase::Failed, "{crew}: {status:?}");
        assert_eq!(client.status(crew, "no-such-run").await.unwrap().phase, Phase::NotFound, "{crew}");
    }
}

#[tokio::test]
async fn each_refusal_says_how_much_can_have_happened() {
    let hosts = hosts().await;
    let client = client(&hosts);
    let asked = Kickoff { inputs: json!({ "tone": "dry" }), ..kickoff() };
    let refused = client.kickoff("storyboard", &asked).await.unwrap_err();
    assert!(matches!(&refused, CrewError::Rejected { status: 422, missing, .. } if missing == &["theme"]), "{refused:?}");
    assert_eq!(client.kickoff("nobody", &kickoff()).await, Err(CrewError::NoHost("nobody".into())));
    let faults: [(Fault, IsRight, usize); 8] = [
        (Fault::Answer(401, "{}".into()), |error| matches!(error, CrewError::Auth(401)), 0),
        (Fault::Answer(429, "{}".into()), |error| matches!(error, CrewError::Throttled { .. }), 0),
        (Fault::Answer(500, "<html>".into()), |error| matches!(error, CrewError::Uncertain(_)), 0),
        (
            Fault::Answer(400, r#"{"error": "no"}"#.into()),
            |error| matches!(error, CrewError::Rejected { status: 400, said, .. } if said == "no"),
            0,
        ),
        (Fault::LoseAnswer, |error| matches!(error, CrewError::Uncertain(_)), 1),
        (Fault::Garble("<html>ok</html>".into()), |error| matches!(error, CrewError::Uncertain(_)), 2),
        (Fault::Garble("{}".into()), |error| matches!(error, CrewError::Uncertain(_)), 3),
        (Fault::Flood, |error| matches!(error, CrewError::Uncertain(_)), 4),
    ];
    for (fault, is_right, runs) in faults {
        hosts.fault(Endpoint::Kickoff, fault.clone());
        let error = client.kickoff("storyboard", &kickoff()).await.unwrap_err();
        assert!(is_right(&error), "{fault:?}: {error:?}");
        assert_eq!(hosts.runs().len(), runs, "{fault:?}");
    }
    hosts.fault(Endpoint::Status, Fault::Flood);
    let flooded = client.status("script_writer", "x").await.unwrap_err().to_string();
    assert!(flooded.contains("longer than"), "no more is read than is needed: {flooded}");
}

#[tokio::test]
async fn nothing_is_sent_to_where_a_host_points_and_no_other_token_is_known() {
    let hosts = hosts().await;
    let client = client(&hosts);
    hosts.fault(Endpoint::Kickoff, Fault::Redirect(format!("{}/kickoff", hosts.crews()[0].url)));
    assert!(matches!(client.kickoff("storyboard", &kickoff()).await, Err(CrewError::Protocol(_))));
    assert_eq!((hosts.asked(Endpoint::Kickoff), hosts.runs().len()), (1, 0), "asked once, and nothing ran");
    let strangers: Vec<Crew> = hosts.crews().into_iter().map(|crew| Crew { token: CREW_TOKEN[1..].to_owned().into(), ..crew }).collect();
    let stranger = Hosts::with_patience(&strangers, None, PATIENCE).unwrap();
    assert_eq!(stranger.kickoff("storyboard", &kickoff()).await, Err(CrewError::Auth(401)));
    assert_eq!(stranger.status("storyboard", "x").await, Err(CrewError::Auth(401)));
}

#[tokio::test]
async fn a_host_that_is_not_there_was_sent_nothing() {
    let gone = {
        let hosts = hosts().await;
        hosts.crews()
    };
    tokio::time::sleep(Duration::from_millis(50)).await;
    let client = Hosts::with_patience(&gone, None, PATIENCE).unwrap();
    for error in [client.kickoff("storyboard", &kickoff()).await.unwrap_err(), client.stop("storyboard", "x").await.unwrap_err()] {
        assert!(matches!(error, CrewError::NeverSent(_)), "{error:?}");
        assert!(!error.to_string().contains("127.0.0.1") && !error.to_string().contains(CREW_TOKEN), "{error}");
    }
}

#[tokio::test]
async fn a_run_is_stopped_once_and_one_that_is_over_is_too_late() {
    let hosts = hosts().await;
    let client = client(&hosts);
    hosts.script("storyboard", Script::of(Words::Celery, &["one"], Duration::from_secs(60)));
    let id = client.kickoff("storyboard", &kickoff()).await.unwrap();
    assert_eq!(client.stop("storyboard", &id).await, Ok(Stopping::Stopped));
    assert_eq!(client.status("storyboard", &id).await.unwrap().phase, Phase::Stopped);
    assert_eq!(client.stop("storyboard", &id).await, Ok(Stopping::TooLate("Cannot stop execution. Current state: REVOKED".into())));
    assert!(matches!(client.stop("storyboard", "x").await, Err(CrewError::Rejected { status: 404, .. })));
    assert_eq!(hosts.runs()[0].1.at(), At::Stopped);
}

#[tokio::test]
async fn an_id_stays_one_segment_and_a_new_word_is_only_unknown() {
    let hosts = hosts().await;
    let client = client(&hosts);
    for id in ["../inputs", "a/b?c#d", "..", "%2e%2e", "\u{202e}x", " "] {
        let phase = client.status("script_writer", id).await.map(|status| status.phase);
        assert!(matches!(phase, Ok(Phase::NotFound) | Err(CrewError::Protocol(_) | CrewError::Rejected { .. })), "{id}: {phase:?}");
    }
    assert_eq!((hosts.asked(Endpoint::Inputs), hosts.asked(Endpoint::Kickoff)), (0, 0), "no id leads elsewhere");
    hosts.script("storyboard", Script::of(Words::OpenApi, &["one"], PACE).ending(Ending::Mumbles("HIBERNATING".into())));
    let id = client.kickoff("storyboard", &kickoff()).await.unwrap();
    let status = client.status("storyboard", &id).await.unwrap();
    assert_eq!((status.phase, status.word.as_str()), (Phase::Unknown, "HIBERNATING"));
}

#[tokio::test]
async fn hosts_tell_by_themselves_with_the_token_that_they_were_given() {
    let (sender, mut heard) = tokio::sync::mpsc::unbounded_channel::<(String, Value)>();
    let hook = axum::routing::post(async move |headers: axum::http::HeaderMap, axum::Json(body): axum::Json<Value>| {
        let _ = sender.send((headers["authorization"].to_str().unwrap().to_owned(), body));
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move { axum::serve(listener, axum::Router::new().route("/hook", hook)).await });
    let _ = rustls::crypto::ring::default_provider().install_default();
    let hosts = hosts().await;
    let callback = Callback { url, token: "a-token-for-hooks".to_owned().into() };
    let client = Hosts::with_patience(&hosts.crews(), Some(&callback), PATIENCE).unwrap();
    let id = client.kickoff("shot_planner", &kickoff()).await.unwrap();
    let mut last = String::new();
    while last != "Succeeded" {
        let (token, body) = tokio::time::timeout(Duration::from_secs(10), heard.recv()).await.expect("it tells its end").unwrap();
        assert_eq!(token, "Bearer a-token-for-hooks");
        let hints = backlot::gateways::crewai::hints(&body);
        assert_eq!(hints.iter().map(|hint| hint.external.as_deref()).collect::<Vec<_>>(), [Some(id.as_str())]);
        last = body["events"][0]["data"]["state"].as_str().unwrap().to_owned();
    }
    serving.abort();
}
