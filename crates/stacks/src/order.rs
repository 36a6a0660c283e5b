//! In which order stacks are evaluated: what others read comes first.

use std::collections::{BTreeMap, BTreeSet};

/// The stacks in waves: all that one reads is in waves before it. Those that read each other in a circle,
/// and what depends on them, are left over; states do not mind, so that Terraform does not either.
pub(crate) fn waves(
    count: usize,
    reads: &BTreeMap<usize, BTreeSet<usize>>,
) -> (Vec<Vec<usize>>, Vec<usize>) {
    let none = BTreeSet::new();
    let mut done = vec![false; count];
    let mut waves = Vec::new();
    loop {
        let is_done = |it: &usize| done.get(*it).copied().unwrap_or(true);
        let is_next =
            |it: &usize| !is_done(it) && reads.get(it).unwrap_or(&none).iter().all(is_done);
        let wave: Vec<usize> = (0..count).filter(is_next).collect();
        if wave.is_empty() {
            let left = (0..count).filter(|it| !is_done(it)).collect();
            return (waves, left);
        }
        for at in &wave {
            if let Some(it) = done.get_mut(*at) {
                *it = true;
            }
        }
        waves.push(wave);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_comes_first_and_circles_are_left_over() {
        let reads = [(0, [1, 2].into()), (1, [2].into()), (3, [4].into()), (4, [3].into())];
        assert_eq!(waves(5, &reads.into()), (vec![vec![2], vec![1], vec![0]], vec![3, 4]));
        assert_eq!(waves(2, &BTreeMap::new()), (vec![vec![0, 1]], Vec::new()));
    }
}
