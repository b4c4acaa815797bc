//! Sources one by one: the contract that all keep, and what stands around a region.

mod contract;
mod instrumented;
mod live;
mod published;
mod resilient;
