//! Directives, anchors and tags of YAML.

use super::scanner::Scanner;
use super::token::{Token, is_blank, is_blank_or_end, is_break_or_end, is_word};

impl Scanner<'_> {
    /// `%YAML 1.1` or `%TAG ! prefix`
    pub(super) fn directive(&mut self) -> Result<Token, String> {
        self.next();
        let name = self.word();
        if !is_blank_or_end(self.here()) {
            return Err(self.wrong("a directive is expected"));
        }
        self.skip_blanks();
        let token = match &*name {
            "YAML" => {
                let major = self.version_number()?;
                if self.next() != '.' {
                    return Err(self.wrong("a version is expected"));
                }
                Token::Version(major, self.version_number()?)
            }
            "TAG" => {
                let handle = self.tag_handle()?;
                if handle != "!" && !handle.ends_with('!') || !is_blank(self.here()) {
                    return Err(self.wrong("a tag handle is expected"));
                }
                self.skip_blanks();
                let prefix = self.tag_uri(String::new(), false)?;
                if !is_blank_or_end(self.here()) {
                    return Err(self.wrong("a blank is expected after the prefix of a tag"));
                }
                Token::TagDirective(handle, prefix)
            }
            _ => return Err(self.wrong(&format!("unknown directive {name:?}"))),
        };
        self.skip_blanks();
        self.skip_comment();
        if !is_break_or_end(self.here()) {
            return Err(self.wrong("a line break is expected after a directive"));
        }
        self.line_break();
        Ok(token)
    }

    fn word(&mut self) -> String {
        let mut word = String::new();
        while is_word(self.here()) {
            word.push(self.next());
        }
        word
    }

    fn version_number(&mut self) -> Result<u8, String> {
        let mut digits = String::new();
        while self.here().is_ascii_digit() {
            digits.push(self.next());
        }
        let number = (digits.len() <= 2).then(|| digits.parse().ok()).flatten();
        number.ok_or_else(|| self.wrong("a version is expected"))
    }

    /// `&name` or `*name`
    pub(super) fn anchor(&mut self) -> Result<Token, String> {
        let is_alias = self.next() == '*';
        let name = self.word();
        let after = self.here();
        let ends = is_blank_or_end(after)
            || matches!(after, '?' | ':' | ',' | ']' | '}' | '%' | '@' | '`');
        if name.is_empty() || !ends {
            return Err(self.wrong("the name of an anchor is expected"));
        }
        Ok(if is_alias { Token::Alias(name) } else { Token::Anchor(name) })
    }

    /// `!suffix`, `!handle!suffix`, `!<whole>` or `!`
    pub(super) fn tag(&mut self) -> Result<Token, String> {
        let (handle, suffix) = if self.at(1) == '<' {
            self.skip(2);
            let suffix = self.tag_uri(String::new(), false)?;
            if self.next() != '>' {
                return Err(self.wrong("a '>' is expected after a tag"));
            }
            (String::new(), suffix)
        } else {
            let handle = self.tag_handle()?;
            if handle.len() > 1 && handle.ends_with('!') {
                let suffix = self.tag_uri(String::new(), false)?;
                (handle, suffix)
            } else {
                let start = handle.strip_prefix('!').unwrap_or_default().to_owned();
                let suffix = self.tag_uri(start, true)?;
                if suffix.is_empty() {
                    (String::new(), "!".to_owned())
                } else {
                    ("!".to_owned(), suffix)
                }
            }
        };
        if !is_blank_or_end(self.here()) {
            return Err(self.wrong("a blank is expected after a tag"));
        }
        Ok(Token::Tag(handle, suffix))
    }

    /// An exclamation mark, a word, and perhaps a second mark.
    fn tag_handle(&mut self) -> Result<String, String> {
        if self.next() != '!' {
            return Err(self.wrong("a '!' is expected"));
        }
        let mut handle = format!("!{}", self.word());
        if self.here() == '!' {
            handle.push(self.next());
        }
        Ok(handle)
    }

    /// The characters of a tag after `start`.
    fn tag_uri(&mut self, start: String, may_be_empty: bool) -> Result<String, String> {
        let mut bytes = start.into_bytes();
        loop {
            let c = self.here();
            if c == '%' {
                let digit = |it: char| it.to_digit(16).and_then(|it| u8::try_from(it).ok());
                let (Some(high), Some(low)) = (digit(self.at(1)), digit(self.at(2))) else {
                    return Err(self.wrong("two hexadecimal digits are expected"));
                };
                bytes.push(high << 4 | low);
                self.skip(3);
            } else if is_word(c) || ";/?:@&=+$,.!~*'()[]".contains(c) {
                bytes.extend(self.next().encode_utf8(&mut [0; 4]).bytes());
            } else {
                break;
            }
        }
        if bytes.is_empty() && !may_be_empty {
            return Err(self.wrong("a tag is expected"));
        }
        String::from_utf8(bytes).map_err(|_| self.wrong("a tag is not UTF-8 text"))
    }
}
