//! Measuring how a source answers, without a say in it.

use std::sync::Arc;

use folkmoot_domain::RegionCode;
use tokio::time::Instant;
use tracing::{Instrument, Span, field::Empty, trace_span};

use crate::{
    RegionSource, SourceError,
    decorator::{Counted, Decorator, Question},
    measures::{self, Outcome, SPANS},
};

/// What the stored regions are called: one statement answers for all of them.
const STORED: &str = "stored";

/// Measures every call to a source: how long it took, how it ended, how many rows came.
///
/// A call that its caller drops is measured when it is dropped, so that a region that never
/// answers is seen. The names are in [`measures`].
pub struct Instrumented {
    inner: Arc<dyn RegionSource>,
    region: String,
}

impl Instrumented {
    /// Measures what answers for this region.
    pub fn new(region: &RegionCode, inner: Arc<dyn RegionSource>) -> Self {
        Self { inner, region: region.to_string() }
    }

    /// Measures what answers for all stored regions, as `stored`.
    pub fn stored(inner: Arc<dyn RegionSource>) -> Self {
        Self { inner, region: STORED.to_owned() }
    }
}

impl Decorator for Instrumented {
    async fn put<Q: Question>(&self, question: Q) -> Result<Q::Answer, SourceError> {
        let span = trace_span!(
            target: SPANS,
            "region call",
            otel.name = Q::METHOD,
            folkmoot.region = self.region.as_str(),
            folkmoot.outcome = Empty,
            folkmoot.rows = Empty,
        );
        let mut call = Call {
            region: &self.region,
            method: Q::METHOD,
            began: Instant::now(),
            span: span.clone(),
            has_ended: false,
        };
        let answer = question.ask(&*self.inner).instrument(span).await;
        call.end(&match &answer {
            Ok(answer) => Outcome::Rows(answer.rows()),
            Err(error) => Outcome::Failed(error),
        });
        answer
    }
}

struct Call<'a> {
    region: &'a str,
    method: &'static str,
    began: Instant,
    span: Span,
    has_ended: bool,
}

impl Call<'_> {
    fn end(&mut self, outcome: &Outcome<'_>) {
        self.has_ended = true;
        self.span.record("folkmoot.outcome", outcome.label());
        if let Outcome::Rows(rows) = outcome {
            self.span.record("folkmoot.rows", *rows as u64);
        }
        measures::record_call(self.region, self.method, outcome, self.began.elapsed());
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        if !self.has_ended {
            self.end(&Outcome::Dropped);
        }
    }
}
