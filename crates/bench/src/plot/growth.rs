//! The picture of what something costs as the nation grows: one small chart for each row that was
//! measured at several sizes, all on one scale, on which the first size's cost is 1.

use super::{
    picture::{EDGE, LINE, Mark, Picture, WIDTH},
    reading::Reading,
};

const TITLE: &str = "What it costs as it grows";

const APART: f64 = 16.0;
/// Of a chart, above the sizes.
const HEIGHT: f64 = 76.0;
/// Above the highest place of the scale, for the number there.
const HEADROOM: f64 = 18.0;
/// Left of a chart, for the scale.
const SCALE: f64 = 24.0;
/// Between two charts.
const GUTTER: f64 = 12.0;
/// Left and right of a chart's places, for their numbers.
const MARGIN: f64 = 20.0;

/// What one row asks of several databases; such rows stand beside each other.
const DATABASES: [&str; 2] = ["SQLite", "Postgres"];

/// How much more than at first still counts as the same, in words.
const FLAT: f64 = 1.3;

/// The picture, and what it says in words; nothing if nothing was measured at several sizes.
pub(super) fn drawn(readings: &[Reading]) -> Option<(String, String)> {
    let readings: Vec<_> = readings.iter().filter(|reading| !reading.sizes.is_empty()).collect();
    let highest = readings.iter().map(|reading| reading.growth()).fold(1.0, f64::max).ceil();
    if readings.is_empty() {
        return None;
    }
    let mut picture = Picture::new();
    picture.words("head", TITLE);
    picture.words(
        "soft",
        "All charts have one scale: 1× is what the first size costs, and a flat line is what is \
         wanted. Under each place stands the size, over it the number. Full circles reach what \
         they are to, diamonds do not, and empty circles have nothing to reach.",
    );
    for (what, charts) in beside_each_other(&readings) {
        picture.depth += APART;
        let unit = &charts[0].1.unit;
        picture.words("", &if unit.is_empty() { what } else { format!("{what}, in {unit}") });
        let width = (WIDTH - 2.0 * EDGE + GUTTER) / charts.len() as f64;
        let (above, mut below) = (picture.depth, picture.depth);
        for (at, (database, reading)) in charts.iter().enumerate() {
            picture.depth = above;
            let left = EDGE + at as f64 * width;
            let class = if reading.is_reached == Some(false) { "missed" } else { "soft" };
            for (class, words) in database
                .map(|database| ("", database.to_owned()))
                .into_iter()
                .chain([(class, reading.numbers())])
            {
                picture.depth += LINE;
                picture.text(class, left, picture.depth - 4.0, &words);
            }
            draw(reading, highest, (left, width - GUTTER), &mut picture);
            below = below.max(picture.depth);
        }
        picture.depth = below;
    }
    let words = words(&readings);
    Some((picture.finished(TITLE, &words), words))
}

/// A chart, and the database that it is of if others have it, too.
type Chart<'r> = (Option<&'static str>, &'r Reading);

/// The rows as charts under common words; those that differ in the database alone share theirs.
fn beside_each_other<'r>(readings: &[&'r Reading]) -> Vec<(String, Vec<Chart<'r>>)> {
    let mut groups: Vec<(String, Vec<_>)> = Vec::new();
    for reading in readings {
        let named = DATABASES.into_iter().find_map(|database| {
            let (before, after) = reading.what.split_once(&format!(", on {database}"))?;
            Some((Some(database), format!("{before}{after}")))
        });
        let (database, what) = named.unwrap_or_else(|| (None, reading.what.clone()));
        let place = groups.iter_mut().find(|(known, charts)| {
            *known == what
                && charts.iter().all(|(_, other): &(_, &Reading)| other.unit == reading.unit)
        });
        match place {
            Some((_, charts)) => charts.push((database, *reading)),
            None => groups.push((what, vec![(database, *reading)])),
        }
    }
    groups
}

fn draw(reading: &Reading, highest: f64, (left, width): (f64, f64), picture: &mut Picture) {
    let (above, below) = (picture.depth, picture.depth + HEADROOM + HEIGHT);
    let (start, end) = (left + SCALE, left + width);
    picture.track((start, above), (end - start, below - above));
    let height_of = |times: f64| below - HEIGHT * times / highest;
    for times in (0..=highest as u32).map(f64::from) {
        let class = if times == 0.0 { "bound" } else { "grid" };
        picture.line(class, (start, height_of(times)), (end, height_of(times)));
        let name = if times == 0.0 { "0".to_owned() } else { format!("{times}×") };
        picture.text("soft end", start - 4.0, height_of(times) + 4.0, &name);
    }
    let first = reading.sizes[0].value;
    let step = (end - start - 2.0 * MARGIN) / (reading.sizes.len() - 1) as f64;
    let places: Vec<_> = (reading.sizes.iter().enumerate())
        .map(|(at, size)| (start + MARGIN + at as f64 * step, height_of(size.value / first)))
        .collect();
    picture.curve(&places);
    picture.depth = below + LINE;
    for ((x, y), size) in places.into_iter().zip(&reading.sizes) {
        picture.mark(Mark::of(reading.is_reached), (x, y));
        picture.text("middle", x, y - 8.0, &size.in_words);
        picture.text("middle soft", x, picture.depth - 4.0, &size.size.to_string());
    }
}

fn words(readings: &[&Reading]) -> String {
    let (flat, grown): (Vec<&Reading>, Vec<_>) =
        readings.iter().copied().partition(|reading| reading.growth() <= FLAT);
    let mut words = format!(
        "Of {} costs at growing size, {} stay within {FLAT} times the first.",
        readings.len(),
        flat.len()
    );
    if !grown.is_empty() {
        let told = grown.iter().map(|one| format!("{}: {:.2} times", one.what, one.growth()));
        words += &format!(" More: {}.", told.collect::<Vec<_>>().join("; "));
    }
    words
}
