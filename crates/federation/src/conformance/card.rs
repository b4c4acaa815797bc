//! The card: the same rules, whether it comes as a file or as the field `describe`.

use folkmoot_domain::{
    CLOCK_LEEWAY, Door, Link, Reference, ReferenceParts, Region, RegionCard, RegionCode, RegionId,
    RegionState, read_groups,
};

use super::{Ground, Nationwide, findings::Findings, probe::Answer, rules};

/// Looks at a card, and puts its region into the nation that its rows are read against.
pub(super) fn check(
    card: &RegionCard,
    answer: &Answer,
    ground: &Ground,
    findings: &mut Findings,
) -> Option<Nationwide> {
    let code = card.code.parse::<RegionCode>();
    let breach = code
        .as_ref()
        .err()
        .map(|error| answer.breach(format!("code \"{}\" is not right: {error}", card.code)));
    findings.note(rules::CODE, breach);

    let off = (card.now - ground.now).abs();
    let breach = (off > CLOCK_LEEWAY).then(|| {
        let minutes = off.num_minutes();
        answer.breach(format!("now is {minutes} minutes off: set the clock, and give UTC with Z"))
    });
    findings.note(rules::CLOCK, breach);

    let breach = card.epoch.trim().is_empty().then(|| {
        answer.breach("write any text, and another one whenever change numbers begin anew")
    });
    findings.note(rules::EPOCH, breach);

    let links = [("contact", &card.contact), ("website", &card.website)];
    let wrong = links
        .iter()
        .find_map(|(name, link)| Some(format!("{name}: {}", Link::parse(link.as_deref()?).err()?)));
    let breach = wrong.map(|wrong| answer.breach(wrong));
    findings.note(rules::LINKS, breach);

    let region = region(card, code.ok()?);
    let parts = ReferenceParts { regions: vec![region.clone()], ..ground.parts.clone() };
    let before = Reference::new(parts.clone());
    let (groups, memberships, faults) = read_groups(card, &before, &region, ground.now);
    let breach = faults.first().map(|fault| {
        let more = faults.len() - 1;
        let more = if more > 0 { format!(" (and {more} more like it)") } else { String::new() };
        answer.breach(format!("{fault}{more}"))
    });
    findings.note(rules::GROUPS, breach);
    let breach = groups
        .is_empty()
        .then(|| answer.breach("list at least one peer group: meet-ups belong to one"));
    findings.note(rules::HAS_GROUPS, breach);

    let reference = Reference::new(ReferenceParts { groups, memberships, ..parts });
    Some(Nationwide { reference, region, now: ground.now })
}

fn region(card: &RegionCard, code: RegionCode) -> Region {
    Region {
        id: RegionId::derived(code.as_str()),
        code,
        former_codes: Vec::new(),
        name: card.name.clone(),
        door: Door::Live,
        state: RegionState::Active,
        licence: None,
        attribution: None,
        website: None,
        joined_version: 0,
        synthetic: false,
    }
}
