//! `folkmoot import`: a file into the database, all of it or nothing.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, bail};
use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use folkmoot_domain::{
    Assessment, CaptureMethod, Reference, Region, Round, RoundOptions, Row, SheetContext,
    SheetKind, columns, read_register, read_sheet, template, template_for,
};
use folkmoot_federation::Clock;
use folkmoot_store::{Applied, Change, Store};

use super::{any_region, counted, migrated, print, seed, up_to_date};
use crate::config::Config;

/// The largest file that is read: a national sheet is a hundredth of it.
const MAX_FILE: u64 = 64 * 1024 * 1024;

/// Read a file into the database: all of it, or nothing.
#[derive(Args)]
pub(super) struct Import {
    /// What the file holds.
    kind: Kind,
    /// The file, as CSV.
    #[arg(required_unless_present = "template")]
    file: Option<PathBuf>,
    /// The region whose sheet it is; not needed for councils.
    #[arg(long, value_name = "CODE")]
    region: Option<String>,
    /// Say what would change, and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// Print the columns with an example instead, to begin a sheet with; of responses with
    /// --region that region's councils and the standard's points.
    #[arg(long)]
    template: bool,
    #[command(flatten)]
    round: RoundArgs,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    Councils,
    Memberships,
    Meetups,
    CaseStudies,
    Offers,
    Responses,
    Needs,
    Topics,
    Introductions,
    Assessments,
}

/// The round of a sheet of responses, as far as the sheet and the rounds that stand do not say.
#[derive(Args)]
struct RoundArgs {
    /// What the region calls the round, such as 2026-11.
    #[arg(long, value_name = "NAME")]
    round: Option<String>,
    /// The day that counts: who is at home in the region on it is asked.
    #[arg(long, value_name = "DAY")]
    held_on: Option<NaiveDate>,
    /// The last day on which answers are taken.
    #[arg(long, value_name = "DAY")]
    closes_on: Option<NaiveDate>,
    /// The standard that is asked about.
    #[arg(long, value_name = "CODE")]
    standard: Option<String>,
    /// How answers were taken: show-of-hands, dot-vote, online-form or interview.
    #[arg(long, value_name = "METHOD")]
    capture: Option<CaptureMethod>,
    /// Rows of one council are different people: merge them by the lower median.
    #[arg(long)]
    several_people: bool,
}

impl RoundArgs {
    fn options(&self) -> RoundOptions<'_> {
        RoundOptions {
            key: self.round.as_deref(),
            held_on: self.held_on,
            closes_on: self.closes_on,
            standard: self.standard.as_deref(),
            capture: self.capture,
            several_people: self.several_people,
        }
    }
}

impl Kind {
    fn sheet(self) -> Option<SheetKind> {
        match self {
            Self::Councils => None,
            Self::Memberships => Some(SheetKind::Memberships),
            Self::Meetups => Some(SheetKind::Meetups),
            Self::CaseStudies => Some(SheetKind::CaseStudies),
            Self::Offers => Some(SheetKind::Offers),
            Self::Responses => Some(SheetKind::Responses),
            Self::Needs => Some(SheetKind::Needs),
            Self::Topics => Some(SheetKind::Topics),
            Self::Introductions => Some(SheetKind::Introductions),
            Self::Assessments => Some(SheetKind::Assessments),
        }
    }
}

impl Import {
    /// True if it needs neither settings nor a database.
    pub(super) fn is_plain_template(&self) -> bool {
        self.template && self.region.is_none()
    }

    pub(super) fn print_template(&self) -> Result<()> {
        print_template(self.kind)
    }

    pub(super) async fn run(self, config: &Config) -> Result<()> {
        if self.template {
            return self.print_region_template(config).await;
        }
        let path = self.file.as_ref().context("name the file to read")?;
        let size = fs::metadata(path)
            .with_context(|| format!("read {}: check the file's name", path.display()))?
            .len();
        if size > MAX_FILE {
            bail!("{} is larger than 64 MB: split it", path.display());
        }
        let bytes = fs::read(path).with_context(|| format!("read {}", path.display()))?;
        say!("Reading {} …", path.display());
        match self.kind.sheet() {
            None => self.councils(config, &bytes).await,
            Some(kind) => self.sheet(config, kind, &bytes).await,
        }
    }

    async fn print_region_template(&self, config: &Config) -> Result<()> {
        let Some(kind) = self.kind.sheet() else { return self.print_template() };
        let store = up_to_date(config).await?;
        let reference = Reference::new(store.reference_parts(&config.standards.default).await?);
        let region = self.region_of_sheet(&reference)?;
        let rounds = store.rounds(&[region.id]).await?;
        let context = self.context(&reference, region, &rounds, &[]);
        let template = template_for(kind, &context).map_err(anyhow::Error::msg)?;
        print(format_args!("{template}"));
        Ok(())
    }

    fn context<'c>(
        &'c self,
        reference: &'c Reference,
        region: &'c Region,
        rounds: &'c [Round],
        assessments: &'c [Assessment],
    ) -> SheetContext<'c> {
        let round = self.round.options();
        SheetContext {
            rounds,
            round,
            assessments,
            ..SheetContext::new(reference, region, Clock::system().now())
        }
    }

    async fn councils(&self, config: &Config, bytes: &[u8]) -> Result<()> {
        let import = read_register(bytes).context("nothing was imported")?;
        let now = Clock::system().now();
        say!("{}", import.summary(now.date_naive()));
        let store = self.store(config).await?;
        let councils = import.register.councils.into_iter().map(Change::Council);
        let successions = import.register.successions.into_iter().map(Change::Succession);
        self.write(&store, councils.chain(successions).collect()).await
    }

    async fn sheet(&self, config: &Config, kind: SheetKind, bytes: &[u8]) -> Result<()> {
        let store = self.store(config).await?;
        let parts = store.reference_parts(&config.standards.default).await?;
        let reference = Reference::new(parts);
        let region = self.region_of_sheet(&reference)?;
        let rounds = store.rounds(&[region.id]).await?;
        let assessments = match kind {
            SheetKind::Assessments => store.assessments_of(region.id).await?,
            _ => Vec::new(),
        };
        let context = self.context(&reference, region, &rounds, &assessments);
        let reading = read_sheet(kind, bytes, &context);
        for note in &reading.notes {
            say!("note: {note}");
        }
        if !reading.problems.is_empty() {
            for problem in &reading.problems {
                say!("{problem}");
            }
            bail!(
                "nothing was imported: put the {} right and import the file again",
                counted(reading.problems.len(), "problem")
            );
        }
        say!("{} read", counted(reading.rows.len(), "row"));
        if self.dry_run {
            preview(&reading.rows, &reference);
        }
        self.write(&store, reading.rows.into_iter().map(Change::from).collect()).await
    }

    /// A dry run changes nothing, so it neither makes nor migrates a database.
    async fn store(&self, config: &Config) -> Result<Store> {
        if self.dry_run {
            return up_to_date(config).await;
        }
        let store = migrated(config).await?;
        if self.kind.sheet().is_some() {
            seed::fill(&store, false, Clock::system().now()).await?;
        }
        Ok(store)
    }

    fn region_of_sheet<'r>(&self, reference: &'r Reference) -> Result<&'r Region> {
        let Some(code) = &self.region else {
            let codes: Vec<_> =
                reference.regions().iter().map(|region| region.code.as_str()).collect();
            bail!("say whose sheet it is with --region: one of {}", codes.join(", "));
        };
        let region = any_region(reference, code).context("the option --region is not right")?;
        if !region.door.is_stored() {
            bail!("{} serves its own rows: import them there", region.name);
        }
        Ok(region)
    }

    async fn write(&self, store: &Store, changes: Vec<Change>) -> Result<()> {
        let now = Clock::system().now();
        if self.dry_run {
            let planned = store.plan("import", now, changes).await.context("plan the import")?;
            say!("Would change: {}. Nothing was written.", counts(&planned));
            return Ok(());
        }
        say!("Writing …");
        let applied = store.apply("import", now, changes).await.context("nothing was imported")?;
        say!("Done: {}.", counts(&applied));
        Ok(())
    }
}

fn counts(applied: &Applied) -> String {
    format!(
        "{} created, {} updated, {} unchanged",
        applied.created, applied.updated, applied.unchanged
    )
}

/// How many rows a dry run shows.
const PREVIEW: usize = 10;

fn preview(rows: &[Row], reference: &Reference) {
    let council = |id| reference.council(id).map_or("?", |council| council.name.as_str());
    let point = |id| reference.point(id).map_or("?", |point| point.label.as_str());
    for row in rows.iter().take(PREVIEW) {
        match row {
            Row::Membership(membership) => {
                let group = reference.group(membership.group).map_or("?", |group| &group.name);
                let home = if membership.is_home { ", at home" } else { "" };
                say!("  {} in {group}{home}", council(membership.council));
            }
            Row::Meetup(meetup) => {
                let starts =
                    folkmoot_domain::spoken_start(meetup.starts_at, meetup.time_zone, "en");
                say!("  {starts}: {}", meetup.title);
            }
            Row::CaseStudy(case_study) => {
                let about = case_study.council.map(council).unwrap_or("no council in particular");
                say!("  {about}: {}", case_study.title);
            }
            Row::Offer(offer) => say!("  {}: {:?}", council(offer.council), offer.kind),
            Row::Round(round) => say!("  round {} of {}", round.natural_key, round.held_on),
            Row::Response(response) => {
                say!("  {} on {}", council(response.council), point(response.point));
            }
            Row::Need(need) => say!("  {} on {}", council(need.council), point(need.point)),
            Row::Topic(topic) => say!("  {}", topic.title),
            Row::Introduction(one) => {
                say!("  {} to {}", council(one.needing), council(one.helping));
            }
            Row::Assessment(one) => say!("  {}: {}", council(one.council), one.service),
        }
    }
    if rows.len() > PREVIEW {
        say!("  … and {} more", rows.len() - PREVIEW);
    }
}

/// The header and an example on standard output, ready to save; what each column takes on
/// standard error.
#[allow(clippy::print_stderr, reason = "the sheet itself goes to standard output")]
fn print_template(kind: Kind) -> Result<()> {
    let Some(kind) = kind.sheet() else {
        bail!("councils come from a register: see `folkmoot export councils` for its columns");
    };
    print(format_args!("{}", template(kind)));
    let widest = columns(kind).iter().map(|column| column.name.len()).max().unwrap_or_default();
    for column in columns(kind) {
        let need = if column.required { "needed  " } else { "optional" };
        eprintln!("{:widest$}  {need}  {}", column.name, column.takes);
    }
    Ok(())
}
