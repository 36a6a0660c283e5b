//! Finds what was there before, where Go finds it: chains of positions with the same hash, and a match
//! is put off as long as the next one is longer.

use super::block::{Token, Writer};

/// How far back matches go.
const WINDOW: usize = 1 << 15;

/// Shorter matches are not looked for.
const SHORTEST: usize = 4;
const LONGEST: usize = 258;

/// So many tokens make a block.
const BLOCK: usize = 1 << 14;

/// A match of this length is good enough not to look at the next position.
const LAZY: usize = 16;

/// A match of this length ends the search.
const NICE: usize = 128;

/// So many earlier positions are tried.
const TRIES: usize = 128;

/// Matches of the least length are only worth it so near.
const NEAR: usize = 4096;

const HASH_BITS: u32 = 17;

/// Writes the bytes as blocks.
pub(super) fn compress(bytes: &[u8], writer: &mut Writer) {
    let mut search = Search {
        bytes,
        window: 0,
        filled: bytes.len().min(2 * WINDOW),
        heads: vec![0; 1 << HASH_BITS],
        earlier: vec![0; WINDOW],
    };
    let mut tokens = Vec::with_capacity(BLOCK);
    // Where the tokens of the current block start.
    let mut block_start = 0;
    let mut found = (SHORTEST - 1, 0);
    let mut literal_waits = false;
    let mut at = 0;
    while at < bytes.len() {
        search.slide(at);
        let head = search.insert(at);
        let (length, offset) = std::mem::replace(&mut found, (SHORTEST - 1, 0));
        if let Some(head) = head
            && length < LAZY
            && bytes.len() - at > length
        {
            found = search.longest(at, head).unwrap_or(found);
        }
        let mut end = at;
        if length >= SHORTEST && found.0 <= length {
            // The match that the previous position has is the better one.
            let token = (u16::try_from(length - 3), u16::try_from(offset - 1));
            if let (Ok(length), Ok(offset)) = token {
                tokens.push(Token::Match(length, offset));
            }
            end = at + length - 1;
            for inside in at + 1..end {
                search.insert(inside);
            }
            at = end;
            literal_waits = false;
            found = (SHORTEST - 1, 0);
        } else {
            if literal_waits {
                tokens.extend(bytes.get(at - 1).map(|byte| Token::Literal(*byte)));
            }
            at += 1;
            literal_waits = true;
        }
        if tokens.len() == BLOCK {
            writer.block(&tokens, search.data(block_start, end));
            tokens.clear();
            block_start = end;
        }
    }
    if literal_waits {
        tokens.extend(bytes.last().map(|byte| Token::Literal(*byte)));
    }
    if !tokens.is_empty() {
        writer.block(&tokens, search.data(block_start, at));
    }
}

struct Search<'b> {
    bytes: &'b [u8],
    /// Where the window starts, before which Go has forgotten everything.
    window: usize,
    /// Where the part ends that Go has read so far.
    filled: usize,
    /// By hash, the last position plus one.
    heads: Vec<usize>,
    /// By position within the window's length, the previous position with the same hash plus one.
    earlier: Vec<usize>,
}

impl<'b> Search<'b> {
    /// Moves the window as Go does, when little of it is left.
    fn slide(&mut self, at: usize) {
        while self.filled - at < SHORTEST + LONGEST && self.filled < self.bytes.len() {
            self.window += WINDOW;
            self.filled = self.bytes.len().min(self.window + 2 * WINDOW);
        }
    }

    /// What a block stands for, unless the window has left its start behind.
    fn data(&self, start: usize, end: usize) -> Option<&'b [u8]> {
        if start < self.window { None } else { self.bytes.get(start..end) }
    }

    /// Notes the position, and gives the last one with the same hash within the window.
    fn insert(&mut self, at: usize) -> Option<usize> {
        let next: &[u8; SHORTEST] = self.bytes.get(at..)?.first_chunk()?;
        let hash = u32::from_be_bytes(*next).wrapping_mul(0x1e35_a7bd) >> (32 - HASH_BITS);
        let head = self.heads.get_mut(usize::try_from(hash).ok()?)?;
        let earlier = std::mem::replace(head, at + 1);
        if let Some(place) = self.earlier.get_mut(at % WINDOW) {
            *place = earlier;
        }
        self.reachable(at, earlier.checked_sub(1)?)
    }

    fn reachable(&self, at: usize, earlier: usize) -> Option<usize> {
        (earlier >= at.saturating_sub(WINDOW).max(self.window)).then_some(earlier)
    }

    /// The longest match of what is at a position, as length and offset.
    fn longest(&self, at: usize, head: usize) -> Option<(usize, usize)> {
        let here = self.bytes.get(at..)?;
        let here = here.get(..LONGEST).unwrap_or(here);
        let nice = NICE.min(here.len());
        let (mut length, mut found) = (SHORTEST - 1, None);
        let mut earlier = head;
        for _ in 0..TRIES {
            let there = self.bytes.get(earlier..)?;
            if there.get(length) == here.get(length) {
                let same = here.iter().zip(there).take_while(|(one, other)| one == other).count();
                if same > length && (same > SHORTEST || at - earlier <= NEAR) {
                    length = same;
                    found = Some((same, at - earlier));
                    if same >= nice {
                        break;
                    }
                }
            }
            if earlier + WINDOW == at {
                break;
            }
            let next = self.earlier.get(earlier % WINDOW)?.checked_sub(1);
            match next.and_then(|next| self.reachable(at, next)) {
                Some(next) => earlier = next,
                None => break,
            }
        }
        found
    }
}
