//! The demo's regions, each with one peer group, and who belongs to it from when until when.

use chrono::{Days, NaiveDate};
use folkmoot_domain::{
    Council, Door, GroupId, Life, Membership, PeerGroup, Region, RegionId, RegionState,
};

use super::Setting;

/// Days between one member's joining and the next one's, in the group's first year.
const JOINING_STEP: usize = 40;

/// A region with one peer group of the same code.
pub(super) struct Network {
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    /// Made up for the demo, to show what a trial hides.
    pub(super) is_on_trial: bool,
    /// The first meeting, where it is known.
    first_met_on: Option<NaiveDate>,
    /// From when on councils joined; made up, but for London's.
    pub(super) founded_on: NaiveDate,
    /// Register codes of those at home here, by area, abolished ones included.
    home: &'static [&'static str],
    /// Register codes of councils that attend without being at home here.
    guests: &'static str,
}

pub(super) const NETWORKS: [Network; 6] = [
    Network {
        code: "london",
        name: "London",
        is_on_trial: false,
        first_met_on: Some(day(2016, 7, 7)),
        founded_on: day(2016, 7, 7),
        home: &[
            "CMD HCK SWK LBH WFT GRE ISL LEW TWH HRY NWM LND WSM KEC HMF WND RIC KTT MRT STN CRY",
            "BRY BEX BDG HAV RDB ENF BNE HRW BEN EAL HNS HIL",
        ],
        guests: "SLG LUT SRY THR",
    },
    Network {
        code: "midlands",
        name: "Midlands",
        is_on_trial: false,
        first_met_on: None,
        founded_on: day(2017, 2, 8),
        home: &[
            // West Midlands: metropolitan districts and unitary councils, then the three counties.
            "BIR COV DUD SAW SOL WLL WLV HEF SHR STE TFW",
            "STS CAN EST LIF NEC SST STA STF TAW",
            "WAR NWA NUN RUG STR WAW",
            "WOR BRM MAV RED WOC WYC WYE",
            // East Midlands.
            "DER LCE NGM RUT",
            "DBY AMB BOS CHS DEB ERE HIG NED SDE",
            "LEC BLA CHA HAO HIN MEL NWL OAD",
            "LIN BOT ELI LIC NKE SHO SKE WLI",
            "NTT ASH BAE BRT GED MAS NEA RUS",
            // Northamptonshire became two in 2021.
            "NTH COR DAV ENO KET NOR SNR WEL NNT WNT",
        ],
        guests: "MIK SHF GLS PTE",
    },
    Network {
        code: "south",
        name: "South",
        is_on_trial: false,
        first_met_on: None,
        founded_on: day(2017, 3, 30),
        // The 33 of 2018; Buckinghamshire's five became one in 2020.
        home: &[
            "OXF OXO CHR SOX VAL WOX",
            "BKM AYL CHN SBU WYO BUC MIK",
            "BRC RDG SLG WBK WNM WOK",
            "WIL",
            "HAM BAN EAT EHA FAR GOS HAA HAT NEW RUH TES WIN POR STH",
        ],
        guests: "SWD IOW SRY BAS",
    },
    Network {
        code: "south-west",
        name: "South West",
        is_on_trial: false,
        first_met_on: None,
        founded_on: day(2017, 9, 26),
        home: &[
            "BAS BST NSM SGC SWD CON IOS PLY TOB",
            "DEV EDE EXE MDE NDE SHA TEI TOR WDE",
            "GLS CHT COT FOE GLO STO TEW",
            // Bournemouth, Poole and Dorset became two in 2019.
            "BMH POL CHC DOR EDO NDO PUR WDO WEY BPC DST",
            // Two of Somerset's districts joined in 2019, all became one in 2023.
            "SOM MEN SEG SSO TAU WSO SWT SMT",
        ],
        guests: "WIL HEF",
    },
    Network {
        code: "yorkshire-humber",
        name: "Yorkshire & Humber",
        is_on_trial: false,
        first_met_on: None,
        founded_on: day(2018, 6, 13),
        home: &[
            "LDS BRD CLD KIR WKF SHF BNS DNC ROT YOR ERY KHL NEL NLN",
            // North Yorkshire became one in 2023.
            "NYK CRA HAE HAG RIH RYE SCE SEL NYE",
        ],
        guests: "LIN DER",
    },
    Network {
        code: "east",
        name: "East of England",
        is_on_trial: true,
        first_met_on: None,
        founded_on: day(2024, 2, 22),
        home: &[
            "NFK BRE BRO GRY KIN NNO NOW SNO",
            "SFK BAB ESK IPS MSU WSK",
            "CAM CAB ECA FEN HUN SCA PTE",
            "ESS BAI BRA CHL COL TEN UTT SOS THR",
        ],
        guests: "LIN BDF",
    },
];

impl Network {
    /// The network in which the council with this code is at home.
    pub(super) fn of_council(code: &str) -> Option<&'static Self> {
        NETWORKS.iter().find(|network| network.home_codes().any(|home| home == code))
    }

    pub(super) fn by_code(code: &str) -> Option<&'static Self> {
        NETWORKS.iter().find(|network| network.code == code)
    }

    pub(super) fn region_id(&self) -> RegionId {
        RegionId::derived(self.code)
    }

    pub(super) fn group_id(&self) -> GroupId {
        GroupId::derived(&format!("{}/{}", self.region_id(), self.code))
    }

    /// As the demo shows it: known or not, its members are made up.
    pub(super) fn demo_region(&self) -> Region {
        Region {
            licence: Some("OGL-UK-3.0".to_owned()),
            attribution: Some(format!("{} Peer Group (made-up demonstration data)", self.name)),
            synthetic: true,
            ..self.region()
        }
    }

    /// What is known of it; none of its rows are shared, so neither is a licence.
    pub(super) fn region(&self) -> Region {
        Region {
            id: self.region_id(),
            code: self.code.parse().expect("codes above are plain, and read by the tests"),
            former_codes: Vec::new(),
            name: self.name.to_owned(),
            door: Door::Hosted,
            state: if self.is_on_trial { RegionState::Trial } else { RegionState::Active },
            licence: None,
            attribution: None,
            website: None,
            // All join together when an empty registry is filled.
            joined_version: 1,
            synthetic: false,
        }
    }

    pub(super) fn group(&self) -> PeerGroup {
        PeerGroup {
            id: self.group_id(),
            region: self.region_id(),
            slug: self.code.to_owned(),
            name: format!("{} Peer Group", self.name),
            time_zone: chrono_tz::Europe::London,
            first_met_on: self.first_met_on,
        }
    }

    pub(super) fn home_codes(&self) -> impl Iterator<Item = &'static str> {
        self.home.iter().flat_map(|codes| codes.split_whitespace())
    }

    pub(super) fn guest_codes(&self) -> impl Iterator<Item = &'static str> {
        self.guests.split_whitespace()
    }

    /// From the day given, or the council's first if that is later, until the council's last; so
    /// a successor joins on the day on which its predecessors leave.
    fn membership(&self, council: &Council, is_home: bool, from: NaiveDate) -> Option<Membership> {
        let starts_on = council.life.starts_on.map_or(from, |first| first.max(from));
        let life = Life::new(Some(starts_on), council.life.ends_on);
        let joined = !council.life.has_ended_by(starts_on);
        joined.then(|| Membership { group: self.group_id(), council: council.id, life, is_home })
    }
}

/// Those at home join over the group's first year, guests one by one afterwards.
pub(super) fn memberships(setting: &Setting<'_>) -> Vec<Membership> {
    let mut memberships = Vec::new();
    for network in &NETWORKS {
        let home = network.home_codes().enumerate().map(|(place, code)| {
            // Five and nine have no common factor: neighbours join at different times.
            (code, true, place * 5 % 9 * JOINING_STEP)
        });
        let guests = network
            .guest_codes()
            .enumerate()
            .map(|(place, code)| (code, false, (place + 9) * JOINING_STEP));
        for (code, is_home, days) in home.chain(guests) {
            let from = network.founded_on + Days::new(days as u64);
            let council = setting.council(code);
            memberships
                .extend(council.and_then(|council| network.membership(council, is_home, from)));
        }
    }
    memberships
}

/// A day that is known to exist: a wrong one does not compile.
pub(super) const fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(date) => date,
        None => panic!("no such day"),
    }
}
