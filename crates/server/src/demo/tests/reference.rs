//! The councils and points that the demo speaks of, with the lives that matter to it.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use folkmoot_domain::{
    Council, CouncilCode, CouncilType, Country, Life, PointId, Standard, StandardId, StandardPoint,
};

use crate::demo::{NETWORKS, networks::day};

/// Bodies with a first or last day inside the demo's time, as (first, end, codes).
const REORGANISED: [(Option<NaiveDate>, Option<NaiveDate>, &str); 9] = [
    (None, Some(day(2019, 4, 1)), "BMH POL CHC DOR EDO NDO PUR WDO WEY TAU WSO"),
    (Some(day(2019, 4, 1)), None, "BPC DST WSK ESK"),
    (Some(day(2019, 4, 1)), Some(day(2023, 4, 1)), "SWT"),
    (None, Some(day(2020, 4, 1)), "BKM AYL CHN SBU WYO"),
    (Some(day(2020, 4, 1)), None, "BUC"),
    (None, Some(day(2021, 4, 1)), "NTH COR DAV ENO KET NOR SNR WEL"),
    (Some(day(2021, 4, 1)), None, "NNT WNT"),
    (None, Some(day(2023, 4, 1)), "SOM MEN SEG SSO NYK CRA HAE HAG RIH RYE SCE SEL"),
    (Some(day(2023, 4, 1)), None, "SMT NYE"),
];

fn life_of(code: &str) -> Life {
    let found = REORGANISED.iter().find(|(.., codes)| codes.split(' ').any(|one| one == code));
    found.map_or(Life::default(), |(first, end, _)| Life::new(*first, *end))
}

fn council(code: &str) -> Council {
    let code: CouncilCode = code.parse().expect("a code");
    Council {
        id: code.id(),
        slug: code.as_str().to_lowercase(),
        name: code.as_str().to_owned(),
        official_name: code.as_str().to_owned(),
        alternative_names: Vec::new(),
        kind: CouncilType::Unitary,
        country: Country::England,
        ons_region: None,
        life: life_of(code.as_str()),
        gss: Vec::new(),
        website: None,
        code,
    }
}

pub(super) fn councils() -> Vec<Council> {
    let codes: BTreeSet<_> = NETWORKS
        .iter()
        .flat_map(|network| network.home_codes().chain(network.guest_codes()))
        .collect();
    codes.into_iter().map(council).collect()
}

pub(super) fn standards() -> Vec<Standard> {
    let slugs = [
        "user-research",
        "team",
        "agile",
        "iterate",
        "tools",
        "privacy",
        "open-standards",
        "testing",
        "offline",
        "simple",
        "consistent",
        "assisted-digital",
        "kpis",
        "feedback",
        "senior-sponsor",
    ];
    let standard = StandardId::derived("lgdss-2016");
    let points = (1..).zip(slugs).map(|(number, slug)| StandardPoint {
        id: PointId::derived(&format!("lgdss-2016/{number}")),
        standard,
        reference: format!("lgdss-2016/{number}"),
        number,
        slug: slug.to_owned(),
        label: slug.to_owned(),
        title: slug.to_owned(),
        website: None,
    });
    vec![Standard {
        id: standard,
        code: "lgdss-2016".to_owned(),
        title: "Local Government Digital Service Standard".to_owned(),
        published_on: day(2016, 4, 7),
        points: points.collect(),
    }]
}
