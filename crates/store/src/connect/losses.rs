//! Connections that broke, and those that rest in the pool since before.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use sea_orm::{ConnectOptions, DbErr};

use crate::error::is_lost;

/// A connection that was in use so short a time ago is taken as it is; any other is asked first
/// whether it lives, which takes as long as a short statement.
pub(crate) const SURELY_ALIVE: Duration = Duration::from_millis(250);

/// When a connection was last found to be broken. Whatever cut it, a restart of the server or of
/// a proxy before it, has cut others, too: none that rests since before is taken again.
#[derive(Clone, Debug, Default)]
pub(super) struct Losses(Arc<Mutex<Option<Instant>>>);

impl Losses {
    /// Has the pool heed them.
    pub(super) fn watch(&self, connect: &mut ConnectOptions) {
        let losses = self.clone();
        connect.test_before_acquire_if_idle_for(SURELY_ALIVE).map_sqlx_postgres_before_acquire(
            move |_, meta| {
                let is_sound = !losses.is_since(meta.idle_for);
                Box::pin(async move { Ok(is_sound) })
            },
        );
    }

    fn is_since(&self, rest: Duration) -> bool {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.is_some_and(|last| last.elapsed() <= rest)
    }

    /// Does what may be done twice, once more if its connection broke: it may have been cut while
    /// it rested.
    pub(super) async fn outlived<T, F: Future<Output = Result<T, DbErr>>>(
        &self,
        asked: impl Fn() -> F,
    ) -> Result<T, DbErr> {
        match asked().await {
            Err(error) if is_lost(&error) => {
                *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
                asked().await
            }
            done => done,
        }
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::{RuntimeErr, SqlxError};

    use super::*;

    fn cut() -> DbErr {
        let cause = SqlxError::Io(std::io::ErrorKind::ConnectionReset.into());
        DbErr::Query(RuntimeErr::SqlxError(Arc::new(cause)))
    }

    #[tokio::test]
    async fn what_broke_is_done_once_more_and_what_was_refused_is_not() {
        let tries = Mutex::new(0);
        let failing = |error: fn() -> DbErr| {
            *tries.lock().expect("nobody panics") += 1;
            async move { Err::<(), _>(error()) }
        };
        let losses = Losses::default();
        losses.outlived(|| failing(|| DbErr::Custom("no".to_owned()))).await.expect_err("refused");
        assert_eq!(*tries.lock().expect("nobody panics"), 1);
        assert!(!losses.is_since(Duration::from_secs(3_600)), "nothing broke");

        losses.outlived(|| failing(cut)).await.expect_err("cut twice");
        assert_eq!(*tries.lock().expect("nobody panics"), 3);
        assert!(losses.is_since(Duration::from_secs(3_600)), "it rests since before");
        assert!(!losses.is_since(Duration::ZERO), "it was made since");
    }
}
