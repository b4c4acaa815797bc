//! Dated codes in one cell: `E06000057@2013-04-01..;E06000048@..2013-04-01`.

use chrono::NaiveDate;

use crate::{GssAlias, Life};

/// The cell for a council's GSS codes; a code that stood as long as the council stands alone.
pub(super) fn write_aliases(aliases: &[GssAlias], council: Life) -> String {
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let one = |alias: &GssAlias| {
        if alias.life == council {
            alias.code.clone()
        } else {
            format!("{}@{}..{}", alias.code, day(alias.life.starts_on), day(alias.life.ends_on))
        }
    };
    aliases.iter().map(one).collect::<Vec<_>>().join(";")
}

/// Reads such a cell; the error is a sentence about the first code that cannot be read.
pub(super) fn read_aliases(cell: &str, council: Life) -> Result<Vec<GssAlias>, String> {
    let parts = cell.split(';').map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| read_alias(part, council)).collect()
}

fn read_alias(part: &str, council: Life) -> Result<GssAlias, String> {
    let Some((code, days)) = part.split_once('@') else {
        return Ok(GssAlias { code: gss_code(part)?, life: council });
    };
    let malformed = || "a dated GSS code is written as E06000057@2013-04-01..".to_owned();
    let (start, end) = days.split_once("..").ok_or_else(malformed)?;
    let day = |text: &str| match text.trim() {
        "" => Ok(None),
        text => text.parse::<NaiveDate>().map(Some).map_err(|_| malformed()),
    };
    Ok(GssAlias { code: gss_code(code)?, life: Life::new(day(start)?, day(end)?) })
}

/// One capital letter and eight digits.
pub(super) fn gss_code(text: &str) -> Result<String, String> {
    let code = text.trim().to_ascii_uppercase();
    let (letter, digits) = code.split_at_checked(1).unwrap_or_default();
    let is_code = letter.bytes().all(|byte| byte.is_ascii_uppercase())
        && digits.len() == 8
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_code
        .then_some(code)
        .ok_or_else(|| "a GSS code has a letter and eight digits, such as E09000007".to_owned())
}
