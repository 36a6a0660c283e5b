//! Where blocks and what stands in them are written.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::Location;

/// Where a block stands, and what the author wrote in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BlockPlaces {
    /// What names the block: from the first word to the last label.
    pub header: Location,
    /// From the first word to the closing brace.
    pub whole: Location,
    /// By name: an argument from its name to the end of its value, or the header of the first nested
    /// block of this name; of a `dynamic` block its own header.
    pub arguments: BTreeMap<Box<str>, Location>,
    /// By name: the header of each nested block, in the order of the elements of its value. Each stands
    /// for one element, but for the one of `dynamics`.
    pub blocks: BTreeMap<Box<str>, Vec<Location>>,
    /// By name: the arguments inside each of those blocks, in the same order; of a `dynamic` block those
    /// of its `content`.
    pub nested: BTreeMap<Box<str>, Vec<BTreeMap<Box<str>, Location>>>,
    /// By name: which of those blocks is `dynamic`, and stands for any number of elements. There is at
    /// most one, since nothing tells how many elements each of several has.
    pub dynamics: BTreeMap<Box<str>, usize>,
}

/// A block of one module instance, with the way to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BlockSite {
    /// The block.
    pub places: Arc<BlockPlaces>,
    /// The headers of the module calls from the root to the block, one for each step of its module
    /// path; empty too when the input does not place each of them.
    pub calls: Vec<Location>,
}

/// A place in source text, and the block that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The argument or nested block; the block's header for the block as a whole and for what the
    /// author left out.
    pub at: Location,
    /// The block.
    pub site: Arc<BlockSite>,
}

impl Place {
    /// The block as a whole.
    pub fn of(site: &Arc<BlockSite>) -> Self {
        Self { at: site.places.header, site: Arc::clone(site) }
    }

    /// What names the block.
    pub fn header(&self) -> Location {
        self.site.places.header
    }

    /// The module calls from the root to the block, the outermost first.
    pub fn calls(&self) -> &[Location] {
        &self.site.calls
    }

    /// An argument of the same block.
    #[must_use]
    pub fn argument(&self, name: &str) -> Self {
        let at = self.site.places.arguments.get(name).copied();
        Self { at: at.unwrap_or_else(|| self.header()), site: Arc::clone(&self.site) }
    }

    /// One of the nested blocks of this name, where the value behind them has `elements` elements.
    #[must_use]
    pub fn nested(&self, name: &str, at: usize, elements: usize) -> Self {
        let blocks = self.site.places.blocks.get(name);
        let block = self.site.places.block(name, at, elements);
        match blocks.zip(block).and_then(|(all, at)| all.get(at)) {
            Some(at) => Self { at: *at, site: Arc::clone(&self.site) },
            None => self.argument(name),
        }
    }

    /// An argument inside one of the nested blocks of this name; the block where that is not told.
    #[must_use]
    pub fn nested_argument(&self, name: &str, at: usize, elements: usize, argument: &str) -> Self {
        let places = &self.site.places;
        let inside = places.nested.get(name).zip(places.block(name, at, elements));
        match inside.and_then(|(all, at)| all.get(at)?.get(argument)) {
            Some(at) => Self { at: *at, site: Arc::clone(&self.site) },
            None => self.nested(name, at, elements),
        }
    }
}

impl BlockPlaces {
    /// Which of the nested blocks of this name an element stands in.
    fn block(&self, name: &str, at: usize, elements: usize) -> Option<usize> {
        let blocks = self.blocks.get(name)?.len();
        let Some(dynamic) = self.dynamics.get(name) else {
            return (blocks == elements).then_some(at);
        };
        let made = (elements + 1).checked_sub(blocks)?;
        if at < *dynamic {
            Some(at)
        } else if at < dynamic + made {
            Some(*dynamic)
        } else {
            at.checked_sub(made)?.checked_add(1)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_left_out_is_placed_at_the_header() {
        let at = |start, end| Location { start, end, ..Location::default() };
        let places = BlockPlaces {
            header: at(0, 10),
            whole: at(0, 90),
            arguments: [("cidr_block".into(), at(12, 30)), ("route".into(), at(40, 45))].into(),
            blocks: [("route".into(), vec![at(40, 45), at(60, 65)])].into(),
            nested: [(
                "route".into(),
                vec![[("cidr_block".into(), at(46, 50))].into(), BTreeMap::new()],
            )]
            .into(),
            dynamics: BTreeMap::new(),
        };
        let whole = Place::of(&Arc::new(BlockSite { places: Arc::new(places), calls: Vec::new() }));
        assert_eq!(whole.at, at(0, 10));
        assert_eq!(whole.argument("cidr_block").at, at(12, 30));
        assert_eq!(whole.argument("tags").at, at(0, 10));
        assert_eq!(whole.nested("route", 1, 2).at, at(60, 65));
        assert_eq!(whole.nested("route", 1, 3).at, at(40, 45));
        assert_eq!(whole.nested("timeouts", 0, 1).at, at(0, 10));
        assert_eq!(whole.argument("cidr_block").argument("route").at, at(40, 45));
        assert_eq!(whole.nested_argument("route", 0, 2, "cidr_block").at, at(46, 50));
        assert_eq!(whole.nested_argument("route", 1, 2, "cidr_block").at, at(60, 65));
        assert_eq!(whole.nested_argument("route", 0, 3, "cidr_block").at, at(40, 45));
    }

    #[test]
    fn a_dynamic_block_stands_for_the_elements_that_the_others_leave() {
        let at = |start| Location { start, end: start + 5, ..Location::default() };
        let places = BlockPlaces {
            blocks: [("route".into(), vec![at(10), at(20), at(30)])].into(),
            dynamics: [("route".into(), 1)].into(),
            ..BlockPlaces::default()
        };
        let whole = Place::of(&Arc::new(BlockSite { places: Arc::new(places), calls: Vec::new() }));
        let starts = |elements: usize| -> Vec<u32> {
            (0..elements).map(|it| whole.nested("route", it, elements).at.start).collect()
        };
        assert_eq!(starts(5), [10, 20, 20, 20, 30]);
        assert_eq!(starts(2), [10, 30]);
    }
}
