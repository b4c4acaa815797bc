//! What stands between two programs on a network, and can fail in every way that networks do.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::Result;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    runtime::{Builder, Runtime},
    sync::watch,
    time::sleep,
};

/// How late pieces come, where they do: as from the other side of the Atlantic.
const LATE: Duration = Duration::from_millis(100);
/// Of so many pieces one is lost on the way,
const LOST: usize = 10;
/// and sent again after this, the least that Linux waits.
const SENT_AGAIN: Duration = Duration::from_millis(200);

/// How connections fare, those that are there already, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passage {
    /// Well.
    Free,
    /// Nobody listens, and whoever was connected is cut off.
    Refused,
    /// They are taken, and nothing comes back, ever: a connection that was caught in this stays
    /// dead when others pass again, as behind a firewall that has forgotten it.
    BlackHole,
    /// Each is taken and cut off at once.
    Reset,
    /// Half of the next answer comes, and then nothing more.
    HalfAnswers,
    /// A byte each second comes.
    Drips,
    /// Each piece comes late.
    Late,
    /// Most pieces come at once, and some only when they were sent again.
    Lossy,
}

/// A TCP proxy on a port of its own; it ends with this value.
pub struct Proxy {
    /// Where it listens, whatever it leads to.
    pub address: SocketAddr,
    passage: watch::Sender<Passage>,
    leads_to: Arc<Mutex<SocketAddr>>,
    taken: Arc<AtomicUsize>,
    runtime: Option<Runtime>,
}

impl Proxy {
    /// Starts it with a thread of its own: tests wait for programs that connect through it.
    ///
    /// # Errors
    /// If there is no free port.
    pub fn start(leads_to: SocketAddr) -> Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let (passage, told) = watch::channel(Passage::Free);
        let leads_to = Arc::new(Mutex::new(leads_to));
        let taken = Arc::<AtomicUsize>::default();
        let (places, counted) = (leads_to.clone(), taken.clone());
        runtime.spawn(async move {
            listen(TcpListener::from_std(listener)?, places, told, &counted).await
        });
        Ok(Self { address, passage, leads_to, taken, runtime: Some(runtime) })
    }

    /// From now on connections fare like this.
    pub fn let_pass(&self, passage: Passage) {
        self.passage.send_replace(passage);
    }

    /// How many connections were taken so far.
    pub fn taken(&self) -> usize {
        self.taken.load(Ordering::Relaxed)
    }

    /// From now on new connections lead there.
    pub fn lead_to(&self, place: SocketAddr) {
        *self.leads_to.lock().unwrap_or_else(PoisonError::into_inner) = place;
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn listen(
    listener: TcpListener,
    leads_to: Arc<Mutex<SocketAddr>>,
    mut passage: watch::Receiver<Passage>,
    taken: &AtomicUsize,
) -> io::Result<()> {
    let address = listener.local_addr()?;
    let mut listener = Some(listener);
    loop {
        let is_refused = *passage.borrow_and_update() == Passage::Refused;
        let open = match listener.take().filter(|_| !is_refused) {
            Some(open) => open,
            None if is_refused => {
                if passage.changed().await.is_err() {
                    return Ok(());
                }
                continue;
            }
            None => TcpListener::bind(address).await?,
        };
        tokio::select! {
            accepted = open.accept() => {
                let (socket, _) = accepted?;
                taken.fetch_add(1, Ordering::Relaxed);
                let place = *leads_to.lock().unwrap_or_else(PoisonError::into_inner);
                tokio::spawn(carry(socket, place, passage.clone()));
            }
            changed = passage.changed() => {
                if changed.is_err() {
                    return Ok(());
                }
            }
        }
        listener = Some(open);
    }
}

/// How a connection ends before its ends do.
enum Fate {
    CutOff,
    Lost,
}

async fn carry(mut near: TcpStream, place: SocketAddr, passage: watch::Receiver<Passage>) {
    let Ok(mut far) = TcpStream::connect(place).await else {
        return cut_off(near);
    };
    let _ = (near.set_nodelay(true), far.set_nodelay(true));
    let fate = {
        let (mut near_out, mut near_in) = near.split();
        let (mut far_out, mut far_in) = far.split();
        tokio::select! {
            fate = befalls(passage.clone()) => Some(fate),
            _ = tokio::io::copy(&mut near_out, &mut far_in) => None,
            _ = bring(&mut far_out, &mut near_in, &passage) => None,
        }
    };
    match fate {
        None => {}
        Some(Fate::CutOff) => cut_off(near),
        // Until the one who asked gives up, nothing is said.
        Some(Fate::Lost) => {
            let _ = tokio::io::copy(&mut near, &mut tokio::io::sink()).await;
        }
    }
}

/// At once and without a farewell, so that it is an error for who reads.
fn cut_off(socket: TcpStream) {
    let _ = socket.set_zero_linger();
}

async fn befalls(mut passage: watch::Receiver<Passage>) -> Fate {
    loop {
        match *passage.borrow_and_update() {
            Passage::Refused | Passage::Reset => return Fate::CutOff,
            Passage::BlackHole => return Fate::Lost,
            Passage::Free
            | Passage::HalfAnswers
            | Passage::Drips
            | Passage::Late
            | Passage::Lossy => {}
        }
        if passage.changed().await.is_err() {
            return Fate::CutOff;
        }
    }
}

async fn bring(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    passage: &watch::Receiver<Passage>,
) -> io::Result<()> {
    let mut bytes = vec![0; 64 * 1024];
    for piece in 1_usize.. {
        let length = from.read(&mut bytes).await?;
        if length == 0 {
            break;
        }
        let passage = *passage.borrow();
        match passage {
            Passage::HalfAnswers => {
                to.write_all(&bytes[..length / 2]).await?;
                std::future::pending::<()>().await;
            }
            Passage::Drips => {
                for byte in &bytes[..length] {
                    to.write_all(&[*byte]).await?;
                    sleep(Duration::from_secs(1)).await;
                }
            }
            Passage::Late => {
                sleep(LATE).await;
                to.write_all(&bytes[..length]).await?;
            }
            Passage::Lossy => {
                if piece % LOST == 0 {
                    sleep(SENT_AGAIN).await;
                }
                to.write_all(&bytes[..length]).await?;
            }
            _ => to.write_all(&bytes[..length]).await?,
        }
    }
    Ok(())
}
