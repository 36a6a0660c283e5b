//! Ways to damage a text that keep it close to one that means something.

/// Numbers that look random and come again with the same seed (`SplitMix64`, Steele et al. 2014).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`; 0 where that is 0.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit).unwrap().max(1);
        usize::try_from(self.next() % limit).unwrap()
    }

    fn of<'s>(&mut self, all: &'s [String]) -> &'s str {
        all.get(self.below(all.len())).map_or("", String::as_str)
    }
}

/// What breaks parsers and evaluators: brackets, template marks, numbers at limits.
const PIECES: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "${",
    "%{",
    "}",
    "<<-E\n",
    "\nE\n",
    "...",
    "[*]",
    ".*",
    "=>",
    "?",
    ":",
    "==",
    "&&",
    "!",
    "-",
    "*",
    "/",
    "%",
    "for x in ",
    " if ",
    "null",
    "true",
    "0",
    "-1",
    "1e400",
    "9223372036854775808",
    "340282366920938463463374607431768211456",
    "0.1",
    "\"a\"",
    "[]",
    "{}",
    "var.secret",
    "var.objs",
    "terraform_data.one.id",
    "terraform_data.each",
    "module.child",
    "each.value",
    "\u{0}",
    "\u{feff}",
    "\u{202e}",
    "é",
    "e\u{301}",
    "👩‍👩‍👧",
    "\r\n",
    "#",
    "/*",
    "//",
    "\\",
    "~}",
    "$${",
    "%%{",
    "cidrsubnet(",
    "merge(",
    "format(\"%",
    "regex(\"",
    "replace(",
    "range(",
    "setproduct(",
    "yamldecode(",
    "jsondecode(",
    "templatefile(",
    "try(",
    "can(",
    ", ",
];

/// A seed with one to six changes.
pub(crate) fn damaged(dice: &mut Dice, seeds: &[String]) -> String {
    let mut text: Vec<char> = dice.of(seeds).chars().collect();
    for _ in 0..=dice.below(6) {
        let at = dice.below(text.len() + 1);
        let end = (at + dice.below(20)).min(text.len());
        match dice.below(7) {
            0 => drop(text.drain(at..end)),
            1 => insert(&mut text, at, PIECES.get(dice.below(PIECES.len())).unwrap_or(&"")),
            2 => {
                let other = dice.of(seeds).to_owned();
                insert(&mut text, at, &other);
            }
            3 => {
                let piece: String = text.get(at..end).unwrap_or_default().iter().collect();
                insert(&mut text, at, &piece.repeat(1 + dice.below(40)));
            }
            4 => text.truncate(at),
            5 => {
                let piece: Vec<char> = text.drain(at..end).collect();
                let place = dice.below(text.len() + 1);
                text.splice(place..place, piece);
            }
            _ => {
                let other = char::from_u32(u32::try_from(dice.below(0x2_0000)).unwrap_or(0));
                if let (Some(place), Some(other)) = (text.get_mut(at), other) {
                    *place = other;
                }
            }
        }
    }
    text.into_iter().take(200_000).collect()
}

fn insert(text: &mut Vec<char>, at: usize, piece: &str) {
    text.splice(at..at, piece.chars());
}
