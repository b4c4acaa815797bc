//! `folkmoot serve`: everything is composed here, top to bottom.

use std::{future, io::ErrorKind, net::SocketAddr, sync::Arc, time::Duration};

use anyhow::{Context, Result, bail};
use axum::Router;
use chrono::TimeDelta;
use clap::Args;
use folkmoot_cache::Rates;
use folkmoot_domain::{RegionState, Scope};
use folkmoot_federation::{
    Clock, Instrumented, LiveOptions, LiveRegionsOptions, Nation, NationOptions, Plugs,
    PublishedCache, ReferenceCache, Stored,
};
use folkmoot_graphql::{
    Addresses, AnswerCache, Moot, NamedDocuments, Pipeline, RegionService, Turns,
};
use folkmoot_store::{ReplicaOptions, Store};
use sha2::{Digest, Sha256};
use tokio::{net::TcpListener, signal};

use super::{ServerFlags, migrated, seed, token};
use crate::{
    checks::Checks,
    clients::Clients,
    config::{Config, Limits},
    connections::{self, Tls},
    documents, feeds, figures,
    http::{self, Admission, Metrics, Readiness, Services},
    live, news,
    sources::{Shared, decorated},
    tokens::Tokens,
};

/// The most connections of those who look after the gateway, and of one of them: more than there
/// ever are.
const WATCHERS: usize = 64;
const WATCHERS_EACH: usize = 16;

/// How long the demo's tokens hold.
const DEMO_TOKEN: TimeDelta = TimeDelta::days(1);

/// Serve the API and the playground.
#[derive(Args)]
pub(super) struct Serve {
    #[command(flatten)]
    pub(super) server: ServerFlags,
    /// Fill an empty database with a made-up nation around today, and print a token for each
    /// role.
    #[arg(long)]
    demo: bool,
}

impl Serve {
    pub(super) async fn run(self, config: Config) -> Result<()> {
        let clock = Clock::system();
        let tls = Tls::new(&config.server.tls)?;
        // The port first: whoever starts a second server should not wait for the filling.
        let instead = format!("with --listen {}:PORT", config.server.listen.ip());
        let listener = listen(config.server.listen, &instead)?;
        let management = match config.server.management_listen {
            Some(place) => Some(listen(place, "in server.management_listen")?),
            None => None,
        };
        connections::make_room(&config.limits);
        let address = listener.local_addr().context("read the address listened on")?;
        let public_url = match config.server.public_url.as_str() {
            "" => format!("{}://{address}", config.server.scheme()),
            url => url.to_owned(),
        };

        // Before anything that is measured.
        let metrics = Metrics::start(&config, clock.now())?;
        let store = migrated(&config).await?;
        let is_demo = seed::fill(&store, self.demo, clock.now()).await?;
        let store = with_replica(store, &config).await?;

        let stored = Arc::new(Instrumented::stored(Arc::new(Stored::new(store.clone()))));
        let options = NationOptions { soft_deadline: config.soft_deadline(), ..Default::default() };
        let nation = Nation::new(stored, clock.clone(), options);
        let reference = ReferenceCache::new(store.clone(), &config.standards.default);
        let known_for = news::known_for(config.poll());
        let published = PublishedCache::new(store.clone(), known_for);
        let moot = Moot {
            nation: nation.clone(),
            reference: reference.clone(),
            published,
            store: store.clone(),
            addresses: Addresses::new(&public_url),
            clock: clock.clone(),
            turns: Turns::new(config.limits.operations),
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
            known_for + news::SLACK,
        );
        let clients = Clients::new(&config.limits.trusted_proxies)?;
        let rates = Rates::new(redis.clone());
        let admission = Admission::new(&config, clients.clone(), rates, instance, clock.clone());
        let app = Arc::new(Services {
            pipeline,
            answers,
            regions: RegionService::new(moot, instance, config.threshold()?),
            store: store.clone(),
            reference: reference.clone(),
            tokens: Tokens::new(store.clone(), clock.clone()),
            admission: admission.clone(),
            readiness: readiness.clone(),
            clock: clock.clone(),
            public_url: public_url.clone(),
            security_contact: config.server.security_contact.clone(),
            metrics,
            checks: Checks::new(&config),
        });
        let managed = http::management(app.clone());
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
        tokio::spawn(news::poll(store.clone(), config.poll()));
        if let Some(redis) = redis {
            tokio::spawn(admission.share());
            tokio::spawn(news::follow(store.clone(), redis));
        }
        tokio::spawn(feeds::tell_regions(store.clone(), reference.clone()));
        if config.feeds.every_minutes > 0 {
            let (store, reference) = (store.clone(), reference.clone());
            tokio::spawn(feeds::run(feeds::harvester(&config, store, reference, clock.clone())?));
        }
        if config.figures.release_every_hours > 0 {
            let every = Duration::from_secs(u64::from(config.figures.release_every_hours) * 3600);
            let press = figures::Press {
                store: store.clone(),
                reference: reference.clone(),
                threshold: config.threshold()?,
                client: live::client(&config)?,
                instance,
                clock,
            };
            tokio::spawn(figures::publish(press, every));
        }
        if let Some(tls) = tls.clone() {
            tokio::spawn(tls.follow());
        }
        print_addresses(&public_url, &format!("{}://{address}", config.server.scheme()));
        if self.demo {
            print_tokens(&store, &known).await?;
        }
        if let Some(listener) = management {
            tokio::spawn(manage(listener, managed, config.limits.clone(), clients.clone()));
        }
        readiness.set(true);
        tracing::info!(%address, "serving");

        let Stop { stopping, drained } = stopped(readiness, &config);
        tokio::select! {
            () = connections::serve(listener, tls, router, &config.limits, &clients, stopping) => {}
            () = drained => tracing::warn!("requests were still running at the end of the drain"),
        }
        tracing::info!("stopped");
        Ok(())
    }
}

/// Public rows are read of the replica, if there is one. It need not be there now.
async fn with_replica(store: Store, config: &Config) -> Result<Store> {
    if config.database.replica_url.is_empty() {
        return Ok(store);
    }
    let options = ReplicaOptions {
        url: config.database.replica_url.clone(),
        max_connections: config.database.replica_max_connections,
        known_for: news::known_for(config.poll()),
        patience: config.soft_deadline(),
    };
    store.with_replica(&options).await.context("open the replica of the database")
}

/// Listens there; `instead` says where another port is named.
fn listen(address: SocketAddr, instead: &str) -> Result<TcpListener> {
    match connections::listen(address) {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == ErrorKind::AddrInUse => bail!(
            "port {} is taken: stop what uses it, or choose another {instead}",
            address.port()
        ),
        Err(error) => Err(error).with_context(|| format!("listen on {address}")),
    }
}

/// Answers those who look after the gateway, as long as it runs.
async fn manage(listener: TcpListener, router: Router, limits: Limits, clients: Clients) {
    let limits = Limits { connections: WATCHERS, connections_per_client: WATCHERS_EACH, ..limits };
    connections::serve(listener, None, router, &limits, &clients, future::pending()).await;
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

struct Stop<S, D> {
    stopping: S,
    drained: D,
}

/// Two moments: when no more is taken, some time after the process was told to stop, and when it has
/// waited long enough since.
fn stopped(
    readiness: Arc<Readiness>,
    config: &Config,
) -> Stop<impl Future<Output = ()>, impl Future<Output = ()>> {
    let leave = Duration::from_secs(config.server.leave_seconds);
    let drain = Duration::from_secs(config.server.drain_seconds);
    let (told, telling) = tokio::sync::watch::channel(false);
    tokio::spawn(async move {
        told_to_stop().await;
        readiness.set(false);
        if !leave.is_zero() {
            tracing::info!("leaving: requests are still taken until nobody sends any");
            tokio::time::sleep(leave).await;
        }
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

fn print_addresses(public_url: &str, listening: &str) {
    say!("Folkmoot is at     {public_url}");
    if public_url != listening {
        say!("  listening on     {listening}");
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
