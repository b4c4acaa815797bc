//! Calendars read by the letter of RFC 5545, apart from both readers and writers of the program.

/// A content line: name with its parameters, and value as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) name: String,
    pub(crate) value: String,
}

/// The lines of a file: each ends in CRLF and has at most 75 octets, folded ones are joined.
pub(crate) fn lines(file: &str) -> Vec<Line> {
    let file = file.strip_suffix("\r\n").expect("the last line has an end");
    let mut joined: Vec<String> = Vec::new();
    for physical in file.split("\r\n") {
        assert!(physical.len() <= 75, "{} octets: {physical}", physical.len());
        assert!(!physical.contains(['\r', '\n']), "an end within a line: {physical:?}");
        match physical.strip_prefix(' ') {
            Some(more) => joined.last_mut().expect("something to go on from").push_str(more),
            None => joined.push(physical.to_owned()),
        }
    }
    let line = |line: String| {
        let (name, value) = line.split_once(':').unwrap_or_else(|| panic!("no value: {line:?}"));
        let is_name = |c: char| c.is_ascii_uppercase() || c == '-';
        let bare = name.split(';').next().unwrap_or_default();
        assert!(!bare.is_empty() && bare.chars().all(is_name), "no name: {line:?}");
        Line { name: name.to_owned(), value: value.to_owned() }
    };
    joined.into_iter().map(line).collect()
}

/// The texts of a value, unescaped.
pub(crate) fn texts(value: &str) -> Vec<String> {
    let (mut all, mut text) = (Vec::new(), String::new());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => text.push('\n'),
                Some(c @ ('\\' | ',' | ';')) => text.push(c),
                other => panic!("no escape: {other:?} in {value:?}"),
            },
            ',' => all.push(std::mem::take(&mut text)),
            ';' => panic!("a bare semicolon: {value:?}"),
            c => text.push(c),
        }
    }
    all.push(text);
    all
}

/// The events of a file, each as its lines.
pub(crate) fn events(file: &str) -> Vec<Vec<Line>> {
    let (mut events, mut open): (Vec<Vec<Line>>, Vec<String>) = Default::default();
    for line in lines(file) {
        match line.name.as_str() {
            "BEGIN" => {
                if line.value == "VEVENT" {
                    events.push(Vec::new());
                }
                open.push(line.value);
            }
            "END" => assert_eq!(open.pop(), Some(line.value), "crosswise"),
            _ if open.last().is_some_and(|open| open == "VEVENT") => {
                events.last_mut().expect("it began").push(line);
            }
            _ => {}
        }
    }
    assert_eq!(open, Vec::<String>::new(), "never ended");
    events
}
