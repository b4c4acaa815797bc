//! Rows of councils and of their succession.

use folkmoot_domain::{Council, CouncilId, Life, Succession};

use crate::{
    StoreError,
    codec::{self, Reading},
    entity::{council, succession},
    write::derived_id,
};

pub(crate) fn row(council: &Council) -> council::Model {
    council::Model {
        id: council.id.0,
        code: council.code.to_string(),
        slug: council.slug.clone(),
        name: council.name.clone(),
        official_name: council.official_name.clone(),
        alternative_names: codec::json(&council.alternative_names),
        kind: codec::word(&council.kind),
        country: codec::word(&council.country),
        ons_region: council.ons_region.clone(),
        starts_on: council.life.starts_on,
        ends_on: council.life.ends_on,
        gss: codec::json(&council.gss),
        website: council.website.as_ref().map(ToString::to_string),
        revision: 0,
        change_number: 0,
    }
}

pub(crate) fn council(row: council::Model) -> Result<Council, StoreError> {
    let read = Reading { table: "council", row: row.id };
    Ok(Council {
        id: CouncilId(row.id),
        code: read.word("code", &row.code)?,
        slug: row.slug,
        name: row.name,
        official_name: row.official_name,
        alternative_names: read.json("alternative_names", &row.alternative_names)?,
        kind: read.word("kind", &row.kind)?,
        country: read.word("country", &row.country)?,
        ons_region: row.ons_region,
        life: Life::new(row.starts_on, row.ends_on),
        gss: read.json("gss", &row.gss)?,
        website: read.optional_word("website", row.website.as_deref())?,
    })
}

/// One council follows another once: the pair is the key, the day is content.
pub(crate) fn succession_row(succession: &Succession) -> succession::Model {
    succession::Model {
        id: derived_id("succession", &[succession.from.0, succession.to.0], ""),
        from_id: succession.from.0,
        to_id: succession.to.0,
        happened_on: succession.on,
        revision: 0,
        change_number: 0,
    }
}

pub(crate) fn succession(row: &succession::Model) -> Succession {
    Succession { from: CouncilId(row.from_id), to: CouncilId(row.to_id), on: row.happened_on }
}
