//! One region by itself: what its own source says, checked, and merged with nothing.

use std::{collections::BTreeMap, sync::Arc};

use folkmoot_domain::{Region, Slice, SliceRequest};

use crate::{
    Kind, Nation, SourceReason,
    round::{Ask, ask_all},
};

impl Nation {
    /// One slice per request, in their order, of the region that all of them name; the source is
    /// asked once, however many there are. Whether the region is there and not paused is for the
    /// caller to check.
    ///
    /// # Errors
    /// If one of them is not to be had, in time and sound.
    pub async fn slices_of<K: Kind>(
        &self,
        region: &Region,
        requests: Vec<SliceRequest<K::Filter>>,
    ) -> Result<Vec<Slice<Arc<K::Row>>>, SourceReason> {
        if requests.is_empty() {
            return Ok(Vec::new());
        }
        let routes = self.routes();
        let asks = requests.into_iter().enumerate().map(|(place, slice)| Ask { place, slice });
        let asks = BTreeMap::from([(routes.number(region), asks.collect())]);
        let answers = ask_all::<K, _>(&routes, asks, self.deadline()).await;
        // One source was asked, so the answers are in the order of the requests.
        answers.into_iter().map(|(_, slice)| slice).collect()
    }
}
