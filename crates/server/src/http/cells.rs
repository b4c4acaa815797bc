//! Tables as CSV, for spreadsheets and statistics programs alike.

use serde_json::Value;

/// Rows of cells, the first with the columns' names.
pub(super) type Table = Vec<Vec<String>>;

/// The media type of a table.
pub(super) const MEDIA_TYPE: &str = "text/csv; charset=utf-8; header=present";

/// A value as a cell. A text that a spreadsheet would run as a formula begins with an apostrophe.
pub(super) fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => {
            format!("'{text}")
        }
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A table as a file.
pub(super) fn written(table: &Table) -> Vec<u8> {
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in table {
        writer.write_record(row).expect("rows are as long as the head, and memory takes them");
    }
    writer.into_inner().expect("memory takes them")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_that_begins_like_a_formula_is_not_run_and_numbers_stay_numbers() {
        assert_eq!(cell(&json!("=1+1")), "'=1+1");
        assert_eq!(cell(&json!("@SUM(A1)")), "'@SUM(A1)");
        assert_eq!(cell(&json!(-0.5)), "-0.5");
        assert_eq!(cell(&json!(null)), "");
        assert_eq!(cell(&json!(true)), "true");
    }
}
