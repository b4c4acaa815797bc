//! Regions join, pause, are renamed and leave.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use clap::Args;
use folkmoot_domain::{
    Door, Feed, FeedOf, GroupId, Link, PeerGroup, Reference, Region, RegionCode, RegionId,
    RegionState, SheetKind, clean_line, contested_homes, slug,
};
use folkmoot_federation::Clock;
use folkmoot_store::{Change, Store};

use super::{
    feeds::{FeedArgs, plug_in},
    live,
};
use crate::{commands::any_region, config::Config};

/// The longest name or reason that is kept.
const MAX_NAME: usize = 100;
const MAX_REASON: usize = 300;

/// Add a region to the nation.
#[derive(Args)]
pub(in crate::commands) struct Add {
    /// Its code, such as midlands: for addresses, for ever its own.
    code: RegionCode,
    /// Its everyday name, such as "Midlands".
    #[arg(long)]
    name: String,
    /// A peer group that it runs, such as "Midlands Peer Group"; may be repeated. One named
    /// after the region if absent; those of its card if it has a change feed.
    #[arg(long, value_name = "NAME")]
    group: Vec<String>,
    /// Let it take part at once, without a trial.
    #[arg(long)]
    active: bool,
    /// The licence of its data, such as OGL-UK-3.0.
    #[arg(long)]
    licence: Option<String>,
    /// Whom to credit for its data.
    #[arg(long, value_name = "NAME")]
    attribution: Option<String>,
    /// Its own website.
    #[arg(long, value_name = "ADDRESS")]
    website: Option<String>,
    #[command(flatten)]
    feeds: FeedArgs,
}

impl Add {
    pub(super) async fn run(
        self,
        store: &Store,
        reference: &Reference,
        config: &Config,
    ) -> Result<()> {
        let id = RegionId::derived(self.code.as_str());
        if let Ok(known) = any_region(reference, self.code.as_str()) {
            let code = &self.code;
            bail!(
                "{code} is or was a name of {0} or one of its peer groups: choose another, or \
                 change where {0} is read from with `folkmoot region move`",
                known.name
            );
        }
        let region = Region {
            id,
            code: self.code.clone(),
            former_codes: Vec::new(),
            name: name(&self.name)?,
            door: Door::Hosted,
            state: if self.active { RegionState::Active } else { RegionState::Trial },
            licence: self.licence.as_deref().map(|text| clean_line(text, MAX_NAME)),
            attribution: self.attribution.as_deref().map(|text| clean_line(text, MAX_NAME)),
            website: self.website.as_deref().map(website).transpose()?,
            joined_version: 0,
            synthetic: false,
        };
        let feeds = self.feeds.feeds(id, config)?;
        let service = self.feeds.service(id, config)?;
        let card = self.feeds.looked_at(&feeds, service.as_ref(), &region, store, config).await?;
        let (groups, members) = match &card {
            Some(card) if !card.groups.is_empty() => live::groups(card, reference, &region),
            _ => (self.groups(&region, reference)?, Vec::new()),
        };
        let names: Vec<_> = groups.iter().map(|group| group.name.clone()).collect();
        let changes = std::iter::once(Change::Region(region.clone()));
        let changes = changes.chain(groups.into_iter().map(Change::Group));
        let changes = changes.chain(members.into_iter().map(Change::Membership)).collect();
        store.apply("cli", Clock::system().now(), changes).await.context("nothing was added")?;
        if !(feeds.is_empty() && service.is_none()) {
            plug_in(store, &region, &feeds, service.as_ref()).await?;
        }
        match names.is_empty() {
            true => say!("{} is added; its card says which peer groups it has.", region.name),
            false => say!("{} is added, with {}.", region.name, names.join(" and ")),
        }
        if region.state == RegionState::Trial {
            let code = &region.code;
            say!("It is on trial: only the steward and its own coordinators see it.");
            say!(
                "  a token for them:  folkmoot token create --name \"{0}\" --scope coordinator:{code}",
                region.name
            );
            let tells_councils = |feed: &Feed| {
                [FeedOf::Sheet(SheetKind::Memberships), FeedOf::Changes].contains(&feed.of)
            };
            if !(feeds.iter().any(tells_councils) || service.is_some()) {
                say!("  its councils:      folkmoot import memberships FILE --region {code}");
            }
            if !feeds.is_empty() {
                say!("  read it now:       folkmoot region harvest {code}");
            }
            say!("  when it is ready:  folkmoot region resume {code}");
        }
        Ok(())
    }

    fn groups(&self, region: &Region, reference: &Reference) -> Result<Vec<PeerGroup>> {
        let only = || vec![format!("{} Peer Group", region.name)];
        let given = match self.group.is_empty() {
            true if self.feeds.is_of_changes() => Vec::new(),
            true => only(),
            false => self.group.clone(),
        };
        let taken: BTreeSet<&str> =
            reference.groups().iter().map(|group| group.slug.as_str()).collect();
        let mut groups: Vec<PeerGroup> = Vec::new();
        for (place, given) in given.iter().enumerate() {
            let name = name(given)?;
            // The first group has the region's own code, where it is free.
            let own = region.code.as_str();
            let slug =
                if place == 0 && !taken.contains(own) { own.to_owned() } else { slug(&name) };
            if slug.is_empty()
                || taken.contains(slug.as_str())
                || groups.iter().any(|one| one.slug == slug)
            {
                bail!(
                    "there is a peer group called \"{slug}\" already: give \"{name}\" another name"
                );
            }
            groups.push(PeerGroup {
                id: GroupId::derived(&format!("{}/{slug}", region.id)),
                region: region.id,
                slug,
                name,
                time_zone: chrono_tz::Europe::London,
                first_met_on: None,
            });
        }
        Ok(groups)
    }
}

fn name(given: &str) -> Result<String> {
    let name = clean_line(given, MAX_NAME);
    if name.is_empty() {
        bail!("a name is empty: write how people call it");
    }
    Ok(name)
}

fn website(given: &str) -> Result<Link> {
    Link::parse(given).context("the option --website is not right")
}

pub(super) async fn list(store: &Store, reference: &Reference) -> Result<()> {
    for region in reference.regions() {
        let groups = reference.groups().iter().filter(|group| group.region == region.id);
        let groups: Vec<_> = groups.map(|group| group.name.as_str()).collect();
        let door = match region.door {
            Door::Hosted => "hosted",
            Door::Sheet => "sheet",
            Door::Changes => "change feed",
            Door::Live => "live",
        };
        let state = match &region.state {
            RegionState::Trial => "on trial".to_owned(),
            RegionState::Active => "takes part".to_owned(),
            RegionState::Paused { reason } => format!("paused: {reason}"),
            RegionState::Left => "left".to_owned(),
        };
        say!("{:<16} {} · {door} · {state} · {}", region.code, region.name, groups.join(", "));
        if let Some(line) = live::list_line(store, region).await? {
            say!("{line}");
        }
        for sentence in contested_homes(reference, region, Clock::system().now()) {
            say!("{:16} {sentence}", "");
        }
    }
    Ok(())
}

/// Leave a region out of answers for a time.
#[derive(Args)]
pub(in crate::commands) struct Pause {
    /// The region's code.
    region: String,
    /// Why, in a sentence that readers see.
    #[arg(long)]
    reason: String,
}

impl Pause {
    pub(super) async fn run(self, store: &Store, reference: &Reference) -> Result<()> {
        let reason = clean_line(&self.reason, MAX_REASON);
        if reason.is_empty() {
            bail!("say why with --reason: readers see it");
        }
        let region = present(reference, &self.region)?;
        if region.state == RegionState::Trial {
            bail!(
                "{} is on trial, where nobody but its coordinators sees it: there is nothing to pause",
                region.name
            );
        }
        let state = RegionState::Paused { reason };
        save(store, Region { state, ..region.clone() }).await?;
        say!("{} is paused: it stays listed, with the reason.", region.name);
        Ok(())
    }
}

/// End a region's trial or pause.
#[derive(Args)]
pub(in crate::commands) struct Resume {
    /// The region's code.
    region: String,
}

impl Resume {
    pub(super) async fn run(self, store: &Store, reference: &Reference) -> Result<()> {
        let region = present(reference, &self.region)?;
        if region.state == RegionState::Active {
            say!("{} takes part already.", region.name);
            return Ok(());
        }
        save(store, Region { state: RegionState::Active, ..region.clone() }).await?;
        say!("{} takes part from now on.", region.name);
        Ok(())
    }
}

/// Give a region another name or code.
#[derive(Args)]
pub(in crate::commands) struct Rename {
    /// The region's code.
    region: String,
    /// Its new code.
    #[arg(long, required_unless_present = "name")]
    code: Option<RegionCode>,
    /// Its new name.
    #[arg(long)]
    name: Option<String>,
}

impl Rename {
    pub(super) async fn run(self, store: &Store, reference: &Reference) -> Result<()> {
        let region = present(reference, &self.region)?;
        let mut renamed = region.clone();
        if let Some(given) = &self.name {
            renamed.name = name(given)?;
        }
        if let Some(code) = self.code {
            renamed.former_codes.push(std::mem::replace(&mut renamed.code, code));
            renamed.former_codes.retain(|former| *former != renamed.code);
        }
        save(store, renamed.clone()).await?;
        say!("{} ({}) is now {} ({}).", region.name, region.code, renamed.name, renamed.code);
        if region.code != renamed.code {
            say!("Addresses and tokens with {} still work.", region.code);
        }
        Ok(())
    }
}

/// Take a region out for good.
#[derive(Args)]
pub(in crate::commands) struct Remove {
    /// The region's code.
    region: String,
    /// Its rows are no longer shown, its code stays taken, and there is no way back.
    #[arg(long)]
    for_good: bool,
}

impl Remove {
    pub(super) async fn run(self, store: &Store, reference: &Reference) -> Result<()> {
        let region = present(reference, &self.region)?;
        if !self.for_good {
            bail!(
                "{}'s rows would no longer be shown, its code would stay taken, and there is no way \
                 back: add --for-good if that is meant, or pause it",
                region.name
            );
        }
        save(store, Region { state: RegionState::Left, ..region.clone() }).await?;
        say!("{} has left. What was published of its figures stays as it is.", region.name);
        Ok(())
    }
}

/// A region that has not left.
pub(super) fn present<'r>(reference: &'r Reference, code: &str) -> Result<&'r Region> {
    let region = any_region(reference, code).context("the region is not right")?;
    if region.state == RegionState::Left {
        bail!("{} has left for good", region.name);
    }
    Ok(region)
}

async fn save(store: &Store, region: Region) -> Result<()> {
    let changes = vec![Change::Region(region)];
    store.apply("cli", Clock::system().now(), changes).await.context("nothing was changed")?;
    Ok(())
}
