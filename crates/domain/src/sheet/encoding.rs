//! From bytes to text: UTF-8 as it should be, Windows-1252 where a sheet of a region's own was
//! saved by an office program that knows no better.

use std::borrow::Cow;

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

/// The text of a file that is UTF-8 or else Windows-1252; the flag says which it was.
pub(crate) fn utf8_or_windows_1252(bytes: &[u8]) -> Result<(Cow<'_, str>, bool), SheetError> {
    match utf8(bytes) {
        Err(SheetError::NotUtf8 { line }) => {
            let text = windows_1252_text(plain(bytes)?);
            text.map(|text| (Cow::Owned(text), true)).ok_or(SheetError::NotUtf8 { line })
        }
        text => text.map(|text| (Cow::Borrowed(text), false)),
    }
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

/// The signs of 0x80 to 0x9F, where Windows-1252 differs from Latin-1; five have none.
const WINDOWS_1252: [Option<char>; 32] = [
    Some('€'),
    None,
    Some('‚'),
    Some('ƒ'),
    Some('„'),
    Some('…'),
    Some('†'),
    Some('‡'),
    Some('ˆ'),
    Some('‰'),
    Some('Š'),
    Some('‹'),
    Some('Œ'),
    None,
    Some('Ž'),
    None,
    None,
    Some('‘'),
    Some('’'),
    Some('“'),
    Some('”'),
    Some('•'),
    Some('–'),
    Some('—'),
    Some('˜'),
    Some('™'),
    Some('š'),
    Some('›'),
    Some('œ'),
    None,
    Some('ž'),
    Some('Ÿ'),
];

/// The text of bytes of Windows-1252; none if one of them has no sign.
pub(crate) fn windows_1252_text(bytes: &[u8]) -> Option<String> {
    bytes.iter().map(|byte| windows_1252(*byte)).collect()
}

fn windows_1252(byte: u8) -> Option<char> {
    match byte {
        0x80..=0x9F => WINDOWS_1252[usize::from(byte - 0x80)],
        _ => Some(char::from(byte)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_in_its_encoding() {
        assert_eq!(utf8("\u{FEFF}Môn".as_bytes()), Ok("Môn"));
        assert_eq!(utf8_or_windows_1252(b"M\xF4n \x96 \x80"), Ok(("Môn – €".into(), true)));
        assert_eq!(utf8_or_windows_1252("Môn".as_bytes()), Ok(("Môn".into(), false)));
    }

    #[test]
    fn what_is_no_text_is_named() {
        assert_eq!(utf8(b"a\nM\xF4n"), Err(SheetError::NotUtf8 { line: 2 }));
        assert_eq!(utf8_or_windows_1252(b"a\n\x81"), Err(SheetError::NotUtf8 { line: 2 }));
        for utf16 in [&b"\xFF\xFEa\0b\0"[..], b"\xFE\xFF\0a", b"a\0b\0c\0", b"\0a\0b"] {
            assert_eq!(utf8_or_windows_1252(utf16), Err(SheetError::Utf16));
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
