//! What the program says while it runs: the log on standard error, and traces to a collector when one is named.
use crate::kernel::trace::TARGET;
use crate::settings::Given;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use std::error::Error;
use std::io::IsTerminal;
use tracing::Subscriber;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt};

/// What must be brought to an end: traces that wait to be sent.
pub struct Log(Option<SdkTracerProvider>);

impl Log {
    /// Begins to log, and to trace when there is an address for it.
    ///
    /// # Errors
    /// When the address for traces makes no sense.
    pub fn open(given: &Given) -> Result<Self, Box<dyn Error>> {
        let filter = EnvFilter::try_new(&given.log).unwrap_or_else(|_| EnvFilter::new("warn,backlot=info"));
        let traces = given
            .otlp_endpoint
            .as_deref()
            .filter(|address| !address.is_empty())
            .map(|address| provider(address, &given.service_name))
            .transpose()?;
        let Some(provider) = &traces else {
            // One filter for everything: what nobody logs is not even made.
            tracing_subscriber::registry().with(filter).with(layer(given)).init();
            return Ok(Self(None));
        };
        let spans = tracing_opentelemetry::layer().with_tracer(provider.tracer("backlot")).with_location(false).with_threads(false);
        let only = Targets::new().with_target(TARGET, LevelFilter::TRACE);
        tracing_subscriber::registry().with(spans.with_filter(only)).with(layer(given).with_filter(filter)).init();
        Ok(Self(traces))
    }

    /// Sends what waits: at most five seconds.
    pub async fn close(self) {
        let Some(provider) = self.0 else { return };
        match tokio::task::spawn_blocking(move || provider.shutdown()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the last traces were not sent"),
            Err(error) => tracing::warn!(%error, "the last traces were not sent"),
        }
    }
}

fn layer<S: Subscriber + for<'s> LookupSpan<'s>>(given: &Given) -> Box<dyn Layer<S> + Send + Sync> {
    let log = fmt::layer().with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal());
    if given.log_format == "json" { log.json().boxed() } else { log.compact().boxed() }
}

/// Sends spans in batches from a thread of its own. For headers, sampling and the like its library reads OpenTelemetry's own variables
/// (`OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_TRACES_SAMPLER`, …).
fn provider(address: &str, name: &str) -> Result<SdkTracerProvider, Box<dyn Error>> {
    let traces = format!("{}/v1/traces", address.trim_end_matches('/'));
    let exporter = SpanExporter::builder().with_http().with_protocol(Protocol::HttpBinary).with_endpoint(traces).build();
    let exporter = exporter.map_err(|error| format!("OTEL_EXPORTER_OTLP_ENDPOINT: {error}"))?;
    let resource = Resource::builder().with_service_name(name.to_owned()).build();
    Ok(SdkTracerProvider::builder().with_resource(resource).with_batch_exporter(exporter).build())
}
