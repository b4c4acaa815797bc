//! Succession as a graph: no body may follow itself, however many hops lie between.

use std::collections::HashMap;

use crate::{CouncilCode, SheetError};

/// Refuses links that lead back to where they began, and names the way round.
pub(super) fn refuse_cycles(links: &[(CouncilCode, CouncilCode)]) -> Result<(), SheetError> {
    let mut next: HashMap<&CouncilCode, Vec<&CouncilCode>> = HashMap::new();
    for (from, to) in links {
        next.entry(from).or_default().push(to);
    }
    let mut done: HashMap<&CouncilCode, bool> = HashMap::new();
    for (start, _) in links {
        // Depth first with an own stack: a hostile file may hold a very long chain.
        let mut path: Vec<(&CouncilCode, usize)> = Vec::new();
        if done.insert(start, false).is_some() {
            continue;
        }
        path.push((start, 0));
        while let Some((code, turn)) = path.last_mut() {
            let Some(&to) = next.get(*code).and_then(|followers| followers.get(*turn)) else {
                done.insert(*code, true);
                path.pop();
                continue;
            };
            *turn += 1;
            match done.get(to) {
                None => {
                    done.insert(to, false);
                    path.push((to, 0));
                }
                Some(true) => {}
                Some(false) => {
                    let round = path.iter().skip_while(|(code, _)| *code != to);
                    let round = round.map(|(code, _)| *code).chain([to]);
                    let codes = round.map(ToString::to_string).collect();
                    return Err(SheetError::CyclicSuccession { codes });
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(pairs: &[(&str, &str)]) -> Vec<(CouncilCode, CouncilCode)> {
        let code = |text: &str| text.parse().expect("a code");
        pairs.iter().map(|(from, to)| (code(from), code(to))).collect()
    }

    #[test]
    fn chains_splits_and_mergers_are_no_circles() {
        let fine = [("TAU", "SWT"), ("WSO", "SWT"), ("SWT", "SMT"), ("CMA", "CBD"), ("CMA", "WAF")];
        assert_eq!(refuse_cycles(&links(&fine)), Ok(()));
    }

    #[test]
    fn circle_is_named_without_the_way_to_it() {
        let circle = links(&[("AAA", "BBB"), ("BBB", "CCC"), ("CCC", "BBB")]);
        let codes = ["BBB", "CCC", "BBB"].map(str::to_owned).to_vec();
        assert_eq!(refuse_cycles(&circle), Err(SheetError::CyclicSuccession { codes }));
        let alone = ["AAA", "AAA"].map(str::to_owned).to_vec();
        let error = refuse_cycles(&links(&[("AAA", "AAA")]));
        assert_eq!(error, Err(SheetError::CyclicSuccession { codes: alone }));
    }
}
