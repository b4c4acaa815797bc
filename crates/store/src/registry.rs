//! Writing regions: codes are never given to another region, and joining is counted: being added,
//! and beginning to take part.

use std::collections::{BTreeMap, HashMap};

use folkmoot_domain::{Region, RegionCode};
use uuid::Uuid;

use crate::{
    StoreError, codec,
    entity::{region, region_code},
    generations::kind,
    regions::{self, takes_part},
    write::{Write, insert_or_update},
};

pub(crate) async fn put(write: &mut Write<'_>, given: &[Region]) -> Result<(), StoreError> {
    if given.is_empty() {
        return Ok(());
    }
    // All codes there ever were: a few per region.
    let taken: Vec<region_code::Model> = write.select("true", vec![]).await?;
    let mut owners: HashMap<String, Uuid> =
        taken.into_iter().map(|row| (row.code, row.region_id)).collect();
    let known: Vec<region::Model> = write.select("true", vec![]).await?;
    let known: HashMap<Uuid, region::Model> = known.into_iter().map(|row| (row.id, row)).collect();
    let next = write.next_number(&(Uuid::nil(), kind::REGISTRY.to_owned()));
    let mut rows = Vec::new();
    for region in given {
        let mut codes: Vec<String> = vec![region.code.to_string()];
        codes.extend(region.former_codes.iter().map(RegionCode::to_string));
        for code in codes {
            if *owners.entry(code.clone()).or_insert(region.id.0) != region.id.0 {
                let reason = "is or was another region's code: choose one that is new";
                return Err(StoreError::Conflict { kind: "region code", key: code, reason });
            }
        }
        let mut row = regions::row(region);
        // A code that a region had finds it for ever, whether or not the change repeats it.
        let former: BTreeMap<_, _> =
            owners.iter().filter(|(code, owner)| **owner == row.id && **code != row.code).collect();
        row.former_codes = codec::json(&former.keys().collect::<Vec<_>>());
        row.joined_version = match known.get(&row.id) {
            // Whoever walks a list meanwhile must learn that its rows come in.
            Some(known) if takes_part(&row.state) && !takes_part(&known.state) => number(next),
            Some(known) => known.joined_version,
            None => number(next),
        };
        rows.push(row);
    }
    let changed = write.put(rows).await?;
    let is_changed = |id: &Uuid| changed.iter().any(|row| row.id == *id);
    let codes: Vec<_> = owners
        .into_iter()
        .filter(|(_, owner)| is_changed(owner))
        .map(|(code, region_id)| region_code::Model { code, region_id })
        .collect();
    insert_or_update(write.transaction, &codes, None).await?;
    Ok(())
}

fn number(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
