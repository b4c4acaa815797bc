//! Pages over ever more live regions: what a row costs the gateway must not depend on how many
//! there are. Time on the core is what is measured, since the regions' 4 ms are the same for all.

use std::time::Duration;

use anyhow::{Context, Result};

use crate::{live::Stand, pages::Shape, row, statistics::Figure, table::Row, workshop::Workshop};

const WIDTHS: [usize; 6] = [1, 2, 4, 8, 16, 32];
const REPEATS: usize = 3;
const LASTING: Duration = Duration::from_millis(1_000);

/// Readers at a time: enough for a core to be busy.
const READERS: usize = 4;

/// The rows of a page that is cut over all regions.
const SHARED: usize = 96;

pub(crate) fn run(workshop: &Workshop) -> Result<Vec<Row>> {
    let regions = workshop.regions(WIDTHS[WIDTHS.len() - 1])?;
    let stands = WIDTHS.map(|width| {
        Stand::over(workshop, &regions[..width], &format!("width-{width}"))
            .with_context(|| format!("a nation of {width} regions"))
    });
    let stands = stands.into_iter().collect::<Result<Vec<_>>>()?;
    let each = "a page of 20 rows over 1, 2, 4, 8, 16 and 32 live regions, 20 from each: time on \
                the core per row merged";
    let shared = "a page of 96 rows, cut over 1, 2, 4, 8, 16 and 32 live regions: time on the core \
                  per row";
    let of_each = measured(&stands, |width| (Shape::Of(20), 20 * width))?;
    let of_all = measured(&stands, |width| (Shape::Days(SHARED / width), SHARED))?;
    Ok(vec![flat(each, &of_each, Some(1.3)), flat(shared, &of_all, None)])
}

/// The microseconds per row at each width, in each repeat.
fn measured(
    stands: &[Stand],
    shape: impl Fn(usize) -> (Shape, usize),
) -> Result<Vec<[f64; WIDTHS.len()]>> {
    let once = |lasting| -> Result<[f64; WIDTHS.len()]> {
        let mut costs = [0.0; WIDTHS.len()];
        for (at, stand) in stands.iter().enumerate() {
            let (shape, rows) = shape(stand.regions.len());
            let (run, spent) = stand.gateway.spent(|| stand.cold_load(shape, READERS, lasting))?;
            costs[at] = spent.as_secs_f64() * 1e6 / (run.answers * rows) as f64;
        }
        Ok(costs)
    };
    once(LASTING / 4)?;
    (0..REPEATS).map(|_| once(LASTING)).collect()
}

/// How much more a row costs at some width than at a smaller one, at most.
fn rise(costs: &[f64]) -> f64 {
    let mut least = f64::INFINITY;
    let mut most: f64 = 1.0;
    for cost in costs {
        least = least.min(*cost);
        most = most.max(cost / least);
    }
    most
}

fn flat(what: &str, repeats: &[[f64; WIDTHS.len()]], most: Option<f64>) -> Row {
    let costs = (0..WIDTHS.len()).map(|at| Figure::of(repeats.iter().map(|costs| costs[at])));
    let value = row::in_turn(costs.map(|cost| cost.median()), 1, "µs");
    let rises = Figure::of(repeats.iter().map(|costs| rise(costs)));
    let row = row::ratio_at_most(what.to_owned(), &rises, "", &rises, most.unwrap_or(f64::MAX));
    match most {
        Some(_) => Row { value, ..row },
        None => Row { value, reach: String::new(), is_reached: None, ..row },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rise_counts_from_the_cheapest_smaller_width() {
        assert_eq!(rise(&[8.0, 4.0, 2.0, 3.0]), 1.5);
        assert_eq!(rise(&[8.0, 4.0, 2.0, 1.0]), 1.0);
        assert_eq!(rise(&[1.0, 2.0]), 2.0);
    }
}
