//! Huffman codes of limited length, with Go's choice among equally good ones.

/// More than the longest code has bits.
const LEVELS: usize = 16;

/// What stands for "no more".
const NEVER: u32 = u32::MAX;

/// A code: its bits in the order of writing, and how many.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Code {
    pub(super) bits: u16,
    pub(super) length: u8,
}

impl Code {
    fn new(bits: u16, length: u8) -> Self {
        let spare = 16_u32.saturating_sub(length.into());
        Self { bits: bits.checked_shl(spare).unwrap_or_default().reverse_bits(), length }
    }
}

/// The codes of the fixed alphabet of literals and lengths.
pub(super) fn fixed_literals() -> Vec<Code> {
    let code = |symbol: u16| match symbol {
        0..144 => Code::new(symbol + 48, 8),
        144..256 => Code::new(symbol + 256, 9),
        256..280 => Code::new(symbol - 256, 7),
        _ => Code::new(symbol - 88, 8),
    };
    (0..286).map(code).collect()
}

/// The codes of the fixed alphabet of offsets.
pub(super) fn fixed_offsets() -> Vec<Code> {
    (0..30).map(|symbol| Code::new(symbol, 5)).collect()
}

/// How many bits the codes take for symbols that are so frequent.
pub(super) fn cost(codes: &[Code], frequencies: &[u32]) -> u64 {
    let symbols = codes.iter().zip(frequencies);
    symbols.map(|(code, count)| u64::from(code.length) * u64::from(*count)).sum()
}

/// The best codes of at most `longest` bits.
pub(super) fn codes(frequencies: &[u32], longest: usize) -> Vec<Code> {
    let mut codes = vec![Code::default(); frequencies.len()];
    let mut used: Vec<(u32, usize)> = frequencies
        .iter()
        .enumerate()
        .filter(|(_, count)| **count > 0)
        .map(|(symbol, count)| (*count, symbol))
        .collect();
    let mut assign = |symbol: usize, code| {
        if let Some(place) = codes.get_mut(symbol) {
            *place = code;
        }
    };
    if used.len() <= 2 {
        for ((_, symbol), bits) in used.into_iter().zip(0..) {
            assign(symbol, Code::new(bits, 1));
        }
        return codes;
    }
    used.sort_unstable();
    let counts = Merge::new(&used, longest).run();
    let mut bits: u16 = 0;
    let mut rest = used.as_slice();
    for (length, count) in (1_u8..).zip(counts) {
        bits <<= 1;
        let (before, these) =
            rest.split_at_checked(rest.len() - count.min(rest.len())).unwrap_or_default();
        let mut symbols: Vec<usize> = these.iter().map(|(_, symbol)| *symbol).collect();
        symbols.sort_unstable();
        for symbol in symbols {
            assign(symbol, Code::new(bits, length));
            bits = bits.wrapping_add(1);
        }
        rest = before;
    }
    codes
}

/// A level of the tree while packages of symbols are merged.
#[derive(Clone, Copy, Default)]
struct Level {
    /// The frequency at the last step.
    last: u32,
    /// That of the next symbol.
    next_symbol: u32,
    /// That of the next package from the level below.
    next_package: u32,
    /// How many more steps the level above needs.
    needed: usize,
    /// How many symbols are in use from each level below, this one included.
    leaves: [usize; LEVELS],
}

/// The boundary package-merge algorithm, step by step as Go runs it.
struct Merge<'f> {
    used: &'f [(u32, usize)],
    /// The first one is no level, but below the lowest.
    levels: Vec<Level>,
    highest: usize,
}

impl<'f> Merge<'f> {
    fn new(used: &'f [(u32, usize)], longest: usize) -> Self {
        let highest = longest.min(used.len().saturating_sub(1)).min(LEVELS - 1);
        let mut all = Self { used, levels: vec![Level::default()], highest };
        for at in 1..=highest {
            let pair = all.frequency(0).saturating_add(all.frequency(1));
            let mut level = Level {
                last: all.frequency(1),
                next_symbol: all.frequency(2),
                next_package: if at == 1 { NEVER } else { pair },
                needed: if at == highest { 2 * used.len() - 4 } else { 0 },
                leaves: [0; LEVELS],
            };
            level.leaves.iter_mut().skip(at).take(1).for_each(|it| *it = 2);
            all.levels.push(level);
        }
        all
    }

    fn frequency(&self, at: usize) -> u32 {
        self.used.get(at).map_or(NEVER, |(count, _)| *count)
    }

    fn level(&self, at: usize) -> Level {
        self.levels.get(at).copied().unwrap_or_default()
    }

    fn change(&mut self, at: usize, change: impl FnOnce(&mut Level)) {
        if let Some(level) = self.levels.get_mut(at) {
            change(level);
        }
    }

    /// How many symbols get codes of one bit, of two, and so on.
    fn run(mut self) -> Vec<usize> {
        let mut at = self.highest;
        while at <= self.highest {
            let level = self.level(at);
            if level.next_package == NEVER && level.next_symbol == NEVER {
                self.change(at, |it| it.needed = 0);
                self.change(at + 1, |it| it.next_package = NEVER);
                at += 1;
                continue;
            }
            let last = level.next_symbol.min(level.next_package);
            let needed = level.needed.saturating_sub(1);
            self.change(at, |it| (it.last, it.needed) = (last, needed));
            if level.next_symbol < level.next_package {
                let used = level.leaves.get(at).map_or(0, |it| it + 1);
                let next_symbol = self.frequency(used);
                self.change(at, |it| {
                    it.next_symbol = next_symbol;
                    it.leaves.iter_mut().skip(at).take(1).for_each(|it| *it = used);
                });
            } else {
                let below = self.level(at - 1).leaves;
                let copied = |it: &mut Level| {
                    let pairs = it.leaves.iter_mut().zip(below).take(at);
                    pairs.for_each(|(leaves, below)| *leaves = below);
                };
                self.change(at, copied);
                self.change(at - 1, |it| it.needed = 2);
            }
            if needed == 0 {
                let package = level.last.saturating_add(last);
                self.change(at + 1, |it| it.next_package = package);
                at += 1;
            } else {
                while at > 1 && self.level(at - 1).needed > 0 {
                    at -= 1;
                }
            }
        }
        let leaves = self.level(self.highest).leaves;
        let upwards = leaves.iter().zip(leaves.iter().skip(1)).take(self.highest);
        let mut counts: Vec<usize> = upwards.map(|(low, high)| high.saturating_sub(*low)).collect();
        counts.reverse();
        counts
    }
}
