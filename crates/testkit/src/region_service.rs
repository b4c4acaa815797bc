//! A region's own GraphQL service over real sockets, byte by byte: it answers the contract's query
//! from rows that are JSON, and can misbehave in every way that a socket allows.

mod answers;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    runtime::{Builder, Runtime},
};

/// Changes an answer before it is sent, given the variables that were asked with.
pub type Bend = Arc<dyn Fn(&Value, &mut Value) + Send + Sync>;

/// How a service answers.
#[derive(Clone, Default)]
pub enum Manner {
    /// As the contract wants it.
    #[default]
    Well,
    /// Well, but changed.
    Bent(Bend),
    /// With this status, these header lines, and this body.
    Raw(u16, String, String),
    /// With the start of an answer, and then nothing more.
    HangsMidBody,
    /// With a byte each second.
    Drips,
    /// With a body without an end.
    Endless,
    /// With nothing: the connection is closed.
    Closes,
}

/// A request that came.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Its head, in lower case.
    pub head: String,
    /// Its body.
    pub body: Value,
}

impl Asked {
    /// Its variables.
    pub fn variables(&self) -> &Value {
        &self.body["variables"]
    }
}

pub(crate) struct State {
    pub(crate) card: Value,
    /// By the name of the kind.
    pub(crate) rows: Vec<(&'static str, Value)>,
    /// The half-years that were closed, and the token for which they are given.
    pub(crate) closed: (Vec<Value>, Option<String>),
    manner: Manner,
    asked: Vec<Asked>,
    delay: Duration,
}

/// The service; it ends with this value.
pub struct RegionService {
    /// Such as `http://127.0.0.1:40001/graphql`.
    pub address: String,
    state: Arc<Mutex<State>>,
    runtime: Option<Runtime>,
}

impl RegionService {
    /// Starts it on a free port with a thread of its own: tests wait for programs that ask it.
    /// It is the region with this code, with one group that is called like it.
    pub fn start(code: &str) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("threads for a test's server");
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("a socket that does not block");
        let address =
            format!("http://{}/graphql", listener.local_addr().expect("the socket has an address"));
        let card = json!({
            "contract": "1.0", "code": code, "name": code,
            "epoch": "1", "instances": [],
            "groups": [{"slug": code, "name": code, "timeZone": "Europe/London", "members": []}],
        });
        let state = State {
            card,
            rows: Vec::new(),
            closed: Default::default(),
            manner: Manner::Well,
            asked: Vec::new(),
            delay: Duration::ZERO,
        };
        let state = Arc::new(Mutex::new(state));
        let shared = state.clone();
        runtime.spawn(async move {
            let Ok(listener) = TcpListener::from_std(listener) else { return };
            while let Ok((socket, _)) = listener.accept().await {
                let shared = shared.clone();
                tokio::spawn(async move {
                    // A client that goes away is no fault of the service's.
                    let _ = serve(socket, &shared).await;
                });
            }
        });
        Self { address, state, runtime: Some(runtime) }
    }

    /// Adds rows of a kind, such as `Meetup`.
    pub fn with_rows(self, kind: &'static str, rows: impl IntoIterator<Item = Value>) -> Self {
        self.add_rows(kind, rows);
        self
    }

    /// The same while it runs.
    pub fn add_rows(&self, kind: &'static str, rows: impl IntoIterator<Item = Value>) {
        self.lock().rows.extend(rows.into_iter().map(|row| (kind, row)));
    }

    /// What it closed, for bearers of this token; from now on it keeps version 1.1.
    pub fn close(&self, token: &str, half_years: impl IntoIterator<Item = Value>) {
        let mut state = self.lock();
        state.closed = (half_years.into_iter().collect(), Some(format!("bearer {token}")));
        state.card["contract"] = json!("1.1");
    }

    /// Changes its card. Its clock is the system's unless the card says otherwise.
    pub fn change_card(&self, change: impl FnOnce(&mut Value)) {
        change(&mut self.lock().card);
    }

    /// From now on it answers like this.
    pub fn answer(&self, manner: Manner) {
        self.lock().manner = manner;
    }

    /// From now on its good answers are changed like this.
    pub fn bend(&self, bend: impl Fn(&Value, &mut Value) + Send + Sync + 'static) {
        self.answer(Manner::Bent(Arc::new(bend)));
    }

    /// From now on it takes so long for each answer.
    pub fn delay(&self, delay: Duration) {
        self.lock().delay = delay;
    }

    /// The requests that came, in order.
    pub fn asked(&self) -> Vec<Asked> {
        self.lock().asked.clone()
    }

    /// Ends it: whoever asks from now on finds nobody there.
    pub fn stop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // From a thread of its own: a runtime does not end within another.
            let ending = std::thread::spawn(|| runtime.shutdown_timeout(Duration::from_secs(5)));
            ending.join().expect("no task panics at its end");
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for RegionService {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// A meet-up of a group as JSON, two hours long.
pub fn meetup_item(group: &str, number: u128, starts_at: chrono::DateTime<chrono::Utc>) -> Value {
    json!({
        "id": uuid::Uuid::from_u128(number), "group": group, "title": format!("Meet-up {number}"),
        "status": "CONFIRMED", "startsAt": starts_at, "endsAt": starts_at + chrono::TimeDelta::hours(2),
        "timeZone": "Europe/London", "attendance": "ONLINE", "points": [], "talks": [],
        "synthetic": true,
    })
}

/// Requests on one connection, one after the other.
async fn serve(mut socket: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    loop {
        let head_end = loop {
            if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            if socket.read_buf(&mut bytes).await? == 0 {
                return Ok(());
            }
        };
        let head = String::from_utf8_lossy(&bytes[..head_end]).to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
        let length: usize =
            length.and_then(|length| length.trim().parse().ok()).unwrap_or_default();
        while bytes.len() < head_end + length {
            if socket.read_buf(&mut bytes).await? == 0 {
                return Ok(());
            }
        }
        let body: Value =
            serde_json::from_slice(&bytes[head_end..head_end + length]).unwrap_or_default();
        bytes.drain(..head_end + length);
        let (manner, mut answer, delay) = {
            let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
            let answer = answers::answer(&state, &head, &body);
            state.asked.push(Asked { head, body: body.clone() });
            (state.manner.clone(), answer, state.delay)
        };
        tokio::time::sleep(delay).await;
        let is_alive = match manner {
            Manner::Well => send(&mut socket, 200, JSON, &answer.to_string()).await?,
            Manner::Bent(bend) => {
                bend(&body["variables"], &mut answer);
                send(&mut socket, 200, JSON, &answer.to_string()).await?
            }
            Manner::Raw(status, headers, body) => {
                send(&mut socket, status, &headers, &body).await?
            }
            Manner::Closes => false,
            other => misbehave(&mut socket, &other, &answer.to_string()).await?,
        };
        if !is_alive {
            return Ok(());
        }
    }
}

const JSON: &str = "content-type: application/graphql-response+json\r\n";

async fn send(
    socket: &mut TcpStream,
    status: u16,
    headers: &str,
    body: &str,
) -> std::io::Result<bool> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status} Said\r\n{headers}content-length: {length}\r\n\r\n");
    socket.write_all((head + body).as_bytes()).await?;
    Ok(true)
}

async fn misbehave(socket: &mut TcpStream, manner: &Manner, body: &str) -> std::io::Result<bool> {
    let head = format!("HTTP/1.1 200 OK\r\n{JSON}connection: close\r\n\r\n");
    socket.write_all(head.as_bytes()).await?;
    match manner {
        Manner::Drips => {
            for byte in body.as_bytes() {
                socket.write_all(&[*byte]).await?;
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
        Manner::Endless => loop {
            socket.write_all(&[b' '; 64 * 1024]).await?;
        },
        _ => {
            socket.write_all(&body.as_bytes()[..body.len() / 2]).await?;
            tokio::time::sleep(Duration::from_secs(600)).await;
        }
    }
    Ok(false)
}
