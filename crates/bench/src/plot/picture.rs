//! An SVG that is filled from above: words, lines and the two marks. It needs no font, script or
//! stylesheet from anywhere, and follows the reader's wish for light or dark.

use std::fmt::Write;

/// In units of which a letter is 13 high: at 320 pixels, less a page's edges, it is still 10.
pub(super) const WIDTH: f64 = 360.0;
/// Left and right of everything.
pub(super) const EDGE: f64 = 12.0;
/// From one line of words to the next.
pub(super) const LINE: f64 = 17.0;

/// How wide it is shown where there is room: letters are then as large as a page's small print.
const SHOWN: f64 = 1.2;
/// Letters of a line of words, in the widest of the usual fonts.
const LETTERS: usize = 47;

const STYLE: &str = "\
svg { color-scheme: light dark; font: 13px Arial, Helvetica, 'Liberation Sans', sans-serif; \
--page: #fff; --ink: #0b0c0c; --soft: #505a5f; --line: #cecece; --track: #f3f2f1; \
--yes: #00703c; --no: #b10e1e; }
@media (prefers-color-scheme: dark) { svg { --page: #121512; --ink: #f3f2f1; --soft: #c3c9c5; \
--line: #565f59; --track: #1b211d; --yes: #8fe3b0; --no: #ffb3a7; } }
.page { fill: var(--page); } .track { fill: var(--track); }
text { fill: var(--ink); } .soft { fill: var(--soft); } .head { font-weight: bold; font-size: 15px; }
.missed { font-weight: bold; } .middle { text-anchor: middle; } .end { text-anchor: end; }
.grid { stroke: var(--line); } .bound { stroke: var(--ink); stroke-width: 2; }
.yes { fill: var(--yes); stroke: var(--yes); } .no { fill: var(--page); stroke: var(--no); }
.told { fill: var(--page); stroke: var(--soft); } .mark { stroke-width: 2; }
.curve { fill: none; stroke: var(--soft); stroke-width: 1.5; }
.whisker { stroke: var(--soft); stroke-width: 1.5; }";

/// How a place on the picture is marked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Mark {
    /// A full circle.
    Reached,
    /// An empty diamond.
    Missed,
    /// An empty circle: nothing is to be reached.
    Told,
}

impl Mark {
    pub(super) fn of(is_reached: Option<bool>) -> Self {
        match is_reached {
            None => Self::Told,
            Some(true) => Self::Reached,
            Some(false) => Self::Missed,
        }
    }
}

pub(super) struct Picture {
    drawn: String,
    /// Down to where it is filled.
    pub(super) depth: f64,
}

impl Picture {
    pub(super) fn new() -> Self {
        Self { drawn: String::new(), depth: EDGE }
    }

    /// Lines of words over the whole width.
    pub(super) fn words(&mut self, class: &str, words: &str) {
        for line in lines(words) {
            self.depth += LINE;
            self.text(class, EDGE, self.depth - 4.0, &line);
        }
    }

    pub(super) fn text(&mut self, class: &str, x: f64, y: f64, words: &str) {
        let words = escaped(words);
        self.draw(&format!("<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{words}</text>"));
    }

    pub(super) fn line(&mut self, class: &str, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) {
        self.draw(&format!(
            "<line class=\"{class}\" x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\"/>"
        ));
    }

    pub(super) fn track(&mut self, (x, y): (f64, f64), (width, height): (f64, f64)) {
        self.draw(&format!(
            "<rect class=\"track\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" \
             height=\"{height:.1}\"/>"
        ));
    }

    pub(super) fn curve(&mut self, places: &[(f64, f64)]) {
        let places: Vec<_> = places.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        self.draw(&format!("<polyline class=\"curve\" points=\"{}\"/>", places.join(" ")));
    }

    pub(super) fn mark(&mut self, mark: Mark, (x, y): (f64, f64)) {
        let circle = |class| format!("<circle class=\"mark {class}\" cx=\"{x:.1}\" cy=\"{y:.1}\"");
        self.draw(&match mark {
            Mark::Reached => format!("{} r=\"3.5\"/>", circle("yes")),
            Mark::Told => format!("{} r=\"3.5\"/>", circle("told")),
            Mark::Missed => {
                format!("<path class=\"mark no\" d=\"M{x:.1} {:.1}l6 6l-6 6l-6 -6z\"/>", y - 6.0)
            }
        });
    }

    fn draw(&mut self, element: &str) {
        self.drawn += element;
        self.drawn.push('\n');
    }

    /// The whole file, with what it says in words for whoever does not see it.
    pub(super) fn finished(self, title: &str, words: &str) -> String {
        let (width, height) = (WIDTH, (self.depth + EDGE).ceil());
        let (shown_width, shown_height) = (width * SHOWN, (height * SHOWN).round());
        let (title, words, drawn) = (escaped(title), escaped(words), self.drawn);
        let mut file = String::with_capacity(drawn.len() + 4_096);
        write!(
            file,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
             width=\"{shown_width}\" height=\"{shown_height}\" role=\"img\" \
             aria-labelledby=\"title words\">\n\
             <title id=\"title\">{title}</title>\n<desc id=\"words\">{words}</desc>\n\
             <style>\n{STYLE}\n</style>\n\
             <rect class=\"page\" width=\"100%\" height=\"100%\"/>\n{drawn}</svg>\n"
        )
        .expect("a string takes whatever is written");
        file
    }
}

/// Broken where it fits, and at spaces alone.
fn lines(words: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= LETTERS => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_broken_where_they_fit_and_cannot_be_elements() {
        let mut picture = Picture::new();
        picture.words("soft", &format!("{} <b> & more", "w".repeat(LETTERS - 2)));
        let file = picture.finished("a & b", "<i>");
        assert_eq!(file.matches("<text ").count(), 2, "{file}");
        assert!(file.contains("&lt;b&gt; &amp; more</text>") && !file.contains("<i>"), "{file}");
    }
}
