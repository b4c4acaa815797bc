//! Traces by OpenTelemetry: which spans there are, where they go, and whose trace a request is part
//! of.
//!
//! Spans are those of the target [`SPANS`], at a level that logs do not show, so that without an
//! address to send them to nothing is interested in them and each costs a look at a flag. They
//! hold names, numbers and words of ours: never a variable, a token or a query string. What cannot
//! be sent is dropped and counted; nobody waits for a collector.

mod queue;
mod sending;

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use anyhow::{Context as _, Result};
use axum::{
    extract::Request,
    http::{HeaderMap, StatusCode},
};
use folkmoot_federation::measures::SPANS;
use opentelemetry::{
    Context, KeyValue,
    propagation::{Extractor, TextMapPropagator},
    trace::{TraceContextExt, TracerProvider},
};
use opentelemetry_otlp::{Protocol, RetryPolicy, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{
    Resource,
    propagation::TraceContextPropagator,
    trace::{Sampler, SdkTracerProvider, SpanExporter as _},
};
use tracing::{Span, field, level_filters::LevelFilter, trace_span};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::{Layer, filter::Targets, registry::LookupSpan};

use self::queue::Queue;
pub(crate) use self::queue::describe;
use crate::config;

/// The most that the last spans are waited for when the server stops.
const LAST: Duration = Duration::from_secs(3);

/// Whether spans are made, so that those who would look for more need not.
static IS_ON: AtomicBool = AtomicBool::new(false);

/// What sends spans while the server runs.
pub(crate) struct Telemetry {
    queue: Queue,
    provider: SdkTracerProvider,
    instrumented: opentelemetry_sdk::trace::SdkTracer,
}

impl Telemetry {
    /// Begins to send; `None` without an address to send to.
    pub(crate) fn start(settings: &config::Telemetry) -> Result<Option<Self>> {
        if settings.otlp_endpoint.is_empty() {
            return Ok(None);
        }
        let resource = Resource::builder()
            .with_service_name(settings.service_name.clone())
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        let mut exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(sending::Client::new().context("set up the sending of spans")?)
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(traces_address(&settings.otlp_endpoint))
            .with_retry_policy(RetryPolicy::disabled())
            .build()
            .context("the setting telemetry.otlp_endpoint is not right")?;
        exporter.set_resource(&resource);
        let (queue, processor) = Queue::start(exporter);
        let provider = SdkTracerProvider::builder()
            // By the trace's id and nothing that a reader says: whoever sends a sampled parent with
            // each request would otherwise decide how much is sent. Gateways of one ratio agree.
            .with_sampler(Sampler::TraceIdRatioBased(settings.sample_ratio))
            .with_resource(resource)
            .with_span_processor(processor)
            .build();
        let instrumented = provider.tracer("folkmoot");
        IS_ON.store(true, Ordering::Relaxed);
        Ok(Some(Self { queue, provider, instrumented }))
    }

    /// What makes spans of those of the program. No log line becomes part of one: they hold more.
    pub(crate) fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: tracing::Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
    {
        tracing_opentelemetry::layer()
            .with_tracer(self.instrumented.clone())
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_level(false)
            .with_tracked_inactivity(false)
            .with_filter(Targets::new().with_target(SPANS, LevelFilter::TRACE))
    }

    /// Sends what waits, if that can be done soon.
    pub(crate) async fn stop(self) {
        IS_ON.store(false, Ordering::Relaxed);
        self.queue.stop(LAST).await;
        drop(self.provider);
    }
}

/// Where traces go: the address of a collector is that of all its signals.
fn traces_address(endpoint: &str) -> String {
    let endpoint = endpoint.trim_end_matches('/');
    match endpoint.ends_with("/v1/traces") {
        true => endpoint.to_owned(),
        false => format!("{endpoint}/v1/traces"),
    }
}

/// The span of a request, part of the trace that it says, if it says one; its log lines get the
/// trace's id. Without anyone to send spans to it is none.
pub(crate) fn request(request: &Request, id: &str, logs: &Span) -> Span {
    let method = request.method().as_str();
    let method = if method.len() > 16 { "_OTHER" } else { method };
    let span = trace_span!(
        target: SPANS,
        "request",
        otel.kind = "server",
        otel.name = field::Empty,
        otel.status_code = field::Empty,
        http.request.method = method,
        http.route = field::Empty,
        http.response.status_code = field::Empty,
        folkmoot.request_id = id,
    );
    if span.is_disabled() || !IS_ON.load(Ordering::Relaxed) {
        return span;
    }
    match request.extensions().get::<axum::extract::MatchedPath>() {
        // The route alone: paths are as many as readers like, and hold what they like.
        Some(route) => {
            span.record("http.route", route.as_str());
            span.record("otel.name", format!("{method} {}", route.as_str()));
        }
        None => {
            span.record("otel.name", method);
        }
    }
    if let Some(parent) = parent(request.headers()) {
        // Fails only for spans that have begun or that nobody wants.
        let _ = span.set_parent(parent);
    }
    let context = span.context();
    logs.record("trace_id", field::display(context.span().span_context().trace_id()));
    span
}

/// Notes how it was answered, and ends the span: what was asked for it and is still under way, which
/// nobody waits for any more, keeps it open otherwise.
pub(crate) fn answered(span: &Span, status: StatusCode) {
    if span.is_disabled() {
        return;
    }
    span.record("http.response.status_code", status.as_u16());
    if status.is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
    span.context().span().end();
}

/// The trace that a request says that it is part of, if it says one and says it well.
fn parent(headers: &HeaderMap) -> Option<Context> {
    let context = TraceContextPropagator::new().extract(&TraceParent(headers));
    let is_valid = context.span().span_context().is_valid();
    is_valid.then_some(context)
}

/// The one header that is read: what else comes with it is others' words.
struct TraceParent<'a>(&'a HeaderMap);

const HEADER: &str = "traceparent";

impl Extractor for TraceParent<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        let mut all = self.0.get_all(HEADER).iter();
        let first = all.next().filter(|_| key == HEADER)?;
        // Of two it is not known which is meant.
        all.next().is_none().then(|| first.to_str().ok()).flatten()
    }

    fn keys(&self) -> Vec<&str> {
        vec![HEADER]
    }
}

/// What others are told of the span that is current, so that theirs become part of its trace.
pub(crate) fn traceparent() -> Option<String> {
    if !IS_ON.load(Ordering::Relaxed) {
        return None;
    }
    let context = Span::current().context();
    let span = context.span();
    let span = span.span_context();
    let flags = span.trace_flags().to_u8();
    span.is_valid().then(|| format!("00-{}-{}-{flags:02x}", span.trace_id(), span.span_id()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traces_go_to_their_place_at_the_collector() {
        for given in ["http://c:4318", "http://c:4318/", "http://c:4318/v1/traces"] {
            assert_eq!(traces_address(given), "http://c:4318/v1/traces");
        }
    }

    #[test]
    fn only_one_valid_parent_is_taken() {
        let good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let headers = |all: &[&str]| {
            let mut headers = HeaderMap::new();
            for one in all {
                headers.append(HEADER, one.parse().expect("a value"));
            }
            headers
        };
        assert!(parent(&headers(&[good])).is_some());
        for bad in [
            vec![],
            vec![good, good],
            vec!["00-00000000000000000000000000000000-b7ad6b7169203331-01"],
            vec!["00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01"],
            vec!["ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"],
            vec!["' OR 1=1"],
        ] {
            assert!(parent(&headers(&bad)).is_none(), "{bad:?}");
        }
    }
}
