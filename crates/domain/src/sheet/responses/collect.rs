//! From the answers of a round to its responses: one for each council and point, whoever and
//! however many gave it.

use std::collections::{HashMap, HashSet};

use crate::{
    CouncilId, Measure, Merging, PointId, Rating, Response, Round, clean_line, median_rating,
};

/// The longest note of a response.
pub(super) const MAX_NOTE: usize = 500;

/// What one row says about one point.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) council: CouncilId,
    pub(super) point: PointId,
    /// In the order of [`Measure::ALL`]; at least one was given.
    pub(super) ratings: [Option<Rating>; 2],
    pub(super) people: u16,
    pub(super) note: Option<String>,
}

/// The responses, in the order of first answers, and how many councils have merged ones.
pub(super) fn responses(round: &Round, answers: Vec<Answer>) -> (Vec<Response>, usize) {
    let mut order = Vec::new();
    let mut given: HashMap<_, Vec<Answer>> = HashMap::new();
    for answer in answers {
        let of_one = given.entry((answer.council, answer.point)).or_default();
        if of_one.is_empty() {
            order.push((answer.council, answer.point));
        }
        of_one.push(answer);
    }
    let mut merged = HashSet::new();
    let mut responses = Vec::with_capacity(order.len());
    for (council, point) in order {
        let answers = given.remove(&(council, point)).unwrap_or_default();
        if answers.len() > 1 {
            merged.insert(council);
        }
        responses.push(response(round, council, point, &answers));
    }
    (responses, merged.len())
}

fn response(round: &Round, council: CouncilId, point: PointId, answers: &[Answer]) -> Response {
    let [understanding, support_need] = [0, 1].map(|measure: usize| {
        let ratings: Vec<_> = answers.iter().filter_map(|it| it.ratings[measure]).collect();
        median_rating(&ratings)
    });
    let notes: Vec<_> = answers.iter().filter_map(|answer| answer.note.as_deref()).collect();
    Response {
        id: Response::id_of(round.id, council, point),
        region: round.region,
        round: round.id,
        council,
        point,
        understanding,
        support_need,
        people: answers.iter().fold(0, |sum, answer| sum.saturating_add(answer.people)),
        merging: if answers.len() > 1 { Merging::Median } else { Merging::Agreed },
        note: (!notes.is_empty()).then(|| clean_line(&notes.join("; "), MAX_NOTE)),
        provenance: round.provenance.clone(),
        revision: 1,
    }
}

/// "understanding" or "support need", as titles spell it.
pub(super) fn spoken(measure: Measure) -> &'static str {
    match measure {
        Measure::Understanding => "understanding",
        Measure::SupportNeed => "support need",
    }
}

/// What the caller is told of merged answers.
pub(super) fn merging_note(councils: usize) -> Option<String> {
    match councils {
        0 => None,
        1 => Some("several people answered for 1 council: their median was taken".to_owned()),
        _ => Some(format!("several people answered for {councils} councils: medians were taken")),
    }
}
