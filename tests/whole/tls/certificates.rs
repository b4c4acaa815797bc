//! The certificate's files: renewed while people ask, spoilt, and not right from the start.

use std::{
    fs,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use folkmoot_tests::{Gateway, Outcome, folkmoot};

use super::{Authority, shown};

/// Several looks at the files.
const LONG: Duration = Duration::from_secs(30);

/// Waits until somebody who comes anew is shown this certificate.
async fn until_shown(expected: &[u8], authority: &Authority, gateway: &Gateway) -> Result<()> {
    let began = Instant::now();
    while shown(&authority.client()?.build()?, gateway).await? != expected {
        ensure!(began.elapsed() < LONG, "another is still shown");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

async fn until_told(words: &str, gateway: &Gateway) -> Result<()> {
    let began = Instant::now();
    while !gateway.log().contains(words) {
        ensure!(began.elapsed() < LONG, "not told: {}", gateway.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

#[tokio::test]
async fn a_renewed_certificate_is_shown_without_a_restart_and_a_spoilt_one_is_not() -> Result<()> {
    let authority = Authority::new()?;
    let first = authority.renew(2080)?;
    let gateway = authority.gateway(&[]).await?;
    // One connection that stays.
    let reader = authority.client()?.http1_only().build()?;
    ensure!(shown(&reader, &gateway).await? == first);

    let second = authority.renew(2081)?;
    until_shown(&second, &authority, &gateway).await?;
    ensure!(shown(&reader, &gateway).await? == first, "the connection is another");

    fs::write(authority.file("crt"), "")?;
    until_told("holds no certificate in PEM", &gateway).await?;
    until_shown(&second, &authority, &gateway).await?;
    ensure!(shown(&reader, &gateway).await? == first, "the connection is another");

    let third = authority.renew(2082)?;
    until_shown(&third, &authority, &gateway).await?;
    let told = gateway.log().matches("holds no certificate in PEM").count();
    ensure!(told == 1, "told {told} times: {}", gateway.log());
    Ok(())
}

#[test]
fn files_that_are_no_pair_are_refused_at_the_start() -> Result<()> {
    let (one, other) = (Authority::new()?, Authority::new()?);
    let absent = one.file("absent");
    let database = format!("sqlite://{}", one.file("db"));
    for (certificate, key, told) in [
        (one.file("crt"), String::new(), "contradict each other: name a file in both"),
        (absent.clone(), one.file("key"), "absent cannot be read"),
        (one.file("crt"), absent, "absent cannot be read"),
        (one.file("key"), one.file("key"), "holds no certificate in PEM"),
        (one.file("crt"), one.file("crt"), "holds no key in PEM without a passphrase"),
        (one.file("crt"), other.file("key"), "the key is not that of the first certificate"),
    ] {
        let mut serve = folkmoot();
        serve.args(["serve", "--listen", "127.0.0.1:0", "--database", &database]);
        serve.env("FOLKMOOT__SERVER__TLS__CERTIFICATE", certificate);
        serve.env("FOLKMOOT__SERVER__TLS__KEY", key);
        let refused = Outcome::of(&mut serve);
        ensure!(refused.code == Some(1) && refused.out.is_empty(), "{refused:?}");
        ensure!(refused.err.contains("server.tls."), "{refused:?}");
        ensure!(refused.err.contains(told), "{told}: {refused:?}");
    }
    Ok(())
}
