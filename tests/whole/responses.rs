//! A region's sheet of answers on the command line, word by word: refused whole for three slips,
//! taken when they are put right, and a second time without effect.

use std::{fs, path::Path};

use anyhow::{Result, ensure};
use folkmoot_tests::{Outcome, folkmoot};
use tempfile::TempDir;

/// Thirty of London's boroughs, as the register names them.
const COUNCILS: [&str; 30] = [
    "Barking and Dagenham",
    "Barnet",
    "Bexley",
    "Brent",
    "Bromley",
    "Camden",
    "Croydon",
    "Ealing",
    "Enfield",
    "Greenwich",
    "Hackney",
    "Hammersmith and Fulham",
    "Haringey",
    "Harrow",
    "Havering",
    "Hillingdon",
    "Hounslow",
    "Islington",
    "Kensington and Chelsea",
    "Kingston upon Thames",
    "Lambeth",
    "Lewisham",
    "Merton",
    "Newham",
    "Redbridge",
    "Richmond upon Thames",
    "Southwark",
    "Sutton",
    "Tower Hamlets",
    "Waltham Forest",
];

const IMPORT: [&str; 9] = [
    "import",
    "responses",
    "answers.csv",
    "--region",
    "london",
    "--held-on",
    "2025-11-18",
    "--capture",
    "online-form",
];

fn run(here: &Path, arguments: &[&str]) -> Outcome {
    let database = ["--database", "sqlite://folkmoot.db"];
    Outcome::of(folkmoot().current_dir(here).args(arguments).args(database))
}

/// London with its councils at home.
fn london(here: &Path) -> Result<()> {
    let rows: Vec<_> = COUNCILS.iter().map(|name| format!("{name},yes,2016-07-07\n")).collect();
    fs::write(here.join("members.csv"), format!("council,home,starts_on\n{}", rows.concat()))?;
    let taken = run(here, &["import", "memberships", "members.csv", "--region", "london"]);
    ensure!(
        taken.out.ends_with("30 rows read\nWriting …\nDone: 30 created, 0 updated, 0 unchanged.\n"),
        "{taken:?}"
    );
    Ok(())
}

/// The region's own blank sheet, filled in: some practice and little need, everywhere.
fn sheet(here: &Path) -> Result<String> {
    let blank = [&["import", "responses", "--template"], &IMPORT[3..]].concat();
    let blank = run(here, &blank);
    ensure!(blank.code == Some(0) && blank.out.lines().count() == 31, "{blank:?}");
    let mut lines = blank.out.lines();
    let mut sheet = format!("{}\n", lines.next().unwrap_or_default());
    for line in lines {
        sheet.push_str(&format!("{}{}\n", line.trim_end_matches(','), ",2,1".repeat(15)));
    }
    Ok(sheet)
}

fn said(outcome: &Outcome, code: i32, out: &str, err: &str) -> Result<()> {
    ensure!(outcome.code == Some(code), "ended with {:?}: {outcome:?}", outcome.code);
    ensure!(outcome.out == out, "said:\n{}\ninstead of:\n{out}", outcome.out);
    ensure!(outcome.err == err, "complained:\n{}\ninstead of:\n{err}", outcome.err);
    Ok(())
}

#[test]
fn three_misspelt_councils_of_thirty_are_named_and_nothing_is_taken_until_they_are_right()
-> Result<()> {
    let home = TempDir::new()?;
    let here = home.path();
    london(here)?;
    let correct = sheet(here)?;
    let misspelt = correct
        .replace("\nCamden,", "\nCamdem,")
        .replace("\nLewisham,", "\nLewishm,")
        .replace("\nTower Hamlets,", "\nTower Hamlet,");

    fs::write(here.join("answers.csv"), misspelt)?;
    said(
        &run(here, &IMPORT),
        1,
        "Reading answers.csv …\n\
         line 7, council: no council called \"Camdem\"; did you mean Camden (CMD)?\n\
         line 23, council: no council called \"Lewishm\"; did you mean Lewisham (LEW)?\n\
         line 30, council: no council called \"Tower Hamlet\"; did you mean Tower Hamlets (TWH)?\n",
        "folkmoot: nothing was imported: put the 3 problems right and import the file again\n",
    )?;

    fs::write(here.join("answers.csv"), &correct)?;
    let rows = "Reading answers.csv …\n451 rows read\nWriting …\n";
    let first = format!("{rows}Done: 451 created, 0 updated, 0 unchanged.\n");
    said(&run(here, &IMPORT), 0, &first, "")?;
    let second = format!("{rows}Done: 0 created, 0 updated, 451 unchanged.\n");
    said(&run(here, &IMPORT), 0, &second, "")?;

    // One answer that changed is one row that changes.
    fs::write(here.join("answers.csv"), correct.replacen("\nCamden,2,1", "\nCamden,3,1", 1))?;
    let third = format!("{rows}Done: 0 created, 1 updated, 450 unchanged.\n");
    said(&run(here, &IMPORT), 0, &third, "")
}
