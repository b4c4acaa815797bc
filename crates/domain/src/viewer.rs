//! Who asks, with which scopes, and what that lets them see.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{CouncilCode, CouncilId, Reference, Region, RegionCode, RegionId, RegionState};

/// What a token allows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Scope {
    /// The nation's steward: sees every region, also those on trial.
    Steward,
    /// A coordinator of one region: sees that region, also on trial.
    Coordinator(RegionCode),
    /// An editor of one council's own rows.
    Editor(CouncilCode),
    /// Another gateway above this one: it is given what councils answered in confidence, counted.
    Peer,
}

/// A text that is no scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("unknown scope: write steward, peer, coordinator:<region code> or editor:<council code>")]
pub struct MalformedScope;

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Steward => f.write_str("steward"),
            Self::Coordinator(region) => write!(f, "coordinator:{region}"),
            Self::Editor(council) => write!(f, "editor:{council}"),
            Self::Peer => f.write_str("peer"),
        }
    }
}

impl FromStr for Scope {
    type Err = MalformedScope;

    fn from_str(text: &str) -> Result<Self, MalformedScope> {
        match text.split_once(':') {
            None if text == "steward" => Ok(Self::Steward),
            None if text == "peer" => Ok(Self::Peer),
            Some(("coordinator", region)) => {
                region.parse().map(Self::Coordinator).map_err(|_| MalformedScope)
            }
            Some(("editor", council)) => {
                council.parse().map(Self::Editor).map_err(|_| MalformedScope)
            }
            _ => Err(MalformedScope),
        }
    }
}

impl TryFrom<String> for Scope {
    type Error = MalformedScope;

    fn try_from(text: String) -> Result<Self, MalformedScope> {
        text.parse()
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.to_string()
    }
}

/// Who asks: nobody in particular, or the bearer of a token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Viewer {
    bearer: Option<Bearer>,
}

/// The name, scopes and end of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Bearer {
    pub name: String,
    pub scopes: Vec<Scope>,
    pub expires_at: Option<DateTime<Utc>>,
}

impl Viewer {
    /// Nobody in particular.
    pub fn anonymous() -> Self {
        Self::default()
    }

    /// The bearer of a token.
    pub fn bearer(name: String, scopes: Vec<Scope>, expires_at: Option<DateTime<Utc>>) -> Self {
        Self { bearer: Some(Bearer { name, scopes, expires_at }) }
    }

    /// Name, scopes and end of the token; `None` for anonymous.
    pub fn token(&self) -> Option<&Bearer> {
        self.bearer.as_ref()
    }

    fn scopes(&self) -> &[Scope] {
        self.bearer.as_ref().map_or(&[], |bearer| &bearer.scopes)
    }

    /// True for the nation's steward.
    pub fn is_steward(&self) -> bool {
        self.scopes().contains(&Scope::Steward)
    }

    /// True for another gateway, which goes by the same rules.
    pub fn is_peer(&self) -> bool {
        self.scopes().contains(&Scope::Peer)
    }

    /// True for a coordinator of the region, and for the steward.
    pub fn coordinates(&self, region: &Region) -> bool {
        let has_code = |code: &RegionCode| region.is_called(code.as_str());
        self.is_steward()
            || self
                .scopes()
                .iter()
                .any(|scope| matches!(scope, Scope::Coordinator(code) if has_code(code)))
    }

    /// What the viewer may read although councils did not agree to its publication.
    pub fn unpublished(&self, reference: &Reference) -> Unpublished {
        let regions = reference.regions().iter();
        let own = self.scopes().iter().filter_map(|scope| match scope {
            Scope::Editor(code) => Some(code.id()),
            _ => None,
        });
        Unpublished {
            of_regions: regions
                .filter(|region| self.sees(region) && self.coordinates(region))
                .map(|region| region.id)
                .collect(),
            of_councils: own.collect(),
        }
    }

    /// True if the region and its rows are there for this viewer: everyone sees regions that
    /// take part or are paused; a region on trial is seen by those who coordinate it; a region
    /// that left by nobody.
    pub fn sees(&self, region: &Region) -> bool {
        match region.state {
            RegionState::Active | RegionState::Paused { .. } => true,
            RegionState::Trial => self.coordinates(region),
            RegionState::Left => false,
        }
    }
}

/// What somebody may read of a kind that needs a council's consent to be public, beside what is
/// public; nothing by default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Unpublished {
    /// All of these regions, which the reader coordinates.
    pub of_regions: Vec<RegionId>,
    /// All of these councils, which are the reader's own.
    pub of_councils: Vec<CouncilId>,
}

impl Unpublished {
    /// True if a thing of this region and council is public, or one of these.
    pub fn shows(&self, region: RegionId, council: CouncilId, is_public: bool) -> bool {
        is_public || self.of_regions.contains(&region) || self.of_councils.contains(&council)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_survive_their_text_form() {
        for text in ["steward", "peer", "coordinator:midlands", "editor:CMD"] {
            assert_eq!(text.parse::<Scope>().map(|scope| scope.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn other_texts_are_no_scopes() {
        for text in ["", "admin", "steward:london", "coordinator", "coordinator:", "editor:London"]
        {
            assert_eq!(text.parse::<Scope>(), Err(MalformedScope), "{text}");
        }
    }
}
