//! The blocks of deflated data, and the bits that they consist of.

use super::huffman::{Code, codes, cost, fixed_literals, fixed_offsets};

/// A stored block cannot be longer.
const MAX_STORED: usize = 65_535;

/// The symbol that ends a block.
const END: usize = 256;

/// The shortest length of a match, less 3, of each symbol from 257.
const LENGTHS: [u16; 29] = [
    0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 112, 128,
    160, 192, 224, 255,
];

/// The shortest offset, less 1, of each symbol.
const OFFSETS: [u16; 30] = [
    0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536,
    2048, 3072, 4096, 6144, 8192, 12288, 16384, 24576,
];

/// In which order the lengths of the codes of code lengths are written.
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// A byte, or a match with what came before.
#[derive(Clone, Copy)]
pub(super) enum Token {
    Literal(u8),
    /// Length less 3, offset less 1.
    Match(u16, u16),
}

/// How many bits follow the symbol of a length.
fn length_bits(symbol: usize) -> u8 {
    match symbol {
        0..8 | 28 => 0,
        _ => u8::try_from(symbol / 4 - 1).unwrap_or_default(),
    }
}

/// How many bits follow the symbol of an offset.
fn offset_bits(symbol: usize) -> u8 {
    u8::try_from((symbol / 2).saturating_sub(1)).unwrap_or_default()
}

/// The symbol of a value, and what the value is beyond the symbol's least.
fn symbol(bases: &[u16], value: u16) -> (usize, u16) {
    let at = bases.partition_point(|base| *base <= value).saturating_sub(1);
    (at, value - bases.get(at).copied().unwrap_or_default())
}

/// A code length, or a repetition of one: the symbol, and what follows it in so many bits.
struct Run {
    symbol: usize,
    extra: u16,
    bits: u8,
}

/// The code lengths of both alphabets as runs.
fn runs(lengths: &[u8]) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut push = |symbol: usize, extra: usize, bits: u8| {
        runs.push(Run { symbol, extra: u16::try_from(extra).unwrap_or_default(), bits });
    };
    for same in lengths.chunk_by(|one, other| one == other) {
        let length = same.first().copied().unwrap_or_default();
        let mut count = same.len();
        if length == 0 {
            while count >= 11 {
                let taken = count.min(138);
                push(18, taken - 11, 7);
                count -= taken;
            }
            if count >= 3 {
                push(17, count - 3, 3);
                count = 0;
            }
        } else {
            push(length.into(), 0, 0);
            count -= 1;
            while count >= 3 {
                let taken = count.min(6);
                push(16, taken - 3, 2);
                count -= taken;
            }
        }
        for _ in 0..count {
            push(length.into(), 0, 0);
        }
    }
    runs
}

/// The symbols of a block with their codes.
struct Alphabets {
    literals: Vec<Code>,
    offsets: Vec<Code>,
}

/// What describes the alphabets of a block.
struct Header {
    literals: usize,
    offsets: usize,
    runs: Vec<Run>,
    codes: Vec<Code>,
    /// How many of the codes are described.
    described: usize,
}

impl Header {
    fn new(alphabets: &Alphabets, literals: usize, offsets: usize) -> Self {
        let lengths = |codes: &[Code], count| -> Vec<u8> {
            codes.iter().take(count).map(|code| code.length).collect()
        };
        let all = [lengths(&alphabets.literals, literals), lengths(&alphabets.offsets, offsets)];
        let runs = runs(&all.concat());
        let frequencies = frequencies(19, runs.iter().map(|run| run.symbol));
        let codes = codes(&frequencies, 7);
        let used = |at: &&usize| frequencies.get(**at).is_some_and(|count| *count > 0);
        let unused = ORDER.iter().rev().take_while(|at| !used(at)).count();
        Self { literals, offsets, runs, codes, described: (ORDER.len() - unused).max(4) }
    }

    fn code(&self, symbol: usize) -> Code {
        self.codes.get(symbol).copied().unwrap_or_default()
    }

    /// How many bits it takes.
    fn cost(&self) -> u64 {
        let run = |run: &Run| u64::from(self.code(run.symbol).length) + u64::from(run.bits);
        17 + 3 * self.described as u64 + self.runs.iter().map(run).sum::<u64>()
    }

    fn write(&self, writer: &mut Writer) {
        writer.bits(0b100, 3);
        for (count, least, width) in
            [(self.literals, 257, 5), (self.offsets, 1, 5), (self.described, 4, 4)]
        {
            writer.bits(u16::try_from(count.saturating_sub(least)).unwrap_or_default(), width);
        }
        for at in ORDER.iter().take(self.described) {
            writer.bits(self.code(*at).length.into(), 3);
        }
        for run in &self.runs {
            writer.code(self.code(run.symbol));
            writer.bits(run.extra, run.bits);
        }
    }
}

/// How often each symbol is there.
fn frequencies(count: usize, symbols: impl Iterator<Item = usize>) -> Vec<u32> {
    let mut frequencies = vec![0; count];
    for symbol in symbols {
        if let Some(count) = frequencies.get_mut(symbol) {
            *count += 1;
        }
    }
    frequencies
}

/// One more than the last symbol that is used.
fn used(frequencies: &[u32]) -> usize {
    frequencies.iter().rposition(|count| *count > 0).map_or(0, |last| last + 1)
}

/// Writes bits, the least first, into bytes.
#[derive(Default)]
pub(super) struct Writer {
    pub(super) bytes: Vec<u8>,
    pending: u32,
    count: u8,
}

impl Writer {
    fn bits(&mut self, bits: u16, count: u8) {
        self.pending |= u32::from(bits) << self.count;
        self.count += count;
        while self.count >= 8 {
            self.bytes.extend(self.pending.to_le_bytes().first());
            self.pending >>= 8;
            self.count -= 8;
        }
    }

    fn code(&mut self, code: Code) {
        self.bits(code.bits, code.length);
    }

    /// Writes a block of bytes as they are; the data must be short enough.
    pub(super) fn stored(&mut self, data: &[u8], last: bool) {
        self.bits(last.into(), 3);
        if self.count > 0 {
            self.bits(0, 8 - self.count);
        }
        let length = u16::try_from(data.len()).unwrap_or_default();
        self.bytes.extend(length.to_le_bytes());
        self.bytes.extend((!length).to_le_bytes());
        self.bytes.extend(data);
    }

    /// Writes a block in the shortest of the three ways. `data` is what the tokens stand for, when it
    /// is still at hand.
    pub(super) fn block(&mut self, tokens: &[Token], data: Option<&[u8]>) {
        let data = data.filter(|data| data.len() <= MAX_STORED);
        let literal = |token: &Token| match token {
            Token::Literal(byte) => usize::from(*byte),
            Token::Match(length, _) => END + 1 + symbol(&LENGTHS, *length).0,
        };
        let offset = |token: &Token| match token {
            Token::Literal(_) => None,
            Token::Match(_, offset) => Some(symbol(&OFFSETS, *offset).0),
        };
        let literals = frequencies(286, tokens.iter().map(literal).chain([END]));
        let mut offsets = frequencies(30, tokens.iter().filter_map(offset));
        if used(&offsets) == 0 {
            // There must be a code, even if it is not used.
            offsets.iter_mut().take(1).for_each(|count| *count = 1);
        }
        let dynamic = Alphabets { literals: codes(&literals, 15), offsets: codes(&offsets, 15) };
        let fixed = Alphabets { literals: fixed_literals(), offsets: fixed_offsets() };
        let header = Header::new(&dynamic, used(&literals), used(&offsets));
        let extra = if data.is_some() { extra_bits(&literals, &offsets) } else { 0 };
        let size =
            |it: &Alphabets| cost(&it.literals, &literals) + cost(&it.offsets, &offsets) + extra;
        let (dynamic_size, fixed_size) = (size(&dynamic) + header.cost(), size(&fixed) + 3);
        if let Some(data) = data
            && (data.len() as u64 + 5) * 8 < dynamic_size.min(fixed_size)
        {
            self.stored(data, false);
        } else if dynamic_size < fixed_size {
            header.write(self);
            self.tokens(tokens, &dynamic);
        } else {
            self.bits(0b010, 3);
            self.tokens(tokens, &fixed);
        }
    }

    fn tokens(&mut self, tokens: &[Token], alphabets: &Alphabets) {
        let code = |codes: &[Code], symbol: usize| codes.get(symbol).copied().unwrap_or_default();
        for token in tokens {
            match token {
                Token::Literal(byte) => self.code(code(&alphabets.literals, (*byte).into())),
                Token::Match(length, offset) => {
                    let (at, extra) = symbol(&LENGTHS, *length);
                    self.code(code(&alphabets.literals, END + 1 + at));
                    self.bits(extra, length_bits(at));
                    let (at, extra) = symbol(&OFFSETS, *offset);
                    self.code(code(&alphabets.offsets, at));
                    self.bits(extra, offset_bits(at));
                }
            }
        }
        self.code(code(&alphabets.literals, END));
    }
}

/// How many bits follow the symbols.
fn extra_bits(literals: &[u32], offsets: &[u32]) -> u64 {
    let lengths = literals.iter().skip(END + 1).enumerate();
    let lengths = lengths.map(|(at, count)| u64::from(*count) * u64::from(length_bits(at)));
    let offsets = offsets.iter().enumerate();
    let offsets = offsets.map(|(at, count)| u64::from(*count) * u64::from(offset_bits(at)));
    lengths.chain(offsets).sum()
}
