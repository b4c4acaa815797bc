//! Documents that a request names instead of sending: those on the gateway's list, and those that
//! somebody sent before, by their SHA-256 (automatic persisted queries).
//!
//! Nothing is trusted that was not looked at: a text is kept by the hash of itself alone, and what
//! Redis gives is hashed again.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use async_graphql::{Request, ServerError, Value};
use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use folkmoot_cache::{Cache, CacheKey, Entry, Reach, ShelfLife, Slot};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::{
    documents, scan,
    stages::{data, refusal},
};

/// A document's name, as a request gives it in `documentId`.
#[derive(Clone, Debug)]
pub struct DocumentId(pub String);

/// Marks a request of the gateway's own, whose document is as good as one on the list.
#[derive(Clone, Copy, Debug)]
pub struct OwnDocument;

/// How long a document is found by its hash after it was last sent.
const KEPT_FOR: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// What says that a name is the hash of its text.
const BY_HASH: &str = "sha256:";

/// The documents that whoever runs a gateway knows, by name.
#[derive(Clone, Debug, Default)]
pub struct TrustedDocuments {
    by_name: HashMap<String, Arc<str>>,
    hashes: HashSet<String>,
}

/// Why a list of documents is not taken.
#[derive(Debug, Error)]
#[allow(missing_docs)]
pub enum BadList {
    #[error("it is no JSON: {0}")]
    NotJson(#[from] serde_json::Error),
    #[error(
        "it is neither an object of documents by name, nor a manifest whose `operations` have \
         `id` and `body`"
    )]
    NoList,
    #[error("the document {name}: {message}")]
    Document {
        /// Which.
        name: String,
        /// What is wrong with it.
        message: String,
    },
}

/// How lists are written.
#[derive(Deserialize)]
#[serde(untagged)]
enum List {
    Manifest { operations: Vec<Operation> },
    ByName(HashMap<String, String>),
}

#[derive(Deserialize)]
struct Operation {
    id: String,
    body: String,
}

impl TrustedDocuments {
    /// Reads a list: a JSON object of documents by name, as Relay and GraphQL Code Generator write
    /// it, or a persisted query manifest as Apollo's tools do.
    ///
    /// # Errors
    /// If it is something else, or a document cannot be parsed.
    pub fn read(json: &[u8]) -> Result<Self, BadList> {
        let list: Json = serde_json::from_slice(json)?;
        let entries: Vec<(String, String)> = match List::deserialize(list) {
            Ok(List::Manifest { operations }) => {
                operations.into_iter().map(|one| (one.id, one.body)).collect()
            }
            Ok(List::ByName(texts)) => texts.into_iter().collect(),
            Err(_) => return Err(BadList::NoList),
        };
        let mut read = Self::default();
        for (name, text) in entries {
            let parsed = scan::scan(&text).and_then(|()| documents::parse(&text).map(drop));
            parsed.map_err(|error| BadList::Document {
                name: folkmoot_domain::clean_line(&name, 100),
                message: error.message,
            })?;
            let (hash, text) = (hash(&text), Arc::<str>::from(text));
            read.by_name.insert(hash.clone(), text.clone());
            read.by_name.insert(name, text);
            read.hashes.insert(hash);
        }
        Ok(read)
    }

    fn text(&self, name: &str) -> Option<Arc<str>> {
        self.by_name.get(name.strip_prefix(BY_HASH).unwrap_or(name)).cloned()
    }
}

/// Where documents are looked up that requests name.
#[derive(Clone, Debug)]
pub struct NamedDocuments {
    trusted: Arc<TrustedDocuments>,
    /// No other document is answered.
    is_closed: bool,
    sent: Cache,
}

/// A document that somebody sent, by its hash.
#[derive(Serialize)]
struct Sent<'h> {
    sha256: &'h str,
}

impl CacheKey for Sent<'_> {
    type Value = String;
    const NAME: &'static str = "document.1";
}

/// A document to be kept once it was found sound.
pub(super) struct ToKeep {
    hash: String,
}

impl NamedDocuments {
    /// Those on the list, and those that were sent before; only the former if it is closed.
    pub fn new(trusted: TrustedDocuments, is_closed: bool, sent: Cache) -> Self {
        Self { trusted: Arc::new(trusted), is_closed, sent }
    }

    /// Puts the document into a request that names one. Gives what is to be kept if the request
    /// has both, name and text.
    pub(super) async fn fetch(
        &self,
        request: &mut Request,
        now: DateTime<Utc>,
    ) -> Result<Option<ToKeep>, ServerError> {
        if data::<OwnDocument>(&request.data).is_some() {
            return Ok(None);
        }
        let named = named(request)?;
        match (named, request.query.is_empty()) {
            (Some(Named::Id(_)), false) => {
                Err(refusal("BAD_REQUEST", "send `query` or `documentId`, not both"))
            }
            (Some(Named::Id(name)), true) => {
                let text = self.text(&name, name.strip_prefix(BY_HASH), now).await;
                request.query = text.ok_or_else(|| refusal("DOCUMENT_UNKNOWN", NO_DOCUMENT))?;
                Ok(None)
            }
            (Some(Named::Hash(hash)), true) => {
                let text = self.text(&hash, Some(&hash), now).await;
                // Clients know this sentence and code: they send the text then.
                request.query = text.ok_or_else(|| {
                    refusal("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
                })?;
                Ok(None)
            }
            (Some(Named::Hash(given)), false) => {
                let own = hash(&request.query);
                if own != given {
                    return Err(refusal(
                        "PERSISTED_QUERY_MISMATCH",
                        "`sha256Hash` is not the hash of `query`: hash the very text that is sent",
                    ));
                }
                self.check(&own)?;
                let is_new = !self.trusted.hashes.contains(&own)
                    && self.sent.near(&slot(&own), now).is_none();
                Ok(is_new.then_some(ToKeep { hash: own }))
            }
            (None, _) if self.is_closed => self.check(&hash(&request.query)).map(|()| None),
            (None, _) => Ok(None),
        }
    }

    /// A closed list refuses all that is not on it.
    fn check(&self, hash: &str) -> Result<(), ServerError> {
        match self.is_closed && !self.trusted.hashes.contains(hash) {
            true => Err(refusal("DOCUMENT_NOT_TRUSTED", NOT_ON_THE_LIST)),
            false => Ok(()),
        }
    }

    /// The text of the document on the list with this name, or of one that was sent with this hash.
    async fn text(&self, name: &str, hash: Option<&str>, now: DateTime<Utc>) -> Option<String> {
        match self.trusted.text(name) {
            Some(text) => Some(text.as_ref().to_owned()),
            None => self.sent(hash?, now).await,
        }
    }

    /// A text that was sent before, by this replica's memory or Redis.
    async fn sent(&self, hash: &str, now: DateTime<Utc>) -> Option<String> {
        if self.is_closed || !is_hash(hash) {
            return None;
        }
        let slot = slot(hash);
        let entry = match self.sent.near(&slot, now) {
            Some(entry) => entry,
            None => self.sent.far(&[slot], now).await.pop()??,
        };
        (self::hash(&entry.value) == hash).then(|| (*entry.value).clone())
    }

    /// Keeps a document that was found sound.
    pub(super) fn keep(&self, one: &ToKeep, text: &str, now: DateTime<Utc>) {
        let life = ShelfLife { fresh: KEPT_FOR, while_revalidate: KEPT_FOR, if_error: KEPT_FOR };
        let slot = slot(&one.hash);
        let entry = Entry::new(Arc::new(text.to_owned()), now, life, &slot.digest());
        self.sent.keep(&slot, entry, now, Reach::Everywhere);
    }
}

const NO_DOCUMENT: &str = "no document is known by this `documentId`: send its text as `query`";

const NOT_ON_THE_LIST: &str = "this gateway answers the documents on its list alone: ask whoever \
    runs it to put yours there";

/// How a request names its document.
enum Named {
    /// By `documentId`.
    Id(String),
    /// By the extension of automatic persisted queries.
    Hash(String),
}

fn named(request: &Request) -> Result<Option<Named>, ServerError> {
    if let Some(DocumentId(name)) = data(&request.data) {
        return Ok(Some(Named::Id(name)));
    }
    let Some(persisted) = request.extensions.get("persistedQuery") else { return Ok(None) };
    let member = |name: &str| match persisted {
        Value::Object(members) => members.get(name),
        _ => None,
    };
    let version = Value::from(1);
    match (member("version"), member("sha256Hash")) {
        (Some(number), Some(Value::String(hash))) if *number == version && is_hash(hash) => {
            Ok(Some(Named::Hash(hash.clone())))
        }
        (Some(number), _) if *number != version => {
            Err(refusal("PERSISTED_QUERY_NOT_SUPPORTED", "PersistedQueryNotSupported"))
        }
        _ => Err(refusal(
            "BAD_REQUEST",
            "`persistedQuery` has `version` 1 and `sha256Hash`, 64 hexadecimal digits in lower case",
        )),
    }
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn hash(text: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(text))
}

fn slot(hash: &str) -> Slot<Sent<'_>> {
    Slot::of(&Sent { sha256: hash })
}
