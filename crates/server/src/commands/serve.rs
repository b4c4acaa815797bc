//! `folkmoot serve`: everything is composed here, top to bottom.

use std::{
    collections::BTreeMap, future::IntoFuture, io::ErrorKind, net::SocketAddr, sync::Arc,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use chrono::TimeDelta;
use clap::Args;
use folkmoot_domain::{RegionId, RegionState, Scope, Threshold};
use folkmoot_federation::{
    AskedForFigures, Clock, FiguresAsking, Instrumented, LiveClient, LiveOptions,
    LiveRegionsOptions, Nation, NationOptions, Plugs, PublishedCache, ReferenceCache, Stored,
    collect_figures,
};
use folkmoot_graphql::{Addresses, AnswerCache, Moot, NamedDocuments, Pipeline, RegionService};
use folkmoot_store::Store;
use sha2::{Digest, Sha256};
use tokio::{net::TcpListener, signal};
use uuid::Uuid;

use super::{migrated, seed, token};
use crate::{
    checks::Checks,
    config::{Config, Flags},
    documents, feeds, figures,
    http::{self, Metrics, Readiness, Services},
    live, news,
    sources::{Shared, decorated},
    tokens::Tokens,
};

/// After so many polls without an answer it is not known any more what others write.
const POLLS_MISSED: u32 = 2;

/// How long the demo's tokens hold.
const DEMO_TOKEN: TimeDelta = TimeDelta::days(1);

/// Serve the API and the playground.
#[derive(Args)]
pub(super) struct Serve {
    /// Address and port to listen on.
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// The address under which readers reach this gateway.
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Where replicas share what they keep; nothing is wrong while it is away.
    #[arg(long, value_name = "URL")]
    redis: Option<String>,
    /// Fill an empty database with a made-up nation around today, and print a token for each
    /// role.
    #[arg(long)]
    demo: bool,
}

impl Serve {
    pub(super) fn add_to(&self, flags: &mut Flags) {
        flags.listen.clone_from(&self.listen);
        flags.redis.clone_from(&self.redis);
        flags.public_url.clone_from(&self.public_url);
    }

    pub(super) async fn run(self, config: Config) -> Result<()> {
        let clock = Clock::system();
        // The port first: whoever starts a second server should not wait for the filling.
        let listener = listen(&config).await?;
        let address = listener.local_addr().context("read the address listened on")?;
        let public_url = match config.server.public_url.as_str() {
            "" => format!("http://{address}"),
            url => url.to_owned(),
        };

        // Before anything that is measured.
        let metrics = Metrics::start(&config, clock.now())?;
        let store = migrated(&config).await?;
        let is_demo = seed::fill(&store, self.demo, clock.now()).await?;

        let stored = Arc::new(Instrumented::stored(Arc::new(Stored::new(store.clone()))));
        let options = NationOptions { soft_deadline: config.soft_deadline(), ..Default::default() };
        let nation = Nation::new(stored, clock.clone(), options);
        let reference = ReferenceCache::new(store.clone(), &config.standards.default);
        let published = PublishedCache::new(store.clone(), config.poll() * (POLLS_MISSED + 1));
        let moot = Moot {
            nation: nation.clone(),
            reference: reference.clone(),
            published,
            store: store.clone(),
            addresses: Addresses::new(&public_url),
            clock: clock.clone(),
        };
        let readiness = Arc::new(Readiness::new(is_demo));
        let instance = store.instance().await.context("read which gateway this is")?.id;
        let shared = Shared::new(&config, clock.clone())?;
        let redis = shared.redis.clone();
        let trusted = documents::trusted(&config)?;
        let named = NamedDocuments::new(trusted, config.documents.only, shared.cache.clone());
        let pipeline = Pipeline::new(moot.clone()).naming(named);
        let answers = AnswerCache::new(
            pipeline.clone(),
            shared.cache.clone(),
            edition(&config, &public_url)?,
            Duration::from_secs(config.server.request_seconds),
        );
        let app = Arc::new(Services {
            pipeline,
            answers: answers.clone(),
            regions: RegionService::new(moot, instance, config.threshold()?),
            store: store.clone(),
            reference: reference.clone(),
            tokens: Tokens::new(store.clone(), clock.clone()),
            readiness: readiness.clone(),
            clock: clock.clone(),
            public_url: public_url.clone(),
            security_contact: config.server.security_contact.clone(),
            metrics,
            checks: Checks::new(&config),
        });
        let router = http::router(app, Duration::from_secs(config.server.request_seconds));

        let known = reference.reference().await.context("read the reference data")?;
        if known.standard_by_code(&config.standards.default).is_err()
            && !known.standards().is_empty()
        {
            bail!("the setting standards.default is not right: no standard has that code");
        }
        // Regions that answer for themselves are asked from the first request on.
        let plugs = Plugs {
            store: store.clone(),
            reference: reference.clone(),
            nation,
            client: live::client(&config)?,
            secrets: live::secrets(),
            withdrawn: shared.withdrawn.clone(),
            before: Arc::new(move |region, live| decorated(region, Arc::new(live), &shared).source),
        };
        let asking = LiveOptions::new(instance, clock.clone());
        live::begin(plugs, LiveRegionsOptions::new(asking, options.stale_after)).await?;
        tokio::spawn(poll(store.clone(), answers, config.poll()));
        if let Some(redis) = redis {
            tokio::spawn(news::follow(store.clone(), redis));
        }
        if config.feeds.every_minutes > 0 {
            let (store, reference) = (store.clone(), reference.clone());
            tokio::spawn(feeds::run(feeds::harvester(&config, store, reference, clock.clone())?));
        }
        if config.figures.release_every_hours > 0 {
            let every = Duration::from_secs(u64::from(config.figures.release_every_hours) * 3600);
            let press = Press {
                store: store.clone(),
                reference: reference.clone(),
                threshold: config.threshold()?,
                client: live::client(&config)?,
                instance,
                clock,
            };
            tokio::spawn(publish(press, every));
        }
        print_addresses(&public_url, address);
        if self.demo {
            print_tokens(&store, &known).await?;
        }
        readiness.set(true);
        tracing::info!(%address, "serving");

        let stop = stopped(readiness, Duration::from_secs(config.server.drain_seconds));
        let (stopping, drained) = (stop.stopping, stop.drained);
        let serving = axum::serve(listener, router).with_graceful_shutdown(stopping).into_future();
        tokio::select! {
            served = serving => served.context("serve")?,
            () = drained => tracing::warn!("requests were still running at the end of the drain"),
        }
        tracing::info!("stopped");
        Ok(())
    }
}

async fn listen(config: &Config) -> Result<TcpListener> {
    let address = config.server.listen;
    match TcpListener::bind(address).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == ErrorKind::AddrInUse => bail!(
            "port {} is taken: stop what uses it, or choose another with --listen {}:PORT",
            address.port(),
            address.ip()
        ),
        Err(error) => Err(error).with_context(|| format!("listen on {address}")),
    }
}

/// What answers depend on and no write changes: the program itself and some settings. Told apart
/// where replicas share what they keep, for while one version takes over from another both run.
fn edition(config: &Config, public_url: &str) -> Result<String> {
    if config.redis.url.is_empty() {
        return Ok(String::new());
    }
    let program = std::env::current_exe().and_then(std::fs::read);
    let program = Sha256::digest(program.context("read the program itself, to name its version")?);
    let settings = (public_url, &config.standards.default, config.figures.threshold);
    Ok(format!("{} {settings:?}", data_encoding::HEXLOWER.encode(&program)))
}

/// Heals what this process did not see of other processes' writes.
async fn poll(store: Store, answers: AnswerCache, every: Duration) {
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut is_down = false;
    let mut missed = 0;
    loop {
        ticks.tick().await;
        let outcome = store.poll_generations().await;
        missed = if outcome.is_ok() { 0 } else { missed + 1 };
        answers.set_verified(missed < POLLS_MISSED);
        // Once per change of state: a database that is down must not flood the log.
        match (&outcome, is_down) {
            (Err(error), false) => tracing::error!(%error, "database not reachable"),
            (Ok(()), true) => tracing::info!("database reachable again"),
            _ => {}
        }
        is_down = outcome.is_err();
    }
}

/// What figures are published from, and by what rules.
struct Press {
    store: Store,
    reference: ReferenceCache,
    threshold: Threshold,
    client: LiveClient,
    instance: Uuid,
    clock: Clock,
}

/// Publishes on a schedule. Every replica may: a release is one transaction, and of two at a time
/// the second finds nothing left.
async fn publish(press: Press, every: Duration) {
    let Press { store, reference, threshold, client, instance, clock } = press;
    let mut told = BTreeMap::new();
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let now = clock.now();
        let published = async {
            let reference = reference.reference().await.context("read the reference data")?;
            let closed = figures::close_overdue(&store, &reference, now, "schedule").await?;
            let asking = FiguresAsking {
                store: store.clone(),
                reference: reference.clone(),
                client: client.clone(),
                secrets: live::secrets(),
                instance,
                now,
            };
            let asked = collect_figures(&asking, "schedule").await;
            log(&asked.context("ask regions for what they closed")?, &mut told);
            let quiet = |_, _| {};
            let written = store.create_release("schedule", now, &reference, threshold, quiet);
            let written = written.await.context("write a release")?;
            anyhow::Ok((closed.len(), written))
        };
        match published.await {
            Ok((closed, Some((release, rows)))) => {
                let (number, rows) = (release.number, rows.len());
                tracing::info!(number, rows, closed, "figures published");
            }
            Ok((_, None)) => {}
            Err(error) => tracing::error!(error = format!("{error:#}"), "figures not published"),
        }
    }
}

/// Tells the log what came of asking regions for what they closed, where it is not as before.
fn log(asked: &[AskedForFigures], told: &mut BTreeMap<RegionId, Vec<String>>) {
    for AskedForFigures { report, taken } in asked {
        let (region, notes) = (report.region, report.notes.join("; "));
        for half_year in taken {
            tracing::info!(%region, %half_year, "half-year taken that a region closed");
        }
        let is_new = told.insert(region, report.notes.clone()).as_ref() != Some(&report.notes);
        if is_new && !notes.is_empty() {
            tracing::warn!(%region, notes, "figures of a region are not all here");
        }
    }
}

struct Stop<S, D> {
    stopping: S,
    drained: D,
}

/// Two moments: when the process is told to stop, and when it has waited long enough since.
fn stopped(
    readiness: Arc<Readiness>,
    drain: Duration,
) -> Stop<impl Future<Output = ()>, impl Future<Output = ()>> {
    let (told, telling) = tokio::sync::watch::channel(false);
    tokio::spawn(async move {
        told_to_stop().await;
        readiness.set(false);
        tracing::info!("stopping: no new requests");
        // Nobody may be left to hear it; then there is nothing to stop.
        let _ = told.send(true);
    });
    let heard = |mut telling: tokio::sync::watch::Receiver<bool>| async move {
        // An error means that the sender is gone, which it is only after it told.
        let _ = telling.wait_for(|told| *told).await;
    };
    let (stopping, counted) = (heard(telling.clone()), heard(telling));
    let drained = async move {
        counted.await;
        tokio::time::sleep(drain).await;
    };
    Stop { stopping, drained }
}

async fn told_to_stop() {
    let interrupt = async {
        if signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut signals) => {
                signals.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}

fn print_addresses(public_url: &str, listening: SocketAddr) {
    say!("Folkmoot is at     {public_url}");
    if public_url != format!("http://{listening}") {
        say!("  listening on     http://{listening}");
    }
    say!("  playground       {public_url}/playground/");
    say!("  API              {public_url}/graphql");
}

/// One token of a day for each role.
async fn print_tokens(store: &Store, reference: &folkmoot_domain::Reference) -> Result<()> {
    say!("Tokens for one day, to paste into the playground's token field:");
    let mut roles = vec![("steward", Scope::Steward), ("peer", Scope::Peer)];
    if let Ok(london) = "london".parse() {
        roles.push(("coordinator of London", Scope::Coordinator(london)));
    }
    let trial = reference.regions().iter().find(|region| region.state == RegionState::Trial);
    if let Some(trial) = trial {
        roles.push(("coordinator of a region on trial", Scope::Coordinator(trial.code.clone())));
    }
    if let Ok(camden) = "CMD".parse() {
        roles.push(("editor of Camden", Scope::Editor(camden)));
    }
    for (role, scope) in roles {
        let secret = token::create(store, &format!("demo {role}"), vec![scope], DEMO_TOKEN).await?;
        say!("  {role:34} {}", secret.reveal());
    }
    Ok(())
}
