//! Regions: how each stands, what came of looking at it last, and whether it answers now.

use std::{collections::HashMap, time::Instant};

use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};
use folkmoot_domain::{Door, FeedAddress, HarvestOutcome, Region, RegionId, RegionState};
use folkmoot_federation::{Clock, Live, LiveClient, LiveOptions, ReferenceCache};
use folkmoot_store::{WatchedFeed, WatchedService};
use futures::future::join_all;
use uuid::Uuid;

use super::{
    Finding, Findings,
    clocks::{Reading, seconds},
    counted,
    database::Known,
    hangs, milliseconds, moment, sentence, took, within,
};
use crate::{config::Config, live};

const GROUP: &str = "Regions";

/// For how long something may be due before it is said that nobody looks: many times as long as it
/// takes a busy server.
const LATE: TimeDelta = TimeDelta::minutes(5);

#[derive(Default)]
pub(super) struct Looked {
    pub(super) findings: Vec<Finding>,
    pub(super) clocks: Vec<Reading>,
}

/// What is known of all of them.
struct Books {
    feeds: Vec<WatchedFeed>,
    services: Vec<WatchedService>,
    changed_at: HashMap<RegionId, DateTime<Utc>>,
}

/// What a region answered now.
struct Answered {
    outcome: Result<(), String>,
    took: std::time::Duration,
    clock: Option<Reading>,
}

pub(super) async fn look(config: &Config, known: &Known, now: DateTime<Utc>) -> Looked {
    let mut found = Findings::of(GROUP);
    let mut looked = Looked::default();
    let regions: Vec<&Region> =
        known.reference.regions().iter().filter(|one| one.state != RegionState::Left).collect();
    match within(books(known, &regions)).await {
        Some(Ok(books)) => {
            let asked = ask_all(config, known, &regions, &books.services).await;
            for region in &regions {
                one(region, &books, asked.get(&region.id), &mut found);
            }
            nobody_looks(config, &regions, &books, now, &mut found);
            looked.clocks = asked.into_values().filter_map(|one| one.clock).collect();
            looked.clocks.sort_by(|a, b| a.whose.cmp(&b.whose));
            if regions.is_empty() {
                found.note(
                    "regions.any",
                    "There is no region yet.",
                    "Add one with `folkmoot region add`.",
                );
            }
        }
        failed => {
            let text = match failed {
                Some(Err(error)) => sentence(&format!("{error:#}")),
                _ => hangs("The database"),
            };
            found.fail("regions.read", text, "Look at the database's log.");
        }
    }
    looked.findings = found.into_all();
    looked
}

async fn books(known: &Known, regions: &[&Region]) -> Result<Books> {
    let ids: Vec<_> = regions.iter().map(|region| region.id).collect();
    Ok(Books {
        feeds: known.store.feeds(&ids).await?,
        services: known.store.live_services().await?,
        changed_at: known.store.regions_changed_at(&ids).await?,
    })
}

/// Asks every service at once who it is.
async fn ask_all(
    config: &Config,
    known: &Known,
    regions: &[&Region],
    services: &[WatchedService],
) -> HashMap<RegionId, Answered> {
    let Ok(client) = live::client(config) else { return HashMap::new() };
    let reference = ReferenceCache::new(known.store.clone(), &config.standards.default);
    let asked = services.iter().filter_map(|watched| {
        let region = regions.iter().find(|one| one.id == watched.service.region)?;
        Some(ask(region, watched, client.clone(), reference.clone()))
    });
    join_all(asked).await.into_iter().collect()
}

async fn ask(
    region: &Region,
    watched: &WatchedService,
    client: LiveClient,
    reference: ReferenceCache,
) -> (RegionId, Answered) {
    let service = &watched.service;
    let secret = service.secret.as_deref();
    let token = secret.and_then(|name| (live::secrets())(name));
    // Nobody's question: this command is not a gateway that others ask.
    let options = LiveOptions::new(Uuid::nil(), Clock::system());
    let asked = Live::new(client, region.id, service.address.clone(), token, reference, options);
    let begun = Instant::now();
    let answer = within(asked.ask_card()).await;
    let (took, heard) = (begun.elapsed(), Clock::system().now());
    let mut clock = None;
    let outcome = match answer {
        Some(Ok(card)) => {
            let whose = format!("The clock of {}", region.name);
            clock = Some(Reading::of(whose, seconds(card.now), heard, took, 1.0));
            match region.is_called(&card.code) {
                true => Ok(()),
                false => Err(format!("it calls itself \"{}\"", card.code)),
            }
        }
        Some(Err((_, reason))) => Err(reason),
        None => Err("it did not answer in time".to_owned()),
    };
    (region.id, Answered { outcome, took, clock })
}

fn one(region: &Region, books: &Books, asked: Option<&Answered>, found: &mut Findings) {
    let door = match region.door {
        Door::Hosted => "hosted here",
        Door::Sheet => "read from sheets and calendars",
        Door::Changes => "mirrored from a change feed",
        Door::Live => "asked live",
    };
    let state = match &region.state {
        RegionState::Trial => "on trial",
        RegionState::Active => "takes part",
        RegionState::Paused { .. } => "paused",
        RegionState::Left => "has left",
    };
    let head = format!("{} ({}): {door}, {state}", region.name, region.code);
    let feeds: Vec<_> = books.feeds.iter().filter(|one| one.feed.region == region.id).collect();
    let service = books.services.iter().find(|one| one.service.region == region.id);
    let mut details = Vec::new();
    if let RegionState::Paused { reason } = &region.state {
        details.push(format!("paused: {reason}"));
    }
    details.extend(books.changed_at.get(&region.id).map(|at| format!("so since {}", moment(*at))));
    details.extend(feeds.iter().map(|watched| of_feed(watched)));
    details.extend(service.map(of_service));

    let secrets = feeds.iter().filter_map(|one| one.feed.secret.as_deref());
    let secrets = secrets.chain(service.and_then(|one| one.service.secret.as_deref()));
    let unset: Vec<_> = secrets.filter(|name| (live::secrets())(name).is_none()).collect();
    let failed =
        feeds.iter().find(|one| one.outcome.as_ref().is_some_and(HarvestOutcome::is_failure));
    let code = &region.code;

    let finding = if let Some(name) = unset.first() {
        found.warn(
            "regions.region",
            format!("{head}; its secret {name} is not set here."),
            "Set the variable where the server runs, and run the doctor with the same ones.",
        )
    } else if let Some(Answered { outcome: Err(reason), .. }) = asked {
        found.warn(
            "regions.region",
            format!("{head}; asked now: {reason}."),
            format!(
                "Tell its people; `folkmoot region check` says what they have to mend. If it lasts, \
                 `folkmoot region pause {code} --reason …` tells readers why."
            ),
        )
    } else if let Some(failed) = failed {
        found.warn(
            "regions.region",
            format!("{head}; {} cannot be read.", of_what(failed)),
            format!("Tell its people, and try `folkmoot region harvest {code}` once it is mended."),
        )
    } else if region.door == Door::Live && service.is_none() {
        found.fail(
            "regions.region",
            format!("{head}, and has no address."),
            format!("Give it one with `folkmoot region move {code} --live URL`."),
        )
    } else if let RegionState::Paused { .. } = region.state {
        let advice =
            format!("End it with `folkmoot region resume {code}` when its reason is over.");
        found.note("regions.region", format!("{head}."), advice)
    } else {
        let answered = asked.map(|one| format!("; it answers in {}", took(one.took)));
        found.ok("regions.region", format!("{head}{}.", answered.unwrap_or_default()))
    };
    for detail in details {
        finding.detail(detail);
    }
    if let Some(asked) = asked {
        finding.measured("answer_ms", milliseconds(asked.took));
    }
}

fn of_what(watched: &WatchedFeed) -> String {
    match watched.feed.of.sheet() {
        Some(kind) if watched.feed.system().starts_with("csv") => format!("its sheet of {kind}"),
        Some(_) => "its calendar".to_owned(),
        None => "its change feed".to_owned(),
    }
}

fn of_feed(watched: &WatchedFeed) -> String {
    let what = of_what(watched);
    let what = what.trim_start_matches("its ");
    let said = match &watched.outcome {
        None => "not looked at yet".to_owned(),
        Some(HarvestOutcome::Read | HarvestOutcome::Unchanged) => "read".to_owned(),
        Some(HarvestOutcome::Underway) => "read in part, and gone on with".to_owned(),
        Some(HarvestOutcome::Refused { reason } | HarvestOutcome::Unreachable { reason }) => {
            format!("{reason} ({} in a row)", counted(watched.failures as usize, "failure"))
        }
    };
    let last = watched.checked_at.map_or("never".to_owned(), moment);
    let next = moment(watched.due_at);
    format!("{what} at {}: {said}; last look {last}, next {next}", place(&watched.feed.address))
}

fn of_service(watched: &WatchedService) -> String {
    let last = watched.checked_at.map_or("never".to_owned(), moment);
    let good = match (watched.failures, watched.good_at) {
        (0, _) => String::new(),
        (failures, None) => {
            format!("; {} in a row, never answered", counted(failures as usize, "failure"))
        }
        (failures, Some(at)) => {
            let failures = counted(failures as usize, "failure");
            format!("; {failures} in a row, last answered {}", moment(at))
        }
    };
    let notes: String = watched.notes.iter().map(|note| format!("; {note}")).collect();
    format!(
        "service at {}: last look {last}, the next a minute later{good}{notes}",
        place(&watched.service.address)
    )
}

/// Where it is, without what may be as good as a password: paths and parameters of shared sheets.
fn place(address: &FeedAddress) -> String {
    let url = address.url();
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}{port}", url.host_str().unwrap_or("?"))
}

/// What has been due for long: there is no server, or it does not come to it.
fn nobody_looks(
    config: &Config,
    regions: &[&Region],
    books: &Books,
    now: DateTime<Utc>,
    found: &mut Findings,
) {
    let code = |region: RegionId| {
        regions.iter().find(|one| one.id == region).map(|region| region.code.as_str())
    };
    let mut late = Vec::new();
    if config.feeds.every_minutes > 0 {
        let due = books.feeds.iter().filter(|one| one.due_at + LATE < now);
        late.extend(due.filter_map(|one| {
            let code = code(one.feed.region)?;
            Some(format!("{code}: {}, due at {}", of_what(one), moment(one.due_at)))
        }));
    }
    let silent =
        books.services.iter().filter(|one| one.checked_at.is_none_or(|at| at + LATE < now));
    late.extend(silent.filter_map(|one| {
        let last = one.checked_at.map_or("never".to_owned(), moment);
        Some(format!("{}: its service, last asked {last}", code(one.service.region)?))
    }));
    if late.is_empty() {
        return;
    }
    let finding = found.warn(
        "regions.schedule",
        "No server has looked at these when it was time to.",
        "Look whether `folkmoot serve` runs on this database, and what its log says.",
    );
    for one in late {
        finding.detail(one);
    }
}
