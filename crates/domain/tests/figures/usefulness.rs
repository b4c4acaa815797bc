//! How much is published of the real register: safe figures that show nothing are easy.

use folkmoot_domain::{Hidden, RowScope, Shown, Suppression};

use crate::{
    fillings,
    published::{Rules, Table, release},
    world::{Climate, RESPONSES, SELF_PUBLISHED, World, register_regions},
};

/// Shares in a hundred, of tables or of regions with answers.
struct Published {
    national: f64,
    regions: f64,
    matched: f64,
    /// Regions without a row: with too few councils, and nearly alike.
    few: f64,
    alike: f64,
}

fn published(response: u32, self_published: u32) -> Published {
    let regions = register_regions();
    let climate = Climate::plain(response, self_published);
    let worlds = (0..fillings() * 4).map(|seed| World::register(&regions, climate, 1000 + seed));
    let halves: Vec<Vec<Table>> = worlds.map(|world| release(&world, Rules::Sound)).collect();
    let tables = || halves.iter().flatten();
    let later = || halves.iter().flat_map(|tables| &tables[1..]);
    let share = |part: usize, whole: usize| 100.0 * part as f64 / whole as f64;
    let regions = || tables().map(|table| table.regions).sum();
    let hidden = |why: Hidden| {
        let is_region = |scope: &RowScope| matches!(scope, RowScope::Region(_));
        let rows = tables().flat_map(|table| &table.rows).filter(|(scope, _)| is_region(scope));
        rows.filter(|(_, row)| row.shown == Shown::Hidden(Suppression::Block(why))).count()
    };
    Published {
        few: share(hidden(Hidden::Few), regions()),
        alike: share(hidden(Hidden::NearlyAlike), regions()),
        national: share(tables().filter(|table| table.has_national).count(), tables().count()),
        regions: share(tables().map(|table| table.written).sum(), regions()),
        matched: share(later().filter(|table| table.has_matched).count(), later().count()),
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "these are the figures of the documentation")]
fn most_of_the_real_register_is_published() {
    println!("response, self-published: national, regions, matched, few, alike (per cent)");
    for response in RESPONSES {
        for self_published in SELF_PUBLISHED {
            let Published { national, regions, matched, few, alike } =
                published(response, self_published);
            println!(
                "{response:8}, {self_published:14}: {national:8.1}, {regions:7.1}, \
                 {matched:7.1}, {few:4.1}, {alike:5.1}"
            );
            assert!((regions + few + alike - 100.0).abs() < 1e-9, "by the threshold alone");
            assert!(national >= 100.0, "NATIONAL is in every table");
            if response >= 60 {
                // Councils that publish their own answers are no cover for others.
                let wanted = if self_published <= 5 { 95.0 } else { 90.0 };
                assert!(regions >= wanted, "{regions} of regions");
                assert!(matched >= 95.0, "{matched} of matched pairs");
            }
        }
    }
}
