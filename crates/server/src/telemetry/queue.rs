//! Spans that wait to be sent: so many and no more, sent by one task in batches.

use std::time::Duration;

use metrics::{counter, describe_counter};
use opentelemetry::Context;
use opentelemetry_sdk::{
    error::OTelSdkResult,
    trace::{Span, SpanData, SpanExporter, SpanProcessor},
};
use tokio::{
    sync::{mpsc, oneshot},
    time::{MissedTickBehavior, interval, timeout},
};

/// Spans that were sent.
const SENT: &str = "folkmoot_spans_sent_total";
/// Spans that were not.
const DROPPED: &str = "folkmoot_spans_dropped_total";

/// The most that wait: a second of a busy gateway, and a few megabytes.
const WAITING: usize = 8_192;

/// The most that are sent at once; OpenTelemetry's own default.
const BATCH: usize = 512;

/// How long one waits for others to be sent with.
const EVERY: Duration = Duration::from_secs(2);

/// How long a collector may take for a batch.
const PATIENCE: Duration = Duration::from_secs(5);

/// Tells the recorder what the names mean. Called once, after it was installed.
pub(crate) fn describe() {
    describe_counter!(SENT, "Spans that the collector of traces has taken");
    describe_counter!(DROPPED, "Spans that were lost, by reason: full, not_sent");
}

/// The task's end of it.
pub(super) struct Queue {
    stop: oneshot::Sender<oneshot::Sender<()>>,
}

/// The end at which spans come in.
#[derive(Debug)]
pub(super) struct Entrance(mpsc::Sender<SpanData>);

impl Queue {
    /// Sends what comes, until it is stopped.
    pub(super) fn start(exporter: impl SpanExporter + 'static) -> (Self, Entrance) {
        let (sender, waiting) = mpsc::channel(WAITING);
        let (stop, stopped) = oneshot::channel();
        tokio::spawn(send(exporter, waiting, stopped));
        (Self { stop }, Entrance(sender))
    }

    /// Sends what waits, within so much time; what is left then is lost.
    pub(super) async fn stop(self, within: Duration) {
        let (done, is_done) = oneshot::channel();
        if self.stop.send(done).is_ok() {
            let _ = timeout(within, is_done).await;
        }
    }
}

impl SpanProcessor for Entrance {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    /// Called where a request ends: it must not wait.
    fn on_end(&self, span: SpanData) {
        if self.0.try_send(span).is_err() {
            counter!(DROPPED, "reason" => "full").increment(1);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

async fn send(
    exporter: impl SpanExporter,
    mut waiting: mpsc::Receiver<SpanData>,
    mut stopped: oneshot::Receiver<oneshot::Sender<()>>,
) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut collector = Collector { exporter, is_away: false };
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        let room = BATCH - batch.len();
        let is_due = tokio::select! {
            came = waiting.recv_many(&mut batch, room) => match came {
                // Nobody makes spans any more.
                0 => return collector.take(batch).await,
                _ => batch.len() == BATCH,
            },
            _ = ticks.tick() => true,
            done = &mut stopped => {
                waiting.close();
                while waiting.recv_many(&mut batch, BATCH).await > 0 {
                    collector.take(std::mem::take(&mut batch)).await;
                }
                collector.take(batch).await;
                if let Ok(done) = done {
                    let _ = done.send(());
                }
                return;
            }
        };
        if is_due {
            collector.take(std::mem::take(&mut batch)).await;
        }
    }
}

/// Who takes spans.
struct Collector<E> {
    exporter: E,
    is_away: bool,
}

impl<E: SpanExporter> Collector<E> {
    async fn take(&mut self, batch: Vec<SpanData>) {
        let count = batch.len() as u64;
        if count == 0 {
            return;
        }
        let outcome = timeout(PATIENCE, self.exporter.export(batch)).await;
        let error = match outcome {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some("no answer in time".to_owned()),
        };
        // Once per change of state: a collector that is away must not flood the log.
        match (&error, self.is_away) {
            (Some(error), false) => {
                tracing::warn!(error, "traces cannot be sent: going on without")
            }
            (None, true) => tracing::info!("traces are sent again"),
            _ => {}
        }
        self.is_away = error.is_some();
        match error {
            None => counter!(SENT).increment(count),
            Some(_) => counter!(DROPPED, "reason" => "not_sent").increment(count),
        }
    }
}
