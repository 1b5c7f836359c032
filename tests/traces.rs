//! Traces: what a collector of the real protocol (OTLP over HTTP, protobuf) is told by a real server.
use crate::support::{Process, Studio};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

type Taken = Arc<Mutex<Vec<Bytes>>>;

/// A collector that keeps what it is sent.
async fn collector() -> (String, Taken) {
    let taken = Taken::default();
    let take = |State(taken): State<Taken>, body: Bytes| async move {
        taken.lock().unwrap().push(body);
    };
    let router = Router::new().route("/v1/traces", post(take)).with_state(Arc::clone(&taken));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (address, taken)
}

fn spans(taken: &Taken) -> Vec<Span> {
    let bodies = taken.lock().unwrap();
    let told = bodies.iter().map(|body| ExportTraceServiceRequest::decode(body.clone()).unwrap());
    told.flat_map(|told| told.resource_spans).flat_map(|resource| resource.scope_spans).flat_map(|scope| scope.spans).collect()
}

fn attribute(span: &Span, name: &str) -> Option<Value> {
    span.attributes.iter().find(|attribute| attribute.key == name)?.value.clone()?.value
}

/// Starts a server that tells a collector, and waits until it answers.
async fn server(studio: &Studio, collector: &str) -> (Process, String) {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let with = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.to_owned()),
        ("BACKLOT_TRUSTED_PROXIES", "127.0.0.1".to_owned()),
        ("BACKLOT_PUBLIC_URL", format!("http://{port}")),
    ];
    let mut process = Process::start(studio, &port.to_string(), &with);
    let since = Instant::now();
    while !reqwest::get(format!("http://{port}/readyz")).await.is_ok_and(|answer| answer.status().is_success()) {
        assert!(process.ended().is_none() && since.elapsed() < Duration::from_secs(60), "{}", process.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    (process, format!("http://{port}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_a_span_of_the_callers_trace_and_nothing_that_was_typed_is_in_it() {
    crate::support::server::with_tls();
    let studio = Studio::open().await;
    let (collector, taken) = collector().await;
    let (process, address) = server(&studio, &collector).await;
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let asked = client.get(format!("{address}/admin/users?q=ada%40secret.example")).header("traceparent", parent).send().await.unwrap();
    let id = asked.headers()["x-request-id"].to_str().unwrap().to_owned();
    client.get(format!("{address}/sign-in")).send().await.unwrap();
    assert!(process.end().await.success());
    let spans = spans(&taken);
    let span = spans.iter().find(|span| span.name == "GET /admin/users").unwrap_or_else(|| panic!("{spans:?}"));
    assert_eq!(span.trace_id, 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c_u128.to_be_bytes());
    assert_eq!(span.parent_span_id, 0xb7ad_6b71_6920_3331_u64.to_be_bytes());
    assert_eq!(attribute(span, "http.response.status_code"), Some(Value::IntValue(303)));
    assert_eq!(attribute(span, "backlot.request_id"), Some(Value::StringValue(id)));
    let own = spans.iter().find(|span| span.name == "GET /sign-in").unwrap();
    assert_ne!(own.trace_id, span.trace_id, "who names no trace begins one");
    let everything: Vec<u8> = taken.lock().unwrap().concat();
    assert!(!String::from_utf8_lossy(&everything).contains("secret.example"), "no query leaves the house");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_action_lies_within_its_request_and_its_job_names_that_request() {
    crate::support::server::with_tls();
    let studio = Studio::open().await;
    let (collector, taken) = collector().await;
    let mut support = studio.sign_in(backlot::kernel::Role::SupportAdmin).await;
    let place = "/admin/users/0192f000-0000-7000-8000-00000000000a/suspend";
    let shown = support.get(place).await.must(200).form(place).with("reason", "a trace");
    let confirm = support.submit(&shown).await.must(200).form(place);
    let done = support.submit(&confirm).await.must(303).request_id().to_string();
    // The test's own site tells nobody; the server that does the job tells of it.
    let (process, _) = server(&studio, &collector).await;
    let since = Instant::now();
    while !studio.jobs().await.iter().all(|name| name != "users.end_sessions") {
        assert!(since.elapsed() < Duration::from_secs(30), "the job is done");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(process.end().await.success());
    let spans = spans(&taken);
    let job = spans.iter().find(|span| span.name == "users.end_sessions" && attribute(span, "backlot.job_id").is_some()).unwrap();
    assert_eq!(attribute(job, "backlot.request_id"), Some(Value::StringValue(done)));
    assert_eq!(attribute(job, "backlot.ending"), Some(Value::StringValue("done".into())));
    let action = spans.iter().find(|span| span.parent_span_id == job.span_id).unwrap_or_else(|| panic!("{spans:?}"));
    assert_eq!((action.name.as_str(), &action.trace_id), ("users.end_sessions", &job.trace_id));
}
