//! Who has answered, and what changed around a meet-up.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::{Context, ID, Object, Result};
use folkmoot_domain::{
    AskedRound, EffectInput, EntityKind, HalfYear, Meetup, Round, UnknownRef, meetup_effect,
    response_rate,
};
use folkmoot_store::kind;

use crate::{
    asked::{Asked, Whose, asked},
    error::{self, code, failure},
    query::nodes,
    reads::ANSWERS,
    scalars::RegionRef,
    types::{Council, MeetupEffect, Node, ResponseRate},
};

/// The word for a region's latest round.
const LATEST: &str = "latest";

/// Rounds at the root.
#[derive(Default)]
pub(crate) struct RoundQueries;

#[Object]
impl RoundQueries {
    /// How many of the councils that were asked have answered: in a region's round, or in the
    /// latest rounds of all regions. Which ones have not is for coordinators.
    async fn response_rate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of this region; of all regions if absent.")] region: Option<RegionRef>,
        #[graphql(
            desc = "The region's latest round, or the one that it calls this, such as `2026-10`.",
            default_with = "LATEST.to_owned()"
        )]
        round: String,
    ) -> Result<ResponseRate> {
        let asked = asked(ctx);
        let region = region.map(|given| asked.region(&given)).transpose()?;
        if region.is_none() && round != LATEST {
            let message = "rounds have names within a region: pass `region` too";
            return Err(failure(code::VALUE_INVALID, message));
        }
        let regions: Vec<_> = match region {
            Some(region) => vec![region.id],
            None => asked.visible_regions().map(|region| region.id).collect(),
        };
        if let Some(region) = region.filter(|region| region.door.keeps_its_answers()) {
            return Ok(ResponseRate::known_elsewhere(&region.name));
        }
        let kinds = [kind::ROUND, kind::RESPONSE];
        let store = asked.store(&kinds, Whose::Regions(&regions));
        let rounds = store.rounds(&regions).await.map_err(|failed| error::store(&failed))?;
        let rounds = chosen(asked, rounds, &round)?;
        let ids: Vec<_> = rounds.iter().map(|round| round.id).collect();
        let answered = store.respondents(&ids).await.map_err(|failed| error::store(&failed))?;
        let nobody = BTreeSet::new();
        let rate = response_rate(
            &rounds
                .iter()
                .map(|round| AskedRound {
                    round,
                    eligible: asked.reference.home_members(round.region, round.held_on),
                    respondents: answered.get(&round.id).unwrap_or(&nobody),
                })
                .collect::<Vec<_>>(),
        );
        let may_know = match region {
            Some(region) => asked.viewer.coordinates(region),
            None => asked.viewer.is_steward(),
        };
        let not_yet = may_know.then(|| {
            let mut councils: Vec<_> =
                rate.not_yet.iter().filter_map(|id| asked.reference.council(*id)).collect();
            councils.sort_by_cached_key(|council| council.key());
            let councils = councils.into_iter();
            councils.map(|one| Council { reference: asked.reference.clone(), id: one.id }).collect()
        });
        let elsewhere = match region {
            Some(_) => 0,
            None => asked.visible_regions().filter(|one| one.door.keeps_its_answers()).count(),
        };
        Ok(ResponseRate::new(&rounds, rate, elsewhere, not_yet))
    }

    /// How understanding of a meet-up's points changed among councils that came, and among the
    /// others of its region: what went together, not what caused what. Seen by: coordinators of
    /// the region.
    async fn meetup_effect(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The meet-up's id.")] meetup: ID,
    ) -> Option<Result<MeetupEffect>> {
        match nodes::of_kind(ctx, &meetup, EntityKind::Meetup).await? {
            Ok(Node::Meetup(meetup)) => {
                let asked = asked(ctx);
                let why = "it tells which of few councils came";
                Some(match asked.coordinated(meetup.0.region, why) {
                    Ok(_) => effect(asked, &meetup.0).await,
                    Err(refused) => Err(refused),
                })
            }
            Ok(_) => None,
            Err(error) => Some(Err(error)),
        }
    }
}

/// The round of this name, or the latest one that has begun, of each region.
fn chosen(asked: &Asked, rounds: Vec<Round>, name: &str) -> Result<Vec<Round>> {
    if name == LATEST {
        let mut latest = BTreeMap::new();
        // They come the earliest first.
        for round in rounds.into_iter().filter(|round| round.held_on <= asked.today()) {
            latest.insert(round.region, round);
        }
        return Ok(latest.into_values().collect());
    }
    let names: Vec<_> = rounds.iter().map(|round| round.natural_key.clone()).collect();
    let found: Vec<_> = rounds.into_iter().filter(|round| round.natural_key == name).collect();
    if found.is_empty() {
        let names = names.iter().map(String::as_str);
        return Err(error::unknown(UnknownRef::among("round", name, names)));
    }
    Ok(found)
}

/// What changed around a meet-up; who may read it is the caller's to ask.
pub(crate) async fn effect(asked: &Asked, meetup: &Meetup) -> Result<MeetupEffect> {
    let held_on = meetup.starts_at.with_timezone(&meetup.time_zone).date_naive();
    let key = (HalfYear::of(held_on), meetup.points.clone());
    asked.note(&ANSWERS, Whose::Anybodys);
    let answers = asked.loaders.counted.load(key).await;
    let answers = answers.map_err(|failed| error::store(&failed))?;
    Ok(MeetupEffect::from(meetup_effect(EffectInput {
        region: meetup.region,
        held_on,
        points: &meetup.points,
        attended: &meetup.attended.iter().copied().collect(),
        answers: &answers,
    })))
}
