//! Comments that document contracts and their functions, and what contracts inherit from: as much of Solidity as it takes to know
//! what a comment belongs to.

/// A line of a comment in front of a contract or of one of its functions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DocLine {
    pub(super) contract: String,
    /// None: the contract itself.
    pub(super) function: Option<String>,
    /// From 1.
    pub(super) line: usize,
    pub(super) text: String,
}

/// A contract and the names of those that it inherits from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Declared {
    pub(super) name: String,
    pub(super) bases: Vec<String>,
}

/// What a source says about its contracts, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Outline {
    pub(super) contracts: Vec<Declared>,
    /// Lines that document something.
    pub(super) lines: Vec<DocLine>,
}

/// Reads a source.
pub(super) fn outline(source: &str) -> Outline {
    let mut reader = Reader {
        rest: source,
        line: 1,
        depth: 0,
        pending: Vec::new(),
        contract: None,
        heritage: None,
        found: Outline::default(),
    };
    while reader.step() {}
    reader.found
}

/// Where a list of bases is being read.
#[derive(Debug, Clone, Copy, Default)]
struct Heritage {
    /// Parentheses that are open: arguments name no bases.
    depth: usize,
    /// Whether a dot came last, behind the name of a file.
    is_member: bool,
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
    /// Braces that are open.
    depth: usize,
    /// Lines of comments that have met nothing yet.
    pending: Vec<(usize, &'a str)>,
    contract: Option<&'a str>,
    heritage: Option<Heritage>,
    found: Outline,
}

impl<'a> Reader<'a> {
    /// Reads a comment, a literal, a word or a sign; false at the end.
    fn step(&mut self) -> bool {
        let Some(first) = self.rest.chars().next() else { return false };
        if self.rest.starts_with("//") {
            let end = self.rest.find('\n').unwrap_or(self.rest.len());
            let (line, text) = (self.line, self.take(end));
            // A fourth slash makes it a plain comment again.
            if text.starts_with("///") && !text.starts_with("////") {
                self.pending.push((line, &text[3..]));
            }
        } else if self.rest.starts_with("/*") {
            let end = self.rest[2..].find("*/").map_or(self.rest.len(), |end| end + 4);
            let (line, text) = (self.line, self.take(end));
            if text.starts_with("/**") && text.len() > 4 {
                let lines = text[3..].trim_end_matches("*/").lines().enumerate();
                self.pending.extend(lines.map(|(index, text)| (line + index, text)));
            }
        } else if matches!(first, '"' | '\'') {
            let end = literal(self.rest, first);
            self.take(end);
        } else if is_word(first) {
            let word = self.word();
            self.meet(word);
        } else {
            self.take(first.len_utf8());
            self.sign(first);
            match first {
                '{' => self.depth += 1,
                '}' => self.depth = self.depth.saturating_sub(1),
                ';' => {}
                _ => return true,
            }
            self.pending.clear();
        }
        true
    }

    /// Signs that say where a base's name begins and ends.
    fn sign(&mut self, sign: char) {
        let Some(heritage) = &mut self.heritage else { return };
        match sign {
            '{' | ';' => self.heritage = None,
            '(' => heritage.depth += 1,
            ')' => heritage.depth = heritage.depth.saturating_sub(1),
            '.' => heritage.is_member = true,
            _ => {}
        }
    }

    /// A base of the contract that was declared last.
    fn inherit(&mut self, word: &str) {
        let Some(Declared { bases, .. }) = self.found.contracts.last_mut() else { return };
        match &mut self.heritage {
            None if word == "is" => self.heritage = Some(Heritage::default()),
            Some(Heritage { depth: 0, is_member }) => {
                if std::mem::take(is_member) {
                    bases.pop();
                }
                bases.push(word.to_owned());
            }
            _ => {}
        }
    }

    /// Words that begin something with a name.
    fn meet(&mut self, word: &str) {
        let is_contract = self.depth == 0 && matches!(word, "contract" | "interface" | "library");
        let is_function = self.depth == 1 && word == "function";
        if self.depth == 0 && !is_contract {
            self.inherit(word);
        }
        if !is_contract && !is_function {
            return;
        }
        let space = self.rest.find(|next: char| !next.is_whitespace()).unwrap_or(self.rest.len());
        self.take(space);
        // The type of a function has no name.
        let name = self.word();
        if name.is_empty() {
            return;
        }
        if is_contract {
            self.contract = Some(name);
            self.heritage = None;
            self.found.contracts.push(Declared { name: name.to_owned(), bases: Vec::new() });
        }
        let Some(contract) = self.contract else { return };
        let function = (!is_contract).then(|| name.to_owned());
        for (line, text) in std::mem::take(&mut self.pending) {
            let (contract, function) = (contract.to_owned(), function.clone());
            self.found.lines.push(DocLine { contract, function, line, text: text.to_owned() });
        }
    }

    fn word(&mut self) -> &'a str {
        let end = self.rest.find(|next: char| !is_word(next)).unwrap_or(self.rest.len());
        self.take(end)
    }

    fn take(&mut self, end: usize) -> &'a str {
        let (text, rest) = self.rest.split_at(end);
        self.line += text.matches('\n').count();
        self.rest = rest;
        text
    }
}

fn is_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '_' | '$')
}

/// Where the literal that `text` begins with ends; a line's end ends it too, for a damaged one must not swallow the rest.
fn literal(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            '\n' => return at,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if letter == quote => return at + letter.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::outline;

    fn found(source: &str) -> Vec<(String, Option<String>, usize, String)> {
        let lines = outline(source).lines.into_iter();
        lines.map(|each| (each.contract, each.function, each.line, each.text.trim().to_owned())).collect()
    }

    #[test]
    fn a_comment_belongs_to_what_follows_it() {
        let source = "/// lost\nimport \"./x.sol\";\n\n/// of A\nabstract contract A is B {\n  /// a variable\n  uint x;\n\
                      \n  /// of f\n  /** and\n   * more */\n  function f() public { /// inside\n function() g; }\n}\n\
                      library L { /* plain */ function h() external; /// of i\n//// no\n function i() {} }";
        let owned = |contract: &str, function: Option<&str>, line, text: &str| {
            (contract.to_owned(), function.map(str::to_owned), line, text.to_owned())
        };
        assert_eq!(
            found(source),
            [
                owned("A", None, 4, "of A"),
                owned("A", Some("f"), 9, "of f"),
                owned("A", Some("f"), 10, "and"),
                owned("A", Some("f"), 11, "* more"),
                owned("L", Some("i"), 15, "of i"),
            ]
        );
    }

    #[test]
    fn nothing_in_a_literal_is_code() {
        let source =
            "contract A { string s = \"/// } \\\" contract B {\"; string t = '\"{'; /// of f\nfunction f() {} }";
        assert_eq!(found(source).len(), 1);
        assert_eq!(found(source)[0].1.as_deref(), Some("f"));
    }

    #[test]
    fn bases_are_known_by_name() {
        let source = "import {B as C} from './B.sol'; /// this is of A\nabstract contract A is B, // is it?\n C(D(1), \"x\"), e.F {\n\
                      function is_(G g) external { } } interface H is I{} contract J { } function is() {} library K {}";
        let found: Vec<_> =
            outline(source).contracts.into_iter().map(|each| (each.name, each.bases.join(" "))).collect();
        let expected = [("A", "B C F"), ("H", "I"), ("J", ""), ("K", "")];
        assert_eq!(found, expected.map(|(name, bases)| (name.to_owned(), bases.to_owned())));
    }

    #[test]
    fn what_is_cut_off_ends_there() {
        for source in
            ["/**", "/*", "//", "///", "\"", "'\\", "contract", "contract A { function", "}}}", "/**/", "/** */"]
        {
            assert_eq!(found(source), []);
        }
    }
}
