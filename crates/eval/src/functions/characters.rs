//! What Terraform counts as one character: grapheme clusters as Unicode 15.0 had them.

use unicode_segmentation::UnicodeSegmentation as _;

/// The characters of a text, first to last.
pub(crate) fn characters(text: &str) -> impl Iterator<Item = &str> {
    text.graphemes(true).flat_map(conjuncts)
}

/// Later versions of Unicode take Indic consonants that are joined by a sign for one cluster; Terraform
/// does not yet.
fn conjuncts(cluster: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(cluster);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = break_in(text) else { return rest.take() };
        let (head, tail) = text.split_at_checked(end)?;
        rest = Some(tail);
        Some(head)
    })
}

/// The first place in a cluster where it falls apart: before a letter that does not belong to the
/// character just before it.
fn break_in(cluster: &str) -> Option<usize> {
    let ends = cluster.char_indices().map(|(at, _)| at);
    cluster.char_indices().skip(1).zip(ends).find_map(|((at, letter), before)| {
        let pair = cluster.get(before..at + letter.len_utf8())?;
        (letter.is_alphabetic() && pair.graphemes(true).nth(1).is_some()).then_some(at)
    })
}
