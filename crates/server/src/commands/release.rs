//! `folkmoot release`: publish figures, look at what was published, take it back.

use std::{collections::BTreeMap, sync::Arc};

use anyhow::{Result, bail};
use clap::Subcommand;
use folkmoot_domain::{
    HalfYear, Reference, Release as Written, ReleaseRow, RowFilter, RowScope, Shown, Suppression,
};
use folkmoot_federation::{AskedForFigures, Clock, FiguresAsking, collect_figures};
use folkmoot_store::Store;

use super::counted;
use crate::{config::Config, figures, live};

/// Publish capability figures, look at what was published, take it back.
#[derive(Subcommand)]
pub(super) enum Release {
    /// Publish what regions closed and nothing shows yet: a row for each region, and the nation's
    /// once all regions closed or are more than a month late. Late regions are closed first, and
    /// regions that answer for themselves are asked for what they closed.
    Create,
    /// List all releases.
    List,
    /// What a release wrote, what it hid and why; no figures.
    Show {
        /// As `release list` shows it.
        number: u32,
    },
    /// Take back what a release wrote: its rows say from now on that they are not available.
    Withdraw {
        /// As `release list` shows it.
        number: u32,
        /// Only this half-year's rows, such as 2026-H1.
        #[arg(long)]
        half_year: Option<HalfYear>,
        /// Why, for the books.
        #[arg(long)]
        reason: String,
    },
}

impl Release {
    pub(super) async fn run(self, store: &Store, config: &Config) -> Result<()> {
        let now = Clock::system().now();
        let parts = store.reference_parts(&config.standards.default).await?;
        let reference = Arc::new(Reference::new(parts));
        match self {
            Self::Create => {
                let closed = figures::close_overdue(store, &reference, now, "release").await?;
                for closing in &closed {
                    let name = reference.region(closing.region).map_or("?", |it| it.name.as_str());
                    say!("{name} had not closed {}: closed now, as it stands", closing.half_year);
                }
                let asking = FiguresAsking {
                    store: store.clone(),
                    reference: reference.clone(),
                    client: live::client(config)?,
                    secrets: live::secrets(),
                    instance: store.instance().await?.id,
                    now,
                };
                for asked in collect_figures(&asking, "release").await? {
                    tell(&asked, &reference);
                }
                let progress = |half_year: HalfYear, rows: usize| {
                    if rows > 0 {
                        say!("{half_year}: {} written …", counted(rows, "row"));
                    }
                };
                let threshold = config.threshold()?;
                let written = store.create_release("release", now, &reference, threshold, progress);
                match written.await? {
                    Some((release, rows)) => report(&release, rows.iter(), &reference),
                    None => say!("Nothing is left to publish: no region closed anything new."),
                }
            }
            Self::List => {
                say!("{:>6}  {:10}  {:>9}  by", "number", "written", "threshold");
                for release in store.releases().await? {
                    let Written { number, created_at, created_by, threshold } = release;
                    say!("{number:>6}  {}  {threshold:>9}  {created_by}", created_at.format("%F"));
                }
            }
            Self::Show { number } => {
                let published = store.published().await?;
                let mut releases = published.releases().iter();
                let Some(release) = releases.find(|one| one.number == number) else {
                    bail!("there is no release {number}: see `folkmoot release list`");
                };
                let filter = RowFilter { release: Some(number), ..RowFilter::default() };
                report(release, published.rows(&filter), &reference);
            }
            Self::Withdraw { number, half_year, reason } => {
                let rows =
                    store.withdraw_release("release", now, number, half_year, &reason).await?;
                if rows == 0 {
                    bail!(
                        "nothing of release {number} is left to take back: see `folkmoot release \
                         show {number}`"
                    );
                }
                say!("{} taken back; they say so from now on.", counted(rows as usize, "row"));
            }
        }
        Ok(())
    }
}

/// What came of asking a region for what it closed; nothing if there is nothing to tell.
fn tell(asked: &AskedForFigures, reference: &Reference) {
    let name = reference.region(asked.report.region).map_or("?", |it| it.name.as_str());
    for half_year in &asked.taken {
        say!("{name} has closed {half_year}: taken.");
    }
    if let Some(phrase) = asked.report.outcome.phrase() {
        say!("{name} {phrase}. It counts as not having closed what is not here.");
    }
    for note in &asked.report.notes {
        say!("  {name}: {note}");
    }
}

/// How many tables of one half-year and scope were shown, taken back, and hidden for a reason.
#[derive(Default)]
struct Tally {
    shown: usize,
    withdrawn: usize,
    hidden: BTreeMap<&'static str, usize>,
}

/// What was shown and hidden, by half-year and region: how many tables, and why; never a value.
fn report<'r>(
    release: &Written,
    rows: impl Iterator<Item = &'r ReleaseRow>,
    reference: &Reference,
) {
    let rows: Vec<_> = rows.collect();
    say!(
        "Release {} of {} (threshold {}): {}.",
        release.number,
        release.created_at.format("%F"),
        release.threshold,
        counted(rows.len(), "row")
    );
    let mut tallies: BTreeMap<(HalfYear, RowScope), Tally> = BTreeMap::new();
    for row in rows {
        let tally = tallies.entry((row.half_year, row.scope)).or_default();
        match row.shown {
            Shown::Counts(_) | Shown::Pair(_) => tally.shown += 1,
            Shown::Withdrawn => tally.withdrawn += 1,
            Shown::Hidden(why) => *tally.hidden.entry(reason(why)).or_default() += 1,
        }
    }
    for ((half_year, scope), Tally { shown, withdrawn, hidden }) in tallies {
        let name = match scope {
            RowScope::Region(region) => {
                reference.region(region).map_or("?", |region| region.name.as_str())
            }
            RowScope::Others => "Other regions",
            RowScope::Nation => "The nation",
            RowScope::Matched => "The nation, matched",
        };
        let mut parts = vec![format!("{shown} shown")];
        parts.extend((withdrawn > 0).then(|| format!("{withdrawn} taken back")));
        parts.extend(hidden.into_iter().map(|(why, count)| format!("{count} hidden: {why}")));
        say!("  {half_year}  {name:22}  {}", parts.join("; "));
    }
}

/// A suppression in words for the steward.
fn reason(why: Suppression) -> &'static str {
    use folkmoot_domain::{Hidden, Unmatched};
    match why {
        Suppression::Block(Hidden::Few) => "too few councils",
        Suppression::Block(Hidden::NearlyAlike) => "nearly all alike",
        Suppression::Block(Hidden::OneRegion) => "nearly all of one region",
        Suppression::Pair(Unmatched::NothingBefore) => "nothing published of the half-year before",
        Suppression::Pair(Unmatched::Few) => "fewer than twenty councils in both",
        Suppression::Pair(Unmatched::FewOthers) => "too few councils in one only",
        Suppression::Pair(Unmatched::LittleSlack) => "the shares would say too much of one row",
        Suppression::Pair(Unmatched::AfterHidden) => "the pair before it is hidden by its levels",
        Suppression::NotAsked => "not asked about",
    }
}
