//! Content lines of iCalendar: escaped, folded and ended as RFC 5545, 3.1 and 3.3.11, says.
//!
//! The library that reads such files here folds a line one octet too late and looks at it from its
//! start for every fold, which for a long description grows with the square of its length.

use std::fmt::Display;

/// The most octets of a line, without its end.
const LONGEST: usize = 75;

/// Lines, one after the other.
pub(super) struct Lines(String);

impl Lines {
    /// None yet.
    pub(super) fn new() -> Self {
        Self(String::with_capacity(16 * 1024))
    }

    /// Lines that hold nothing of anybody's, and are short.
    pub(super) fn fixed(&mut self, lines: &str) {
        self.0.push_str(lines);
    }

    /// A value that is no text: an address, a number, an instant. `name` may have parameters.
    pub(super) fn plain(&mut self, name: &str, value: impl Display) {
        self.folded(&format!("{name}:{value}"));
    }

    /// A text of somebody's.
    pub(super) fn text(&mut self, name: &str, value: &str) {
        self.folded(&format!("{name}:{}", escaped(value)));
    }

    /// Several texts in one line.
    pub(super) fn texts<'t>(&mut self, name: &str, values: impl Iterator<Item = &'t str>) {
        let values: Vec<_> = values.map(escaped).collect();
        if !values.is_empty() {
            self.folded(&format!("{name}:{}", values.join(",")));
        }
    }

    /// The whole file.
    pub(super) fn finished(self) -> String {
        self.0
    }

    fn folded(&mut self, line: &str) {
        // Whatever else ends a line somewhere would let a value begin a line of its own.
        let line = line.replace(['\r', '\n'], "");
        let mut rest = line.as_str();
        let mut room = LONGEST;
        while rest.len() > room {
            let (head, tail) = rest.split_at(rest.floor_char_boundary(room));
            self.0.push_str(head);
            self.0.push_str("\r\n ");
            rest = tail;
            // The blank that goes on counts as well.
            room = LONGEST - 1;
        }
        self.0.push_str(rest);
        self.0.push_str("\r\n");
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\\' | ',' | ';' => escaped.extend(['\\', c]),
            '\n' => escaped.push_str("\\n"),
            // In texts it stands before a line break alone, if at all.
            '\r' => {}
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(name: &str, value: &str) -> String {
        let mut lines = Lines::new();
        lines.text(name, value);
        lines.finished()
    }

    #[test]
    fn lines_of_any_length_are_folded_between_letters_and_read_back_whole() {
        for letter in ["a", "é", "老", "🎉", ","] {
            for number in 0..200 {
                let value = letter.repeat(number);
                let written = line("SUMMARY", &value);
                assert!(
                    written.split("\r\n").all(|line| line.len() <= LONGEST),
                    "{letter} {number}"
                );
                let read = written.replace("\r\n ", "").replace("\\,", ",");
                assert_eq!(read, format!("SUMMARY:{value}\r\n"));
            }
        }
    }

    #[test]
    fn no_value_begins_a_line_of_its_own() {
        assert_eq!(
            line("SUMMARY", "a\r\nATTENDEE:b;c,d\\"),
            "SUMMARY:a\\nATTENDEE:b\\;c\\,d\\\\\r\n"
        );
        let mut lines = Lines::new();
        lines.plain("URL", "https://a.example/\r\nATTENDEE:b");
        assert_eq!(lines.finished(), "URL:https://a.example/ATTENDEE:b\r\n");
    }
}
