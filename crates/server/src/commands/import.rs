//! `folkmoot import`: a file into the database, all of it or nothing.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use folkmoot_domain::{
    Reference, Region, Row, SheetContext, SheetKind, columns, read_register, read_sheet, template,
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
    /// Print the columns with an example instead, to begin a sheet with.
    #[arg(long)]
    pub(super) template: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    Councils,
    Memberships,
    Meetups,
    CaseStudies,
    Offers,
}

impl Kind {
    fn sheet(self) -> Option<SheetKind> {
        match self {
            Self::Councils => None,
            Self::Memberships => Some(SheetKind::Memberships),
            Self::Meetups => Some(SheetKind::Meetups),
            Self::CaseStudies => Some(SheetKind::CaseStudies),
            Self::Offers => Some(SheetKind::Offers),
        }
    }
}

impl Import {
    pub(super) fn print_template(&self) -> Result<()> {
        print_template(self.kind)
    }

    pub(super) async fn run(self, config: &Config) -> Result<()> {
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
        let context = SheetContext {
            reference: &reference,
            region,
            now: Clock::system().now(),
            system: "import",
            synthetic: region.synthetic,
        };
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
        self.write(&store, reading.rows.into_iter().map(change).collect()).await
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

fn change(row: Row) -> Change {
    match row {
        Row::Membership(membership) => Change::Membership(membership),
        Row::Meetup(meetup) => Change::Meetup(*meetup),
        Row::CaseStudy(case_study) => Change::CaseStudy(*case_study),
        Row::Offer(offer) => Change::Offer(*offer),
    }
}

/// How many rows a dry run shows.
const PREVIEW: usize = 10;

fn preview(rows: &[Row], reference: &Reference) {
    let council = |id| reference.council(id).map_or("?", |council| council.name.as_str());
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
