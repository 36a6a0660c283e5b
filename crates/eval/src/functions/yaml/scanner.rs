//! YAML text to tokens, by the rules of `libyaml`, whose Go version Terraform uses: YAML 1.1, with keys
//! that are found afterwards, when their colon comes.

use std::collections::VecDeque;

use super::token::{
    END, Style, Token, is_allowed, is_blank, is_blank_or_end, is_break, is_break_or_end,
};

/// How far a colon may be from the start of its key, in characters.
const LONGEST_KEY: usize = 1024;

/// What may turn out to be a key.
#[derive(Clone, Copy)]
struct PossibleKey {
    /// It stands where nothing but a key can stand.
    required: bool,
    /// The number of its first token.
    token: usize,
    index: usize,
    line: usize,
    column: usize,
}

pub(super) struct Scanner<'t> {
    rest: &'t str,
    /// Characters before `rest`.
    index: usize,
    pub(super) line: usize,
    pub(super) column: usize,
    tokens: VecDeque<Token>,
    /// How many tokens were taken.
    taken: usize,
    /// For each flow collection, and the block around them.
    keys: Vec<Option<PossibleKey>>,
    key_allowed: bool,
    /// The column of the current block plus one, and 0 outside of blocks.
    pub(super) indent: usize,
    indents: Vec<usize>,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str) -> Result<Self, String> {
        if let Some(wrong) = text.chars().find(|c| !is_allowed(*c)) {
            return Err(format!("the character {wrong:?} is not allowed"));
        }
        Ok(Self {
            rest: text.strip_prefix('\u{feff}').unwrap_or(text),
            index: 0,
            line: 1,
            column: 0,
            tokens: VecDeque::new(),
            taken: 0,
            keys: vec![None],
            key_allowed: true,
            indent: 0,
            indents: Vec::new(),
        })
    }

    /// The next token, which stays the next.
    pub(super) fn peek(&mut self) -> Result<&Token, String> {
        loop {
            self.drop_stale_keys()?;
            let next_may_be_key = self.keys.iter().flatten().any(|key| key.token == self.taken);
            if !self.tokens.is_empty() && !next_may_be_key {
                break;
            }
            self.fetch()?;
        }
        self.tokens.front().ok_or_else(|| self.wrong("unexpected end"))
    }

    /// The next token.
    pub(super) fn take(&mut self) -> Result<Token, String> {
        self.peek()?;
        self.taken += 1;
        self.tokens.pop_front().ok_or_else(|| self.wrong("unexpected end"))
    }

    pub(super) fn wrong(&self, what: &str) -> String {
        format!("line {}: {what}", self.line)
    }

    /// The character at a distance.
    pub(super) fn at(&self, distance: usize) -> char {
        self.rest.chars().nth(distance).unwrap_or(END)
    }

    pub(super) fn here(&self) -> char {
        self.at(0)
    }

    /// Steps over a character, which is no line break, and gives it.
    pub(super) fn next(&mut self) -> char {
        let mut rest = self.rest.chars();
        let c = rest.next().unwrap_or(END);
        self.rest = rest.as_str();
        self.index += 1;
        self.column += 1;
        c
    }

    pub(super) fn skip(&mut self, count: usize) {
        for _ in 0..count {
            self.next();
        }
    }

    pub(super) fn skip_while(&mut self, test: fn(char) -> bool) {
        while test(self.here()) {
            self.next();
        }
    }

    pub(super) fn skip_comment(&mut self) {
        if self.here() == '#' {
            self.skip_while(|c| !is_break_or_end(c));
        }
    }

    /// Steps over a line break, and gives what it reads as; `None` where there is none.
    pub(super) fn line_break(&mut self) -> Option<char> {
        let c = self.here();
        if !is_break(c) {
            return None;
        }
        self.next();
        if c == '\r' && self.here() == '\n' {
            self.next();
        }
        self.column = 0;
        self.line += 1;
        Some(if matches!(c, '\u{2028}' | '\u{2029}') { c } else { '\n' })
    }

    /// Whether a line with `---` or `...` is here.
    pub(super) fn at_document_indicator(&self) -> bool {
        self.column == 0
            && (self.rest.starts_with("---") || self.rest.starts_with("..."))
            && is_blank_or_end(self.at(3))
    }

    /// Whether a flow collection is open.
    pub(super) fn in_flow(&self) -> bool {
        self.keys.len() > 1
    }

    /// Reads one more token, or several where blocks end.
    fn fetch(&mut self) -> Result<(), String> {
        self.skip_to_token();
        self.drop_stale_keys()?;
        self.close_blocks(self.column + 1);
        let c = self.here();
        if c == END {
            if self.column > 0 {
                // As if the last line had an end: no key can go on behind it.
                self.column = 0;
                self.line += 1;
            }
            return self.at_margin(|_| Ok(Token::StreamEnd));
        }
        if self.column == 0 && c == '%' {
            return self.at_margin(Self::directive);
        }
        if self.at_document_indicator() {
            return self.at_margin(|scanner| {
                scanner.skip(3);
                Ok(if c == '-' { Token::DocumentStart } else { Token::DocumentEnd })
            });
        }
        let before_blank = is_blank_or_end(self.at(1));
        match c {
            '[' => self.open(Token::FlowSequenceStart),
            '{' => self.open(Token::FlowMappingStart),
            ']' => self.close(Token::FlowSequenceEnd),
            '}' => self.close(Token::FlowMappingEnd),
            ',' => {
                self.drop_key()?;
                self.key_allowed = true;
                self.indicator(Token::FlowEntry);
                Ok(())
            }
            '-' if before_blank => self.block_entry(),
            '?' if before_blank || self.in_flow() => self.key(),
            ':' if before_blank || self.in_flow() => self.value(),
            '*' | '&' => self.node_part(Self::anchor),
            '!' => self.node_part(Self::tag),
            '|' | '>' if !self.in_flow() => {
                self.drop_key()?;
                self.key_allowed = true;
                let token = self.block_scalar()?;
                self.tokens.push_back(token);
                Ok(())
            }
            '\'' | '"' => self.node_part(Self::quoted_scalar),
            ' ' | '\t' | '#' | '|' | '>' | '%' | '@' | '`' => {
                Err(self.wrong(&format!("the character {c:?} cannot start a token")))
            }
            _ => self.node_part(Self::plain),
        }
    }

    fn plain(&mut self) -> Result<Token, String> {
        let (text, over_lines) = self.plain_scalar()?;
        // What comes next starts a line.
        self.key_allowed |= over_lines;
        Ok(Token::Scalar(text, Style::Plain))
    }

    fn skip_to_token(&mut self) {
        loop {
            // Where a key may come, a tab is no indentation.
            let tabs = self.in_flow() || !self.key_allowed;
            while self.here() == ' ' || (tabs && self.here() == '\t') {
                self.next();
            }
            self.skip_comment();
            if self.line_break().is_none() {
                return;
            }
            if !self.in_flow() {
                self.key_allowed = true;
            }
        }
    }

    /// Adds a token that ends every block.
    fn at_margin(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<Token, String>,
    ) -> Result<(), String> {
        self.close_blocks(0);
        self.drop_key()?;
        self.key_allowed = false;
        let token = read(self)?;
        self.tokens.push_back(token);
        Ok(())
    }

    /// Adds a token that may start a key.
    fn node_part(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<Token, String>,
    ) -> Result<(), String> {
        self.save_key()?;
        self.key_allowed = false;
        let token = read(self)?;
        self.tokens.push_back(token);
        Ok(())
    }

    fn indicator(&mut self, token: Token) {
        self.next();
        self.tokens.push_back(token);
    }

    fn open(&mut self, token: Token) -> Result<(), String> {
        self.save_key()?;
        self.keys.push(None);
        self.key_allowed = true;
        self.indicator(token);
        Ok(())
    }

    fn close(&mut self, token: Token) -> Result<(), String> {
        self.drop_key()?;
        if self.in_flow() {
            self.keys.pop();
        }
        self.key_allowed = false;
        self.indicator(token);
        Ok(())
    }

    fn block_entry(&mut self) -> Result<(), String> {
        if !self.in_flow() {
            if !self.key_allowed {
                return Err(self.wrong("a block sequence cannot start here"));
            }
            self.open_block(self.column, None, Token::BlockSequenceStart);
        }
        self.drop_key()?;
        self.key_allowed = true;
        self.indicator(Token::BlockEntry);
        Ok(())
    }

    fn key(&mut self) -> Result<(), String> {
        if !self.in_flow() {
            if !self.key_allowed {
                return Err(self.wrong("a mapping key cannot start here"));
            }
            self.open_block(self.column, None, Token::BlockMappingStart);
        }
        self.drop_key()?;
        self.key_allowed = !self.in_flow();
        self.indicator(Token::Key);
        Ok(())
    }

    fn value(&mut self) -> Result<(), String> {
        if let Some(key) = self.keys.last_mut().and_then(Option::take) {
            self.insert(key.token, Token::Key);
            self.open_block(key.column, Some(key.token), Token::BlockMappingStart);
            self.key_allowed = false;
        } else {
            if !self.in_flow() {
                if !self.key_allowed {
                    return Err(self.wrong("a mapping value cannot start here"));
                }
                self.open_block(self.column, None, Token::BlockMappingStart);
            }
            self.key_allowed = !self.in_flow();
        }
        self.indicator(Token::Value);
        Ok(())
    }

    /// Adds a token before the one of this number.
    fn insert(&mut self, number: usize, token: Token) {
        let at = number.saturating_sub(self.taken).min(self.tokens.len());
        self.tokens.insert(at, token);
    }

    /// Starts a block, when the column is further right than the block around.
    fn open_block(&mut self, column: usize, before: Option<usize>, token: Token) {
        if self.in_flow() || self.indent > column {
            return;
        }
        self.indents.push(self.indent);
        self.indent = column + 1;
        match before {
            Some(number) => self.insert(number, token),
            None => self.tokens.push_back(token),
        }
    }

    /// Ends the blocks that are further right.
    fn close_blocks(&mut self, indent: usize) {
        if self.in_flow() {
            return;
        }
        while self.indent > indent {
            self.tokens.push_back(Token::BlockEnd);
            self.indent = self.indents.pop().unwrap_or(0);
        }
    }

    fn save_key(&mut self) -> Result<(), String> {
        if !self.key_allowed {
            return Ok(());
        }
        let key = PossibleKey {
            required: !self.in_flow() && self.indent == self.column + 1,
            token: self.taken + self.tokens.len(),
            index: self.index,
            line: self.line,
            column: self.column,
        };
        self.drop_key()?;
        if let Some(last) = self.keys.last_mut() {
            *last = Some(key);
        }
        Ok(())
    }

    fn drop_key(&mut self) -> Result<(), String> {
        match self.keys.last_mut().and_then(Option::take) {
            Some(key) if key.required => Err(self.wrong("could not find the ':' after a key")),
            Some(_) | None => Ok(()),
        }
    }

    /// Gives up keys whose colon did not come in time.
    fn drop_stale_keys(&mut self) -> Result<(), String> {
        let (line, index) = (self.line, self.index);
        for key in &mut self.keys {
            let stale = |it: &mut PossibleKey| it.line < line || it.index + LONGEST_KEY < index;
            if key.take_if(stale).is_some_and(|it| it.required) {
                return Err(self.wrong("could not find the ':' after a key"));
            }
        }
        Ok(())
    }

    pub(super) fn skip_blanks(&mut self) {
        self.skip_while(is_blank);
    }
}
