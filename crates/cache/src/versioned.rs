//! One value that is loaded anew when its version has risen: callers share one load, and a
//! failed load takes nothing away.

use std::{
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use thiserror::Error;
use tokio::sync::watch;

/// The latest value, with the version that it is known to be as new as.
pub struct Versioned<T, E> {
    state: Arc<Mutex<State<T, E>>>,
}

struct State<T, E> {
    current: Option<(u64, Arc<T>)>,
    /// The load under way, and which version it will be good for.
    flight: Option<(u64, watch::Receiver<Option<Landing<E>>>)>,
}

type Landing<E> = Result<(), LoadError<E>>;

/// Why a load brought nothing.
#[derive(Debug, Error)]
pub enum LoadError<E> {
    /// The load itself failed.
    #[error(transparent)]
    Failed(Arc<E>),
    /// The load ended without a result.
    #[error("load panicked")]
    Panicked,
}

impl<E> Clone for LoadError<E> {
    fn clone(&self) -> Self {
        match self {
            Self::Failed(error) => Self::Failed(error.clone()),
            Self::Panicked => Self::Panicked,
        }
    }
}

/// What a caller gets.
#[derive(Debug)]
pub enum Outcome<T, E> {
    /// A value at least as new as asked for.
    Current(Arc<T>),
    /// The last value that could be loaded, and why there is no newer one.
    Kept(Arc<T>, LoadError<E>),
    /// No value was ever loaded.
    Absent(LoadError<E>),
}

impl<T, E> Default for Versioned<T, E> {
    fn default() -> Self {
        Self { state: Arc::new(Mutex::new(State { current: None, flight: None })) }
    }
}

impl<T, E> Versioned<T, E>
where
    T: Send + Sync + 'static,
    E: Send + Sync + 'static,
{
    /// The value, at least as new as `version`; loads it if need be. Callers that come while a
    /// load for their version is under way wait for it. The load runs on by itself if its
    /// callers leave, so it has to end by itself.
    pub async fn at_least<F>(&self, version: u64, load: impl FnOnce() -> F) -> Outcome<T, E>
    where
        F: Future<Output = Result<T, E>> + Send + 'static,
    {
        let mut landing = {
            let mut state = lock(&self.state);
            match (&state.current, &state.flight) {
                (Some((have, value)), _) if *have >= version => {
                    return Outcome::Current(value.clone());
                }
                // A load that began for an older version may have read too early.
                (_, Some((brings, landing))) if *brings >= version => landing.clone(),
                _ => self.take_off(&mut state, version, load()),
            }
        };
        let landed = match landing.wait_for(Option::is_some).await {
            Ok(landed) => landed.clone().unwrap_or(Err(LoadError::Panicked)),
            Err(_) => Err(LoadError::Panicked),
        };
        let value = lock(&self.state).current.as_ref().map(|(_, value)| value.clone());
        match (value, landed) {
            (Some(value), Ok(())) => Outcome::Current(value),
            (Some(value), Err(error)) => Outcome::Kept(value, error),
            (None, Err(error)) => Outcome::Absent(error),
            (None, Ok(())) => Outcome::Absent(LoadError::Panicked),
        }
    }

    fn take_off<F>(
        &self,
        state: &mut State<T, E>,
        version: u64,
        load: F,
    ) -> watch::Receiver<Option<Landing<E>>>
    where
        F: Future<Output = Result<T, E>> + Send + 'static,
    {
        let (sender, landing) = watch::channel(None);
        state.flight = Some((version, landing.clone()));
        let shared = self.state.clone();
        // In a task of its own: a caller that gives up must not take the others' load with it.
        tokio::spawn(async move {
            let flight = ClearOnDrop { state: shared.clone(), version };
            let landed = match load.await {
                Ok(value) => {
                    let mut state = lock(&shared);
                    if state.current.as_ref().is_none_or(|(have, _)| *have < version) {
                        state.current = Some((version, Arc::new(value)));
                    }
                    Ok(())
                }
                Err(error) => Err(LoadError::Failed(Arc::new(error))),
            };
            // First off the board, so that whoever comes after a failure tries again.
            drop(flight);
            sender.send_replace(Some(landed));
        });
        landing
    }
}

/// Takes the flight off the board when its task ends, however it ends.
struct ClearOnDrop<T, E> {
    state: Arc<Mutex<State<T, E>>>,
    version: u64,
}

impl<T, E> Drop for ClearOnDrop<T, E> {
    fn drop(&mut self) {
        let mut state = lock(&self.state);
        if state.flight.as_ref().is_some_and(|(version, _)| *version == self.version) {
            state.flight = None;
        }
    }
}

fn lock<T, E>(state: &Mutex<State<T, E>>) -> MutexGuard<'_, State<T, E>> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
