//! A collector of traces, as OTLP over HTTP has it: what programs send is read as protobuf.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{AnyValue, KeyValue, any_value::Value},
    trace::v1::Span,
};
use prost::Message;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    runtime::{Builder, Runtime},
};

/// How long spans may take to come: many times the rhythm in which they are sent.
const SOON: Duration = Duration::from_secs(20);

/// A span as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traced {
    /// In hexadecimal digits, as the ids below.
    pub trace: String,
    /// Its id.
    pub id: String,
    /// That of the span that it is part of; empty if it is part of none.
    pub parent: String,
    /// Its name.
    pub name: String,
    /// What is said of it.
    pub attributes: BTreeMap<String, String>,
    /// How long it took.
    pub took: Duration,
    /// The service that made it.
    pub service: String,
    /// All of it.
    pub whole: String,
}

/// Takes spans on a port of its own; it ends with this value.
pub struct Collector {
    /// Such as `http://127.0.0.1:40001`.
    pub address: String,
    spans: Arc<Mutex<Vec<Traced>>>,
    runtime: Option<Runtime>,
}

impl Collector {
    /// Starts it with a thread of its own: tests wait for programs that send.
    ///
    /// # Errors
    /// If there is no free port.
    pub fn start() -> Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let address = format!("http://{}", listener.local_addr()?);
        let spans = Arc::new(Mutex::new(Vec::new()));
        let taken = spans.clone();
        runtime.spawn(async move {
            let Ok(listener) = TcpListener::from_std(listener) else { return };
            while let Ok((socket, _)) = listener.accept().await {
                let taken = taken.clone();
                tokio::spawn(async move {
                    // What cannot be read is answered by nothing, and so missed by the test.
                    let _ = take(socket, &taken).await;
                });
            }
        });
        Ok(Self { address, spans, runtime: Some(runtime) })
    }

    /// All spans that came.
    pub fn spans(&self) -> Vec<Traced> {
        self.spans.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// All spans of a trace, once there are those that are wanted.
    ///
    /// # Errors
    /// If they do not come in good time.
    pub async fn trace(
        &self,
        trace: &str,
        is_whole: impl Fn(&[Traced]) -> bool,
    ) -> Result<Vec<Traced>> {
        let began = Instant::now();
        loop {
            let mut spans = self.spans();
            spans.retain(|span| span.trace == trace);
            if is_whole(&spans) {
                return Ok(spans);
            }
            ensure!(began.elapsed() < SOON, "still after {SOON:?}: {:#?}", self.spans());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Requests on one connection, one after the other.
async fn take(mut socket: TcpStream, spans: &Mutex<Vec<Traced>>) -> Result<()> {
    let mut bytes = Vec::new();
    loop {
        let head_end = loop {
            if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            if socket.read_buf(&mut bytes).await? == 0 {
                return Ok(());
            }
        };
        let head = String::from_utf8_lossy(&bytes[..head_end]).to_lowercase();
        ensure!(head.starts_with("post /v1/traces "), "{head}");
        ensure!(head.contains("content-type: application/x-protobuf"), "{head}");
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let end = head_end + length.unwrap_or("0").trim().parse::<usize>()?;
        while bytes.len() < end {
            ensure!(socket.read_buf(&mut bytes).await? > 0, "it was broken off");
        }
        let request = ExportTraceServiceRequest::decode(&bytes[head_end..end])?;
        let came = request.resource_spans.into_iter().flat_map(|of_resource| {
            let about = of_resource.resource.map(|resource| texts(&resource.attributes));
            let about = about.unwrap_or_default();
            let service = about.get("service.name").cloned().unwrap_or_default();
            let scopes = of_resource.scope_spans.into_iter().flat_map(|scope| scope.spans);
            scopes.map(move |span| traced(&span, &service)).collect::<Vec<_>>()
        });
        spans.lock().unwrap_or_else(PoisonError::into_inner).extend(came);
        bytes.drain(..end);
        let answer = "HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\n\
                      content-length: 0\r\n\r\n";
        socket.write_all(answer.as_bytes()).await?;
    }
}

fn traced(span: &Span, service: &str) -> Traced {
    Traced {
        trace: hex(&span.trace_id),
        id: hex(&span.span_id),
        parent: hex(&span.parent_span_id),
        name: span.name.clone(),
        attributes: texts(&span.attributes),
        took: Duration::from_nanos(span.end_time_unix_nano - span.start_time_unix_nano),
        service: service.to_owned(),
        whole: format!("{span:?}"),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn texts(attributes: &[KeyValue]) -> BTreeMap<String, String> {
    let text = |value: &AnyValue| match &value.value {
        Some(Value::StringValue(text)) => text.clone(),
        Some(Value::IntValue(number)) => number.to_string(),
        other => format!("{other:?}"),
    };
    let pair = |one: &KeyValue| Some((one.key.clone(), text(one.value.as_ref()?)));
    attributes.iter().filter_map(pair).collect()
}
