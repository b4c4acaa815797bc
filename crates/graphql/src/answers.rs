//! The answer cache: what the public was told, for whoever asks the same.
//!
//! Only questions that came without any credential are looked up here; who calls sees to that.
//! An answer is remembered if nothing in it failed, with the generations of all that was asked
//! for as they were *before* anything was read, and it holds for as long as none of them has
//! risen, at most until the minute is over. Nothing here is ever needed: a question that finds
//! nothing is answered by the pipeline.

mod kept;
mod key;
mod places;

use std::{sync::Arc, time::Duration};

use async_graphql::{Request, parser::types::OperationType};
use chrono::{DateTime, Utc};
use folkmoot_cache::{Age, Boarding, Cache, Entry, Flights, Landing, Reach, ShelfLife, Slot};
use folkmoot_store::Generations;
use metrics::{counter, describe_counter};
use tokio::{
    sync::{Semaphore, oneshot},
    time::timeout,
};
use tracing::Instrument;

pub use self::kept::{KeptAnswer, Lasts};
use self::{
    key::AnswerKey,
    places::{Place, Places, Slots},
};
use crate::{
    error::code,
    pipeline::{Answer, Pipeline},
};

/// How long an answer that lacks something may be shown: a region may be back at any moment.
const PARTIAL_FOR: Duration = Duration::from_secs(2);

/// How long an answer may be shown that no write here tells the end of: what regions said over the
/// network, which is kept behind it, and how old copies are.
const LIVE_FOR: Duration = Duration::from_secs(2);

/// The most answers that are made at a time whoever has left meanwhile; beyond, each is made by who
/// wants it, and given up with them.
const MOST_LEADERS: usize = 128;

/// How long an answer may stand in while the database is away.
const LAST_RESORT_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// What an answer is refused with whose rows cannot be read.
const AWAY: [&str; 3] =
    [code::STORE_UNAVAILABLE, code::NATION_UNAVAILABLE, code::OWNER_UNREACHABLE];

/// Public answers and where they came from.
const ANSWERS: &str = "folkmoot_public_answers_total";

/// The answer cache, with the pipeline behind it. Cheap to clone; clones are one.
#[derive(Clone)]
pub struct AnswerCache {
    shared: Arc<Shared>,
}

struct Shared {
    pipeline: Pipeline,
    cache: Cache,
    /// The place of a request by its very bytes.
    places: Places,
    flights: Flights<Option<Entry<KeptAnswer>>>,
    /// What the answers of this program are like, beside what they are made from.
    edition: String,
    longest: Duration,
    leaders: Arc<Semaphore>,
    /// For how long after a look at the database it is known what others have written.
    known_for: Duration,
}

/// By which method a question came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Method {
    Get,
    Post,
}

/// The name of the place where the answer to a request is kept, for benchmarks.
#[cfg(feature = "bench")]
pub(crate) fn place(request: &Request) -> [u8; 32] {
    AnswerKey::of(uuid::Uuid::nil(), "bench", request).slots().whole.digest()
}

/// What a public question got.
pub enum Public {
    /// An answer that is shared by all who ask the same.
    Kept(Given),
    /// One that is nobody else's.
    Once(Box<Answer>),
}

/// An answer that is shared.
#[derive(Clone)]
pub struct Given {
    /// What is said.
    pub answer: Arc<KeptAnswer>,
    /// How long ago it was made.
    pub age: Duration,
    /// For how long it is good.
    pub rest: Duration,
    /// True if it was there already.
    pub is_hit: bool,
    /// False while it cannot be checked that nothing has changed: the database is away.
    pub is_verified: bool,
}

/// Tells the recorder what the names mean. Called once, after it was installed.
pub fn describe_answers() {
    describe_counter!(ANSWERS, "Public answers by where they came from");
}

impl AnswerCache {
    /// Remembers what `pipeline` answers. `edition` names all that answers depend on and no write
    /// changes, such as build and settings; no answer takes longer than `longest`. What is kept is
    /// told as checked for `known_for` after others' writes were last looked for.
    pub fn new(
        pipeline: Pipeline,
        cache: Cache,
        edition: String,
        longest: Duration,
        known_for: Duration,
    ) -> Self {
        let (places, flights) = Default::default();
        let leaders = Arc::new(Semaphore::new(MOST_LEADERS));
        let shared =
            Shared { pipeline, cache, places, flights, edition, longest, leaders, known_for };
        Self { shared: Arc::new(shared) }
    }

    /// What this process holds for a request of these very bytes. Nothing is parsed.
    pub fn at_hand(&self, method: Method, raw: &[u8]) -> Option<Given> {
        let generations = self.shared.pipeline.store().generations();
        let place = self.shared.places.of(raw)?;
        if generations.epoch() != Some(place.epoch) || method != place.method {
            return None;
        }
        let given = self.near(&place.slots, &generations)?;
        count("memory");
        Some(given)
    }

    /// The answer to a request that came without any credential, in these bytes. It is parsed if
    /// nothing is kept for it: what is kept was asked in these words before, by a program like this.
    pub async fn answer(&self, method: Method, raw: &[u8], request: Request) -> Public {
        let worded = match self.shared.pipeline.worded(request).await {
            Ok(worded) => worded,
            Err(refused) => return Public::Once(refused),
        };
        let generations = self.shared.pipeline.store().generations();
        let place = generations.epoch().map(|epoch| {
            let slots = AnswerKey::of(epoch, &self.shared.edition, &worded.request).slots();
            Place { epoch, method, slots }
        });
        if let Some(place) = place
            && let Some(given) = self.kept(&place.slots, &generations).await
        {
            self.shared.pipeline.keep(&worded);
            self.shared.places.keep(raw, place);
            return Public::Kept(given);
        }
        match (self.shared.pipeline.prepare(worded), place) {
            (Ok((OperationType::Query, query)), Some(place)) => {
                self.shared.places.keep(raw, place);
                self.made(place.slots, query).await
            }
            (Ok((_, request)), _) => self.once(request).await,
            (Err(refused), _) => Public::Once(refused),
        }
    }

    /// What is kept for a question: here, or by another replica.
    async fn kept(&self, slots: &Slots, generations: &Generations) -> Option<Given> {
        if let Some(given) = self.near(slots, generations) {
            count("memory");
            return Some(given);
        }
        // While the database is away nobody waits for it where there is something to show.
        if !self.is_verified()
            && let Some(given) = self.last_resort(slots)
        {
            return Some(given);
        }
        let given = self.far(&slots.whole, generations).await?;
        count("redis");
        Some(given)
    }

    fn is_verified(&self) -> bool {
        self.shared.pipeline.store().has_looked_within(self.shared.known_for)
    }

    /// What this process holds.
    fn near(&self, slots: &Slots, generations: &Generations) -> Option<Given> {
        let now = self.shared.pipeline.now();
        [slots.whole, slots.partial]
            .iter()
            .find_map(|slot| self.given(self.shared.cache.near(slot, now)?, generations, now))
    }

    /// What Redis holds, perhaps by another replica.
    async fn far(&self, slot: &Slot<AnswerKey>, generations: &Generations) -> Option<Given> {
        let now = self.shared.pipeline.now();
        let entry = self.shared.cache.far(&[*slot], now).await.pop()??;
        self.given(entry, generations, now)
    }

    fn given(
        &self,
        entry: Entry<KeptAnswer>,
        generations: &Generations,
        now: DateTime<Utc>,
    ) -> Option<Given> {
        let holds = entry.age(now) == Age::Fresh && entry.value.holds(generations);
        holds.then(|| self.hit(entry, now))
    }

    fn hit(&self, entry: Entry<KeptAnswer>, now: DateTime<Utc>) -> Given {
        Given {
            age: (now - entry.dates.as_of).to_std().unwrap_or_default(),
            rest: entry.dates.fresh_for(now),
            answer: entry.value,
            is_hit: true,
            is_verified: self.is_verified(),
        }
    }

    /// Has it answered, by one of all who want it at this moment.
    async fn made(&self, slots: Slots, request: Request) -> Public {
        let arrived = self.shared.pipeline.store().generations();
        let Boarding { ticket, landing } = self.shared.flights.board(slots.whole.digest());
        if let Some(landing) = landing {
            let Ok(permit) = self.shared.leaders.clone().try_acquire_owned() else {
                return self.fly(slots, request, landing).await;
            };
            let (told, telling) = oneshot::channel();
            let leader = self.clone();
            // In a task of its own: those who wait do not lose it if this caller leaves.
            let leading = async move {
                let longest = leader.shared.longest;
                if let Ok(public) = timeout(longest, leader.fly(slots, request, landing)).await {
                    // The caller may have left.
                    let _ = told.send(public);
                }
                drop(permit);
            };
            tokio::spawn(leading.in_current_span());
            return telling.await.unwrap_or_else(|_| Public::Once(Box::new(Answer::late())));
        }
        // What began before this caller came may be older than what it may be told.
        match ticket.landed().await.flatten() {
            Some(entry) if entry.value.holds(&arrived) => {
                count("flight");
                Public::Kept(self.hit(entry, self.shared.pipeline.now()))
            }
            _ => self.run(slots, request).await.0,
        }
    }

    async fn fly(
        &self,
        slots: Slots,
        request: Request,
        landing: Landing<Option<Entry<KeptAnswer>>>,
    ) -> Public {
        let (public, entry) = self.run(slots, request).await;
        landing.land(entry);
        public
    }

    /// Has it answered, and remembers the answer if that may be done.
    async fn run(&self, slots: Slots, request: Request) -> (Public, Option<Entry<KeptAnswer>>) {
        // Before it runs: what it says of "now" is of this minute at the earliest.
        let began = self.shared.pipeline.now();
        self.keep(slots, self.shared.pipeline.run(request).await, began)
    }

    async fn once(&self, request: Request) -> Public {
        count("once");
        Public::Once(Box::new(self.shared.pipeline.run(request).await))
    }

    fn keep(
        &self,
        slots: Slots,
        mut answer: Answer,
        began: DateTime<Utc>,
    ) -> (Public, Option<Entry<KeptAnswer>>) {
        let now = self.shared.pipeline.now();
        // Before anybody noticed that the database is away. Where rows come from elsewhere, too, it
        // may be a region that is, and what was said of it before is not so any more.
        let is_ours = |given: &Given| {
            answer.has(code::STORE_UNAVAILABLE) || given.answer.lasts != Lasts::Seconds
        };
        if AWAY.iter().any(|code| answer.has(code))
            && let Some(given) = self.last_resort(&slots).filter(is_ours)
        {
            return (Public::Kept(given), None);
        }
        count("made");
        let is_sound = answer.has_begun && answer.response.errors.is_empty();
        let made = answer.made.take().filter(|made| is_sound && !made.noted.is_passing);
        let Some(made) = made else { return (Public::Once(Box::new(answer)), None) };
        // Until the next full minute: that is as exactly as "now" is told.
        let minute =
            Duration::from_millis(60_000 - began.timestamp_millis().unsigned_abs() % 60_000);
        let kept = KeptAnswer::new(answer.body(), &made);
        let (slot, fresh, if_error, reach) = match kept.lasts {
            Lasts::Long | Lasts::Minutes => {
                (slots.whole, minute, LAST_RESORT_FOR, Reach::Everywhere)
            }
            Lasts::Seconds => (slots.whole, minute.min(LIVE_FOR), LAST_RESORT_FOR, Reach::Here),
            Lasts::Partial => (slots.partial, minute.min(PARTIAL_FOR), Duration::ZERO, Reach::Here),
        };
        let life = ShelfLife { fresh, while_revalidate: fresh, if_error };
        let entry = Entry::new(Arc::new(kept), began, life, &slot.digest());
        self.shared.cache.keep(&slot, entry.clone(), now, reach);
        let given = Given { is_hit: false, ..self.hit(entry.clone(), now) };
        (Public::Kept(given), Some(entry))
    }

    /// What may stand in while the database is away: never what is known to have changed.
    fn last_resort(&self, slots: &Slots) -> Option<Given> {
        let now = self.shared.pipeline.now();
        let entry = self.shared.cache.near(&slots.whole, now)?;
        if !entry.value.holds(&self.shared.pipeline.store().generations()) {
            return None;
        }
        count("last_resort");
        Some(Given { is_verified: false, ..self.hit(entry, now) })
    }
}

fn count(from: &'static str) {
    counter!(ANSWERS, "from" => from).increment(1);
}
