//! Asking a service who it is, and what follows from what it says.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use folkmoot_domain::{
    CLOCK_LEEWAY, Reference, Region, RegionCard, RegionId, clean_line, to_second,
};
use folkmoot_store::{Change, Checked, StoreError};
use tracing::{info, warn};

use super::{LiveError, LiveRegions};
use crate::card::differences;

/// More faults of a card than these are not listed.
const MOST_NOTES: usize = 20;

impl LiveRegions {
    /// Asks a service who it is, takes over its groups, and notes what there is to say.
    pub(super) async fn check(&self, region: RegionId) -> Result<(), LiveError> {
        let known = self.plugged().get(&region).map(|one| {
            (one.live.clone(), one.service.clone(), one.without_token(), one.source.clone())
        });
        let Some((live, service, without_token, source)) = known else { return Ok(()) };
        if let Some(reason) = without_token {
            let checked = Checked { at: self.now(), card: None, notes: vec![reason] };
            return self.note(&service, checked).await;
        }
        let asked = live.ask_card().await;
        let reference = self.reference().await?;
        let Some(owner) = reference.region(region) else { return Ok(()) };
        let card = match asked {
            Ok(card) => card,
            Err((_, reason)) => {
                let checked = Checked { at: self.now(), card: None, notes: vec![reason] };
                return self.note(&service, checked).await;
            }
        };
        // Whoever asks next finds the breaker as it should be, and so does an alert where nobody asks.
        let _ = source.describe(&[region]).await;
        let barred = self.barred(&card, owner);
        let notes = match &barred {
            Some(reason) => vec![reason.clone()],
            None => {
                let mut notes = self.take(&card, &reference, owner).await?;
                notes.extend(clock(card.now, self.now()));
                notes
            }
        };
        if let Some(one) = self.plugged().get_mut(&region).filter(|one| one.service == service) {
            one.barred = barred;
        }
        let card = Some(Arc::unwrap_or_clone(card));
        self.note(&service, Checked { at: self.now(), card, notes }).await
    }

    /// Why a region must not be asked although it answers.
    fn barred(&self, card: &RegionCard, owner: &Region) -> Option<String> {
        if card.instances.contains(&self.options.live.instance) {
            return Some(
                "its answers come from this gateway, so that asking it would lead in a circle: \
                 give the address of the region's own service"
                    .to_owned(),
            );
        }
        other_name(card, owner)
    }

    /// Takes over groups and memberships that are not so here yet. What cannot be taken is told,
    /// and harms no other.
    async fn take(
        &self,
        card: &RegionCard,
        reference: &Reference,
        owner: &Region,
    ) -> Result<Vec<String>, LiveError> {
        let (changes, faults) = differences(card, reference, owner, self.now());
        let more = faults.len().saturating_sub(MOST_NOTES);
        let mut notes: Vec<_> = faults.iter().take(MOST_NOTES).map(ToString::to_string).collect();
        notes.extend((more > 0).then(|| format!("{more} more faults of its card are not listed")));
        if changes.is_empty() {
            return Ok(notes);
        }
        match self.apply(changes.clone()).await? {
            None => {}
            Some(reason) if changes.len() == 1 => notes.push(reason),
            // One of them is at odds with what is here: which one shows when each is tried.
            Some(_) => {
                for change in changes {
                    notes.extend(self.apply(vec![change]).await?);
                }
                notes.truncate(2 * MOST_NOTES);
            }
        }
        Ok(notes)
    }

    /// Why the changes cannot be made, if it is for what they are.
    async fn apply(&self, changes: Vec<Change>) -> Result<Option<String>, LiveError> {
        match self.plugs.store.apply("live", self.now(), changes).await {
            Ok(_) => Ok(None),
            Err(error @ (StoreError::Conflict { .. } | StoreError::Invalid(_))) => {
                Ok(Some(error.to_string()))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Keeps what came of it; the log is told when there is something else to say.
    async fn note(
        &self,
        service: &folkmoot_domain::LiveService,
        checked: Checked,
    ) -> Result<(), LiveError> {
        let is_new = {
            let mut plugged = self.plugged();
            let one = plugged.get_mut(&service.region);
            one.is_some_and(|one| {
                std::mem::replace(&mut one.notes, checked.notes.clone()) != checked.notes
            })
        };
        let (region, notes) = (service.region, checked.notes.join("; "));
        match (is_new, checked.notes.is_empty()) {
            (true, false) => warn!(%region, notes, "live region is not as it should be"),
            (true, true) => info!(%region, "live region is as it should be"),
            (false, _) => {}
        }
        Ok(self.plugs.store.note_service(service, &checked).await?)
    }

    fn now(&self) -> DateTime<Utc> {
        to_second(self.options.live.clock.now())
    }
}

/// Says so if a card is another region's.
pub(crate) fn other_name(card: &RegionCard, owner: &Region) -> Option<String> {
    let code = clean_line(&card.code, 40);
    (!owner.is_called(&card.code)).then(|| {
        format!(
            "it calls itself \"{code}\", and here it is {}: correct its card, or the address",
            owner.code
        )
    })
}

/// Says so if a clock is wrong.
pub(super) fn clock(theirs: DateTime<Utc>, ours: DateTime<Utc>) -> Option<String> {
    let off = theirs - ours;
    let direction = if off > TimeDelta::zero() { "ahead" } else { "behind" };
    let minutes = off.num_minutes().abs();
    (off.abs() > CLOCK_LEEWAY).then(|| {
        format!("its clock is {minutes} minutes {direction} of this gateway's: set it right")
    })
}
