//! Handshakes that are not made: each holds a place like any connection, and no longer than a head may.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use tokio::io::AsyncWriteExt;

use super::{Authority, shown};
use crate::sockets::{LONG, connected, drip, until_closed};

/// The head of a record in which a handshake begins, of 512 bytes.
const RECORD: [u8; 5] = [22, 3, 1, 2, 0];

/// What is said to whom there is no place for: the alert `internal_error`.
const NO_PLACE: [u8; 7] = [21, 3, 3, 0, 2, 2, 80];

#[tokio::test]
async fn a_handshake_that_stalls_ends_in_time_and_keeps_nobody_out() -> Result<()> {
    let authority = Authority::new()?;
    let gateway = authority.gateway(&[("FOLKMOOT__LIMITS__HEAD_SECONDS", "3")]).await?;
    let began = Instant::now();
    let mut silent = connected(&gateway).await?;
    let mut half = connected(&gateway).await?;
    half.write_all(&RECORD).await?;
    let mut slow = connected(&gateway).await?;
    slow.write_all(&RECORD).await?;
    // Whoever comes after them is answered while they are still there.
    shown(&authority.client()?.build()?, &gateway).await?;
    ensure!(silent.try_read(&mut [0]).is_err(), "the silent one has ended already");

    drip(&mut slow, 1).await;
    until_closed(&mut half).await?;
    ensure!(until_closed(&mut silent).await?.is_empty());
    ensure!(began.elapsed() >= Duration::from_secs(3), "{:?}", began.elapsed());
    ensure!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
    Ok(())
}

#[tokio::test]
async fn who_makes_no_handshake_holds_a_place_and_gives_it_back() -> Result<()> {
    let authority = Authority::new()?;
    let settings =
        [("FOLKMOOT__LIMITS__HEAD_SECONDS", "3"), ("FOLKMOOT__LIMITS__CONNECTIONS", "4")];
    let gateway = authority.gateway(&settings).await?;
    // One more than there may be, whether or not those by which the test waited for it are there.
    let mut held = Vec::new();
    for _ in 0..5 {
        held.push(connected(&gateway).await?);
    }
    let heard = futures::future::try_join_all(held.iter_mut().map(until_closed)).await?;
    ensure!(heard.iter().any(|said| said == &NO_PLACE), "{heard:?}");
    ensure!(heard.iter().any(Vec::is_empty), "{heard:?}");
    ensure!(heard.iter().all(|said| said.is_empty() || said == &NO_PLACE), "{heard:?}");
    let client = authority.client()?.build()?;
    let began = Instant::now();
    while shown(&client, &gateway).await.is_err() {
        ensure!(began.elapsed() < LONG, "what was given back cannot be had again");
    }
    Ok(())
}
