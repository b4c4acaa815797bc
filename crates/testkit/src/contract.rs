//! What a source must keep (see the README of the federation), as one check for every source:
//! whatever implements the seam is held against rows that it is known to hold.

mod kinds;
mod rows;

use std::collections::{BTreeMap, BTreeSet};

use folkmoot_domain::{Direction, Extent, Key, Keyed, RegionId, Slice, SliceRequest};
use folkmoot_federation::{Assessments, CaseStudies, Meetups, Offers, RegionSource};
use futures::FutureExt;
use uuid::Uuid;

use kinds::Checkable;
pub use rows::ContractRows;

/// How many random calls are made per kind.
const ROUNDS: usize = 60;

/// The most requests of a random call, and the most rows of each.
const MOST_REQUESTS: usize = 5;
const MOST_ROWS: usize = 12;

/// Asks a source for its rows in every way that the nation does, and says what it answers
/// wrongly. It must hold these rows and no others; what is asked is drawn from the seed.
///
/// # Errors
/// The first answer that breaks the contract, as a sentence.
pub async fn check_source(
    source: &dyn RegionSource,
    rows: &ContractRows,
    seed: u64,
) -> Result<(), String> {
    check_descriptions(source, &rows.regions()).await?;
    Check::<Meetups>::new(source, rows, seed).run().await?;
    Check::<CaseStudies>::new(source, rows, seed).run().await?;
    Check::<Offers>::new(source, rows, seed).run().await?;
    Check::<Assessments>::new(source, rows, seed).run().await
}

async fn check_descriptions(source: &dyn RegionSource, regions: &[RegionId]) -> Result<(), String> {
    let described = source.describe(regions).await.map_err(|error| format!("describe: {error}"))?;
    match described.keys().find(|region| !regions.contains(region)) {
        Some(region) => Err(format!("describe speaks of {region:?}, which was not asked")),
        None => Ok(()),
    }
}

/// One kind of row, held against what it should be.
struct Check<'a, K: Checkable> {
    source: &'a dyn RegionSource,
    rows: &'a [K::Row],
    regions: Vec<RegionId>,
    filters: Vec<K::Filter>,
    random: fastrand::Rng,
}

impl<'a, K: Checkable> Check<'a, K> {
    fn new(source: &'a dyn RegionSource, rows: &'a ContractRows, seed: u64) -> Self {
        let regions = rows.regions();
        let rows = K::rows(rows);
        let (filters, random) = (K::filters(rows), fastrand::Rng::with_seed(seed));
        Self { source, rows, regions, filters, random }
    }

    async fn run(mut self) -> Result<(), String> {
        for filter in self.filters.clone() {
            for direction in [Direction::Ascending, Direction::Descending] {
                self.walk(&filter, direction).await?;
            }
        }
        for _ in 0..ROUNDS {
            let requests = self.requests();
            // A call that was dropped half-way must not spoil the next.
            drop(K::slices(self.source, &requests).now_or_never());
            self.ask(&requests).await?;
            self.ask_by_id().await?;
        }
        self.ask(&[]).await?;
        self.expect_by_id(&self.regions, &[]).await
    }

    /// Walks a whole list, a few rows at a time.
    async fn walk(&mut self, filter: &K::Filter, direction: Direction) -> Result<(), String> {
        let regions = self.regions.clone();
        let mut request = SliceRequest::of_first(1, filter.clone(), regions, direction);
        // Each page has a row, except for the only one of an empty list.
        for _ in 0..=self.rows.len() {
            request.first = self.random.usize(1..=MOST_ROWS);
            let slice = self.ask(std::slice::from_ref(&request)).await?.remove(0);
            if !slice.has_more {
                return Ok(());
            }
            request.after = slice.rows.last().map(Keyed::key);
        }
        Err(format!("{}: the walk never ends: {request:?}", K::NAME))
    }

    fn requests(&mut self) -> Vec<SliceRequest<K::Filter>> {
        (0..self.random.usize(1..=MOST_REQUESTS)).map(|_| self.request()).collect()
    }

    fn request(&mut self) -> SliceRequest<K::Filter> {
        let direction =
            if self.random.bool() { Direction::Ascending } else { Direction::Descending };
        SliceRequest {
            filter: self.filters[self.random.usize(..self.filters.len())].clone(),
            regions: self.some_regions(),
            direction,
            after: self.bound(),
            until: self.bound(),
            first: self.random.usize(1..=MOST_ROWS),
            count: self.random.bool(),
            extent: Extent::Whole,
        }
    }

    fn some_regions(&mut self) -> Vec<RegionId> {
        let count = self.random.usize(1..=self.regions.len());
        self.random.choose_multiple(self.regions.iter().copied(), count)
    }

    /// No bound, the key of a row, or one between rows.
    fn bound(&mut self) -> Option<Key> {
        let row = &self.rows[self.random.usize(..self.rows.len())];
        let between = Uuid::from_u128(self.random.u128(..));
        match self.random.u8(..4) {
            0 | 1 => None,
            2 => Some(row.key()),
            _ => Some(Key { id: between, ..row.key() }),
        }
    }

    /// The slices of one call, each of which is as it should be.
    async fn ask(
        &self,
        requests: &[SliceRequest<K::Filter>],
    ) -> Result<Vec<Slice<std::sync::Arc<K::Row>>>, String> {
        let slices = K::slices(self.source, requests).await;
        let slices = slices.map_err(|error| format!("{}: {error}: {requests:?}", K::NAME))?;
        if slices.len() != requests.len() {
            let (name, given, asked) = (K::NAME, slices.len(), requests.len());
            return Err(format!("{name}: {given} slices for {asked} requests"));
        }
        for (slice, request) in slices.iter().zip(requests) {
            let wrong = |breach| format!("{}: {breach}: {request:?} gave {slice:?}", K::NAME);
            self.judge(slice, request).map_err(wrong)?;
        }
        Ok(slices)
    }

    fn judge(
        &self,
        slice: &Slice<std::sync::Arc<K::Row>>,
        request: &SliceRequest<K::Filter>,
    ) -> Result<(), &'static str> {
        let expected = self.expected(request);
        let given: Vec<_> = slice.rows.iter().map(|row| (row.key(), row.region())).collect();
        if given.len() > request.first {
            return Err("more rows than were asked for");
        }
        if !expected.starts_with(&given) {
            return Err("not the first rows, in order");
        }
        if slice.has_more != (given.len() < expected.len()) {
            return Err("has_more is not true");
        }
        if slice.has_more && given.is_empty() {
            return Err("no rows, though there are more");
        }
        if request.count && !self.counts_right(slice, request) {
            return Err("not the right counts");
        }
        Ok(())
    }

    /// All rows within the bounds, in walking order.
    fn expected(&self, request: &SliceRequest<K::Filter>) -> Vec<(Key, RegionId)> {
        let SliceRequest { direction, after, until, .. } = request;
        let is_past = |key: &Key, bound: &Key| direction.compare(key, bound).is_gt();
        let mut rows: Vec<_> = self.passing(request).map(|row| (row.key(), row.region())).collect();
        rows.retain(|(key, _)| after.as_ref().is_none_or(|after| is_past(key, after)));
        rows.retain(|(key, _)| until.as_ref().is_none_or(|until| !is_past(key, until)));
        rows.sort_by(|(left, _), (right, _)| direction.compare(left, right));
        rows
    }

    /// The rows of the regions asked that pass the filter.
    fn passing(&self, request: &SliceRequest<K::Filter>) -> impl Iterator<Item = &K::Row> {
        self.rows.iter().filter(|row| {
            request.regions.contains(&row.region()) && K::accepts(&request.filter, row)
        })
    }

    fn counts_right<T>(&self, slice: &Slice<T>, request: &SliceRequest<K::Filter>) -> bool {
        let mut expected = BTreeMap::<RegionId, u64>::new();
        self.passing(request).for_each(|row| *expected.entry(row.region()).or_default() += 1);
        // A region without rows may be left out of the counts.
        let given = slice.counts.clone().map(|mut counts| {
            counts.retain(|_, count| *count > 0);
            counts
        });
        given == Some(expected)
    }

    /// Asks for some rows, one of them twice, and for some that nobody has.
    async fn ask_by_id(&mut self) -> Result<(), String> {
        let regions = self.some_regions();
        let count = self.random.usize(1..=self.rows.len());
        let mut ids = self.random.choose_multiple(self.rows.iter().map(Keyed::id), count);
        ids.push(ids[0]);
        ids.extend([Uuid::nil(), Uuid::from_u128(self.random.u128(..))]);
        self.random.shuffle(&mut ids);
        drop(K::by_ids(self.source, &regions, &ids).now_or_never());
        self.expect_by_id(&regions, &ids).await
    }

    async fn expect_by_id(&self, regions: &[RegionId], ids: &[Uuid]) -> Result<(), String> {
        let rows = K::by_ids(self.source, regions, ids).await;
        let rows = rows.map_err(|error| format!("{} by id: {error}", K::NAME))?;
        let given: BTreeSet<_> =
            rows.iter().map(|(id, row)| (*id, row.key(), row.region())).collect();
        let is_wanted = |row: &&K::Row| ids.contains(&row.id()) && regions.contains(&row.region());
        let wanted = self.rows.iter().filter(is_wanted);
        let expected: BTreeSet<_> = wanted.map(|row| (row.id(), row.key(), row.region())).collect();
        if given == expected {
            return Ok(());
        }
        let missing: Vec<_> = expected.difference(&given).collect();
        let wrong: Vec<_> = given.difference(&expected).collect();
        Err(format!("{} by id: missing {missing:?}, wrong {wrong:?}", K::NAME))
    }
}
