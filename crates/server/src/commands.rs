//! The command line.

/// Prints a line. Whoever read the output may have left; that must not end an import half-way.
macro_rules! say {
    ($($part:tt)*) => { $crate::commands::print(format_args!("{}\n", format_args!($($part)*))) };
}

mod cache;
mod doctor;
mod health;
mod here;
mod import;
mod publish;
mod region;
mod release;
mod seed;
mod serve;
mod token;
mod withdraw;

use std::{
    fmt,
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use clap::{Args, Parser, Subcommand};
use data_encoding::HEXLOWER;
use folkmoot_domain::{
    Reference, ReferenceParts, Region, Register, Scope, UnknownRef, Viewer, write_register,
};
use folkmoot_federation::Clock;
use folkmoot_store::{SchemaState, Store, StoreError, StoreOptions, TableDigest};

use crate::{
    config::{Config, DEFAULTS, Flags, Origins},
    logs, news, sources,
    telemetry::Telemetry,
};

/// The national GraphQL gateway of regional digital peer groups.
#[derive(Parser)]
#[command(version, max_term_width = 100)]
struct Cli {
    /// Read settings from this file, over the defaults.
    #[arg(long, global = true, value_name = "FILE", env = "FOLKMOOT_CONFIG")]
    config: Option<PathBuf>,
    /// The database: sqlite://FILE or postgres://…
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API and the playground.
    Serve(serve::Serve),
    /// Bring the database's tables up to date.
    Migrate,
    /// Read a file into the database: all of it, or nothing.
    Import(import::Import),
    /// Make, list and revoke tokens.
    #[command(subcommand)]
    Token(token::Token),
    /// Manage regions.
    #[command(subcommand)]
    Region(region::RegionCommand),
    /// Let a council publish its own answers, from today on.
    Publish(publish::Publish),
    /// Publish capability figures, look at what was published, take it back.
    #[command(subcommand)]
    Release(release::Release),
    /// Take a meet-up, case study, offer or service assessment down for good, everywhere.
    Withdraw(withdraw::Withdraw),
    /// Have answers that were remembered made anew.
    #[command(subcommand)]
    Cache(cache::Cache),
    /// Look after the counts that signed-in views are made of.
    #[command(subcommand)]
    Cells(Cells),
    /// Print the API's schema.
    Schema {
        /// Print that of a region's own service instead: the contract of those that are live.
        #[arg(long)]
        region: bool,
    },
    /// Say what is wrong with a gateway, and what to do about it; nothing is changed.
    Doctor(doctor::Doctor),
    Health(health::Health),
    /// Print each setting in force and where it came from.
    Config {
        /// Print the commented defaults instead, to begin a file of your own with.
        #[arg(long)]
        defaults: bool,
    },
    /// Print what the database holds, as CSV.
    #[command(subcommand)]
    Export(Export),
}

#[derive(Subcommand)]
enum Cells {
    /// Count all answers anew, and put right what differs.
    Rebuild,
}

#[derive(Subcommand)]
enum Export {
    /// The register of councils, in the project's own columns.
    Councils,
    /// How many rows each table has, and a digest of them: a backup that was put back is whole if
    /// it has those of what it is of.
    Digests,
}

/// Runs the program.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let outcome = runtime.context("start the runtime").and_then(|runtime| {
        let outcome = runtime.block_on(cli.run());
        // A name that is still being looked up cannot be interrupted, and nobody waits for it.
        runtime.shutdown_timeout(Duration::from_secs(1));
        outcome
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            ExitCode::FAILURE
        }
    }
}

/// Of a server: where it is reached, and what it shares.
#[derive(Args)]
struct ServerFlags {
    /// Address and port to listen on.
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// The address under which readers reach this gateway.
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Where replicas share what they keep; nothing is wrong while it is away.
    #[arg(long, value_name = "URL")]
    redis: Option<String>,
}

impl ServerFlags {
    fn add_to(&self, flags: &mut Flags) {
        flags.listen.clone_from(&self.listen);
        flags.redis.clone_from(&self.redis);
        flags.public_url.clone_from(&self.public_url);
    }
}

/// Prints as it is.
pub(crate) fn print(text: fmt::Arguments<'_>) {
    // A closed pipe is the reader's choice.
    let _ = std::io::stdout().lock().write_fmt(text);
}

/// One sentence: what was being done and what is wrong with it. What lies below the store's own
/// words is for its makers, and for `RUST_BACKTRACE`.
#[allow(clippy::print_stderr, reason = "the program's last word")]
fn report(error: &anyhow::Error) {
    let mut said = Vec::new();
    for cause in error.chain() {
        said.push(cause.to_string());
        if cause.is::<StoreError>() {
            break;
        }
    }
    eprintln!("folkmoot: {}", said.join(": "));
}

impl Cli {
    async fn run(self) -> Result<()> {
        let mut flags = Flags { database: self.database.clone(), ..Flags::default() };
        match &self.command {
            Command::Serve(serve) => serve.server.add_to(&mut flags),
            Command::Doctor(doctor) => doctor.server.add_to(&mut flags),
            Command::Health(health) => health.add_to(&mut flags),
            _ => {}
        }
        // What needs no settings is there even when they are wrong.
        match &self.command {
            Command::Schema { region: false } => {
                print(format_args!("{}", folkmoot_graphql::sdl()));
                return Ok(());
            }
            Command::Schema { region: true } => {
                print(format_args!("{}", folkmoot_graphql::region_sdl()));
                return Ok(());
            }
            Command::Config { defaults: true } => {
                print(format_args!("{DEFAULTS}"));
                return Ok(());
            }
            Command::Import(import) if import.is_plain_template() => {
                return import.print_template();
            }
            Command::Doctor(doctor) => {
                return doctor.run(Config::load(self.config.as_deref(), &flags)).await;
            }
            _ => {}
        }
        let (config, origins) = Config::load(self.config.as_deref(), &flags)?;
        match self.command {
            Command::Schema { .. } | Command::Config { defaults: true } | Command::Doctor(_) => {
                Ok(())
            }
            Command::Config { defaults: false } => print_settings(&origins),
            Command::Health(health) => health.run(&config).await,
            Command::Serve(serve) => {
                let telemetry = Telemetry::start(&config.telemetry)?;
                logs::start(&config.log, telemetry.as_ref())?;
                let served = serve.run(config).await;
                if let Some(telemetry) = telemetry {
                    telemetry.stop().await;
                }
                served
            }
            Command::Migrate => {
                let store = connected(&config).await?;
                let report = store.migrate().await.context("migrate the database")?;
                match report.applied.len() {
                    0 => say!("The tables are up to date."),
                    count => say!("Migrations run: {count}. The tables are up to date."),
                }
                Ok(())
            }
            Command::Import(import) => import.run(&config).await,
            Command::Token(token) => token.run(&up_to_date(&config).await?, &config).await,
            // It needs no database but for sheets.
            Command::Region(region::RegionCommand::Check(check)) => check.run(&config).await,
            Command::Region(region) => {
                let store = region.store(&config).await?;
                region.run(&store, &config).await
            }
            Command::Publish(publish) => publish.run(&up_to_date(&config).await?, &config).await,
            Command::Release(release) => release.run(&up_to_date(&config).await?, &config).await,
            Command::Withdraw(withdraw) => withdraw.run(&up_to_date(&config).await?).await,
            Command::Cache(cache) => cache.run(&up_to_date(&config).await?, &config).await,
            Command::Cells(Cells::Rebuild) => {
                let store = up_to_date(&config).await?;
                let differed = store.rebuild_cells("cli", Clock::system().now()).await?;
                match differed {
                    0 => say!("Every count was right."),
                    _ => say!("{} put right.", counted(differed as usize, "count")),
                }
                Ok(())
            }
            Command::Export(Export::Councils) => {
                let parts =
                    up_to_date(&config).await?.reference_parts(&config.standards.default).await?;
                let ReferenceParts { councils, successions, .. } = parts;
                print(format_args!("{}", write_register(&Register { councils, successions })));
                Ok(())
            }
            // Also of a backup that is older than the program.
            Command::Export(Export::Digests) => {
                let digests = connected(&config).await?.digests().await?;
                say!("table,rows,sha256");
                for TableDigest { table, rows, sha256 } in digests {
                    say!("{table},{rows},{}", HEXLOWER.encode(&sha256));
                }
                Ok(())
            }
        }
    }
}

/// "1 row", "2 rows".
fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// The region that a code names, whatever its state.
fn any_region<'r>(reference: &'r Reference, code: &str) -> Result<&'r Region, UnknownRef> {
    let all = Viewer::bearer("cli".to_owned(), vec![Scope::Steward], None);
    reference.region_by_ref(code, &all)
}

fn print_settings(origins: &Origins) -> Result<()> {
    let lines = origins.lines()?;
    let widest = |part: fn(&(String, String, String)) -> &str| {
        lines.iter().map(|line| part(line).len()).max().unwrap_or_default()
    };
    let (keys, values) = (widest(|line| &line.0), widest(|line| &line.1));
    for (key, value, origin) in &lines {
        say!("{key:keys$}  {value:values$}  {origin}");
    }
    Ok(())
}

/// The database, whatever its tables.
async fn connected(config: &Config) -> Result<Store> {
    let options = StoreOptions {
        url: config.database.url.clone(),
        max_connections: config.database.max_connections,
        acquire_timeout: Duration::from_secs(config.database.acquire_seconds),
    };
    let store = Store::connect(&options).await.context("open the database")?;
    Ok(match sources::redis(config)? {
        Some(redis) => news::told(store, redis),
        None => store,
    })
}

/// The database, its tables made or brought up to date; refused if they are newer than this
/// program.
async fn migrated(config: &Config) -> Result<Store> {
    let store = connected(config).await?;
    if let SchemaState::Behind { .. } = known_schema(&store).await? {
        store.migrate().await.context("migrate the database")?;
    }
    Ok(store)
}

/// The database, if its tables are the ones that this program knows.
async fn up_to_date(config: &Config) -> Result<Store> {
    if let Some(file) = sqlite_file(&config.database.url)
        && !file.exists()
    {
        bail!(
            "there is no database at {}: check --database, or make one with `folkmoot migrate`",
            file.display()
        );
    }
    let store = connected(config).await?;
    match known_schema(&store).await? {
        SchemaState::Behind { .. } => {
            bail!("the database is not up to date: run `folkmoot migrate`")
        }
        _ => Ok(store),
    }
}

/// The file of a SQLite database.
fn sqlite_file(url: &str) -> Option<&Path> {
    let path = url.strip_prefix("sqlite:")?;
    let path = path.strip_prefix("//").unwrap_or(path);
    let path = path.split('?').next().unwrap_or(path);
    (path != ":memory:").then(|| Path::new(path))
}

async fn known_schema(store: &Store) -> Result<SchemaState> {
    match store.check_schema().await.context("look at the database's tables")? {
        SchemaState::Newer { .. } => bail!(
            "the database was migrated by a newer folkmoot: run that one, or restore an older backup"
        ),
        state => Ok(state),
    }
}
