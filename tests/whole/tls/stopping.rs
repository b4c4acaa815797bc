//! The end of a gateway that speaks TLS: who asks is answered, and who does not even begin is not waited
//! for.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::Authority;
use crate::sockets::connected;

const LONG: Duration = Duration::from_secs(30);

#[tokio::test]
async fn a_request_that_runs_is_answered_and_a_stalled_handshake_is_not_waited_for() -> Result<()> {
    let authority = Authority::new()?;
    let settings =
        [("FOLKMOOT__LIMITS__HEAD_SECONDS", "60"), ("FOLKMOOT__SERVER__DRAIN_SECONDS", "60")];
    let gateway = authority.gateway(&settings).await?;
    let mut stalled = connected(&gateway).await?;
    let mut asking = authority.connected(&gateway).await?;
    let question = br#"{"query":"{ regions { name } }"}"#;
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: folkmoot\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nexpect: 100-continue\r\n\r\n",
        question.len()
    );
    asking.write_all(head.as_bytes()).await?;
    let mut said = vec![0; 1024];
    let length = timeout(LONG, asking.read(&mut said)).await??;
    // From here on the request runs, for its body is waited for.
    ensure!(said[..length].starts_with(b"HTTP/1.1 100"));

    let place = gateway.address.trim_start_matches("https://").to_owned();
    let began = Instant::now();
    let stopping = tokio::spawn(gateway.stop());
    while TcpStream::connect(&place).await.is_ok() {
        ensure!(began.elapsed() < LONG, "it takes connections still");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    asking.write_all(question).await?;
    let mut answer = Vec::new();
    // Its end is said, too: nobody has cut it off.
    timeout(LONG, asking.read_to_end(&mut answer)).await??;
    let answer = String::from_utf8(answer)?;
    ensure!(answer.starts_with("HTTP/1.1 200") && answer.contains("London"), "{answer}");
    stopping.await??;
    ensure!(began.elapsed() < LONG, "{:?}", began.elapsed());
    ensure!(timeout(LONG, stalled.read(&mut said)).await?.unwrap_or(0) == 0);
    Ok(())
}
