//! From bytes to text: UTF-8, with or without a byte order mark.

use crate::SheetError;

/// Above this a sheet is not what people keep by hand; the whole register of councils has 170 KB.
const MAX_MEGABYTES: usize = 8;

/// The text of a file that must be UTF-8, with or without a byte order mark.
pub(crate) fn utf8(bytes: &[u8]) -> Result<&str, SheetError> {
    let bytes = plain(bytes)?;
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        SheetError::NotUtf8 {
            line: 1 + before.iter().filter(|byte| **byte == b'\n').count() as u64,
        }
    })?;
    if text.trim().is_empty() { Err(SheetError::Empty) } else { Ok(text) }
}

/// Without the byte order mark, and refused if it is no text of one byte per sign at all.
fn plain(bytes: &[u8]) -> Result<&[u8], SheetError> {
    if bytes.len() > MAX_MEGABYTES * 1_000_000 {
        return Err(SheetError::TooLarge { megabytes: MAX_MEGABYTES });
    }
    // Workbooks of today are ZIP archives, those before 2007 OLE files.
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        return Err(SheetError::Workbook);
    }
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return Err(SheetError::Utf16);
    }
    if bytes.contains(&0) {
        // UTF-16 without its mark: in a header of plain letters every other byte is zero.
        let is_utf16 = matches!(bytes, [0, _, 0, ..] | [_, 0, _, 0, ..]);
        return Err(if is_utf16 { SheetError::Utf16 } else { SheetError::NotText });
    }
    Ok(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_in_its_encoding() {
        assert_eq!(utf8("\u{FEFF}Môn".as_bytes()), Ok("Môn"));
    }

    #[test]
    fn what_is_no_text_is_named() {
        assert_eq!(utf8(b"a\nM\xF4n"), Err(SheetError::NotUtf8 { line: 2 }));
        for utf16 in [&b"\xFF\xFEa\0b\0"[..], b"\xFE\xFF\0a", b"a\0b\0c\0", b"\0a\0b"] {
            assert_eq!(utf8(utf16), Err(SheetError::Utf16));
        }
        assert_eq!(utf8(b"PK\x03\x04abc"), Err(SheetError::Workbook));
        assert_eq!(utf8(b"abc\0"), Err(SheetError::NotText));
        for empty in [&b""[..], b" \r\n\n", b"\xEF\xBB\xBF"] {
            assert_eq!(utf8(empty), Err(SheetError::Empty));
        }
        assert_eq!(
            utf8(&vec![b'a'; 8_000_001]),
            Err(SheetError::TooLarge { megabytes: MAX_MEGABYTES })
        );
    }
}
