//! Rows of regions.

use folkmoot_domain::{Region, RegionId, RegionState};

use crate::{
    StoreError,
    codec::{self, Reading},
    entity::region::Model,
};

pub(crate) fn row(region: &Region) -> Model {
    let (state, reason) = match &region.state {
        RegionState::Trial => ("TRIAL", None),
        RegionState::Active => ("ACTIVE", None),
        RegionState::Paused { reason } => ("PAUSED", Some(reason.clone())),
        RegionState::Left => ("LEFT", None),
    };
    Model {
        id: region.id.0,
        code: region.code.to_string(),
        former_codes: codec::json(&region.former_codes),
        name: region.name.clone(),
        door: codec::word(&region.door),
        state: state.to_owned(),
        state_reason: reason,
        licence: region.licence.clone(),
        attribution: region.attribution.clone(),
        website: region.website.as_ref().map(ToString::to_string),
        joined_version: 0,
        synthetic: region.synthetic,
        revision: 0,
        change_number: 0,
    }
}

/// True for the stored word of a state in which a region is part of the nation.
pub(crate) fn takes_part(state: &str) -> bool {
    matches!(state, "ACTIVE" | "PAUSED")
}

pub(crate) fn region(row: Model) -> Result<Region, StoreError> {
    let read = Reading { table: "region", row: row.id };
    let state = match row.state.as_str() {
        "TRIAL" => RegionState::Trial,
        "ACTIVE" => RegionState::Active,
        "PAUSED" => RegionState::Paused { reason: row.state_reason.unwrap_or_default() },
        "LEFT" => RegionState::Left,
        _ => return Err(read.corrupt("state")),
    };
    Ok(Region {
        id: RegionId(row.id),
        code: read.word("code", &row.code)?,
        former_codes: read.json("former_codes", &row.former_codes)?,
        name: row.name,
        door: read.word("door", &row.door)?,
        state,
        licence: row.licence,
        attribution: row.attribution,
        website: read.optional_word("website", row.website.as_deref())?,
        joined_version: read.number("joined_version", row.joined_version)?,
        synthetic: row.synthetic,
    })
}
