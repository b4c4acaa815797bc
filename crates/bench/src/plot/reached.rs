//! The picture of what is to be reached: how many times better each number is, on one logarithmic
//! axis, with the spread of its repeats.

use super::{
    picture::{EDGE, LINE, Mark, Picture, WIDTH},
    reading::Reading,
};

const TITLE: &str = "What is to be reached, and what is";

/// The axis's share of the width; beside it the numbers are told.
const AXIS: f64 = 176.0;
const TRACK: f64 = 20.0;
/// Above each row.
const APART: f64 = 8.0;
/// After as many rows the axis is named again, so that one name of it is always in sight.
const NAMED_EVERY: usize = 8;

/// From where to where the axis goes; each end is a step of it.
struct Axis {
    least: f64,
    most: f64,
}

impl Axis {
    /// An axis that has room for all of them, and for the bound with a little around it.
    fn over(readings: &[&Reading]) -> Self {
        let places = readings.iter().flat_map(|reading| {
            let (least, most) = whisker(reading).unwrap_or((1.0, 1.0));
            [better(reading), least, most]
        });
        let is_shown = |place: &f64| place.is_finite() && *place > 0.0;
        let fold = |(least, most): (f64, f64), place| (least.min(place), most.max(place));
        let (least, most) = places.filter(is_shown).fold((0.5, 2.0), fold);
        let above = || steps().filter(|step| *step >= most);
        Self {
            least: steps().take_while(|step| *step <= least).last().unwrap_or(least),
            most: above().next().unwrap_or(most),
        }
    }

    fn steps(&self) -> impl Iterator<Item = f64> {
        steps().filter(|step| (self.least..=self.most).contains(step))
    }

    /// Where something so many times better stands; at an end, if it is beyond.
    fn place(&self, better: f64) -> f64 {
        let share = (better / self.least).ln() / (self.most / self.least).ln();
        EDGE + AXIS * share.clamp(0.0, 1.0)
    }

    /// Its steps by name.
    fn name(&self, picture: &mut Picture) {
        picture.depth += LINE;
        for step in self.steps() {
            let class = if step == 1.0 { "middle" } else { "middle soft" };
            let name = if step == 1.0 { "1×".to_owned() } else { format!("{step}") };
            picture.text(class, self.place(step), picture.depth - 4.0, &name);
        }
        let beside = EDGE + AXIS + 14.0;
        picture.text("soft", beside, picture.depth - 4.0, "times better");
    }
}

/// 1, 2, 5, 10 and so on, and their reciprocals.
fn steps() -> impl Iterator<Item = f64> {
    const DIGITS: [f64; 3] = [1.0, 2.0, 5.0];
    (-6..=6).flat_map(|zeros: i32| {
        DIGITS.map(|digit| match zeros {
            // Divided, so that a hundredth is the nearest number to one.
            ..0 => digit / 10_f64.powi(-zeros),
            _ => digit * 10_f64.powi(zeros),
        })
    })
}

/// The picture, and what it says in words; nothing if there is nothing to reach.
pub(super) fn drawn(readings: &[Reading]) -> Option<(String, String)> {
    let readings: Vec<_> = readings.iter().filter(|reading| reading.bound.is_some()).collect();
    if readings.is_empty() {
        return None;
    }
    let axis = Axis::over(&readings);
    let mut picture = Picture::new();
    picture.words("head", TITLE);
    for (mark, meaning) in [
        (Mark::Reached, "reached: on the heavy line or right of it"),
        (Mark::Missed, "not reached: left of it"),
    ] {
        picture.depth += LINE;
        picture.mark(mark, (EDGE + 6.0, picture.depth - 8.0));
        picture.text("soft", EDGE + 20.0, picture.depth - 4.0, meaning);
    }
    picture.words(
        "soft",
        "The heavy line is the bound. A bar goes from the least to the most of the repeats.",
    );
    for (at, reading) in readings.iter().enumerate() {
        if at % NAMED_EVERY == 0 {
            picture.depth += APART;
            axis.name(&mut picture);
        }
        draw(reading, &axis, &mut picture);
    }
    axis.name(&mut picture);
    let words = words(&readings);
    Some((picture.finished(TITLE, &words), words))
}

fn draw(reading: &Reading, axis: &Axis, picture: &mut Picture) {
    picture.depth += APART;
    picture.words("", &reading.what);
    let (above, below) = (picture.depth, picture.depth + TRACK);
    picture.track((EDGE, above), (AXIS, TRACK));
    for step in axis.steps() {
        let class = if step == 1.0 { "bound" } else { "grid" };
        picture.line(class, (axis.place(step), above), (axis.place(step), below));
    }
    let middle = above + TRACK / 2.0;
    if let Some((least, most)) = whisker(reading) {
        picture.line("whisker", (axis.place(least), middle), (axis.place(most), middle));
        for end in [least, most].map(|end| axis.place(end)) {
            picture.line("whisker", (end, middle - 7.0), (end, middle + 7.0));
        }
    }
    picture.mark(Mark::of(reading.is_reached), (axis.place(better(reading)), middle));
    let class = if reading.is_reached == Some(false) { "missed end" } else { "end" };
    picture.text(class, WIDTH - EDGE, middle + 5.0, &reading.numbers());
    picture.depth = below;
}

fn better(reading: &Reading) -> f64 {
    reading.bound.map_or(1.0, |bound| bound.times_better(reading.judged))
}

/// The spread, from the least better to the most.
fn whisker(reading: &Reading) -> Option<(f64, f64)> {
    let ((least, most), bound) = (reading.spread?, reading.bound?);
    let (one, other) = (bound.times_better(least), bound.times_better(most));
    Some((one.min(other), one.max(other)))
}

fn words(readings: &[&Reading]) -> String {
    let missed: Vec<_> = readings.iter().filter(|one| one.is_reached == Some(false)).collect();
    let reached = readings.len() - missed.len();
    let most = readings.iter().filter(|one| one.is_reached == Some(true));
    let most = most.max_by(|one, other| better(one).total_cmp(&better(other)));
    let mut words = format!("{reached} of {} numbers reach what they are to.", readings.len());
    if let Some(most) = most {
        words += &format!(" The farthest is {}.", most.sentence());
    }
    if !missed.is_empty() {
        let told: Vec<_> = missed.iter().map(|one| one.sentence()).collect();
        words += &format!(" Not reached: {}.", told.join("; "));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_goes_by_equal_steps_and_ends_where_it_has_to() {
        let axis = Axis { least: 0.1, most: 10.0 };
        let places = [0.0, 0.1, 1.0, 10.0, f64::INFINITY].map(|better| axis.place(better));
        let (left, right) = (EDGE, EDGE + AXIS);
        assert_eq!(places, [left, left, left + AXIS / 2.0, right, right]);
        assert_eq!(axis.steps().collect::<Vec<_>>(), [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0]);
    }
}
