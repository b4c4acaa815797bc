//! Errors and notes are fragments; people read sentences.

/// A fragment as a sentence.
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.trim().chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    match letters.as_str() {
        question if question.ends_with('?') => format!("{first}{question}"),
        rest => format!("{first}{}.", rest.trim_end_matches('.')),
    }
}
