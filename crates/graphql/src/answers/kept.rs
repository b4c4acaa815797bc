//! A public answer, with what it was made from.

use std::{
    borrow::Cow,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

use bytes::Bytes;
use folkmoot_domain::RegionId;
use folkmoot_store::{Generations, kind};
use get_size2::GetSize;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{pipeline::Made, reads::Tag};

/// How many ways of packing an answer a transport may remember.
const PACKINGS: usize = 2;

/// What the public was told.
#[derive(Debug, Serialize, Deserialize)]
pub struct KeptAnswer {
    #[serde(serialize_with = "as_text", deserialize_with = "from_text")]
    body: Bytes,
    label: Vec<Labelled>,
    /// How long it may be kept by others.
    pub lasts: Lasts,
    #[serde(skip)]
    digest: OnceLock<[u8; 32]>,
    #[serde(skip)]
    packed: [OnceLock<Bytes>; PACKINGS],
    /// The turn of the generations at which it was last found to hold.
    #[serde(skip)]
    checked: AtomicU64,
}

impl GetSize for KeptAnswer {
    /// Packed it takes a fifth of its own size or less, each way; that is known later.
    fn get_heap_size(&self) -> usize {
        self.body.len() + self.body.len() / 5 * PACKINGS + self.label.get_heap_size()
    }
}

/// How soon an answer may become another, from never to at any moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Lasts {
    /// It says nothing but what changes a few times a year.
    Long,
    /// It is made of rows that are stored here.
    Minutes,
    /// It tells how regions are, or what they said over the network or let be copied: that changes
    /// without a write that generations count.
    Seconds,
    /// A region is missing in it, or not as of now.
    Partial,
}

/// A region (nil: the nation), a kind, and its generation before anything was read.
type Labelled = (Uuid, Cow<'static, str>, i64);

impl KeptAnswer {
    pub(crate) fn new(body: Vec<u8>, made: &Made) -> Self {
        let label = made.noted.tags.iter().map(|(region, kind)| {
            let id = region.map_or(Uuid::nil(), |region| region.0);
            (id, Cow::Borrowed(*kind), made.seen.number(*region, kind))
        });
        let reference = [kind::GROUP, kind::MEMBERSHIP, kind::REFERENCE, kind::REGISTRY];
        let is_reference = |(_, kind): &Tag| reference.contains(kind);
        Self {
            body: body.into(),
            label: label.collect(),
            lasts: match (made.is_whole, made.noted.is_live) {
                (false, _) => Lasts::Partial,
                (true, true) => Lasts::Seconds,
                (true, false) if made.noted.tags.iter().all(is_reference) => Lasts::Long,
                (true, false) => Lasts::Minutes,
            },
            digest: OnceLock::new(),
            packed: Default::default(),
            checked: AtomicU64::new(0),
        }
    }

    /// What is said, as JSON.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Names the body: another body has another digest.
    pub fn digest(&self) -> &[u8; 32] {
        self.digest.get_or_init(|| Sha256::digest(&self.body).into())
    }

    /// The body as a transport packs it, done once for all who want it so.
    ///
    /// # Panics
    /// If there are not that many ways of packing: there are two.
    pub fn packed(&self, way: usize, pack: impl FnOnce(&Bytes) -> Bytes) -> &Bytes {
        self.packed[way].get_or_init(|| pack(&self.body))
    }

    /// True as long as nothing that it was made from is known to have changed.
    pub(super) fn holds(&self, now: &Generations) -> bool {
        if now.turn() != 0 && self.checked.load(Ordering::Relaxed) == now.turn() {
            return true;
        }
        let is_as_new = |(region, kind, number): &Labelled| {
            let region = Some(RegionId(*region)).filter(|region| !region.0.is_nil());
            *number >= now.number(region, kind)
        };
        let holds = self.label.iter().all(is_as_new);
        if holds {
            self.checked.store(now.turn(), Ordering::Relaxed);
        }
        holds
    }
}

fn as_text<S: Serializer>(body: &Bytes, serializer: S) -> Result<S::Ok, S::Error> {
    let text = str::from_utf8(body).map_err(serde::ser::Error::custom)?;
    serializer.serialize_str(text)
}

fn from_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
    let text = String::deserialize(deserializer).map_err(D::Error::custom)?;
    Ok(text.into())
}
