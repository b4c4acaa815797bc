//! From bytes to content lines: folded lines are joined again, each with the line it begins on.
//!
//! The parser that reads the content of a line also unfolds, but forgets which line it was; and it
//! takes text, whereas some programs fold in the middle of a sign, so that only joined bytes are.

use crate::sheet::windows_1252_text;

/// One content line, unfolded.
#[derive(Debug)]
pub(super) struct ContentLine {
    /// Where it begins in the file, from 1.
    pub(super) line: u64,
    pub(super) bytes: Vec<u8>,
}

impl ContentLine {
    /// What it is about: everything before the first parameter or the value, in upper case.
    pub(super) fn name(&self) -> String {
        let end = self.bytes.iter().position(|byte| matches!(byte, b':' | b';'));
        let name = &self.bytes[..end.unwrap_or(self.bytes.len())];
        String::from_utf8_lossy(name).trim().to_ascii_uppercase()
    }

    /// True if it is `NAME:…` or `NAME;…`, with letters, digits and hyphens in its name.
    pub(super) fn is_property(&self) -> bool {
        let end = self.bytes.iter().position(|byte| matches!(byte, b':' | b';'));
        end.is_some_and(|end| {
            let name = self.bytes[..end].trim_ascii();
            !name.is_empty()
                && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
        })
    }

    /// The text; the flag says whether it was read as Windows-1252, because it is no UTF-8.
    pub(super) fn text(&self) -> (String, bool) {
        match std::str::from_utf8(&self.bytes) {
            Ok(text) => (text.to_owned(), false),
            Err(_) => {
                let lossy = || String::from_utf8_lossy(&self.bytes).into_owned();
                (windows_1252_text(&self.bytes).unwrap_or_else(lossy), true)
            }
        }
    }
}

/// The content lines of a file in their order, blank ones left out. Lines may end in LF or CRLF.
pub(super) fn content_lines(bytes: &[u8]) -> impl Iterator<Item = ContentLine> + '_ {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut physical = (1..)
        .zip(bytes.split(|byte| *byte == b'\n'))
        .map(|(line, text): (u64, &[u8])| (line, text.strip_suffix(b"\r").unwrap_or(text)))
        .filter(|(_, text)| !text.is_empty())
        .peekable();
    std::iter::from_fn(move || {
        let (line, text) = physical.next()?;
        let mut bytes = text.to_vec();
        while let Some((_, more)) = physical.next_if(|(_, text)| is_continuation(text)) {
            bytes.extend_from_slice(&more[1..]);
        }
        Some(ContentLine { line, bytes })
    })
}

fn is_continuation(text: &[u8]) -> bool {
    matches!(text.first(), Some(b' ' | b'\t'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(bytes: &[u8]) -> Vec<(u64, String)> {
        content_lines(bytes).map(|line| (line.line, line.text().0)).collect()
    }

    #[test]
    fn folded_lines_are_joined_and_keep_the_line_they_begin_on() {
        let wanted = [(1, "A:one two"), (4, "B:three")].map(|(line, it)| (line, it.to_owned()));
        assert_eq!(texts(b"A:one \r\n tw\r\n\to\r\nB:three\r\n"), wanted);
        assert_eq!(texts(b"\xEF\xBB\xBFA:one \n tw\n\to\nB:three"), wanted);
    }

    #[test]
    fn a_sign_that_was_cut_by_folding_is_whole_again() {
        assert_eq!(texts(b"A:M\xC3\r\n \xB4n"), [(1, "A:Môn".to_owned())]);
    }
}
