//! The library's loader, made safe against those who leave: whoever asks a batch's question is one
//! of those who wait for it, and is dropped in the middle if another field of its object fails. The
//! batch would be lost, and everybody else who waits for it would panic.

use std::{
    collections::HashMap,
    fmt::Debug,
    hash::Hash,
    pin::Pin,
    task::{Context, Poll, ready},
    thread,
};

use ::dataloader::{BatchFn, non_cached::Loader};
use async_trait::async_trait;
use folkmoot_federation::Via;
use tokio::runtime::Handle;

/// The loader counts requests before it removes duplicates, so the bound is well above the
/// largest page.
const MAX_BATCH: usize = 1_000;

/// Answers the questions of one tick.
#[async_trait]
pub(super) trait Batch<K, V>: Send + 'static {
    /// A value for every key: the loader panics over one that is missing.
    async fn load(&mut self, keys: &[K]) -> HashMap<K, V>;
}

/// A batch that can be sent to another task, which the library's trait does not say of its own.
struct Sent<K, V>(Box<dyn Batch<K, V>>);

impl<K: Sync + 'static, V: 'static> BatchFn<K, V> for Sent<K, V> {
    async fn load(&mut self, keys: &[K]) -> HashMap<K, V> {
        self.0.load(keys).await
    }
}

/// Gathers what is asked in one tick. A batch comes to its end whoever leaves.
pub(crate) struct Gathering<K, V>(Loader<K, V, Sent<K, V>>)
where
    K: Eq + Hash + Clone + Debug + Sync + 'static,
    V: Clone + 'static;

impl<K, V> Gathering<K, V>
where
    K: Eq + Hash + Clone + Debug + Send + Sync + 'static,
    V: Clone + Send + 'static,
{
    pub(super) fn new(batch: impl Batch<K, V>) -> Self {
        Self(Loader::new(Sent(Box::new(batch))).with_max_batch_size(MAX_BATCH))
    }

    pub(crate) async fn load(&self, key: K) -> V {
        let loader = self.0.clone();
        Finished(Some(Box::pin(async move { loader.load(key).await }))).await
    }
}

/// A future that is run to its end by itself if it is dropped before.
struct Finished<T: Send + 'static>(Option<Pin<Box<dyn Future<Output = T> + Send>>>);

impl<T: Send + 'static> Future for Finished<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let future = self.0.as_mut().expect("nobody polls what is ready");
        let value = ready!(future.as_mut().poll(context));
        self.0 = None;
        Poll::Ready(value)
    }
}

impl<T: Send + 'static> Drop for Finished<T> {
    fn drop(&mut self) {
        // What has panicked has no rest; and without a runtime the process is at its end.
        let rest = self.0.take().filter(|_| !thread::panicking());
        if let (Some(rest), Ok(runtime)) = (rest, Handle::try_current()) {
            runtime.spawn(Via::carried(rest));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures::future::join;
    use tokio::time::{sleep, timeout};

    use super::*;

    struct Slow;

    #[async_trait]
    impl Batch<u8, u8> for Slow {
        async fn load(&mut self, keys: &[u8]) -> HashMap<u8, u8> {
            sleep(Duration::from_secs(1)).await;
            keys.iter().map(|key| (*key, key + 100)).collect()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_leaves_takes_nobody_elses_answer_along() {
        let slow = Gathering::new(Slow);
        // The first of them to come asks for both.
        let leaving = timeout(Duration::from_millis(500), slow.load(1));
        assert!(matches!(join(leaving, slow.load(2)).await, (Err(_), 102)));
    }
}
