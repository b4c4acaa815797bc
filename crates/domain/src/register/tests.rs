use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;
use crate::{Council, CouncilId, Country, Life, Reference, ReferenceParts, SheetError};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn reference(register: Register) -> Reference {
    let Register { councils, successions } = register;
    Reference::new(ReferenceParts { councils, successions, ..ReferenceParts::default() })
}

/// Columns of the published file, with one that is not read in between.
const HEADER: &str = "local-authority-code,official-name,nice-name,gss-code,start-date,end-date,\
    replaced-by,nation,region,local-authority-type,BS-6879,alt-names,former-gss-codes,gov-uk-slug";

fn published(rows: &[&str]) -> String {
    let rows = [&[HEADER], rows].concat();
    rows.join("\n") + "\n"
}

fn read(rows: &[&str]) -> RegisterImport {
    read_register(published(rows).as_bytes()).expect("a register")
}

fn council<'a>(import: &'a RegisterImport, code: &str) -> &'a Council {
    let mut councils = import.register.councils.iter();
    councils.find(|council| council.code.as_str() == code).expect("a council")
}

const TAUNTON: &str =
    "TAU,Taunton Deane Borough Council,Taunton Deane,E07000190,,2019-03-31,SWT,England,,NMD,,,,";
const WEST: &str = "SWT,Somerset West and Taunton Council,Somerset West and Taunton,E07000246,\
    2019-04-01,2023-04-01,SMT,England,South West,NMD,,,,";
const SOMERSET: &str =
    "SMT,Somerset Council,Somerset,E06000066,2023-04-01,,,England,South West,UA,,,,";

#[test]
fn no_text_of_a_register_holds_what_cannot_be_seen() {
    let somerset = SOMERSET
        .replace("South West", "South\u{202E}  West")
        .replace("UA,,,,", "UA,,,,old\u{200B}\tname");
    let import = read(&[&somerset]);
    let somerset = council(&import, "SMT");
    assert_eq!(somerset.ons_region.as_deref(), Some("South West"));
    assert_eq!(somerset.alternative_names, ["Old name"]);
}

#[test]
fn embedded_register_has_every_principal_council() {
    let register = embedded_register();
    assert_eq!(register.councils.len(), 455);
    let tally = register.tally(day("2026-01-01"));
    let current: Vec<_> = tally.current.into_iter().collect();
    let wanted = [
        (Country::England, 317),
        (Country::Scotland, 32),
        (Country::Wales, 22),
        (Country::NorthernIreland, 11),
    ];
    assert_eq!(current, wanted);
    assert_eq!((tally.abolished, tally.to_come), (73, 0));
    let ended = register.councils.iter().filter(|council| council.life.ends_on.is_some());
    for council in ended {
        assert!(register.successions.iter().any(|link| link.from == council.id), "{council:?}");
    }
}

#[test]
fn embedded_register_is_in_the_form_that_we_write() {
    let text = include_str!("../data/councils.csv");
    let import = read_register(text.as_bytes()).expect("a register");
    assert_eq!(import.report, RegisterReport { read: 455, ..RegisterReport::default() });
    assert_eq!(write_register(&import.register), text);
}

#[test]
fn embedded_succession_is_followed_through_every_hop() {
    let reference = reference(embedded_register());
    let standing = |code: &str| -> Vec<String> {
        let found = reference.council_by_ref(code, None, day("2026-01-01"));
        let id = found.expect("known").expect("borne").id;
        let standing = reference.standing_in_for(id, day("2026-01-01"));
        standing.into_iter().map(|council| council.code.to_string()).collect()
    };
    assert_eq!(standing("TAU"), ["SMT"]);
    assert_eq!(standing("cumbria"), ["CBD", "WAF"]);
    assert_eq!(standing("E10000021"), ["NNT", "WNT"]);
    assert_eq!(standing("derry"), ["DRS"]);
    let id = |code: &str| CouncilId::derived(code);
    let next = |code: &str| -> Vec<CouncilId> {
        reference.successors(id(code)).into_iter().map(|council| council.id).collect()
    };
    assert_eq!((next("TAU"), next("SWT")), (vec![id("SWT")], vec![id("SMT")]));
}

#[test]
fn every_council_is_found_by_code_slug_and_each_gss_code() {
    let register = embedded_register();
    let reference = reference(register.clone());
    for council in &register.councils {
        let last_day = council.life.ends_on.and_then(|end| end.pred_opt());
        let on = last_day.unwrap_or(day("2026-01-01"));
        let names = council.gss.iter().map(|alias| alias.code.as_str());
        for name in names.chain([council.code.as_str(), &council.slug]) {
            let found = reference.council_by_ref(name, Some(on), day("2026-01-01"));
            assert_eq!(found.map(|found| found.map(|it| it.id)), Ok(Some(council.id)), "{name}");
        }
    }
}

#[test]
fn gss_code_in_force_is_shown_before_a_former_one() {
    let import = read(&["STV,Stevenage Borough Council,Stevenage,E07000243,,,,England,\
        East of England,NMD,,,E07000101,stevenage"]);
    let stevenage = council(&import, "STV");
    assert_eq!(stevenage.gss_code(day("2026-01-01")), Some("E07000243"));
    assert_eq!(stevenage.gss.len(), 2);
}

#[test]
fn ends_become_half_open_and_record_dates_open() {
    let import = read(&[TAUNTON, WEST, SOMERSET]);
    let lives: Vec<_> = ["TAU", "SWT"].map(|code| council(&import, code).life).to_vec();
    assert_eq!(lives[0], Life::new(None, Some(day("2019-04-01"))));
    assert_eq!(lives[1], Life::new(Some(day("2019-04-01")), Some(day("2023-04-01"))));
    let on: Vec<_> = import.register.successions.iter().map(|link| link.on).collect();
    assert!(on.contains(&day("2019-04-01")) && on.contains(&day("2023-04-01")), "{on:?}");
    assert_eq!(council(&import, "TAU").ons_region.as_deref(), Some("South West"));
    assert_eq!(import.report.repaired[&Repair::EndMadeHalfOpen], 1);
    assert_eq!(import.report.repaired[&Repair::RegionFromSuccessors], 1);

    let import =
        read(&["ABD,Aberdeenshire Council,Aberdeenshire,S12000034,2005-06-18,,,Scotland,\
        Scotland,SCO,,,,aberdeenshire"]);
    assert_eq!(council(&import, "ABD").life, Life::default());
    assert_eq!(council(&import, "ABD").ons_region, None, "Scotland is no English region");
}

#[test]
fn what_is_not_a_council_is_skipped() {
    let import = read(&[
        "GLA,Greater London Authority,Greater London,E61000001,,,,England,London,SRA,,,,",
        "GMCA,Greater Manchester Combined Authority,Greater Manchester,E47000001,,,,England,\
         North West,COMB,,,,",
        SOMERSET,
    ]);
    assert_eq!((import.report.read, import.report.not_councils), (3, 2));
    assert_eq!(import.register.councils.len(), 1);
    assert_eq!(import.report.rejected, []);
}

#[test]
fn names_are_split_tidied_and_restored() {
    let import = read(&[
        "AGY,Isle of  Anglesey County Council,Isle of Anglesey,W06000001,1996-04-01,,,Wales,Wales,\
         WPA,,\"Isle of Anglesey,Sir Ynys M\u{EF}\u{BF}\u{BD}n,ANGLESEY,anglesey,Q\u{EF}\u{BF}\u{BD}x\",,",
        "BPC,\"Bournemouth, Christchurch and Poole Council\",\"Bournemouth, Christchurch and \
         Poole\",E06000058,2019-04-01,,,England,South West,UA,,\"Bournemouth, Christchurch and \
         Poole,BCP Council\",,",
        "DST,Dorset Council,Dorset Council,E06000059,2019-04-01,,,England,South West,UA,,,,",
        "SHE,Folkestone and Hythe District Council,Folkestone and Hythe,E07000112,,,,England,\
         South East,NMD,,,,shepway",
        "SHN,St Helens Council,St. Helens,E08000013,,,,England,North West,MD,,,,st.-helens",
    ]);
    assert_eq!(council(&import, "AGY").alternative_names, ["Sir Ynys Môn", "ANGLESEY"]);
    assert_eq!(council(&import, "AGY").official_name, "Isle of Anglesey County Council");
    assert_eq!(council(&import, "BPC").alternative_names, ["BCP Council"]);
    assert_eq!(
        (&*council(&import, "DST").name, &*council(&import, "DST").slug),
        ("Dorset", "dorset")
    );
    assert_eq!(council(&import, "SHE").slug, "folkestone-and-hythe");
    assert_eq!(council(&import, "SHE").alternative_names, ["Shepway"]);
    assert_eq!(council(&import, "SHN").slug, "st-helens");
    let repaired: Vec<_> = import.report.repaired.into_iter().collect();
    let wanted = [
        (Repair::SlugMade, 3),
        (Repair::SlugRenewed, 1),
        (Repair::SlugTidied, 1),
        (Repair::NameTidied, 2),
        (Repair::NameDecoded, 2),
    ];
    assert_eq!(repaired, wanted);
}

#[test]
fn predecessor_and_successor_share_a_slug_but_neighbours_do_not() {
    let old = "SOM,Somerset County Council,Somerset,E10000027,,2023-04-01,SMT,England,South West,\
        CTY,,,,somerset";
    let other = "XYZ,Somerset Borough,Somerset,E07000999,,,,England,South West,NMD,,,,somerset";
    let import = read(&[old, SOMERSET, other]);
    let slugs = ["SOM", "SMT", "XYZ"].map(|code| council(&import, code).slug.as_str());
    assert_eq!(slugs, ["somerset", "somerset", "somerset-xyz"]);
}

#[test]
fn former_districts_of_northern_ireland_get_their_successor() {
    let import = read(&[
        "NIR-A,Derry City Council,Derry,,,2015-03-31,,Northern Ireland,Northern Ireland,NID,,,,",
        "DRS,Derry City and Strabane District Council,Derry City and Strabane,N09000005,2015-04-01,\
         ,,Northern Ireland,Northern Ireland,NID,,,,derry-strabane",
    ]);
    assert_eq!(council(&import, "NIR-A").gss, []);
    let succession = import.register.successions[0];
    assert_eq!((succession.to, succession.on), (CouncilId::derived("DRS"), day("2015-04-01")));
    assert_eq!(import.report.repaired[&Repair::SuccessorAdded], 1);
}

#[test]
fn faulty_rows_are_rejected_with_line_and_reason() {
    let import = read(&[
        SOMERSET,
        "X1,Nowhere Council,Nowhere,,,,,England,,UA,,,,",
        "AAA,Nowhere Council,Nowhere,,,,,Utopia,,UA,,,,",
        "BBB,Nowhere Council,Nowhere,,,,,England,,XX,,,,",
        "CCC,Nowhere Council,Nowhere,,1st April,,,England,,UA,,,,",
        "DDD,Nowhere Council,Nowhere,E0600,,,,England,,UA,,,,",
        "EEE,Nowhere Council,Nowhere,,2020-04-01,2019-04-01,,England,,UA,,,,",
        "FFF,Nowhere Council,Nowhere,,,2020-04-01,QQQ,England,,UA,,,,",
        "GGG,Nowhere Council,Somewhere,,,,SMT,England,,UA,,,,",
        "HHH,Nowhere Council",
        "III,Third Council,Third,,,,,England,,UA,,,,",
    ]);
    insta::assert_snapshot!(import.summary(day("2026-01-01")), @r"
    read: 11
    current councils: 3 (England 3)
    abolished: 1
    skipped as not councils: 0
    repaired, short name made from the name: 4
    rejected: 9
      line 3: a council code has three letters, such as CMD
      line 4: nation must be England, Scotland, Wales or Northern Ireland
      line 5: local-authority-type must be one of CTY, NMD, UA, MD, LBO, CC, SCO, WPA, NID (councils), COMB, SRA (not councils)
      line 6: start-date is no date such as 2023-04-01
      line 7: a GSS code has a letter and eight digits, such as E09000007
      line 8: it ends before it starts
      line 9: FFF has the successor QQQ, that is no council of this file: left out
      line 10: GGG has the successor SMT, but no day on which it ended: left out
      line 11: the row has 2 cells where the header has 14: check its separators and quotation marks
    note: columns that Folkmoot has no use for and did not read: 1
    ");
}

#[test]
fn files_that_cannot_be_trusted_are_refused_whole() {
    let refused = |bytes: &[u8]| read_register(bytes).expect_err("a fault").to_string();
    let text = published(&[TAUNTON, WEST, SOMERSET]);
    let circle = SOMERSET.replace(",2023-04-01,,,", ",2023-04-01,2025-04-01,TAU,");
    let latin_1: Vec<u8> = text.replace("Deane", "D\u{E9}ane").chars().map(|c| c as u8).collect();
    let utf_16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let messages = [
        refused(b""),
        refused(HEADER.as_bytes()),
        refused(&text.as_bytes()[..text.len() - 20]),
        refused(text.replace("official-name", "officialname2").as_bytes()),
        refused(b"a,b\n1,2\n"),
        refused(b"code,name,type,country,starts_on,ends_on\nCMD,Camden,,,,\n"),
        refused(published(&[TAUNTON, WEST, SOMERSET, TAUNTON]).as_bytes()),
        refused(published(&[TAUNTON, WEST, &circle]).as_bytes()),
        refused(&latin_1),
        refused(&utf_16),
        refused(text.replace("TAU,", "TAU,\"").as_bytes()),
    ];
    insta::assert_snapshot!(messages.join("\n"), @r#"
    the file is empty: export the sheet again as CSV
    the file has a header but no rows: add at least one row below it
    line 4 ends too early, so the file seems to be cut off: export or download it again
    column official-name is missing: add it, spelled as here
    this is no register of councils: its header has neither the columns that mySociety publishes nor Folkmoot's own
    column official_name is missing: add it, spelled as here
    council TAU stands twice, on lines 2 and 5: keep one of them
    succession goes round in a circle, TAU → SWT → SMT → TAU: correct the successors of one of them
    line 2 is not UTF-8 text: save the file as "CSV UTF-8" and pass that file
    the file is in UTF-16: save it as "CSV UTF-8" and pass that file
    a quotation mark is opened on line 2 and never closed: close it, or export the file again
    "#);
}

#[test]
fn own_columns_keep_everything() {
    let mut register = read(&[TAUNTON, WEST, SOMERSET]).register;
    let somerset = register.councils.iter_mut().find(|it| it.code.as_str() == "SMT");
    let somerset = somerset.expect("Somerset");
    somerset.gss[0].life = Life::new(Some(day("2024-04-01")), None);
    somerset.website = crate::Link::parse("https://www.somerset.gov.uk/").ok();
    somerset.alternative_names = vec!["Somerset, the new".to_owned()];
    register.successions[0].on = day("2018-01-01");
    register.successions.sort();

    let import = read_register(write_register(&register).as_bytes());

    assert_eq!(import.map(|import| import.register), Ok(register));
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = read_register(&bytes);
    }

    #[test]
    fn any_cells_are_read_without_panic(cells in proptest::collection::vec("\\PC{0,12}", 14)) {
        let row: Vec<_> = cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', ""))).collect();
        let text = published(&[SOMERSET, &row.join(",")]);
        match read_register(text.as_bytes()) {
            Ok(import) => prop_assert_eq!(import.report.read, 2),
            Err(error) => prop_assert!(matches!(error, SheetError::RepeatedCode { .. }), "{}", error),
        }
    }
}
