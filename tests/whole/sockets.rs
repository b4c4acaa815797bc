//! Connections as bytes: made, filled slowly and ended, for tests of what lies below HTTP.

use std::time::Duration;

use anyhow::{Context, Result};
use folkmoot_tests::Gateway;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// What none of these waits is as long as.
pub(crate) const LONG: Duration = Duration::from_secs(20);

pub(crate) async fn connected(gateway: &Gateway) -> Result<TcpStream> {
    let (_, place) = gateway.address.split_once("://").context("an address")?;
    Ok(TcpStream::connect(place).await?)
}

/// All that comes until the other side ends it.
pub(crate) async fn until_closed(stream: &mut TcpStream) -> Result<Vec<u8>> {
    let mut said = Vec::new();
    // A reset ends it as well.
    let _ = timeout(LONG, stream.read_to_end(&mut said)).await?;
    Ok(said)
}

/// Sends this byte every so often, each soon enough, until the other side ends it.
pub(crate) async fn drip(stream: &mut TcpStream, byte: u8) {
    let (mut reader, mut writer) = stream.split();
    let dripping = async {
        while writer.write_all(&[byte]).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let ending = async {
        let mut said = Vec::new();
        let _ = timeout(LONG, reader.read_to_end(&mut said)).await;
    };
    tokio::select! {
        () = dripping => {}
        () = ending => {}
    }
}
