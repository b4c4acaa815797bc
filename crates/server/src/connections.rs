//! The connections that readers hold: taken, counted, watched and, in the end, closed. Nobody keeps
//! others out by holding many, or by sending or reading slowly.

pub(crate) mod certificate;
mod deadlines;
mod lanes;
mod places;
mod stream;
mod tls;

use std::{
    io::{self, ErrorKind, Write},
    net::SocketAddr,
    sync::Arc,
    time::Duration,
};

use axum::{Router, body::Body, extract::Request};
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto::Builder, graceful::GracefulShutdown},
};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tower::ServiceExt;

use crate::{clients::Clients, config::Limits, measures};
use deadlines::{Activity, Watched};
use places::{Full, Places};
use stream::Stream;

pub(crate) use tls::Tls;

/// What a request's address and headers may take together: an address of hyper's own limit, 64 KB,
/// and as much again.
const MAX_HEAD: usize = 128 * 1024;

/// Requests at a time over one connection of HTTP/2.
const STREAMS: u32 = 100;

/// Whether the other side of a connection of HTTP/2 still lives is asked so often.
const PING: Duration = Duration::from_secs(30);

/// How many may come while none is taken, if the system allows as many. Whoever comes then is not
/// heard, and comes again only after a second: a few hundred come at once after every restart.
const WAITING: u32 = 4096;

/// How much of answers the system keeps for a connection whose reader does not take them, in bytes. It
/// allows as much again for its own needs. Left to itself it keeps up to 4 MB, which one client could
/// make hundreds of times as much.
const UNTAKEN: u32 = 128 * 1024;

/// How long to wait when the system has no more to give, such as file descriptors.
const BREATH: Duration = Duration::from_millis(100);

/// What those hear for whom there is no place. Written without being read by any parser of ours.
const NO_PLACE: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain\r\n\
    retry-after: 5\r\nconnection: close\r\ncontent-length: 44\r\n\r\n\
    too many connections: try again in a moment\n";

/// The same in the words of TLS, which has fewer: the alert `internal_error`, by RFC 8446 for what has
/// nothing to do with the other side.
const NO_PLACE_FOR_TLS: &[u8] = &[21, 3, 3, 0, 2, 2, 80];

/// Where a request came from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// Lets connections come to this address.
pub(crate) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    // Else nobody may listen where somebody has just ended.
    socket.set_reuseaddr(true)?;
    // Every connection that comes of it has the same.
    socket.set_send_buffer_size(UNTAKEN)?;
    socket.bind(address)?;
    socket.listen(WAITING)
}

/// Serves until `stopping`, then lets requests that run come to their end.
pub(crate) async fn serve(
    listener: TcpListener,
    tls: Option<Tls>,
    router: Router,
    limits: &Limits,
    clients: &Clients,
    stopping: impl Future<Output = ()>,
) {
    let places = Arc::new(Places::new(limits.connections, limits.connections_per_client));
    let patience = deadlines::Patience {
        head: Duration::from_secs(limits.head_seconds),
        idle: Duration::from_secs(limits.idle_seconds),
        stalled: Duration::from_secs(limits.stalled_seconds),
    };
    let server = server();
    let graceful = GracefulShutdown::new();
    tokio::pin!(stopping);
    loop {
        let (stream, address) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    rest_after(&error).await;
                    continue;
                }
            },
            () = &mut stopping => break,
        };
        let place = match places.take(clients.connected(address.ip())) {
            Ok(place) => place,
            Err(full) => {
                measures::refused(match full {
                    Full::All => "connections",
                    Full::Client => "client_connections",
                });
                refuse(stream, if tls.is_some() { NO_PLACE_FOR_TLS } else { NO_PLACE });
                // Requests that came meanwhile go first: none waits for a whole flood.
                tokio::task::yield_now().await;
                continue;
            }
        };
        // Answers are written as a whole; waiting for more to send only delays them.
        let _ = stream.set_nodelay(true);
        let stream = match &tls {
            Some(tls) => tls.over(stream),
            None => Stream::Plain(stream),
        };
        let activity = Arc::new(Activity::default());
        let io = TokioIo::new(Watched::new(stream, activity.clone(), patience));
        let lane = place.lane();
        let router = router.clone();
        let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
            let mut request: Request = request.map(Body::new);
            request.extensions_mut().insert(Peer(address));
            let busy = activity.begin();
            let answering = router.clone().oneshot(request);
            let lane = lane.clone();
            async move {
                let answered = match lane {
                    Some(lane) => lane.through(answering).await,
                    None => answering.await,
                };
                drop(busy);
                answered
            }
        });
        let serving = graceful.watch(server.serve_connection(io, service).into_owned());
        tokio::spawn(async move {
            if let Err(error) = serving.await {
                tracing::trace!(%error, "connection broken off");
            }
            drop(place);
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

/// Files that are open beside connections: the database's, Redis', regions', the program's own.
const OTHER_FILES: u64 = 256;

/// Lets as many files be open as there may be connections: many systems begin with 1024.
pub(crate) fn make_room(limits: &Limits) {
    let wanted = limits.connections as u64 + OTHER_FILES;
    let limit = getrlimit(Resource::Nofile);
    // None: without a limit.
    let most = limit.maximum.unwrap_or(u64::MAX);
    if limit.current.is_none_or(|current| current >= wanted) {
        return;
    }
    let raised = Rlimit { current: Some(wanted.min(most)), maximum: limit.maximum };
    if setrlimit(Resource::Nofile, raised).is_err() || most < wanted {
        tracing::warn!(
            wanted,
            "the system allows fewer open files than limits.connections needs: raise its limit, or \
             lower the setting"
        );
    }
}

fn server() -> Builder<TokioExecutor> {
    let mut server = Builder::new(TokioExecutor::new());
    // How long a head may take is watched below, where idle connections can be told from slow ones.
    server.http1().timer(TokioTimer::new()).header_read_timeout(None).max_buf_size(MAX_HEAD);
    server
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(MAX_HEAD as u32)
        .max_concurrent_streams(STREAMS)
        .keep_alive_interval(PING);
    server
}

/// A connection that broke before it was taken is nobody's fault; anything else may well last.
async fn rest_after(error: &io::Error) {
    let is_theirs =
        [ErrorKind::ConnectionAborted, ErrorKind::ConnectionRefused, ErrorKind::ConnectionReset];
    if !is_theirs.contains(&error.kind()) {
        tracing::error!(%error, "no connection could be taken");
        tokio::time::sleep(BREATH).await;
    }
}

/// Says so if that can be said at once: a new connection takes a few bytes, whether or not the runtime
/// has heard yet that it does.
fn refuse(stream: TcpStream, words: &[u8]) {
    if let Ok(mut stream) = stream.into_std() {
        let _ = stream.write(words);
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::timeout;

    use super::*;

    #[tokio::test]
    async fn little_is_kept_for_a_reader_who_takes_nothing() -> io::Result<()> {
        let listener = listen(SocketAddr::from(([127, 0, 0, 1], 0)))?;
        let _reader = TcpStream::connect(listener.local_addr()?).await?;
        let (stream, _) = listener.accept().await?;
        let mut kept = 0;
        while timeout(BREATH, stream.writable()).await.is_ok() {
            match stream.try_write(&[0; 16 * 1024]) {
                Ok(taken) => kept += taken,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        // What the reader's own system takes for it is part of this.
        assert!(kept < 1024 * 1024, "{kept} bytes are kept");
        Ok(())
    }
}
