//! The end of a process: nobody who asks in time is turned away, and three replicas are replaced one
//! after the other while people ask.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use folkmoot_testkit::Database;
use folkmoot_tests::Gateway;
use reqwest::{Method, StatusCode};
use serde_json::json;

const LONG: Duration = Duration::from_secs(30);

#[tokio::test]
async fn a_gateway_that_leaves_says_so_first_and_still_answers() -> Result<()> {
    let gateway = Gateway::demo_with(&[("FOLKMOOT__SERVER__LEAVE_SECONDS", "3")]).await?;
    let (ready, live) = (
        gateway.request(Method::GET, "/health/ready"),
        gateway.request(Method::GET, "/health/live"),
    );
    let again = |request: &reqwest::RequestBuilder| request.try_clone().context("no body");
    let ask = gateway.request(Method::POST, "/graphql");
    let ask = ask.json(&json!({ "query": "{ regions { name } }" }));
    let (ready_now, ask_now) = (again(&ready)?, again(&ask)?);
    let stopping = tokio::spawn(gateway.stop());
    let began = Instant::now();
    while ready_now.try_clone().context("no body")?.send().await?.status() == StatusCode::OK {
        ensure!(began.elapsed() < LONG, "it does not say that it leaves");
    }
    // On connections that are new, too.
    let fresh = reqwest::Client::builder().no_proxy().build()?;
    let request = ask_now.build()?;
    for _ in 0..3 {
        let request = request.try_clone().context("a body of bytes")?;
        ensure!(fresh.execute(request).await?.status() == StatusCode::OK);
    }
    ensure!(live.send().await?.status() == StatusCode::OK);
    stopping.await??;
    ensure!(ready.send().await.is_err(), "it still listens");
    Ok(())
}

/// What spreads requests: in turn, over those that said lately that they are ready.
struct Balancer {
    replicas: Mutex<Vec<Replica>>,
    turn: AtomicUsize,
    client: reqwest::Client,
}

#[derive(Clone)]
struct Replica {
    address: String,
    is_ready: bool,
}

impl Balancer {
    fn replicas(&self) -> Vec<Replica> {
        self.replicas.lock().expect("nobody panicked").clone()
    }

    /// Looks who is ready, as a service of Kubernetes does, every so often.
    async fn look(&self) {
        for replica in self.replicas() {
            let health = self.client.get(format!("{}/health/ready", replica.address)).send().await;
            let is_ready = health.is_ok_and(|health| health.status().is_success());
            let mut replicas = self.replicas.lock().expect("nobody panicked");
            if let Some(it) = replicas.iter_mut().find(|it| it.address == replica.address) {
                it.is_ready = is_ready;
            }
        }
    }

    /// The answer of one that is ready. Nothing is tried twice.
    async fn ask(&self, number: usize) -> Result<StatusCode> {
        let ready: Vec<_> = self.replicas().into_iter().filter(|it| it.is_ready).collect();
        ensure!(!ready.is_empty(), "nobody is ready");
        let replica = &ready[self.turn.fetch_add(1, Ordering::Relaxed) % ready.len()];
        let query = format!("query Q{number} {{ meetups(first: 5) {{ nodes {{ title }} }} }}");
        let request = self.client.post(format!("{}/graphql", replica.address));
        let answer = request.json(&json!({ "query": query })).send().await?;
        let status = answer.status();
        let said: serde_json::Value = answer.json().await?;
        ensure!(said["errors"].is_null() && said["data"]["meetups"].is_object(), "{said}");
        Ok(status)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replacing_all_replicas_one_after_the_other_fails_no_request() -> Result<()> {
    let database = Database::postgres().await;
    let at = &database.options().url;
    let settings =
        [("FOLKMOOT__SERVER__LEAVE_SECONDS", "1"), ("FOLKMOOT__DATABASE__MAX_CONNECTIONS", "4")];
    let mut gateways = Vec::new();
    for _ in 0..3 {
        gateways.push(Gateway::start_with(at, false, &settings).await?);
    }
    let replicas =
        gateways.iter().map(|it| Replica { address: it.address.clone(), is_ready: true });
    let balancer = Arc::new(Balancer {
        replicas: Mutex::new(replicas.collect()),
        turn: AtomicUsize::new(0),
        client: reqwest::Client::builder().no_proxy().build()?,
    });
    let is_over = Arc::new(AtomicBool::new(false));
    let looking = tokio::spawn({
        let (balancer, is_over) = (balancer.clone(), is_over.clone());
        async move {
            while !is_over.load(Ordering::Relaxed) {
                balancer.look().await;
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    });
    let asking: Vec<_> = (0..4)
        .map(|reader| {
            let (balancer, is_over) = (balancer.clone(), is_over.clone());
            tokio::spawn(async move {
                let (mut answered, mut failed) = (0, Vec::new());
                while !is_over.load(Ordering::Relaxed) {
                    // Half of it new, half of it known.
                    let number = if answered % 2 == 0 { answered * 4 + reader } else { 0 };
                    match balancer.ask(number).await {
                        Ok(StatusCode::OK) => {}
                        Ok(other) => failed.push(other.to_string()),
                        Err(error) => failed.push(format!("{error:#}")),
                    }
                    answered += 1;
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                (answered, failed)
            })
        })
        .collect();
    for old in &mut gateways {
        // The new one first, as a rolling update does.
        let new = Gateway::start_with(at, false, &settings).await?;
        let address = new.address.clone();
        balancer
            .replicas
            .lock()
            .expect("nobody panicked")
            .push(Replica { address, is_ready: false });
        let began = Instant::now();
        let is_taken_up = |replica: &Replica| replica.address == new.address && replica.is_ready;
        while !balancer.replicas().iter().any(is_taken_up) {
            ensure!(began.elapsed() < LONG, "the new one is not taken up");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        std::mem::replace(old, new).stop().await?;
    }
    is_over.store(true, Ordering::Relaxed);
    looking.await?;
    let (mut answered, mut failed) = (0, Vec::new());
    for reader in asking {
        let (its, failures) = reader.await?;
        answered += its;
        failed.extend(failures);
    }
    ensure!(failed.is_empty(), "{} of {answered} failed: {:?}", failed.len(), failed.first());
    ensure!(answered > 100, "{answered}");
    Ok(())
}
