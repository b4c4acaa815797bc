//! What is kept in memory between requests. A leaf: it knows nothing of the subject.

mod versioned;

pub use versioned::{LoadError, Outcome, Versioned};
