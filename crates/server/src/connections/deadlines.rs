//! A connection that is watched: it ends when it sends the head of a request too slowly, is idle for
//! too long, or does not take what it asked for.

use std::{
    io::{self, ErrorKind, IoSlice},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep_until},
};

/// How long is waited for the other side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// From the first byte of a request's head to its last.
    pub(super) head: Duration,
    /// Between requests.
    pub(super) idle: Duration,
    /// For a reader to take more of an answer.
    pub(super) stalled: Duration,
}

/// What the requests of a connection tell of themselves.
#[derive(Debug, Default)]
pub(super) struct Activity {
    running: AtomicU32,
    /// Whether a request's head was read to its end since this was last looked at.
    has_begun: AtomicBool,
}

impl Activity {
    /// A request's head is read. It runs until the guard is dropped.
    pub(super) fn begin(self: &Arc<Self>) -> Busy {
        self.running.fetch_add(1, Ordering::Relaxed);
        self.has_begun.store(true, Ordering::Relaxed);
        Busy(self.clone())
    }
}

/// A request that runs.
pub(super) struct Busy(Arc<Activity>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What HTTP/2 begins with. There requests come between others, and pings of the protocol find out
/// who is gone; so only idleness is watched.
const HTTP_2: &[u8] = b"PRI ";

/// A stream under watch. Requests are told apart by [`Activity`], for a stream knows bytes only.
pub(super) struct Watched<S> {
    stream: S,
    activity: Arc<Activity>,
    patience: Patience,
    /// When something was last written, or the connection was made.
    active_at: Instant,
    /// When the head that is being read began.
    head_since: Option<Instant>,
    /// Since when the reader takes nothing.
    stalled_since: Option<Instant>,
    is_http_2: Option<bool>,
    alarm: Pin<Box<Sleep>>,
}

impl<S> Watched<S> {
    pub(super) fn new(stream: S, activity: Arc<Activity>, patience: Patience) -> Self {
        let now = Instant::now();
        Self {
            stream,
            activity,
            patience,
            active_at: now,
            // Whoever connects means to ask something.
            head_since: Some(now),
            stalled_since: None,
            is_http_2: None,
            alarm: Box::pin(sleep_until(now + patience.head)),
        }
    }

    /// When the connection ends unless something happens; `None` while a request runs.
    fn deadline(&mut self) -> Option<Instant> {
        if let Some(since) = self.stalled_since {
            return Some(since + self.patience.stalled);
        }
        if self.activity.has_begun.swap(false, Ordering::Relaxed) {
            self.head_since = None;
        }
        if self.activity.running.load(Ordering::Relaxed) > 0 {
            return None;
        }
        let head = self.head_since.filter(|_| self.is_http_2 != Some(true));
        Some(head.map_or(self.active_at + self.patience.idle, |since| since + self.patience.head))
    }

    /// Ready if the deadline has passed; else the task is woken by then to look again.
    fn poll_late(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while self.alarm.as_mut().poll(cx).is_ready() {
            let now = Instant::now();
            // While a request runs, what ends it is elsewhere; what comes after is seen then.
            let deadline = self.deadline().unwrap_or(now + self.patience.head);
            if deadline <= now {
                return Poll::Ready(());
            }
            self.alarm.as_mut().reset(deadline);
        }
        // The alarm may have been set for later than what has begun since.
        if let Some(deadline) = self.deadline()
            && deadline < self.alarm.deadline()
        {
            self.alarm.as_mut().reset(deadline);
            return self.poll_late(cx);
        }
        Poll::Pending
    }

    fn written(
        &mut self,
        polled: Poll<io::Result<usize>>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        if polled.is_ready() {
            self.active_at = Instant::now();
        }
        self.taken(polled, cx)
    }

    /// Whether the other side takes what it is given.
    fn taken<T>(
        &mut self,
        polled: Poll<io::Result<T>>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        match polled {
            Poll::Ready(outcome) => {
                if self.stalled_since.take().is_some() {
                    self.active_at = Instant::now();
                }
                Poll::Ready(outcome)
            }
            Poll::Pending => {
                self.stalled_since.get_or_insert_with(Instant::now);
                ready!(self.poll_late(cx));
                Poll::Ready(Err(io::Error::new(ErrorKind::TimedOut, "the reader takes nothing")))
            }
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match Pin::new(&mut self.stream).poll_read(cx, buffer) {
            Poll::Ready(outcome) => {
                let read = &buffer.filled()[before..];
                if !read.is_empty() {
                    self.is_http_2.get_or_insert_with(|| read.starts_with(HTTP_2));
                    if self.activity.running.load(Ordering::Relaxed) == 0 {
                        self.head_since.get_or_insert_with(Instant::now);
                    }
                }
                Poll::Ready(outcome)
            }
            Poll::Pending => {
                ready!(self.poll_late(cx));
                // As if the other side had closed it: there is nothing more to say.
                Poll::Ready(Ok(()))
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.written(polled, cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.written(polled, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // TLS has written what it only holds, so that it is here that it waits for the reader.
        let polled = Pin::new(&mut self.stream).poll_flush(cx);
        self.taken(polled, cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.taken(polled, cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt;

    use super::*;

    /// Takes what it is given and never gets rid of it, as TLS does whose reader takes nothing.
    struct Holds;

    impl AsyncRead for Holds {
        fn poll_read(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
            _: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            Poll::Pending
        }
    }

    impl AsyncWrite for Holds {
        fn poll_write(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
            bytes: &[u8],
        ) -> Poll<io::Result<usize>> {
            Poll::Ready(Ok(bytes.len()))
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Pending
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Pending
        }
    }

    #[tokio::test]
    async fn what_is_held_and_not_taken_ends_the_connection_too() {
        let (long, short) = (Duration::from_secs(3600), Duration::from_millis(20));
        let patience = Patience { head: long, idle: long, stalled: short };
        let activity = Arc::new(Activity::default());
        let _busy = activity.begin();
        let mut watched = Watched::new(Holds, activity, patience);
        watched.write_all(b"an answer").await.expect("it is held");
        let flushed = watched.flush().await.expect_err("nobody takes it");
        assert_eq!(flushed.kind(), ErrorKind::TimedOut);
        let ended = watched.shutdown().await.expect_err("nor hears of the end");
        assert_eq!(ended.kind(), ErrorKind::TimedOut);
    }
}
