//! Which gateways a question came through, so that gateways that ask each other do not ask in
//! circles.

use std::{fmt, future::Future};

use thiserror::Error;
use tracing::Instrument;
use uuid::Uuid;

tokio::task_local! {
    static CURRENT: Via;
}

/// The gateways that a question came through, the first asker first: their instance ids. It
/// belongs to the task that serves the question; a task that is spawned begins with
/// none, unless the chain is carried into it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Via(Vec<Uuid>);

/// Why a chain of gateways is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ViaError {
    /// Not a list of instance ids.
    #[error("no list of instance ids: write UUIDs with commas between them")]
    Malformed,
    /// More gateways than any honest chain has.
    #[error("the question came through more than {} gateways", Via::MAX_HOPS)]
    TooLong,
}

impl Via {
    /// The name of the HTTP header that carries it.
    pub const HEADER: &'static str = "folkmoot-via";

    /// The longest chain. 5: a region, a nation and what lies between; beyond that it is a circle
    /// of gateways that change their ids.
    pub const MAX_HOPS: usize = 5;

    /// Reads the header's value: instance ids with commas between them.
    ///
    /// # Errors
    /// If it holds anything else, or too many.
    pub fn parse(header: &str) -> Result<Self, ViaError> {
        let mut hops = Vec::new();
        for hop in header.split(',').map(str::trim).filter(|hop| !hop.is_empty()) {
            if hops.len() == Self::MAX_HOPS {
                return Err(ViaError::TooLong);
            }
            hops.push(hop.parse().map_err(|_| ViaError::Malformed)?);
        }
        Ok(Self(hops))
    }

    /// The chain of the question that this task serves; empty if it came from no gateway.
    pub fn current() -> Self {
        CURRENT.try_with(Self::clone).unwrap_or_default()
    }

    /// Runs the future as serving a question that came this way.
    pub async fn scope<F: Future>(via: Self, future: F) -> F::Output {
        CURRENT.scope(via, future).await
    }

    /// Carries the chain of this task's question into a future that another task is to run, and
    /// the span that it belongs to.
    pub fn carried<F: Future>(future: F) -> impl Future<Output = F::Output> {
        Self::scope(Self::current(), future).in_current_span()
    }

    /// True if it came through this gateway.
    pub fn contains(&self, instance: Uuid) -> bool {
        self.0.contains(&instance)
    }

    /// The chain as this gateway passes it on.
    ///
    /// # Errors
    /// If it would be too long: the question is then not passed on.
    pub fn and(&self, instance: Uuid) -> Result<Self, ViaError> {
        if self.0.len() >= Self::MAX_HOPS {
            return Err(ViaError::TooLong);
        }
        Ok(Self(self.0.iter().copied().chain([instance]).collect()))
    }
}

impl fmt::Display for Via {
    /// As the header carries it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, hop) in self.0.iter().enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            write!(f, "{comma}{hop}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hop(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    #[test]
    fn chains_come_back_as_they_were_sent() {
        let chain = Via::default().and(hop(1)).and_then(|via| via.and(hop(2))).expect("short");
        assert_eq!(Via::parse(&chain.to_string()), Ok(chain.clone()));
        assert!(chain.contains(hop(2)) && !chain.contains(hop(3)));
        assert_eq!(Via::parse(" "), Ok(Via::default()));
    }

    #[test]
    fn what_is_no_chain_is_refused() {
        assert_eq!(Via::parse("here"), Err(ViaError::Malformed));
        let six = vec![hop(1).to_string(); 6].join(",");
        assert_eq!(Via::parse(&six), Err(ViaError::TooLong));
        let five = Via::parse(&six[..6 * 36 + 5 - 37]).expect("five");
        assert_eq!(five.and(hop(2)), Err(ViaError::TooLong));
    }

    #[tokio::test]
    async fn chain_belongs_to_the_task_that_serves_it() {
        let via = Via(vec![hop(1)]);
        let spawned = Via::scope(via.clone(), async {
            assert_eq!(Via::current(), via);
            tokio::spawn(async { Via::current() }).await.expect("no panic")
        })
        .await;
        assert_eq!((spawned, Via::current()), (Via::default(), Via::default()));
        let carried = Via::scope(via.clone(), async {
            tokio::spawn(Via::carried(async { Via::current() })).await.expect("no panic")
        });
        assert_eq!(carried.await, via);
    }
}
