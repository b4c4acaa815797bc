//! Connections that hold a place without using it, and those that are one too many.

use std::{
    net::TcpListener,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use folkmoot_tests::Gateway;
use reqwest::StatusCode;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::sockets::{LONG, connected, drip, until_closed};

const HEALTH: &[u8] = b"GET /health/live HTTP/1.1\r\nhost: folkmoot\r\n\r\n";

/// One answer of a connection that stays open.
async fn asked(stream: &mut TcpStream) -> Result<String> {
    stream.write_all(HEALTH).await?;
    let mut said = vec![0; 4096];
    let length = timeout(LONG, stream.read(&mut said)).await??;
    Ok(String::from_utf8_lossy(&said[..length]).into_owned())
}

#[tokio::test]
async fn a_head_that_comes_too_slowly_ends_the_connection_and_an_idle_one_stays() -> Result<()> {
    let settings =
        [("FOLKMOOT__LIMITS__HEAD_SECONDS", "1"), ("FOLKMOOT__LIMITS__IDLE_SECONDS", "4")];
    let gateway = Gateway::demo_with(&settings).await?;
    let mut idle = connected(&gateway).await?;
    ensure!(asked(&mut idle).await?.starts_with("HTTP/1.1 200"));
    let rested = Instant::now();

    let mut silent = connected(&gateway).await?;
    let mut slow = connected(&gateway).await?;
    slow.write_all(b"GET /health/live HTTP/1.1\r\nx-a").await?;
    let began = Instant::now();
    drip(&mut slow, b'a').await;
    ensure!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    let began = Instant::now();
    until_closed(&mut silent).await?;
    let after = began.elapsed();
    ensure!(after < Duration::from_secs(3), "{after:?}");

    // Longer than a head may take: between requests a connection is merely idle.
    ensure!(rested.elapsed() > Duration::from_secs(1));
    ensure!(asked(&mut idle).await?.starts_with("HTTP/1.1 200"));
    let began = Instant::now();
    let said = until_closed(&mut idle).await?;
    let after = began.elapsed();
    ensure!(said.is_empty() && after > Duration::from_secs(3), "{said:?} {after:?}");
    Ok(())
}

#[tokio::test]
async fn who_takes_nothing_of_what_they_asked_for_is_let_go() -> Result<()> {
    let gateway = Gateway::demo_with(&[("FOLKMOOT__LIMITS__STALLED_SECONDS", "1")]).await?;
    let mut stream = connected(&gateway).await?;
    // More than the buffers on the way hold.
    let request = b"GET /embed/meetups.js HTTP/1.1\r\nhost: folkmoot\r\n\r\n";
    let began = Instant::now();
    while began.elapsed() < LONG {
        // At first requests are taken; then the gateway reads no more, for it cannot write; and then
        // it hangs up.
        let written = timeout(Duration::from_millis(200), stream.write_all(request)).await;
        if let Ok(Err(_)) = written {
            return Ok(());
        }
    }
    anyhow::bail!("the connection is still there")
}

/// Whoever is not heard comes again after a second, and then after two more.
#[tokio::test]
async fn whoever_comes_while_the_gateway_is_busy_waits_for_it_and_is_answered() -> Result<()> {
    let gateway = Gateway::demo().await?;
    gateway.signal("-STOP")?;
    let mut waiting = Vec::new();
    for number in 0..500 {
        let coming = timeout(LONG, connected(&gateway)).await;
        waiting.push(coming.with_context(|| format!("after {number} nobody gets in"))??);
    }
    gateway.signal("-CONT")?;
    for mut stream in waiting {
        ensure!(asked(&mut stream).await?.starts_with("HTTP/1.1 200"));
    }
    Ok(())
}

#[tokio::test]
async fn a_form_that_does_not_come_to_its_end_ends_the_connection() -> Result<()> {
    let gateway = Gateway::demo_with(&[("FOLKMOOT__SERVER__REQUEST_SECONDS", "1")]).await?;
    for address in ["/regions/check", "/regions/london/report"] {
        let head = format!(
            "POST {address} HTTP/1.1\r\nhost: folkmoot\r\ncontent-length: 9000\r\n\r\ntoken="
        );
        let mut slow = connected(&gateway).await?;
        slow.write_all(head.as_bytes()).await?;
        let said = String::from_utf8_lossy(&until_closed(&mut slow).await?).into_owned();
        ensure!(said.starts_with("HTTP/1.1 408"), "{address}: {said}");
        ensure!(said.contains("send it again"), "{address}: {said}");
    }
    Ok(())
}

/// Else the process would be ended for being asked too much.
#[tokio::test]
async fn who_looks_after_the_gateway_hears_of_it_while_readers_hold_all_connections() -> Result<()>
{
    let place = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
    let gateway = Gateway::demo_with(&[
        ("FOLKMOOT__LIMITS__CONNECTIONS", "3"),
        ("FOLKMOOT__SERVER__MANAGEMENT_LISTEN", &place),
    ])
    .await?;
    let mut held = Vec::new();
    loop {
        let mut stream = connected(&gateway).await?;
        if !asked(&mut stream).await?.starts_with("HTTP/1.1 200") {
            break;
        }
        held.push(stream);
        ensure!(held.len() <= 3, "there are {}", held.len());
    }
    for (path, said) in [
        ("/health/live", r#""status":"live""#),
        ("/health/ready", r#""status":"ready""#),
        ("/metrics", r#"folkmoot_requests_refused_total{reason="connections"}"#),
    ] {
        let answer = reqwest::get(format!("http://{place}{path}")).await?;
        ensure!(answer.status() == StatusCode::OK, "{path}: {}", answer.status());
        let text = answer.text().await?;
        ensure!(text.contains(said), "{path}: {text}");
    }
    // It is no way in for readers.
    let answer = reqwest::get(format!("http://{place}/graphql?query=%7Bregions%7Bcode%7D%7D"));
    ensure!(answer.await?.status() == StatusCode::NOT_FOUND);
    drop(held);
    Ok(())
}

#[tokio::test]
async fn one_client_leaves_connections_for_others() -> Result<()> {
    let settings = [
        // So that this machine is a client like any other.
        ("FOLKMOOT__LIMITS__TRUSTED_PROXIES", "[]"),
        ("FOLKMOOT__LIMITS__CONNECTIONS_PER_CLIENT", "3"),
    ];
    let gateway = Gateway::demo_with(&settings).await?;
    // Those by which the test waited for it may still be there.
    let mut held = Vec::new();
    let refused = loop {
        let mut stream = connected(&gateway).await?;
        let said = asked(&mut stream).await?;
        if !said.starts_with("HTTP/1.1 200") {
            break said;
        }
        held.push(stream);
        ensure!(held.len() <= 3, "there are {}", held.len());
    };
    let (head, body) = refused.split_once("\r\n\r\n").unwrap_or_default();
    ensure!(head.starts_with("HTTP/1.1 503") && head.contains("retry-after: 5"), "{refused}");
    ensure!(head.contains(&format!("content-length: {}", body.len())), "{refused}");
    ensure!(body.contains("try again"), "{refused}");
    drop(held);
    let began = Instant::now();
    while !asked(&mut connected(&gateway).await?).await?.starts_with("HTTP/1.1 200") {
        ensure!(began.elapsed() < LONG, "what was given back cannot be had again");
    }
    Ok(())
}
