//! A connection that is lost without a word while Redis is looked for.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    thread,
    time::{Duration, Instant},
};

use super::{Server, comes_back, eventually, found, redis, server::free_port};

/// Takes the first connection, which is slow to be made and lost then; others lead to the server.
fn lose_the_first(listener: &TcpListener, port: u16) {
    let mut is_first = true;
    for near in listener.incoming().flatten() {
        let is_lost = std::mem::take(&mut is_first);
        thread::spawn(move || {
            let far = TcpStream::connect(("127.0.0.1", port)).expect("the server listens");
            // Slower than any question may be: who looks has gone before it is there.
            thread::sleep(Duration::from_millis(if is_lost { 100 } else { 0 }));
            let until = is_lost.then(|| Instant::now() + Duration::from_millis(50));
            let ends = (near.try_clone().expect("a socket"), far.try_clone().expect("a socket"));
            thread::spawn(move || carry(ends.1, ends.0, until));
            carry(near, far, until);
        });
    }
}

fn carry(mut from: TcpStream, mut to: TcpStream, until: Option<Instant>) {
    let mut bytes = [0; 4_096];
    while let Ok(length @ 1..) = from.read(&mut bytes) {
        let is_lost = until.is_some_and(|until| until < Instant::now());
        if !is_lost && to.write_all(&bytes[..length]).is_err() {
            return;
        }
    }
}

#[tokio::test]
async fn connection_that_is_lost_while_it_is_looked_for_is_made_again() {
    let server = Server::started(&[]);
    let port = free_port();
    let redis = redis(&format!("redis://127.0.0.1:{port}"));
    eventually("it is left alone", || async {
        found(&redis, 1).await;
        !redis.is_asked()
    })
    .await;
    let listener = TcpListener::bind(("127.0.0.1", port)).expect("the port is free");
    let leads_to = server.port;

    thread::spawn(move || lose_the_first(&listener, leads_to));

    comes_back(&redis).await;
}
