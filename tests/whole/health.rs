//! `folkmoot health`: what whoever looks after a container hears of a gateway that is ready, starts,
//! leaves, or is not there.

use std::{
    net::TcpListener,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use folkmoot_tests::{Gateway, Outcome, folkmoot};

use crate::tls::Authority;

const LONG: Duration = Duration::from_secs(30);

fn health(arguments: &[&str], variables: &[(&str, &str)]) -> Outcome {
    let mut command = folkmoot();
    Outcome::of(command.arg("health").args(arguments).envs(variables.iter().copied()))
}

fn is_well(outcome: &Outcome, said: &str) -> bool {
    outcome.code == Some(0) && outcome.out == format!("{said}\n") && outcome.err.is_empty()
}

/// Not, and one line says why.
fn is_unwell(outcome: &Outcome, why: &str) -> bool {
    let is_a_line = outcome.out.is_empty() && outcome.err.lines().count() == 1;
    outcome.code == Some(1) && is_a_line && outcome.err.contains(why)
}

#[tokio::test]
async fn a_gateway_that_is_ready_is_well_by_whatever_it_was_told_where_to_listen() -> Result<()> {
    let gateway = Gateway::demo().await?;
    let place = gateway.address.trim_start_matches("http://");
    let everywhere = place.replace("127.0.0.1", "0.0.0.0");
    let ready = format!("{} is ready", gateway.address);
    for outcome in [
        health(&["--listen", place], &[]),
        health(&["--listen", &everywhere], &[]),
        health(&[], &[("FOLKMOOT__SERVER__LISTEN", &everywhere)]),
    ] {
        ensure!(is_well(&outcome, &ready), "{outcome:?}");
    }
    let live = health(&["--live", "--listen", place], &[]);
    ensure!(is_well(&live, &format!("{} is live", gateway.address)), "{live:?}");
    Ok(())
}

#[tokio::test]
async fn a_gateway_with_a_place_for_that_is_asked_there_unless_another_is_named() -> Result<()> {
    let management = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
    let settings = [("FOLKMOOT__SERVER__MANAGEMENT_LISTEN", management.as_str())];
    let gateway = Gateway::demo_with(&settings).await?;
    let outcome = health(&[], &settings);
    ensure!(is_well(&outcome, &format!("http://{management} is ready")), "{outcome:?}");
    let place = gateway.address.trim_start_matches("http://");
    let outcome = health(&["--listen", place], &settings);
    ensure!(is_well(&outcome, &format!("{} is ready", gateway.address)), "{outcome:?}");
    Ok(())
}

#[tokio::test]
async fn a_gateway_that_speaks_tls_is_well_whatever_its_certificate_is_for() -> Result<()> {
    let authority = Authority::new()?;
    let gateway = authority.gateway(&[]).await?;
    // Nobody here trusts its authority, and it ended.
    authority.renew(2020)?;
    let own = authority.settings();
    let own: Vec<_> = own.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let listen = ["--listen", gateway.address.trim_start_matches("https://")];
    let outcome = health(&listen, &own);
    ensure!(is_well(&outcome, &format!("{} is ready", gateway.address)), "{outcome:?}");
    let outcome = health(&listen, &[]);
    ensure!(is_unwell(&outcome, "does not speak http: check"), "{outcome:?}");
    Ok(())
}

#[test]
fn a_gateway_that_is_not_there_is_unwell() -> Result<()> {
    let place = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let outcome = health(&["--listen", &place.to_string()], &[]);
    ensure!(is_unwell(&outcome, &format!("answers at http://{place}: it does not run")));
    let outcome = health(&["--listen", "127.0.0.1:0"], &[]);
    ensure!(is_unwell(&outcome, "name it with --listen"), "{outcome:?}");
    Ok(())
}

#[test]
fn a_gateway_that_still_starts_is_unwell() -> Result<()> {
    // A database that takes connections and says nothing, so that the start does not end.
    let database = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("postgres://folkmoot@{}/folkmoot", database.local_addr()?);
    let place = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
    let mut serve = folkmoot();
    serve.args(["serve", "--listen", &place, "--database", &url]);
    serve.env("FOLKMOOT__DATABASE__ACQUIRE_SECONDS", "120");
    let mut starting = serve.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let began = Instant::now();
    let told = loop {
        let outcome = health(&["--listen", &place], &[]);
        ensure!(outcome.code == Some(1), "{outcome:?}");
        if is_unwell(&outcome, "it is starting, or hangs") || began.elapsed() > LONG {
            break outcome;
        }
    };
    starting.kill()?;
    starting.wait()?;
    ensure!(is_unwell(&told, "it is starting, or hangs"), "{told:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gateway_that_leaves_is_unwell_and_lives() -> Result<()> {
    let gateway = Gateway::demo_with(&[("FOLKMOOT__SERVER__LEAVE_SECONDS", "5")]).await?;
    let place = gateway.address.trim_start_matches("http://").to_owned();
    let stopping = tokio::spawn(gateway.stop());
    let began = Instant::now();
    loop {
        let outcome = health(&["--listen", &place], &[]);
        if is_unwell(&outcome, "takes no new requests: it was told to stop") {
            break;
        }
        ensure!(outcome.code == Some(0) && began.elapsed() < LONG, "{outcome:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let live = health(&["--live", "--listen", &place], &[]);
    ensure!(live.code == Some(0), "{live:?}");
    stopping.await??;
    ensure!(is_unwell(&health(&["--listen", &place], &[]), "it does not run"));
    Ok(())
}
