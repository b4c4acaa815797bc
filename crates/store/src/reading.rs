//! One request's reading: of the replica from its first statement on, or of the primary, and of the
//! primary to its end once the replica failed it.

use std::{future::Future, sync::Arc};

use tokio::{sync::Mutex, time::timeout};

use crate::{
    StoreError,
    generations::View,
    measures,
    replica::{Opened, Replica, Why},
};

/// One request's reading. A request that reads no rows costs the replica nothing.
#[derive(Debug)]
pub(crate) struct Reading {
    replica: Arc<Replica>,
    place: Mutex<Place>,
}

#[derive(Debug)]
enum Place {
    Undecided,
    Replica(Arc<Opened>),
    Primary,
}

impl Reading {
    pub(crate) fn new(replica: Arc<Replica>) -> Self {
        Self { replica, place: Mutex::new(Place::Undecided) }
    }

    /// The replica's connection, if that is where this request reads.
    pub(crate) async fn opened(&self, view: &View) -> Option<Arc<Opened>> {
        // Held while it is found out: what a request asks at once goes one way.
        let mut place = self.place.lock().await;
        if matches!(*place, Place::Undecided) {
            *place = match self.replica.open(view).await {
                Ok(opened) => Place::Replica(Arc::new(opened)),
                Err(why) => primary(why),
            };
        }
        match &*place {
            Place::Replica(opened) => Some(opened.clone()),
            _ => None,
        }
    }

    /// What the replica answered, unless it failed: then the primary has to be asked the same,
    /// which is always at least as new.
    pub(crate) async fn answered<T, E>(
        &self,
        asked: impl Future<Output = Result<T, E>>,
    ) -> Option<T>
    where
        StoreError: From<E>,
    {
        let why = match timeout(self.replica.patience(), asked).await {
            Ok(Ok(answer)) => {
                self.replica.answered();
                return Some(answer);
            }
            Ok(Err(error)) => Why::of(&StoreError::from(error)),
            Err(_) => Why::Away,
        };
        let mut place = self.place.lock().await;
        if let Place::Replica(opened) = &*place {
            self.replica.failed(opened.turn, why);
            *place = primary(why);
        }
        None
    }
}

fn primary(why: Why) -> Place {
    measures::read_of_primary(why);
    Place::Primary
}

impl Drop for Reading {
    fn drop(&mut self) {
        if matches!(self.place.get_mut(), Place::Replica(_)) {
            measures::read_of_replica();
        }
    }
}
