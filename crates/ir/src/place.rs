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
    /// By name: the header of each nested block, in the order of the elements of its value. Only of
    /// names whose blocks stand for one element each, so not where one of them is `dynamic`.
    pub blocks: BTreeMap<Box<str>, Vec<Location>>,
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
        let headers = self.site.places.blocks.get(name).filter(|all| all.len() == elements);
        match headers.and_then(|all| all.get(at)) {
            Some(at) => Self { at: *at, site: Arc::clone(&self.site) },
            None => self.argument(name),
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
        };
        let whole = Place::of(&Arc::new(BlockSite { places: Arc::new(places), calls: Vec::new() }));
        assert_eq!(whole.at, at(0, 10));
        assert_eq!(whole.argument("cidr_block").at, at(12, 30));
        assert_eq!(whole.argument("tags").at, at(0, 10));
        assert_eq!(whole.nested("route", 1, 2).at, at(60, 65));
        assert_eq!(whole.nested("route", 1, 3).at, at(40, 45));
        assert_eq!(whole.nested("timeouts", 0, 1).at, at(0, 10));
        assert_eq!(whole.argument("cidr_block").argument("route").at, at(40, 45));
    }
}
