//! The table as pictures, drawn from the document that has it: so that they cannot say anything
//! else, nothing is measured for them.

mod growth;
mod picture;
mod reached;
mod reading;

use std::{fs, path::Path};

use anyhow::{Context, Result};

use self::reading::Reading;
use crate::table;

/// Between these two lines of the document the pictures stand.
const BEGIN: &str = "<!-- drawn by make plots -->";
const END: &str = "<!-- up to here -->";

/// The pictures of a document.
struct Drawn {
    /// The document with the pictures, and what they say in words.
    document: String,
    /// By their names, in the folder that is called like the document.
    files: Vec<(&'static str, String)>,
}

/// Draws the table of a document, and shows the pictures in it.
pub(crate) fn draw(file: &Path) -> Result<()> {
    let document = fs::read_to_string(file).context("read the document")?;
    let drawn = drawn(&document, &folder(file)?)?;
    let folder = file.with_extension("");
    fs::create_dir_all(&folder).context("make the folder of the pictures")?;
    for (name, picture) in drawn.files {
        fs::write(folder.join(name), picture).with_context(|| format!("write {name}"))?;
    }
    fs::write(file, drawn.document).context("write the document")
}

/// The name of the folder of a document's pictures.
fn folder(file: &Path) -> Result<String> {
    let name = file.file_stem().context("the document has no name")?;
    Ok(name.to_string_lossy().into_owned())
}

fn drawn(document: &str, folder: &str) -> Result<Drawn> {
    let rows = table::read(document)?;
    let readings = rows.iter().map(Reading::of).collect::<Result<Vec<_>>>()?;
    let pictures =
        [("reached.svg", reached::drawn(&readings)), ("growth.svg", growth::drawn(&readings))];
    let (mut shown, mut files) = (String::new(), Vec::new());
    for (name, drawn) in pictures {
        let Some((picture, words)) = drawn else { continue };
        shown += &format!("\n![{words}]({folder}/{name})\n");
        files.push((name, picture));
    }
    let (before, rest) = document.split_once(BEGIN).context("there is no place for pictures")?;
    let (_, after) = rest.split_once(END).context("the place for pictures has no end")?;
    let document = format!("{before}{BEGIN}\n{shown}\n{END}{after}");
    Ok(Drawn { document, files })
}

#[cfg(test)]
mod tests;
