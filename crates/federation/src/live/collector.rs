//! Questions of one moment to one region travel together.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use folkmoot_domain::FeedAddress;
use futures::future::{BoxFuture, join_all, select};
use tokio::{sync::oneshot, task::yield_now};
use tracing::{Instrument, Span, trace_span};
use uuid::Uuid;

use super::{
    answer::{Handed, Part, hand_out},
    batch::{Ask, Room, question},
    client::{Failed, LiveClient},
    doubt::Doubt,
};
use crate::{SourceError, Via, measures::SPANS};

/// How often a caller lets others go first before what waits is sent. 10: the loaders of a request
/// are sent off one after the other, some in tasks of their own; and nobody waits for a clock.
const YIELDS: usize = 10;

/// How often a question is asked without those that made it fail.
const ATTEMPTS: usize = 3;

/// Gathers questions to one service, and sends them.
pub(super) struct Collector {
    pub(super) client: LiveClient,
    pub(super) address: FeedAddress,
    pub(super) token: Option<String>,
    /// This gateway.
    pub(super) instance: Uuid,
    /// The most requests under way. More wait, and so travel together.
    pub(super) max_in_flight: usize,
    /// The most questions that wait; more are turned away.
    pub(super) max_waiting: usize,
    pub(super) doubt: Doubt,
    pub(super) state: Mutex<State>,
}

#[derive(Default)]
pub(super) struct State {
    waiting: Vec<Waiting>,
    in_flight: usize,
}

struct Waiting {
    ask: Ask,
    /// A chain of gateways is true of the questions that came by it alone, so only those of the
    /// same chain travel together.
    via: Via,
    reply: oneshot::Sender<Result<Part, Failed>>,
    /// Of whose question it is.
    span: Span,
}

impl Collector {
    /// The answers, in the order of the questions. Whoever stops waiting harms nobody else.
    pub(super) async fn ask(self: &Arc<Self>, asks: Vec<Ask>) -> Result<Vec<Part>, Failed> {
        let via = Via::current()
            .and(self.instance)
            .map_err(|error| Failed::new(SourceError::Rejected, error.to_string()))?;
        let replies = self.put(asks, &via)?;
        for _ in 0..YIELDS {
            yield_now().await;
        }
        // Whoever comes first sends for all: nobody depends on another caller still being there.
        self.send_waiting();
        let gone = || Failed::new(SourceError::Unavailable, "this gateway is stopping");
        let answers = join_all(replies).await.into_iter();
        answers.map(|answer| answer.unwrap_or_else(|_| Err(gone()))).collect()
    }

    fn put(
        &self,
        asks: Vec<Ask>,
        via: &Via,
    ) -> Result<Vec<oneshot::Receiver<Result<Part, Failed>>>, Failed> {
        let mut state = self.lock();
        if state.waiting.len() + asks.len() > self.max_waiting {
            state.waiting.retain(|waiting| !waiting.reply.is_closed());
        }
        if state.waiting.len() + asks.len() > self.max_waiting {
            let reason = "more questions wait for it than it can answer in time";
            return Err(Failed::new(SourceError::Unavailable, reason));
        }
        let put = |ask| {
            let (reply, answer) = oneshot::channel();
            state.waiting.push(Waiting { ask, via: via.clone(), reply, span: Span::current() });
            answer
        };
        Ok(asks.into_iter().map(put).collect())
    }

    /// Sends what waits, as far as requests may be under way.
    fn send_waiting(self: &Arc<Self>) {
        // Spawned without the lock: a runtime that is stopping drops a task at once.
        for batch in self.batches() {
            let flight = Flight(self.clone());
            let span = self.span(&batch);
            tokio::spawn(async move { flight.0.answer(batch).await }.instrument(span));
        }
    }

    /// Part of the trace of whoever asked first; those of the others lead to it.
    fn span(&self, batch: &[Waiting]) -> Span {
        let span = trace_span!(
            target: SPANS,
            parent: &batch[0].span,
            "region request",
            otel.kind = "client",
            server.address = self.address.url().host_str().unwrap_or_default(),
            folkmoot.questions = batch.len() as u64,
        );
        if !span.is_disabled() {
            for waiting in &batch[1..] {
                span.follows_from(waiting.span.id());
            }
        }
        span
    }

    fn batches(&self) -> Vec<Vec<Waiting>> {
        let mut state = self.lock();
        let mut batches = Vec::new();
        state.waiting.retain(|waiting| !waiting.reply.is_closed());
        while state.in_flight < self.max_in_flight
            && let Some(first) = state.waiting.first()
        {
            let mut room = Room::default();
            let via = first.via.clone();
            let travels = |waiting: &Waiting| waiting.via == via && room.takes(&waiting.ask);
            let (batch, rest) = std::mem::take(&mut state.waiting).into_iter().partition(travels);
            state.waiting = rest;
            state.in_flight += 1;
            batches.push(batch);
        }
        batches
    }

    /// Asks for all of a batch, as long as anybody waits for it.
    async fn answer(&self, batch: Vec<Waiting>) {
        let via = batch[0].via.clone();
        let (asks, mut replies): (Vec<_>, Vec<_>) =
            batch.into_iter().map(|waiting| (waiting.ask, waiting.reply)).unzip();
        let answers = {
            let asks: Vec<_> = asks.iter().enumerate().collect();
            let all_gone = Box::pin(join_all(replies.iter_mut().map(oneshot::Sender::closed)));
            match select(self.answers(asks, &via, ATTEMPTS), all_gone).await {
                futures::future::Either::Left((answers, _)) => answers,
                futures::future::Either::Right(_) => return,
            }
        };
        for (reply, (_, answer)) in replies.into_iter().zip(answers) {
            // An error means that nobody waits for it any more.
            let _ = reply.send(answer);
        }
    }

    /// The answers by the places of the questions.
    fn answers<'a>(
        &'a self,
        asks: Vec<(usize, &'a Ask)>,
        via: &'a Via,
        attempts: usize,
    ) -> BoxFuture<'a, BTreeMap<usize, Result<Part, Failed>>> {
        Box::pin(async move {
            let alone: Vec<_> = asks.iter().map(|(_, ask)| *ask).collect();
            let url = self.address.url();
            let (asking, is_anew) = (self.doubt.asking(), self.doubt.is_cast());
            let token = self.token.as_deref();
            let body = self.client.post(url, token, via, question(&alone), is_anew).await;
            match &body {
                Err(Failed { error: SourceError::TimedOut, .. }) => drop(asking),
                _ => asking.ends(),
            }
            let body = match body {
                Err(failed) if failed.is_too_large && asks.len() > 1 => {
                    let (left, right) = asks.split_at(asks.len() / 2);
                    let mut answers = self.answers(left.to_vec(), via, attempts).await;
                    answers.extend(self.answers(right.to_vec(), via, attempts).await);
                    return answers;
                }
                body => body,
            };
            let handed = match body {
                Ok(body) => hand_out(&alone, &body),
                Err(failed) => vec![Handed::Failed(failed); asks.len()],
            };
            let mut answers = BTreeMap::new();
            let mut again = Vec::new();
            for ((place, ask), handed) in asks.into_iter().zip(handed) {
                match handed {
                    Handed::Part(part) => drop(answers.insert(place, Ok(part))),
                    Handed::Failed(failed) => drop(answers.insert(place, Err(failed))),
                    Handed::Again => again.push((place, ask)),
                }
            }
            if attempts > 1 && !again.is_empty() {
                answers.extend(self.answers(again, via, attempts - 1).await);
            } else {
                let reason = "it fails whatever it is asked";
                let failed = Failed::new(SourceError::Unavailable, reason);
                answers.extend(again.into_iter().map(|(place, _)| (place, Err(failed.clone()))));
            }
            answers
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // What is in it is sound after each statement.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that is under way. Its end, however it comes, lets the next ones go.
struct Flight(Arc<Collector>);

impl Drop for Flight {
    fn drop(&mut self) {
        self.0.lock().in_flight -= 1;
        // Without a runtime the process is at its end.
        if tokio::runtime::Handle::try_current().is_ok() {
            self.0.send_waiting();
        }
    }
}
