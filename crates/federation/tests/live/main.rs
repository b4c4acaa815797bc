//! A region that answers for itself, over real sockets: what it is asked, and whatever it answers.

mod answers;
mod bad;
mod batches;
mod regions;
mod world;
