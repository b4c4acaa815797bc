//! What every row of a sheet is looked up in, made once for each sheet.

use chrono::NaiveDate;

use super::{
    context::SheetContext,
    council_names::{find, quoted},
};
use crate::{Council, PeerGroup, PointId, Reference, Standard, StandardPoint, slug, suggestions};

/// The look-ups of one reading.
pub(crate) struct Desk<'a> {
    pub(crate) context: &'a SheetContext<'a>,
    /// The day on which the sheet is read, in England.
    pub(super) today: NaiveDate,
    groups: Vec<&'a PeerGroup>,
}

impl<'a> Desk<'a> {
    pub(crate) fn new(context: &'a SheetContext<'a>) -> Self {
        let groups = context.reference.groups().iter();
        Self {
            context,
            today: crate::london_day(context.now),
            groups: groups.filter(|group| group.region == context.region.id).collect(),
        }
    }

    pub(super) fn reference(&self) -> &'a Reference {
        self.context.reference
    }

    pub(super) fn council(&self, given: &str, on: NaiveDate) -> Result<&'a Council, String> {
        find(self.reference(), given, on)
    }

    /// The council, if it stood on the day.
    pub(super) fn standing_council(
        &self,
        given: &str,
        on: NaiveDate,
    ) -> Result<&'a Council, String> {
        let council = self.council(given, on)?;
        if council.life.contains(on) { Ok(council) } else { Err(self.not_standing(council, on)) }
    }

    /// Why a council cannot take part on a day, and who can.
    pub(super) fn not_standing(&self, council: &Council, on: NaiveDate) -> String {
        match council.life.ends_on {
            Some(end) if end <= on => {
                let heirs = self.reference().standing_in_for(council.id, on);
                let heirs: Vec<_> = heirs.into_iter().map(Council::shown).collect();
                let hint = match &heirs[..] {
                    [] => String::new(),
                    heirs => format!("; in its place stands {}", heirs.join(" or ")),
                };
                format!("{} ended on {end}{hint}", council.shown())
            }
            _ => format!("{} did not yet stand on {on}", council.shown()),
        }
    }

    /// True if the region has a group that a meet-up could be of.
    pub(crate) fn has_groups(&self) -> bool {
        !self.groups.is_empty()
    }

    /// The group that a cell names; the region's only one if the cell is empty.
    pub(crate) fn group(&self, given: &str) -> Result<&'a PeerGroup, String> {
        let slugs = || self.groups.iter().map(|group| group.slug.as_str());
        let all = || slugs().collect::<Vec<_>>().join(", ");
        match (given, &self.groups[..]) {
            (_, []) => Err("the region has no peer group yet: add one first".to_owned()),
            ("", [only]) => Ok(only),
            ("", _) => Err(format!("name the peer group: one of {}", all())),
            _ => {
                let name = slug(given);
                let is_meant =
                    |group: &&&PeerGroup| group.slug == name || slug(&group.name) == name;
                self.groups.iter().find(is_meant).copied().ok_or_else(|| {
                    let near = suggestions(&name, slugs()).into_iter().next();
                    let hint = match near {
                        Some(near) => format!("; did you mean {near}?"),
                        None => format!(": it has {}", all()),
                    };
                    format!("the region has no peer group called \"{}\"{hint}", quoted(given))
                })
            }
        }
    }

    /// The point that a label, slug or reference names.
    pub(crate) fn point(&self, given: &str) -> Result<PointId, String> {
        self.reference().point_by_ref(given).map(|point| point.id).map_err(|error| {
            let hint = match &error.suggestions()[..] {
                [] => ": write its label, such as Agile, or lgdss-2016/3".to_owned(),
                near => format!("; did you mean {}?", near.join(" or ")),
            };
            format!("no point called \"{}\"{hint}", quoted(given))
        })
    }

    /// The point of this standard that a label, slug, number or reference names. `asked` says who
    /// wants this standard, such as `the round asks about`.
    pub(super) fn point_of(
        &self,
        standard: &Standard,
        given: &str,
        asked: &str,
    ) -> Result<&'a StandardPoint, String> {
        let named_in =
            |code: &str, name: &str| self.reference().point_by_ref(&format!("{code}/{name}")).ok();
        let (code, name) = match given.trim().split_once('/') {
            Some((code, name)) => (Some(code), name),
            None => (None, given.trim()),
        };
        if let Some(point) = named_in(code.unwrap_or(&standard.code), name) {
            return if point.standard == standard.id {
                Ok(point)
            } else {
                Err(self.of_another_standard(point, standard, asked))
            };
        }
        let mut others = self.reference().standards().iter().filter(|_| code.is_none());
        if let Some(point) = others.find_map(|other| named_in(&other.code, name)) {
            return Err(self.of_another_standard(point, standard, asked));
        }
        let near = suggestions(name, standard.points.iter().map(|point| point.slug.as_str()));
        let hint = match (&near[..], standard.points.first()) {
            ([], Some(point)) => {
                format!(": write its label, such as {}, or {}", point.label, point.reference)
            }
            ([], None) => String::new(),
            (near, _) => format!("; did you mean {}?", near.join(" or ")),
        };
        Err(format!("{} has no point called \"{}\"{hint}", standard.code, quoted(given)))
    }

    /// Why a point of another version is not taken: it may ask for something else.
    pub(super) fn of_another_standard(
        &self,
        point: &StandardPoint,
        wanted: &Standard,
        asked: &str,
    ) -> String {
        let code = self.reference().standard(point.standard).map_or("another", |it| &it.code);
        let (label, number) = (&point.label, point.number);
        format!("{label} is point {number} of {code}, but {asked} {}", wanted.code)
    }

    /// The standard of this code; the default one if none is given.
    pub(super) fn standard(&self, code: Option<&str>) -> Result<&'a Standard, String> {
        let Some(code) = code else {
            let default = self.reference().default_standard();
            return default.ok_or_else(|| "there is no standard to ask about".to_owned());
        };
        self.reference().standard_by_code(code).map_err(|error| {
            let codes = || self.reference().standards().iter().map(|one| one.code.as_str());
            let hint = match &error.suggestions()[..] {
                [] => format!(": it is one of {}", codes().collect::<Vec<_>>().join(", ")),
                near => format!("; did you mean {}?", near.join(" or ")),
            };
            format!("no standard called \"{}\"{hint}", quoted(code))
        })
    }

    /// Points separated by semicolons; by commas too, where labels without any are meant.
    pub(super) fn points(&self, given: &str) -> Result<Vec<PointId>, Vec<String>> {
        let mut points = Vec::new();
        let mut faults = Vec::new();
        for part in given.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            let several = || -> Result<Vec<PointId>, String> {
                part.split(',').map(|name| self.point(name.trim())).collect()
            };
            match self.point(part) {
                Ok(point) => points.push(point),
                Err(fault) => match several() {
                    Ok(several) => points.extend(several),
                    Err(_) => faults.push(fault),
                },
            }
        }
        let mut distinct = Vec::with_capacity(points.len());
        for point in points {
            if !distinct.contains(&point) {
                distinct.push(point);
            }
        }
        if faults.is_empty() { Ok(distinct) } else { Err(faults) }
    }
}
