//! Councils: bodies with a stable code, dated GSS aliases and dated, many-to-many succession.

use std::{fmt, str::FromStr};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{CouncilId, Key, Life, Link, sort_name};

/// The register's code of a body, such as `CMD`: never reused, unlike GSS codes, which name a
/// boundary and change with it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CouncilCode(String);

impl CouncilCode {
    /// The code as text, upper case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id of the council with this code, the same in every Folkmoot.
    pub fn id(&self) -> CouncilId {
        CouncilId::derived(&self.0)
    }
}

impl fmt::Display for CouncilCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for CouncilCode {
    type Err = String;

    /// Three capital letters, or `NIR-` and one letter for Northern Ireland's former districts.
    fn from_str(text: &str) -> Result<Self, String> {
        let code = text.trim().to_ascii_uppercase();
        let letters = |part: &str, count| {
            part.len() == count && part.bytes().all(|byte| byte.is_ascii_uppercase())
        };
        let is_former_ni_district = code.strip_prefix("NIR-").is_some_and(|rest| letters(rest, 1));
        if letters(&code, 3) || is_former_ni_district {
            Ok(Self(code))
        } else {
            Err("a council code has three letters, such as CMD".to_owned())
        }
    }
}

impl TryFrom<String> for CouncilCode {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<CouncilCode> for String {
    fn from(code: CouncilCode) -> Self {
        code.0
    }
}

/// What kind of council it is, by the law it works under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)]
pub enum CouncilType {
    County,
    NonMetropolitanDistrict,
    Unitary,
    MetropolitanDistrict,
    LondonBorough,
    CityOfLondon,
    Scottish,
    Welsh,
    NorthernIrish,
}

/// A nation of the United Kingdom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)]
pub enum Country {
    England,
    Scotland,
    Wales,
    NorthernIreland,
}

/// A GSS code that named the council's area for some time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct GssAlias {
    pub code: String,
    pub life: Life,
}

/// A principal council, current or abolished.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Council {
    /// Derived from the code.
    pub id: CouncilId,
    /// The stable code of the body.
    pub code: CouncilCode,
    /// The short name in addresses, such as `camden`. A successor may bear its predecessor's.
    pub slug: String,
    /// The everyday name, such as `Camden`.
    pub name: String,
    /// The full name, such as `London Borough of Camden`.
    pub official_name: String,
    /// Other names that people write, for matching only.
    pub alternative_names: Vec<String>,
    /// Its kind.
    pub kind: CouncilType,
    /// Its nation.
    pub country: Country,
    /// The ONS region (statistical), which is not a peer-group region; England only.
    pub ons_region: Option<String>,
    /// When it stood.
    pub life: Life,
    /// Every GSS code it bore.
    pub gss: Vec<GssAlias>,
    /// Its own website, where known.
    pub website: Option<Link>,
}

impl Council {
    /// The GSS code on a day: the alias in force, if any was. Where the day of a change is not
    /// recorded, the code given out last: its number is the higher one.
    pub fn gss_code(&self, on: NaiveDate) -> Option<&str> {
        let in_force = self.gss.iter().filter(|alias| alias.life.contains(on));
        let latest = in_force.max_by_key(|alias| (alias.life.starts_on, &alias.code))?;
        Some(&latest.code)
    }

    /// As people tell it from others: `Camden (CMD)`.
    pub fn shown(&self) -> String {
        format!("{} ({})", self.name, self.code)
    }

    /// Its place in lists of councils: by folded name, then id.
    pub fn key(&self) -> Key {
        Key::named(sort_name(&self.name), self.id)
    }
}

/// `from` was followed by `to`, wholly or in part, on a day. Many-to-many and chained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Succession {
    pub from: CouncilId,
    pub to: CouncilId,
    pub on: NaiveDate,
}
