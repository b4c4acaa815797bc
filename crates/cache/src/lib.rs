//! What is kept between requests: in memory, then in Redis, which may be away at any time. A
//! leaf: it knows nothing of the subject.

#[cfg(feature = "bench")]
#[doc(hidden)]
pub mod bench;
mod entry;
mod flights;
mod memory;
mod rates;
mod redis;
mod slot;
mod tiers;
mod versioned;

pub use entry::{Age, Dates, Entry, ShelfLife};
pub use flights::{Boarding, Flights, Landing, Ticket};
pub use memory::Memory;
pub use rates::{Rates, Standing};
pub use redis::{BadAddress, NotExamined, Redis, RedisOptions, RedisState};
pub use slot::{CacheKey, Slot};
pub use tiers::{Cache, Reach};
pub use versioned::{LoadError, Outcome, Versioned};
