//! Sheets of memberships: one home at a time, and councils by each of their names.

use super::*;

#[test]
fn one_home_per_council_and_time() {
    let text = "council,group,home,starts_on,ends_on\n\
        Camden,south,yes,2016-07-07,2020-01-01\n\
        CMD,south-coast,yes,2020-01-01,\n\
        Hackney,south,,,\n\
        hackney,south-coast,,2019-01-01,\n\
        Brent,south,yes,,\n\
        Brent,south-coast,no,,\n\
        Sutton,south,no,2018-01-01,\n\
        STN,south,no,2019-01-01,\n\
        Taunton Deane,south,no,2020-01-01,\n\
        Barnet,south,no,2020-01-01,2019-01-01\n";
    let reading = read_in("south", &FULL, SheetKind::Memberships, text.as_bytes());
    insta::assert_snapshot!(problems(&reading).join("\n"), @r#"
    line 5, council: Hackney (HCK) would have two homes at a time: here, and in south Peer Group by line 4; end one of them or make it a guest with home = no
    line 9, council: Sutton (STN) is a member of the same group for some of the time by line 8
    line 10, council: Taunton Deane (TAU) ended on 2019-04-01; in its place stands Somerset West and Taunton (SWT)
    line 11, ends_on: the membership ends before it starts
    "#);
}

#[test]
fn home_in_another_region_is_noted_and_in_another_group_of_this_one_a_problem() {
    let home = |group: &str| Membership {
        group: GroupId::derived(group),
        council: council(CAMDEN),
        life: Life::new(None, None),
        is_home: true,
    };
    let sheet = b"council,group\nCamden,south\n";
    let elsewhere = reference_with(vec![home("london")]);
    let reading = read_in("south", &elsewhere, SheetKind::Memberships, sheet);
    assert_eq!(
        reading.notes,
        ["line 2: Camden (CMD) is at home in london Peer Group as well: on any day the home that \
          began first counts, and both regions are told"]
    );
    assert_eq!(rows(reading), [Row::Membership(home("south"))]);
    let beside = reference_with(vec![home("south-coast")]);
    let reading = read_in("south", &beside, SheetKind::Memberships, sheet);
    assert_eq!(
        problems(&reading),
        ["line 2, council: Camden (CMD) would have two homes at a time: here, and in south-coast \
          Peer Group by what stands already; end one of them or make it a guest with home = no"]
    );
    let same = reference_with(vec![home("south")]);
    let reading = read_in("south", &same, SheetKind::Memberships, sheet);
    assert_eq!(rows(reading), [Row::Membership(home("south"))]);
}

#[test]
fn current_councils_are_found_by_each_of_their_names() {
    let current = |council: &&Council| council.life.ends_on.is_none();
    let councils: Vec<_> = FULL.councils().iter().filter(current).collect();
    let names: [fn(&Council) -> &str; 4] =
        [|it| &it.name, |it| &it.official_name, |it| &it.slug, |it| it.code.as_str()];
    for name in names {
        let lines: Vec<_> = councils.iter().map(|it| format!("\"{}\",no\n", name(it))).collect();
        let text = format!("council,home\n{}", lines.concat());
        let found = rows(read_in("london", &FULL, SheetKind::Memberships, text.as_bytes()));
        assert_eq!(found.len(), councils.len());
        for (row, council) in found.iter().zip(&councils) {
            assert!(matches!(row, Row::Membership(it) if it.council == council.id), "{council:?}");
        }
    }
}
