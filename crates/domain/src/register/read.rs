//! From either format to councils: what both have in common.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;

use super::{
    embedded::succession_facts,
    own, published,
    report::{Register, RegisterImport, RegisterReport, Repair},
    succession::refuse_cycles,
};
use crate::{
    Council, CouncilCode, CouncilType, Country, GssAlias, Life, Link, SheetError, Succession,
    sheet::{Table, utf8},
};

/// A row that can be read, before rows are compared with one another.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) line: u64,
    pub(super) code: CouncilCode,
    pub(super) slug: String,
    pub(super) name: String,
    pub(super) official_name: String,
    pub(super) alternative_names: Vec<String>,
    pub(super) kind: CouncilType,
    pub(super) country: Country,
    pub(super) ons_region: Option<String>,
    pub(super) life: Life,
    pub(super) gss: Vec<GssAlias>,
    pub(super) website: Option<Link>,
    pub(super) followers: Vec<Follower>,
}

/// A successor as a row names it; without a day, on the day the predecessor ended.
#[derive(Clone, Debug)]
pub(super) struct Follower {
    pub(super) code: CouncilCode,
    pub(super) on: Option<NaiveDate>,
}

/// A life that ends after it starts.
pub(super) fn possible_life(
    starts_on: Option<NaiveDate>,
    ends_on: Option<NaiveDate>,
) -> Result<Life, String> {
    match (starts_on, ends_on) {
        (Some(start), Some(end)) if end <= start => Err("it ends before it starts".to_owned()),
        _ => Ok(Life::new(starts_on, ends_on)),
    }
}

/// Reads a register of councils as mySociety publishes it or in Folkmoot's own columns, told
/// apart by the header. Single faulty rows are rejected in the report; a file that cannot be
/// trusted as a whole (cut off, wrongly encoded, codes repeated, succession in a circle) is an
/// error.
pub fn read_register(bytes: &[u8]) -> Result<RegisterImport, SheetError> {
    let table = Table::parse(utf8(bytes)?)?;
    let format = Format::of(&table)?;
    let read = table.rows.len() + table.uneven.len();
    let mut report = RegisterReport { read, ..RegisterReport::default() };
    for (line, cells) in &table.uneven {
        report.reject(*line, table.uneven_row(*cells));
    }
    let mut drafts = match format {
        Format::Published => published::drafts(&table, &mut report),
        Format::Own => own::drafts(&table, &mut report),
    };
    refuse_repeated_codes(&drafts)?;
    if format == Format::Published {
        add_known_successors(&mut drafts, &mut report);
    }
    drop_unknown_followers(&mut drafts, &mut report);
    let links: Vec<_> = drafts
        .iter()
        .flat_map(|draft| {
            draft.followers.iter().map(|next| (draft.code.clone(), next.code.clone()))
        })
        .collect();
    refuse_cycles(&links)?;
    if format == Format::Published {
        inherit_regions(&mut drafts, &mut report);
    }
    tell_slugs_apart(&mut drafts, &mut report);
    report.rejected.sort();
    Ok(RegisterImport { register: register(drafts), report })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Published,
    Own,
}

impl Format {
    fn of(table: &Table) -> Result<Self, SheetError> {
        let missing = |required: &[&str]| -> Vec<String> {
            let absent = required.iter().filter(|name| table.column(name).is_none());
            absent.map(|name| (*name).to_owned()).collect()
        };
        let (published, own) = (missing(&published::REQUIRED), missing(&own::REQUIRED));
        match (published.is_empty(), own.is_empty()) {
            (true, _) => return Ok(Self::Published),
            (_, true) => return Ok(Self::Own),
            _ => {}
        }
        // The nearer format is the one that was meant, if it is near enough to be meant at all.
        if published.len() * 2 < published::REQUIRED.len() {
            Err(SheetError::MissingColumns { columns: published })
        } else if own.len() * 2 < own::REQUIRED.len() {
            Err(SheetError::MissingColumns { columns: own })
        } else {
            Err(SheetError::NotARegister)
        }
    }
}

fn refuse_repeated_codes(drafts: &[Draft]) -> Result<(), SheetError> {
    let mut lines: HashMap<&CouncilCode, u64> = HashMap::new();
    for draft in drafts {
        if let Some(first_line) = lines.insert(&draft.code, draft.line) {
            let code = draft.code.to_string();
            return Err(SheetError::RepeatedCode { code, first_line, line: draft.line });
        }
    }
    Ok(())
}

/// Our own facts for predecessors whose successor is not published.
fn add_known_successors(drafts: &mut [Draft], report: &mut RegisterReport) {
    let codes: BTreeSet<_> = drafts.iter().map(|draft| draft.code.clone()).collect();
    let facts = succession_facts();
    for draft in drafts.iter_mut().filter(|draft| draft.followers.is_empty()) {
        let known = facts.iter().filter(|fact| {
            fact.from == draft.code
                && draft.life.ends_on == Some(fact.on)
                && codes.contains(&fact.to)
        });
        let known = known.map(|fact| Follower { code: fact.to.clone(), on: None });
        draft.followers.extend(known);
        if !draft.followers.is_empty() {
            report.count(Repair::SuccessorAdded);
        }
    }
}

fn drop_unknown_followers(drafts: &mut [Draft], report: &mut RegisterReport) {
    let codes: BTreeSet<_> = drafts.iter().map(|draft| draft.code.clone()).collect();
    for draft in drafts {
        let Draft { line, code, life, followers, .. } = draft;
        followers.retain_mut(|next| {
            let fault = if !codes.contains(&next.code) {
                "that is no council of this file"
            } else if next.on.or(life.ends_on).is_none() {
                "but no day on which it ended"
            } else {
                next.on = next.on.or(life.ends_on);
                return true;
            };
            let reason = format!("{code} has the successor {}, {fault}: left out", next.code);
            report.reject(*line, reason);
            false
        });
    }
}

/// A boundary may have changed, the place has not moved: where all successors lie in one
/// statistical region, their predecessor did too.
fn inherit_regions(drafts: &mut [Draft], report: &mut RegisterReport) {
    // Twice, for a chain whose middle is filled only on the first pass.
    for _ in 0..2 {
        let regions: HashMap<CouncilCode, Option<String>> =
            drafts.iter().map(|draft| (draft.code.clone(), draft.ons_region.clone())).collect();
        let lacking = drafts
            .iter_mut()
            .filter(|draft| draft.country == Country::England && draft.ons_region.is_none());
        for draft in lacking {
            let of_followers: BTreeSet<_> =
                draft.followers.iter().map(|next| regions.get(&next.code)).collect();
            if let [Some(Some(region))] = of_followers.iter().collect::<Vec<_>>()[..] {
                draft.ons_region = Some(region.clone());
                report.count(Repair::RegionFromSuccessors);
            }
        }
    }
}

/// A successor may bear its predecessor's short name; two that stand together may not share one.
fn tell_slugs_apart(drafts: &mut [Draft], report: &mut RegisterReport) {
    let mut borne: HashMap<String, Vec<Life>> = HashMap::new();
    for draft in drafts {
        let lives = borne.entry(draft.slug.clone()).or_default();
        if lives.iter().any(|life| life.overlaps(&draft.life)) {
            draft.slug = format!("{}-{}", draft.slug, crate::slug(draft.code.as_str()));
            report.count(Repair::SlugMadeUnique);
        } else {
            lives.push(draft.life);
        }
    }
}

fn register(drafts: Vec<Draft>) -> Register {
    let mut register = Register::default();
    for draft in drafts {
        let id = draft.code.id();
        let successions = draft
            .followers
            .into_iter()
            .filter_map(|next| Some(Succession { from: id, to: next.code.id(), on: next.on? }));
        register.successions.extend(successions);
        register.councils.push(Council {
            id,
            code: draft.code,
            slug: draft.slug,
            name: draft.name,
            official_name: draft.official_name,
            alternative_names: draft.alternative_names,
            kind: draft.kind,
            country: draft.country,
            ons_region: draft.ons_region,
            life: draft.life,
            gss: draft.gss,
            website: draft.website,
        });
    }
    register.councils.sort_by(|left, right| left.code.cmp(&right.code));
    register.successions.sort();
    register.successions.dedup();
    register
}
