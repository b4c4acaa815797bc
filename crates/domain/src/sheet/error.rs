//! Why a whole file cannot be taken: each a sentence that names the thing and what to do.

use thiserror::Error;

/// A fault of the file as a whole. Faults of single rows are a reading's problems instead.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[allow(missing_docs)]
pub enum SheetError {
    #[error("the file is empty: export the sheet again as CSV")]
    Empty,
    #[error("the file has a header but no rows: add at least one row below it")]
    NoRows,
    #[error("this is a spreadsheet workbook, not CSV: save it as \"CSV UTF-8\" and pass that file")]
    Workbook,
    #[error("the file is in UTF-16: save it as \"CSV UTF-8\" and pass that file")]
    Utf16,
    #[error("line {line} is not UTF-8 text: save the file as \"CSV UTF-8\" and pass that file")]
    NotUtf8 { line: u64 },
    #[error("the file is not text: save the sheet as \"CSV UTF-8\" and pass that file")]
    NotText,
    #[error("the file has more than {megabytes} MB: split it and pass the parts one by one")]
    TooLarge { megabytes: usize },
    #[error("the file has more than {rows} rows: split it and pass the parts one by one")]
    TooManyRows { rows: usize },
    #[error("the file has more than {columns} columns: leave out those that nobody reads")]
    TooManyColumns { columns: usize },
    #[error("a cell on line {line} is longer than {chars} characters: shorten it")]
    LongCell { line: u64, chars: usize },
    #[error(
        "line {line} ends too early, so the file seems to be cut off: export or download it again"
    )]
    Truncated { line: u64 },
    #[error(
        "a quotation mark is opened on line {line} and never closed: close it, or export the file again"
    )]
    OpenQuotation { line: u64 },
    #[error("{}: add {}, spelled as here", missing(.columns), if .columns.len() == 1 { "it" } else { "them" })]
    MissingColumns { columns: Vec<String> },
    #[error("column {column} stands twice in the header: keep one of them")]
    RepeatedColumn { column: String },
    #[error(
        "this is no register of councils: its header has neither the columns that mySociety publishes nor Folkmoot's own"
    )]
    NotARegister,
    #[error("council {code} stands twice, on lines {first_line} and {line}: keep one of them")]
    RepeatedCode { code: String, first_line: u64, line: u64 },
    #[error("succession goes round in a circle, {}: correct the successors of one of them", .codes.join(" → "))]
    CyclicSuccession { codes: Vec<String> },
}

fn missing(columns: &[String]) -> String {
    match columns {
        [only] => format!("column {only} is missing"),
        _ => format!("columns {} are missing", columns.join(", ")),
    }
}
