//! A connection that is lost without a word while Redis is looked for.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    time::sleep,
};

use super::{Server, comes_back, eventually, found, redis};

/// Takes the first connection, which is slow to be made and lost then; others lead to the server.
async fn lose_the_first(listener: TcpListener, place: SocketAddr) {
    let mut is_first = true;
    while let Ok((mut near, _)) = listener.accept().await {
        let is_lost = std::mem::take(&mut is_first);
        tokio::spawn(async move {
            let mut far = TcpStream::connect(place).await.expect("the server listens");
            if is_lost {
                // Slower than any question may be: who looks has gone before it is there.
                sleep(Duration::from_millis(100)).await;
                let carried = copy_bidirectional(&mut near, &mut far);
                let _ = tokio::time::timeout(Duration::from_millis(50), carried).await;
                sleep(Duration::from_secs(600)).await;
            }
            let _ = copy_bidirectional(&mut near, &mut far).await;
        });
    }
}

#[tokio::test]
async fn connection_that_is_lost_while_it_is_looked_for_is_made_again() {
    let server = Server::started(&[]);
    let port = super::server::free_port();
    let redis = redis(&format!("redis://127.0.0.1:{port}"));
    eventually("it is left alone", || async {
        found(&redis, 1).await;
        !redis.is_asked()
    })
    .await;
    let listener = TcpListener::bind(("127.0.0.1", port)).await.expect("the port is free");

    tokio::spawn(lose_the_first(listener, SocketAddr::from(([127, 0, 0, 1], server.port))));

    comes_back(&redis).await;
}
