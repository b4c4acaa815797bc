//! A web server of somebody else's, byte by byte: it can misbehave in every way that a socket
//! allows.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::Result;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    runtime::{Builder, Runtime},
};

/// How a request is answered.
#[derive(Clone, Debug)]
pub enum Served {
    /// This body, with a tag made of it; 304 to who has it.
    Body {
        /// The media type.
        kind: &'static str,
        /// The body.
        body: String,
    },
    /// Just these bytes.
    Raw(String),
    /// This body, packed, with as much of a header as says so.
    Packed(Vec<u8>),
    /// The start of an answer, and then nothing more.
    HangsAfter(String),
    /// A body without an end.
    Endless,
    /// Nothing: the connection is closed.
    Closes,
}

#[derive(Debug)]
struct Serving {
    elsewhere: Served,
    /// By path and query, in small letters.
    at: HashMap<String, Served>,
}

/// The server; it ends with this value.
pub struct FeedServer {
    /// Such as `http://127.0.0.1:40001`.
    pub address: String,
    served: Arc<Mutex<Serving>>,
    requests: Arc<Mutex<Vec<String>>>,
    runtime: Option<Runtime>,
}

impl FeedServer {
    /// Starts it on a free port, with a thread of its own: tests wait for programs that ask it.
    ///
    /// # Errors
    /// If there is none.
    pub fn start(served: Served) -> Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let address = format!("http://{}", listener.local_addr()?);
        let served = Arc::new(Mutex::new(Serving { elsewhere: served, at: HashMap::new() }));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (now, seen) = (served.clone(), requests.clone());
        runtime.spawn(async move {
            let Ok(listener) = TcpListener::from_std(listener) else { return };
            while let Ok((socket, _)) = listener.accept().await {
                let (now, seen) = (now.clone(), seen.clone());
                tokio::spawn(async move {
                    // A client that goes away is no fault of the server's.
                    let _ = answer(socket, &now, &seen).await;
                });
            }
        });
        Ok(Self { address, served, requests, runtime: Some(runtime) })
    }

    /// A CSV file.
    ///
    /// # Errors
    /// As [`FeedServer::start`].
    pub fn csv(body: &str) -> Result<Self> {
        Self::start(Served::Body { kind: "text/csv", body: body.to_owned() })
    }

    /// From now on it answers like this, wherever nothing else is said.
    pub fn serve(&self, served: Served) {
        self.served.lock().unwrap_or_else(PoisonError::into_inner).elsewhere = served;
    }

    /// From now on it answers like this at one path with its query.
    pub fn serve_at(&self, path: &str, served: Served) {
        let mut serving = self.served.lock().unwrap_or_else(PoisonError::into_inner);
        serving.at.insert(path.to_lowercase(), served);
    }

    /// From now on every path is like any other.
    pub fn forget(&self) {
        self.served.lock().unwrap_or_else(PoisonError::into_inner).at.clear();
    }

    /// The paths with their queries that were asked for, in order and in small letters.
    pub fn paths(&self) -> Vec<String> {
        let path = |head: &String| head.split(' ').nth(1).unwrap_or_default().to_owned();
        self.requests().iter().map(path).collect()
    }

    /// From now on it answers with this CSV.
    pub fn serve_csv(&self, body: &str) {
        self.serve(Served::Body { kind: "text/csv", body: body.to_owned() });
    }

    /// The heads of the requests that came, in order.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for FeedServer {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn answer(
    mut socket: TcpStream,
    served: &Mutex<Serving>,
    requests: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() > 16 * 1024 || socket.read_buf(&mut head).await? == 0 {
            return Ok(());
        }
    }
    let head = String::from_utf8_lossy(&head).to_lowercase();
    requests.lock().unwrap_or_else(PoisonError::into_inner).push(head.clone());
    let now = {
        let serving = served.lock().unwrap_or_else(PoisonError::into_inner);
        let path = head.split(' ').nth(1).unwrap_or_default();
        serving.at.get(path).unwrap_or(&serving.elsewhere).clone()
    };
    match now {
        Served::Closes => Ok(()),
        Served::Raw(text) => socket.write_all(text.as_bytes()).await,
        Served::Packed(bytes) => {
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: text/csv\r\ncontent-encoding: gzip\r\n\
                 content-length: {}\r\nconnection: close\r\n\r\n",
                bytes.len()
            );
            socket.write_all(head.as_bytes()).await?;
            socket.write_all(&bytes).await
        }
        Served::HangsAfter(text) => {
            socket.write_all(text.as_bytes()).await?;
            tokio::time::sleep(Duration::from_secs(600)).await;
            Ok(())
        }
        Served::Endless => {
            socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/csv\r\n\r\n").await?;
            let chunk = vec![b'a'; 64 * 1024];
            loop {
                socket.write_all(&chunk).await?;
            }
        }
        Served::Body { kind, body } => {
            let tag = format!(
                "\"{:x}\"",
                body.bytes()
                    .fold(7u64, |sum, byte| { sum.wrapping_mul(31).wrapping_add(byte.into()) })
            );
            let answer = if head.contains(&format!("if-none-match: {tag}")) {
                format!("HTTP/1.1 304 Not Modified\r\netag: {tag}\r\nconnection: close\r\n\r\n")
            } else {
                format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\netag: {tag}\r\n\
                     content-length: {}\r\nconnection: close\r\n\r\n{body}",
                    body.len()
                )
            };
            socket.write_all(answer.as_bytes()).await
        }
    }
}
