//! Where a value is kept: a key, and the one type of value that belongs to it.

use std::{fmt, fmt::Write, hash, marker::PhantomData};

use get_size2::GetSize;
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

/// A key that says what is kept under it.
///
/// Its JSON is hashed, so two keys that mean the same must serialise alike: sort what has no
/// order before it goes in.
pub trait CacheKey: Serialize {
    /// What is kept under such a key.
    type Value: Serialize + DeserializeOwned + GetSize + Send + Sync + 'static;
    /// One of its own in the program, ending in a number that rises with every change to the
    /// key or the value: what other versions of the program kept is then not found.
    const NAME: &'static str;
}

/// The place of one key: its hash, tied to the type of its value, so that a value cannot be read
/// as another.
pub struct Slot<K> {
    digest: [u8; 32],
    key: PhantomData<fn() -> K>,
}

impl<K: CacheKey> Slot<K> {
    /// The place of this key. The hash is cryptographic: parts of keys come from strangers, who
    /// must not be able to make two keys meet.
    pub fn of(key: &K) -> Self {
        let json = serde_json::to_vec(key).expect("keys are plain structs of plain values");
        let mut hash = Sha256::new();
        hash.update(K::NAME);
        hash.update([0]);
        hash.update(json);
        Self { digest: hash.finalize().into(), key: PhantomData }
    }

    /// The key in Redis; the prefix keeps apart what shares a server.
    pub(crate) fn name(&self, prefix: &str) -> String {
        let mut name = format!("{prefix}:{}:", K::NAME);
        for byte in self.digest {
            write!(name, "{byte:02x}").expect("a string takes whatever is written to it");
        }
        name
    }
}

impl<K> Slot<K> {
    /// The hash.
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }
}

impl<K> Clone for Slot<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for Slot<K> {}

impl<K> PartialEq for Slot<K> {
    fn eq(&self, other: &Self) -> bool {
        self.digest == other.digest
    }
}

impl<K> Eq for Slot<K> {}

impl<K> hash::Hash for Slot<K> {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.digest.hash(state);
    }
}

impl<K> fmt::Debug for Slot<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Slot({:02x?})", &self.digest[..4])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Left(u8);
    #[derive(Serialize)]
    struct Right(u8);

    impl CacheKey for Left {
        type Value = String;
        const NAME: &'static str = "left.1";
    }
    impl CacheKey for Right {
        type Value = u32;
        const NAME: &'static str = "right.1";
    }

    #[test]
    fn keys_of_different_types_never_share_a_place() {
        assert_eq!(Slot::of(&Left(1)), Slot::of(&Left(1)));
        assert_ne!(Slot::of(&Left(1)), Slot::of(&Left(2)));
        assert_ne!(Slot::of(&Left(1)).digest(), Slot::of(&Right(1)).digest());
    }

    #[test]
    fn names_in_redis_say_prefix_and_version() {
        let name = Slot::of(&Left(1)).name("folkmoot");
        assert!(name.starts_with("folkmoot:left.1:") && name.len() == 16 + 64, "{name}");
    }
}
