//! Ids: a newtype per kind of thing, and the opaque global id that the API shows.

use std::{fmt, str::FromStr};

use data_encoding::BASE64URL_NOPAD;
use get_size2::GetSize;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

/// The namespace of ids that every Folkmoot derives alike, so that national reference data has
/// one id everywhere.
const NATIONAL: Uuid = Uuid::from_u128(0x6c1f_8f0e_52a5_5b0c_9d3a_0f6e_4a61_2d70);

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        ///
        /// Ordered as its bytes, which is also the order of its lower-case hyphenated text.
        #[derive(
            Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, GetSize,
        )]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// The id that every Folkmoot gives to the thing with this natural key (UUIDv5).
            pub fn derived(natural_key: &str) -> Self {
                let named = format!("{}:{natural_key}", stringify!($name));
                Self(Uuid::new_v5(&NATIONAL, named.as_bytes()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Uuid {
                id.0
            }
        }
    )*};
}

ids! {
    /// A council as a body: derived from its register code.
    CouncilId;
    /// A version of a standard: derived from its code.
    StandardId;
    /// A point of a standard: derived from its reference, such as `lgdss-2016/3`.
    PointId;
    /// A region: derived from the code it joined with, which is never reused.
    RegionId;
    /// A peer group of a region.
    GroupId;
    /// A series of meet-ups.
    SeriesId;
    /// A meet-up.
    MeetupId;
    /// A case study.
    CaseStudyId;
    /// An offer of help.
    OfferId;
    /// A round of self-assessment: derived from region and natural key.
    RoundId;
    /// A council's answer about one point in one round.
    ResponseId;
    /// A council's call for help.
    NeedId;
    /// A topic in a region's backlog.
    TopicId;
    /// An introduction of two councils.
    IntroductionId;
    /// A peer-led assessment of a service.
    AssessmentId;
    /// A feed that a region keeps elsewhere.
    FeedId;
}

/// The kinds of things that have a global id; the numbers are on the wire and stay as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)]
pub enum EntityKind {
    Council = 1,
    Standard = 2,
    StandardPoint = 3,
    Region = 4,
    PeerGroup = 5,
    Meetup = 6,
    CaseStudy = 7,
    Offer = 8,
    ServiceAssessment = 9,
}

impl EntityKind {
    const ALL: [Self; 9] = [
        Self::Council,
        Self::Standard,
        Self::StandardPoint,
        Self::Region,
        Self::PeerGroup,
        Self::Meetup,
        Self::CaseStudy,
        Self::Offer,
        Self::ServiceAssessment,
    ];

    /// True where a region owns the thing, so that its global id names that region.
    pub fn is_regional(self) -> bool {
        match self {
            Self::Council | Self::Standard | Self::StandardPoint | Self::Region => false,
            Self::PeerGroup
            | Self::Meetup
            | Self::CaseStudy
            | Self::Offer
            | Self::ServiceAssessment => true,
        }
    }
}

/// What the API shows as `id`: kind, owning region (regional kinds only) and key, so that a
/// look-up asks one source. Text form: base64url without padding, 23 or 44 characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GlobalId {
    kind: EntityKind,
    region: Option<RegionId>,
    key: Uuid,
}

/// A text that is no global id of any Folkmoot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("malformed id: pass an id as an earlier answer gave it")]
pub struct MalformedId;

impl GlobalId {
    /// The id of national reference data.
    pub fn national(kind: EntityKind, key: impl Into<Uuid>) -> Self {
        debug_assert!(!kind.is_regional());
        Self { kind, region: None, key: key.into() }
    }

    /// The id of a thing that a region owns.
    pub fn regional(kind: EntityKind, region: RegionId, key: impl Into<Uuid>) -> Self {
        debug_assert!(kind.is_regional());
        Self { kind, region: Some(region), key: key.into() }
    }

    /// What kind of thing this is.
    pub fn kind(&self) -> EntityKind {
        self.kind
    }

    /// The region that owns it; `None` for national reference data.
    pub fn region(&self) -> Option<RegionId> {
        self.region
    }

    /// Its key within kind and region.
    pub fn key(&self) -> Uuid {
        self.key
    }
}

impl fmt::Display for GlobalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = Vec::with_capacity(33);
        bytes.push(self.kind as u8);
        if let Some(region) = self.region {
            bytes.extend_from_slice(region.0.as_bytes());
        }
        bytes.extend_from_slice(self.key.as_bytes());
        f.write_str(&BASE64URL_NOPAD.encode(&bytes))
    }
}

impl FromStr for GlobalId {
    type Err = MalformedId;

    fn from_str(text: &str) -> Result<Self, MalformedId> {
        if text.len() > 44 {
            return Err(MalformedId);
        }
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| MalformedId)?;
        let (&number, rest) = bytes.split_first().ok_or(MalformedId)?;
        let kind =
            EntityKind::ALL.into_iter().find(|kind| *kind as u8 == number).ok_or(MalformedId)?;
        let uuid = |part: &[u8]| Uuid::from_slice(part).map_err(|_| MalformedId);
        match (kind.is_regional(), rest.len()) {
            (false, 16) => Ok(Self { kind, region: None, key: uuid(rest)? }),
            (true, 32) => Ok(Self {
                kind,
                region: Some(RegionId(uuid(&rest[..16])?)),
                key: uuid(&rest[16..])?,
            }),
            _ => Err(MalformedId),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn global_id_survives_its_text_form() {
        let region = RegionId::derived("london");
        let meetup = GlobalId::regional(EntityKind::Meetup, region, MeetupId::derived("x"));
        let council = GlobalId::national(EntityKind::Council, CouncilId::derived("CMD"));
        for id in [meetup, council] {
            assert_eq!(id.to_string().parse(), Ok(id));
        }
    }

    #[test]
    fn text_that_is_no_global_id_is_refused() {
        let council = GlobalId::national(EntityKind::Council, CouncilId::derived("CMD"));
        let text = council.to_string();
        for bad in ["", "A", "camden", "====", &text[1..], &format!("{text}AA"), &"A".repeat(44)] {
            assert_eq!(bad.parse::<GlobalId>(), Err(MalformedId), "{bad}");
        }
    }

    #[test]
    fn ids_are_ordered_as_their_text() {
        let mut ids: Vec<_> = (0..200).map(|n| MeetupId::derived(&n.to_string())).collect();
        ids.sort();
        let texts: Vec<_> = ids.iter().map(ToString::to_string).collect();
        assert!(texts.is_sorted());
    }
}
