//! The standards that are part of the binary: two versions, their points and the crosswalk.

use crate::{Crosswalk, PointId, Standard, StandardId, StandardPoint};

/// The standards that every instance starts with, and how their points are mapped.
pub fn embedded_standards() -> (Vec<Standard>, Vec<Crosswalk>) {
    let points = rows::<(String, u16, String, String, String)>(include_str!("data/standards.csv"));
    let versions = rows::<(String, String, _)>(include_str!("data/standard_versions.csv"));
    let standards = versions.into_iter().map(|(code, title, published_on)| {
        let id = StandardId::derived(&code);
        let points = points.iter().filter(|(standard, ..)| *standard == code);
        let points = points.map(|(_, number, slug, label, title)| {
            let reference = format!("{code}/{number}");
            StandardPoint {
                id: PointId::derived(&reference),
                standard: id,
                reference,
                number: *number,
                slug: slug.clone(),
                label: label.clone(),
                title: title.clone(),
                website: None,
            }
        });
        Standard { id, title, published_on, points: points.collect(), code: code.clone() }
    });
    let crosswalk = rows::<(String, String)>(include_str!("data/crosswalk.csv"))
        .into_iter()
        .map(|(from, to)| Crosswalk { from: PointId::derived(&from), to: PointId::derived(&to) });
    (standards.collect(), crosswalk.collect())
}

fn rows<T: serde::de::DeserializeOwned>(text: &str) -> Vec<T> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(|row| row.expect("a test reads the embedded standards")).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::{Reference, ReferenceParts};

    #[test]
    fn standards_number_their_points_without_gap_and_name_each_once() {
        let (standards, _) = embedded_standards();
        let sizes: Vec<_> =
            standards.iter().map(|one| (one.code.as_str(), one.points.len())).collect();
        assert_eq!(sizes, [("lgdss-2016", 15), ("gds-2019", 14)]);
        for standard in &standards {
            assert_eq!(standard.id, StandardId::derived(&standard.code));
            let slugs: HashSet<_> = standard.points.iter().map(|point| &point.slug).collect();
            let labels: HashSet<_> = standard.points.iter().map(|point| &point.label).collect();
            assert_eq!((slugs.len(), labels.len()), (standard.points.len(), standard.points.len()));
            for (index, point) in standard.points.iter().enumerate() {
                assert_eq!(usize::from(point.number), index + 1);
                assert_eq!(point.slug, crate::slug(&point.slug));
            }
        }
    }

    #[test]
    fn crosswalk_links_points_that_exist() {
        let (standards, crosswalk) = embedded_standards();
        let reference = Reference::new(ReferenceParts {
            standards,
            crosswalk,
            default_standard: "lgdss-2016".to_owned(),
            ..ReferenceParts::default()
        });
        let counterparts = |given: &str| -> Vec<String> {
            let point = reference.point_by_ref(given).expect("a point");
            let others = reference.counterparts(point.id).into_iter();
            others.map(|point| point.reference.clone()).collect()
        };
        assert_eq!(counterparts("agile"), ["gds-2019/7"]);
        assert_eq!(counterparts("lgdss-2016/14"), ["gds-2019/1", "gds-2019/8", "gds-2019/10"]);
        assert_eq!(counterparts("senior-sponsor"), Vec::<String>::new());
        assert_eq!(counterparts("gds-2019/agile"), ["lgdss-2016/3"]);
        let (_, crosswalk) = embedded_standards();
        for Crosswalk { from, to } in crosswalk {
            assert!(reference.point(from).is_some() && reference.point(to).is_some());
        }
    }
}
