//! Which sheets, calendars and change feeds are read for a region, and reading them by hand.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use folkmoot_domain::contested_homes;
use folkmoot_domain::{
    Door, Feed, FeedAddress, FeedOf, HarvestOutcome, KindReading, LiveService, Reference, Region,
    RegionCard, RegionId, SheetKind,
};
use folkmoot_federation::{Clock, Harvester, ReferenceCache};
use folkmoot_store::{Change, Harvested, Store};

use super::{live, registry::present};
use crate::{commands::counted, config::Config, feeds};

/// How often, and after which pauses, a region is tried to be taken that a server reads: for half a
/// minute, which is twice as long as a change feed is read at once.
const TRIES: u32 = 60;
const PAUSE: Duration = Duration::from_millis(500);

/// The feeds of a region.
#[derive(Args, Clone, Default)]
pub(in crate::commands) struct FeedArgs {
    /// A sheet at a web address, such as meetups=https://example.org/plan.csv; may be repeated,
    /// once for each kind of sheet.
    #[arg(long, value_name = "KIND=ADDRESS")]
    csv: Vec<String>,
    /// A calendar of meet-ups at a web address.
    #[arg(long, value_name = "ADDRESS")]
    ics: Option<String>,
    /// The region's card, such as https://example.org/region.json, which leads to the changes of
    /// all its rows.
    #[arg(long, value_name = "ADDRESS", conflicts_with_all = ["csv", "ics"])]
    changes: Option<String>,
    /// The region's own GraphQL service, such as https://example.org/graphql: it is asked live; with
    /// --changes only while the copy of its rows is older than it should be.
    #[arg(long, value_name = "ADDRESS", conflicts_with_all = ["csv", "ics"])]
    live: Option<String>,
    /// Do not look first who answers there: at the card of --changes, or the service of --live.
    #[arg(long, conflicts_with_all = ["csv", "ics"])]
    unchecked: bool,
    /// The name of an environment variable of the server whose value is sent to these addresses
    /// as a bearer token.
    #[arg(long, value_name = "NAME")]
    secret: Option<String>,
}

impl FeedArgs {
    pub(super) fn is_empty(&self) -> bool {
        self.csv.is_empty() && self.ics.is_none() && self.changes.is_none() && self.live.is_none()
    }

    /// True if the rows come by a change feed.
    pub(super) fn is_of_changes(&self) -> bool {
        self.changes.is_some()
    }

    /// Looks who answers at the card of a change feed and at the service, unless that is not
    /// wanted; gives the card of the service.
    pub(super) async fn looked_at(
        &self,
        feeds: &[Feed],
        service: Option<&LiveService>,
        region: &Region,
        store: &Store,
        config: &Config,
    ) -> Result<Option<RegionCard>> {
        if self.unchecked {
            return Ok(None);
        }
        for feed in feeds.iter().filter(|feed| feed.of == FeedOf::Changes) {
            look_at_card(feed, region, store, config).await?;
        }
        match service {
            Some(service) => live::looked_at(service, region, store, config).await.map(Some),
            None => Ok(None),
        }
    }

    /// The region's own service, if it has one.
    pub(super) fn service(&self, region: RegionId, config: &Config) -> Result<Option<LiveService>> {
        let Some(address) = &self.live else { return Ok(None) };
        let address = address_of(address)?;
        is_secure(&address, config)?;
        Ok(Some(LiveService { region, address, secret: self.secret.clone() }))
    }

    /// The feeds of a region, each content and format once.
    pub(super) fn feeds(&self, region: RegionId, config: &Config) -> Result<Vec<Feed>> {
        if let Some(name) = &self.secret {
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
            if name.is_empty() || !name.chars().all(is_name) {
                bail!(
                    "--secret takes the name of an environment variable, never the secret itself"
                );
            }
        }
        let mut feeds: Vec<Feed> = Vec::new();
        for given in &self.csv {
            let (kind, address) = given
                .split_once('=')
                .ok_or_else(|| anyhow!("write --csv as KIND=ADDRESS, such as meetups=https://…"))?;
            let kind: SheetKind = kind.trim().parse().map_err(|error: String| anyhow!(error))?;
            feeds.push(Feed::new(region, FeedOf::Sheet(kind), address_of(address)?));
        }
        if let Some(address) = &self.ics {
            let address = address.strip_prefix("meetups=").unwrap_or(address);
            feeds.push(Feed::new(region, FeedOf::Calendar, address_of(address)?));
        }
        if let Some(address) = &self.changes {
            feeds.push(Feed::new(region, FeedOf::Changes, address_of(address)?));
        }
        let origin = |feed: &Feed| feed.address.url().origin();
        if self.secret.is_some() && feeds.iter().any(|feed| origin(feed) != origin(&feeds[0])) {
            bail!("--secret would go to more than one host: only feeds of one host may share it");
        }
        for feed in &feeds {
            is_secure(&feed.address, config)?;
        }
        for (place, feed) in feeds.iter().enumerate() {
            if feeds[..place].iter().any(|other| other.id == feed.id) {
                bail!("{} is given twice: a region has one feed of each kind", feed.system());
            }
        }
        let secret = &self.secret;
        Ok(feeds.into_iter().map(|feed| Feed { secret: secret.clone(), ..feed }).collect())
    }
}

/// Reads the card of a change feed. What makes it no card of this region is told with what to do.
async fn look_at_card(feed: &Feed, region: &Region, store: &Store, config: &Config) -> Result<()> {
    let cache = ReferenceCache::new(store.clone(), &config.standards.default);
    let harvester = feeds::harvester(config, store.clone(), cache, Clock::system())?;
    match harvester.card(region, feed).await.context("the card was not looked at")? {
        Ok(_) => Ok(()),
        Err(reason) => bail!(
            "{} gave no card of {}: {reason}. Nothing was changed; to do it without a look, add \
             --unchecked",
            feed.address,
            region.name
        ),
    }
}

fn is_secure(address: &FeedAddress, config: &Config) -> Result<()> {
    if address.url().scheme() != "https" && !config.feeds.allow_private {
        bail!(
            "{address} has no https: use an address that begins with https://, or, on a machine of \
             your own, the setting feeds.allow_private"
        );
    }
    Ok(())
}

fn address_of(text: &str) -> Result<FeedAddress> {
    FeedAddress::parse(text).with_context(|| format!("\"{}\" is no address of a feed", text.trim()))
}

/// Let a region plug in by another door; its ids and rows stay.
#[derive(Args)]
pub(in crate::commands) struct Move {
    /// The region's code.
    region: String,
    /// Its people enter data here from now on; what was read stays.
    #[arg(long, conflicts_with_all = ["csv", "ics", "changes", "live"])]
    hosted: bool,
    #[command(flatten)]
    feeds: FeedArgs,
}

impl Move {
    pub(super) async fn run(
        self,
        store: &Store,
        reference: &Reference,
        config: &Config,
    ) -> Result<()> {
        let region = present(reference, &self.region)?;
        if !self.hosted && self.feeds.is_empty() {
            bail!(
                "say where to: --hosted, sheets and calendars with --csv and --ics, a change feed \
                 with --changes, or the region's own service with --live"
            );
        }
        let feeds = self.feeds.feeds(region.id, config)?;
        let service = self.feeds.service(region.id, config)?;
        self.feeds.looked_at(&feeds, service.as_ref(), region, store, config).await?;
        plug_in(store, region, &feeds, service.as_ref()).await?;
        match (feeds.len(), service) {
            (0, Some(service)) => say!(
                "{} is asked live at {} from now on; servers ask it as soon as they hear of it.",
                region.name,
                service.address
            ),
            (0, None) => say!("{} is hosted here from now on; what was read stays.", region.name),
            (number, _) => say!(
                "{} is read from {} from now on; see `folkmoot region harvest {}`.",
                region.name,
                counted(number, "feed"),
                region.code
            ),
        }
        Ok(())
    }
}

/// Gives a region its feeds and its own service, and the door that goes with them.
pub(super) async fn plug_in(
    store: &Store,
    region: &Region,
    feeds: &[Feed],
    service: Option<&LiveService>,
) -> Result<()> {
    let now = Clock::system().now();
    let door = match feeds.first().map(|feed| feed.of) {
        None if service.is_some() => Door::Live,
        None => Door::Hosted,
        Some(FeedOf::Changes) => Door::Changes,
        Some(FeedOf::Sheet(_) | FeedOf::Calendar) => Door::Sheet,
    };
    let region = Region { door, ..region.clone() };
    let id = region.id;
    store.apply("cli", now, vec![Change::Region(region)]).await.context("nothing was changed")?;
    store.set_feeds("cli", now, id, feeds).await.context("the feeds were not changed")?;
    let set = store.set_live_service("cli", now, id, service).await;
    set.context("the address of its service was not changed")?;
    Ok(())
}

/// Read a region's feeds now, and say what came of it.
#[derive(Args)]
pub(in crate::commands) struct Harvest {
    /// The region's code.
    region: String,
    /// Read also what has not changed since it was last read; of changes, all of them.
    #[arg(long)]
    anyway: bool,
}

impl Harvest {
    pub(super) async fn run(
        self,
        store: &Store,
        reference: &Arc<Reference>,
        config: &Config,
    ) -> Result<()> {
        let region = present(reference, &self.region)?;
        if store.feeds(&[region.id]).await?.is_empty() {
            bail!("{} has no feeds: give it some with `folkmoot region move`", region.name);
        }
        let cache = ReferenceCache::new(store.clone(), &config.standards.default);
        let harvester = feeds::harvester(config, store.clone(), cache, Clock::system())?;
        take(&harvester, region).await?;
        // As they are now that nobody else reads them.
        let watched = store.feeds(&[region.id]).await?;
        let mut failed = 0;
        for one in &watched {
            say!("{} · {}", one.feed.system(), one.feed.address);
            let harvested = harvester.harvest(reference, one, self.anyway).await?;
            failed += usize::from(harvested.outcome.is_failure());
            report(&harvested);
        }
        // As the memberships are now.
        let parts = store.reference_parts(&config.standards.default).await?;
        let reference = Reference::new(parts);
        for sentence in contested_homes(&reference, region, Clock::system().now()) {
            say!("  note: {sentence}");
        }
        if failed > 0 {
            bail!("{} of {} cannot be read", failed, counted(watched.len(), "feed"));
        }
        Ok(())
    }
}

/// Takes a region for reading it by hand. A server may just have begun with it, above all when it
/// was plugged in a moment ago.
async fn take(harvester: &Harvester, region: &Region) -> Result<()> {
    for _ in 0..TRIES {
        if harvester.take_region(region).await? {
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
    }
    bail!("a server is still reading {}: see its report page, or try again later", region.name);
}

fn report(harvested: &Harvested) {
    match &harvested.outcome {
        HarvestOutcome::Unchanged => {
            say!("  not changed since it was read; --anyway reads it all the same");
        }
        HarvestOutcome::Refused { reason } | HarvestOutcome::Unreachable { reason } => {
            say!("  not read: {reason}");
        }
        HarvestOutcome::Underway => say!("  there is more: read it again to go on"),
        HarvestOutcome::Read => {}
    }
    let Some(reading) = &harvested.reading else { return };
    match &harvested.outcome {
        HarvestOutcome::Unchanged => {}
        HarvestOutcome::Refused { .. } | HarvestOutcome::Unreachable { .. }
            if reading.kinds.is_empty() =>
        {
            for problem in &reading.refused {
                say!("  left out: {problem}");
            }
        }
        _ => {
            say!(
                "  {} read: {} new, {} changed, {} taken away, {} left out",
                counted(reading.rows as usize, "row"),
                reading.created,
                reading.updated,
                reading.removed,
                reading.rows_left_out()
            );
            for problem in &reading.refused {
                say!("  left out: {problem}");
            }
            for note in &reading.notes {
                say!("  note: {note}");
            }
        }
    }
    reading.kinds.iter().for_each(report_kind);
}

fn report_kind(kind: &KindReading) {
    let change = kind.change.map_or("nothing".to_owned(), |change| format!("change {change}"));
    let more = if kind.is_read { "" } else { ", and there is more" };
    say!(
        "  {}: {} here, {} left out, read as far as {change}{more}",
        kind.kind,
        counted(kind.rows as usize, "row"),
        kind.left_out
    );
    for row in &kind.refused {
        for fault in &row.faults {
            say!("    left out: {}: {fault}", row.id);
        }
    }
    let unlisted = kind.left_out.saturating_sub(kind.refused.len() as u64);
    if unlisted > 0 {
        say!("    left out: {}", counted(unlisted as usize, "more row"));
    }
}
