//! Figures of regions that answer for themselves: before a release they are asked for the
//! half-years that they closed, and what can be taken is kept. Figures come from what is kept
//! alone: nobody who reads them asks a region.

use std::{collections::BTreeSet, sync::Arc};

use chrono::{DateTime, Utc};
use folkmoot_domain::{
    CountedHalfYear, ExchangeContext, FIGURES_SINCE, FiguresOutcome, FiguresReport, HalfYear,
    LiveService, Reference, Region, RegionState, clean_line, closed_fingerprint, read_closed,
    to_second,
};
use folkmoot_store::{Store, StoreError, Taken};
use futures::{StreamExt, future::BoxFuture, stream};
use uuid::Uuid;

use crate::{
    LiveClient, Secrets,
    live::{FiguresService, NoFigures},
    live_regions::other_name,
};

/// How many services are asked at one time.
const AT_ONCE: usize = 16;

/// The most half-years that are read of one answer: of half a century.
const MOST_HALF_YEARS: usize = 100;

/// The most that is kept of one note.
const MAX_NOTE: usize = 500;

/// Who asks, and against what answers are read.
#[derive(Clone)]
#[allow(missing_debug_implementations, reason = "secrets are a function")]
pub struct FiguresAsking {
    /// Where what was closed is kept.
    pub store: Store,
    /// Councils, standards and who is at home where.
    pub reference: Arc<Reference>,
    /// How services are asked.
    pub client: LiveClient,
    /// The values of secrets.
    pub secrets: Secrets,
    /// This gateway's id.
    pub instance: Uuid,
    /// The time.
    pub now: DateTime<Utc>,
}

/// What came of asking one region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedForFigures {
    /// In short, and in sentences for its coordinators.
    pub report: FiguresReport,
    /// The half-years that are here from now on.
    pub taken: Vec<HalfYear>,
}

/// Asks all regions that take part and answer for themselves for what they closed. One that
/// cannot be asked harms no other, and counts as one that has not closed yet.
///
/// # Errors
/// If what they say cannot be kept.
pub async fn collect_figures(
    asking: &FiguresAsking,
    actor: &str,
) -> Result<Vec<AskedForFigures>, StoreError> {
    let services = asking.store.live_services().await?.into_iter().map(|watched| watched.service);
    let regions = services.filter_map(|service| {
        let region = asking.reference.region(service.region)?;
        // A paused region is not asked for anything.
        (region.state == RegionState::Active).then_some((region, service))
    });
    let regions: Vec<(&Region, LiveService)> = regions.collect();
    let mut questions: Vec<BoxFuture<'_, _>> = Vec::with_capacity(regions.len());
    for (region, service) in &regions {
        questions.push(Box::pin(async move { (*region, asking.ask(region, service).await) }));
    }
    let mut answers: Vec<_> = stream::iter(questions).buffer_unordered(AT_ONCE).collect().await;
    answers.sort_by_key(|(region, _)| region.code.clone());
    let mut asked = Vec::with_capacity(answers.len());
    for (region, answer) in answers {
        let one = match answer {
            Ok(given) => asking.take(actor, region, given).await?,
            Err((outcome, reason)) => AskedForFigures {
                report: asking.report(region, outcome, vec![reason]),
                taken: Vec::new(),
            },
        };
        asking.store.note_figures(actor, &one.report).await?;
        asked.push(one);
    }
    Ok(asked)
}

/// What a region gives, as far as it can be read, and what is wrong with the rest.
struct Given {
    half_years: Vec<CountedHalfYear>,
    faults: Vec<Fault>,
    passed_over: BTreeSet<String>,
    /// Half-years that cannot be read are given, too.
    named: BTreeSet<HalfYear>,
}

/// Why a half-year cannot be taken.
struct Fault {
    /// Which, if that much can be read, and what tells whether it is what was said before.
    half_year: Option<HalfYear>,
    fingerprint: Option<Uuid>,
    message: String,
}

impl FiguresAsking {
    async fn ask(
        &self,
        region: &Region,
        service: &LiveService,
    ) -> Result<Given, (FiguresOutcome, String)> {
        let token = service.secret.as_deref().and_then(|name| (self.secrets)(name));
        if let (Some(name), None) = (&service.secret, &token) {
            let reason = format!("the secret {name} is not set here: set it");
            return Err((FiguresOutcome::NotAllowed, reason));
        }
        let service = FiguresService {
            client: &self.client,
            address: &service.address,
            token: token.as_deref(),
            instance: self.instance,
        };
        let card = service.card().await.map_err(told)?;
        if card.instances.contains(&self.instance) {
            let reason = "its answers come from this gateway: give the address of its own service";
            return Err((FiguresOutcome::Refused, reason.to_owned()));
        }
        if let Some(reason) = other_name(&card, region) {
            return Err((FiguresOutcome::Refused, reason));
        }
        if !card.gives_figures() {
            let version = clean_line(&card.contract, 20);
            let reason = format!(
                "its service keeps version {version} of the contract, and gives figures from \
                 {FIGURES_SINCE} on"
            );
            return Err((FiguresOutcome::OldContract, reason));
        }
        let items = service.closed().await.map_err(told)?;
        Ok(self.read(region, &items))
    }

    fn read(&self, region: &Region, items: &[serde_json::Value]) -> Given {
        let reference = &self.reference;
        let context = ExchangeContext { reference, region, now: self.now, system: "live" };
        let mut given = Given {
            half_years: Vec::new(),
            faults: Vec::new(),
            passed_over: BTreeSet::new(),
            named: BTreeSet::new(),
        };
        if items.len() > MOST_HALF_YEARS {
            let message = format!("it gives more than {MOST_HALF_YEARS} half-years");
            given.faults.push(Fault { half_year: None, fingerprint: None, message });
        }
        for item in items.iter().take(MOST_HALF_YEARS) {
            let name = clean_line(item["halfYear"].as_str().unwrap_or("a half-year"), 20);
            let half_year = name.parse::<HalfYear>().ok();
            given.named.extend(half_year);
            match read_closed(item, &context) {
                Ok(read) => {
                    given.passed_over.extend(read.passed_over.iter().cloned());
                    given.half_years.push(read);
                }
                Err(fault) => given.faults.push(Fault {
                    half_year,
                    fingerprint: closed_fingerprint(item),
                    message: format!("{name}: {fault}"),
                }),
            }
        }
        given.half_years.sort_by_key(|one| one.closing.half_year);
        given
    }

    async fn take(
        &self,
        actor: &str,
        region: &Region,
        given: Given,
    ) -> Result<AskedForFigures, StoreError> {
        let (mut taken, mut notes, mut changed) = (Vec::new(), Vec::new(), Vec::new());
        let here = self.store.half_years_elsewhere(region.id).await?;
        // One that is here already is read against today's homes and points no more.
        let (known, faults): (Vec<_>, Vec<_>) = given.faults.into_iter().partition(|fault| {
            fault.half_year.is_some_and(|half_year| here.contains_key(&half_year))
        });
        let is_other = |fault: &Fault| fault.fingerprint != fault.half_year.map(|it| here[&it]);
        changed.extend(known.iter().filter(|fault| is_other(fault)).filter_map(|it| it.half_year));
        let mut refused: Vec<_> = faults.into_iter().map(|fault| fault.message).collect();
        for one in &given.half_years {
            let half_year = one.closing.half_year;
            let (store, reference) = (&self.store, &self.reference);
            match store.take_half_year(actor, self.now, reference, region, one).await? {
                Taken::New => taken.push(half_year),
                Taken::Known => {}
                Taken::Changed => changed.push(half_year),
                Taken::Refused(reason) => refused.push(format!("{half_year}: {reason}")),
            }
        }
        changed.extend(here.into_keys().filter(|one| !given.named.contains(one)));
        let outcome = match (refused.is_empty(), changed.is_empty()) {
            (false, _) => FiguresOutcome::Refused,
            (true, false) => FiguresOutcome::Changed,
            (true, true) => FiguresOutcome::Taken,
        };
        notes.extend(refused.iter().map(|reason| format!("not taken: {reason}")));
        notes.extend(changed.iter().map(|half_year| {
            format!(
                "it says something else of {half_year} now than when it was taken: what was taken \
                 stays, and its published figures with it"
            )
        }));
        if !given.passed_over.is_empty() {
            let names: Vec<_> = given.passed_over.into_iter().collect();
            notes.push(format!("not known here, and passed over: {}", names.join(", ")));
        }
        Ok(AskedForFigures { report: self.report(region, outcome, notes), taken })
    }

    fn report(
        &self,
        region: &Region,
        outcome: FiguresOutcome,
        notes: Vec<String>,
    ) -> FiguresReport {
        let notes = notes.iter().map(|note| clean_line(note, MAX_NOTE)).collect();
        FiguresReport { region: region.id, asked_at: to_second(self.now), outcome, notes }
    }
}

fn told(none: NoFigures) -> (FiguresOutcome, String) {
    match none {
        NoFigures::NotAllowed(reason) => (FiguresOutcome::NotAllowed, reason),
        NoFigures::Unreachable(reason) => (FiguresOutcome::Unreachable, reason),
        NoFigures::Malformed(reason) => (FiguresOutcome::Refused, reason),
    }
}
