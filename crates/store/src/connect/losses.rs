//! Connections that broke, and those that rest in the pool since before.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use sea_orm::{
    ConnectOptions, DbErr, RuntimeErr, SqlxError,
    sqlx::{Connection as _, PgConnection},
};
use tokio::time::timeout;

use crate::error::is_lost;

/// A connection that was in use so short a time ago is taken as it is; any other is asked first
/// whether it lives, which takes as long as a short statement.
pub(crate) const SURELY_ALIVE: Duration = Duration::from_millis(250);

/// How long a connection that is given back may take to say that it lives. The pool itself waits for
/// ever: a place is lost with each that is held open and not answered any more.
const LONGEST: Duration = Duration::from_secs(2);

/// How often somebody tries to connect after one who tried was cut off. Whoever takes connections and
/// drops them, a proxy before a server or a server without room, has as much to do with each as if it
/// were kept (Postgres makes a process), and as many come as there are questions.
const LEFT_ALONE_FOR: Duration = Duration::from_millis(100);

/// For how long after something was given up connections are asked so: longer than any request takes.
const DOUBTED_FOR: Duration = Duration::from_secs(60);

/// What a pool is told of a connection that is given back: an error if it says nothing for so long.
pub(crate) async fn lives_within(
    time: Duration,
    connection: &mut PgConnection,
) -> Result<bool, SqlxError> {
    let said = timeout(time, connection.ping()).await;
    said.unwrap_or(Err(SqlxError::PoolTimedOut)).map(|()| true)
}

/// What went wrong with connections lately.
#[derive(Clone, Debug, Default)]
pub(super) struct Losses {
    /// When one was found to be broken. Whatever cut it, a restart of the server or of a proxy before
    /// it, has cut others, too: none that rests since before is taken again.
    broke: Moment,
    /// When a statement was given up before its answer came, or a transaction was open, whose
    /// statements are not watched one by one: what is given back may be in the midst of anything.
    doubted: Moment,
    cut_off: Arc<Mutex<CutOff>>,
}

/// Who tried to connect and was cut off.
#[derive(Debug, Default)]
struct CutOff {
    /// When that last was, or somebody tried again since, and how it was.
    last: Option<(Instant, Arc<SqlxError>)>,
    /// When somebody was last answered: who began before that and is cut off brings old news.
    answered: Option<Instant>,
}

/// When something last happened.
#[derive(Clone, Debug, Default)]
struct Moment(Arc<Mutex<Option<Instant>>>);

impl Moment {
    fn is_now(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    fn is_within(&self, time: Duration) -> bool {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.is_some_and(|last| last.elapsed() <= time)
    }
}

/// A statement under way, or a transaction.
pub(super) struct Underway {
    doubted: Moment,
    is_answered: bool,
}

impl Drop for Underway {
    fn drop(&mut self) {
        if !self.is_answered {
            self.doubted.is_now();
        }
    }
}

impl Losses {
    /// Has the pool heed them.
    pub(super) fn watch(&self, connect: &mut ConnectOptions) {
        let Self { broke, doubted, .. } = self.clone();
        connect
            .test_before_acquire_if_idle_for(SURELY_ALIVE)
            .map_sqlx_postgres_before_acquire(move |_, meta| {
                let is_sound = !broke.is_within(meta.idle_for);
                Box::pin(async move { Ok(is_sound) })
            })
            .map_sqlx_postgres_pool_opts(move |pool| {
                let doubted = doubted.clone();
                pool.after_release(move |connection, _| {
                    let is_doubted = doubted.is_within(DOUBTED_FOR);
                    Box::pin(async move {
                        match is_doubted {
                            true => lives_within(LONGEST, connection).await,
                            false => Ok(true),
                        }
                    })
                })
            });
    }

    /// A transaction begins: for a while what is given back is looked at.
    pub(super) fn transaction_begins(&self) {
        self.doubted.is_now();
    }

    /// What is doubted, too, when it is dropped.
    pub(super) fn underway(&self) -> Underway {
        Underway { doubted: self.doubted.clone(), is_answered: false }
    }

    async fn answered<T>(&self, asked: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
        // Before what is dropped last, by which the connection is given back.
        let asked = std::pin::pin!(asked);
        let mut underway = self.underway();
        let answer = asked.await;
        underway.is_answered = true;
        answer
    }

    /// Why this caller should not try to connect just now. If it is time, it is the one who should.
    pub(super) fn refusal(&self) -> Option<DbErr> {
        let mut cut_off = self.cut_off();
        let (last, cause) = cut_off.last.as_mut()?;
        if last.elapsed() < LEFT_ALONE_FOR {
            return Some(DbErr::Conn(RuntimeErr::SqlxError(cause.clone())));
        }
        *last = Instant::now();
        None
    }

    fn cut_off(&self) -> MutexGuard<'_, CutOff> {
        self.cut_off.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does what may be done twice, once more if its connection broke: it may have been cut while
    /// it rested.
    pub(super) async fn outlived<T, F: Future<Output = Result<T, DbErr>>>(
        &self,
        asked: impl Fn() -> F,
    ) -> Result<T, DbErr> {
        let began = Instant::now();
        let done = match self.answered(asked()).await {
            Err(error) if is_lost(&error) => {
                self.broke.is_now();
                self.answered(asked()).await
            }
            done => done,
        };
        match &done {
            Err(DbErr::Conn(RuntimeErr::SqlxError(cause))) => {
                let mut cut_off = self.cut_off();
                let is_news = cut_off.answered.is_none_or(|answered| answered < began);
                if is_news && matches!(**cause, SqlxError::Io(_)) {
                    cut_off.last = Some((Instant::now(), cause.clone()));
                }
            }
            Err(DbErr::ConnectionAcquire(_)) => {}
            _ => *self.cut_off() = CutOff { last: None, answered: Some(Instant::now()) },
        }
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cause() -> RuntimeErr {
        RuntimeErr::SqlxError(Arc::new(SqlxError::Io(std::io::ErrorKind::ConnectionReset.into())))
    }

    fn cut() -> DbErr {
        DbErr::Query(cause())
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
        assert!(!losses.broke.is_within(Duration::MAX), "nothing broke");

        losses.outlived(|| failing(cut)).await.expect_err("cut twice");
        assert_eq!(*tries.lock().expect("nobody panics"), 3);
        assert!(losses.broke.is_within(Duration::from_secs(3_600)), "it rests since before");
        assert!(!losses.broke.is_within(Duration::ZERO), "it was made since");
        assert!(!losses.doubted.is_within(Duration::MAX), "all was answered");
    }

    #[tokio::test]
    async fn who_cuts_off_those_who_connect_is_left_alone_for_a_moment() {
        let losses = Losses::default();
        losses.outlived(|| async { Err::<(), _>(cut()) }).await.expect_err("cut twice");
        assert!(losses.refusal().is_none(), "it was connected");
        losses
            .outlived(|| async { Err::<(), _>(DbErr::Conn(cause())) })
            .await
            .expect_err("cut off");
        assert!(losses.refusal().is_some_and(|refusal| is_lost(&refusal)));
        let began = Instant::now();
        while losses.refusal().is_some() {
            assert!(began.elapsed() < Duration::from_secs(10), "it is never tried again");
            tokio::task::yield_now().await;
        }
        assert!(losses.refusal().is_some(), "one tries at a time");
        losses.outlived(|| async { Ok(()) }).await.expect("it is back");
        assert!(losses.refusal().is_none(), "all may connect again");
    }

    #[tokio::test]
    async fn who_began_before_it_was_back_and_is_cut_off_refuses_nobody() {
        let losses = Losses::default();
        let late = losses.outlived(|| async {
            tokio::task::yield_now().await;
            Err::<(), _>(DbErr::Conn(cause()))
        });
        let (late, back) = tokio::join!(late, losses.outlived(|| async { Ok(()) }));
        late.expect_err("cut off");
        back.expect("it is back");
        assert!(losses.refusal().is_none(), "it is back since");
    }

    #[tokio::test]
    async fn what_is_given_up_is_doubted() {
        let losses = Losses::default();
        let hanging = losses.outlived(std::future::pending::<Result<(), _>>);
        timeout(Duration::ZERO, hanging).await.expect_err("it hangs");
        assert!(losses.doubted.is_within(DOUBTED_FOR));
    }
}
