//! Where the functions of a Solidity source are, as far as lines need it: no parser, only words, texts, comments and braces.

/// A function, a constructor or a modifier with something in its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FunctionSpan {
    /// `Contract.name`; several of one name are counted: `Contract.name_2`.
    pub(super) name: String,
    /// Where its first word begins.
    pub(super) start: usize,
    /// Where its body begins.
    pub(super) body: usize,
    /// Behind its body.
    pub(super) end: usize,
}

/// Functions of a source, in order. What is no Solidity gives something or nothing, and takes no longer.
pub(super) fn functions(text: &str) -> Vec<FunctionSpan> {
    let mut outline = Outline::default();
    let mut words = Words { bytes: text.as_bytes(), at: 0 };
    while let Some((at, token)) = words.next() {
        outline.take(at, &token);
    }
    let mut functions = outline.functions;
    for index in 0..functions.len() {
        let name = functions[index].name.clone();
        let before = functions[..index].iter().filter(|function| function.name == name).count();
        if before > 0 {
            functions[index].name = format!("{name}_{}", before + 1);
        }
    }
    functions
}

/// A word, or a sign that stands for itself.
#[derive(Debug, PartialEq, Eq)]
enum Token<'a> {
    Word(&'a str),
    Sign(u8),
}

/// The words and signs of a text, without comments and strings.
struct Words<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Words<'a> {
    fn next(&mut self) -> Option<(usize, Token<'a>)> {
        loop {
            let at = self.at;
            let rest = self.bytes.get(at..).filter(|rest| !rest.is_empty())?;
            self.at += match rest {
                [b'/', b'/', ..] => rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len()),
                [b'/', b'*', ..] => {
                    rest.windows(2).skip(2).position(|end| end == b"*/").map_or(rest.len(), |end| end + 4)
                }
                [quote @ (b'"' | b'\''), ..] => quoted(rest, *quote),
                [first, ..] if is_letter(*first) => {
                    let length = rest.iter().position(|byte| !is_letter(*byte)).unwrap_or(rest.len());
                    self.at += length;
                    // Letters are ASCII.
                    let word = std::str::from_utf8(&rest[..length]).unwrap_or_default();
                    return Some((at, Token::Word(word)));
                }
                [first, ..] if first.is_ascii_whitespace() => 1,
                [first, ..] => {
                    self.at += 1;
                    return Some((at, Token::Sign(*first)));
                }
                [] => return None,
            };
        }
    }
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$'
}

/// Length of the string at the beginning of `rest`. It ends with its line, as none goes on behind it.
fn quoted(rest: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while let Some(byte) = rest.get(at) {
        match byte {
            b'\\' => at += 2,
            b'\n' => return at,
            byte if *byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

#[derive(Debug, Default)]
struct Outline {
    functions: Vec<FunctionSpan>,
    /// Braces that are open.
    depth: usize,
    /// Parentheses that are open in a header.
    parentheses: usize,
    contract: Option<Contract>,
    header: Option<Header>,
    /// The function whose body is open.
    body: Option<Body>,
    last: Last,
}

#[derive(Debug)]
struct Contract {
    name: String,
    depth: usize,
}

/// A function before its body.
#[derive(Debug)]
struct Header {
    start: usize,
    kind: String,
    name: Option<String>,
}

#[derive(Debug)]
struct Body {
    function: FunctionSpan,
    /// Braces that are open around it.
    around: usize,
    is_empty: bool,
}

/// What came before a token.
#[derive(Debug, Default, PartialEq, Eq)]
enum Last {
    #[default]
    Other,
    /// A word that begins a contract.
    Contract,
    /// A word that begins a function.
    Function,
}

impl Outline {
    fn take(&mut self, at: usize, token: &Token<'_>) {
        let last = std::mem::take(&mut self.last);
        if let Some(body) = &mut self.body {
            body.is_empty &= *token == Token::Sign(b'}');
        }
        match token {
            Token::Word(word) => self.word(at, word, &last),
            Token::Sign(b'{') => self.open(at),
            Token::Sign(b'}') => self.close(at),
            Token::Sign(b'(') if self.header.is_some() => self.parentheses += 1,
            Token::Sign(b')') if self.header.is_some() => self.parentheses = self.parentheses.saturating_sub(1),
            // A function without a body, or the type of a variable.
            Token::Sign(b';') => self.header = None,
            Token::Sign(_) => {}
        }
    }

    fn word(&mut self, at: usize, word: &str, last: &Last) {
        if self.body.is_some() {
            return;
        }
        match (last, word) {
            (Last::Contract, name) => self.contract = Some(Contract { name: name.to_owned(), depth: self.depth }),
            (Last::Function, name) => {
                if let Some(header) = &mut self.header {
                    header.name = Some(name.to_owned());
                }
            }
            (Last::Other, "contract" | "library" | "interface") if self.depth == 0 => self.last = Last::Contract,
            (Last::Other, "function" | "modifier") if self.header.is_none() => {
                self.begin(at, word);
                self.last = Last::Function;
            }
            (Last::Other, "constructor" | "receive" | "fallback") if self.header.is_none() => self.begin(at, word),
            (Last::Other, _) => {}
        }
    }

    fn begin(&mut self, start: usize, kind: &str) {
        self.parentheses = 0;
        self.header = Some(Header { start, kind: kind.to_owned(), name: None });
    }

    fn open(&mut self, at: usize) {
        let around = self.depth;
        self.depth += 1;
        // Braces within parentheses name the arguments of a modifier.
        if self.body.is_some() || self.parentheses > 0 {
            return;
        }
        if let Some(Header { start, kind, name }) = self.header.take() {
            // A function without a name is the fallback of old compilers.
            let own = name.unwrap_or(if kind == "function" { "fallback".to_owned() } else { kind });
            let name = match &self.contract {
                Some(contract) => format!("{}.{own}", contract.name),
                None => own,
            };
            let function = FunctionSpan { name, start, body: at, end: at };
            self.body = Some(Body { function, around, is_empty: true });
        }
    }

    fn close(&mut self, at: usize) {
        self.depth = self.depth.saturating_sub(1);
        if let Some(Body { mut function, around, is_empty }) = self.body.take() {
            if self.depth > around {
                self.body = Some(Body { function, around, is_empty });
            } else if !is_empty {
                function.end = at + 1;
                self.functions.push(function);
            }
        } else if self.contract.as_ref().is_some_and(|contract| contract.depth >= self.depth) {
            self.contract = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::functions;
    use proptest::prelude::*;

    fn names(text: &str) -> Vec<(String, &str)> {
        functions(text).into_iter().map(|each| (each.name, &text[each.body..each.end])).collect()
    }

    #[test]
    fn functions_are_found_with_their_contracts() {
        let text = r#"
            // function no() {}
            /* contract Nor { function this() {} } */
            function free() pure { 0; }
            abstract contract A is B("}") {
                string constant TEXT = "function x() { \" }";
                function (uint) external returns (uint) hook;
                struct S { uint a; }
                modifier only(S memory s) { if (s.a > 0) { _; } }
                constructor() only(S({a: 1})) { 1; }
                function f() external virtual;
                function f(uint a) external only(S({a: a})) returns (uint) { unchecked { return a; } }
                function f(int) external { assembly { function g() { } } }
                receive() external payable { /* nothing; */ }
                fallback() external { ; }
            }
            interface I { function f() external; }
            library L { function h() internal { {} } }
        "#;
        let expected = [
            ("free", "{ 0; }"),
            ("A.only", "{ if (s.a > 0) { _; } }"),
            ("A.constructor", "{ 1; }"),
            ("A.f", "{ unchecked { return a; } }"),
            ("A.f_2", "{ assembly { function g() { } } }"),
            ("A.fallback", "{ ; }"),
            ("L.h", "{ {} }"),
        ];
        assert_eq!(names(text), expected.map(|(name, body)| (name.to_owned(), body)));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(
            text in ".{0,200}",
            like in proptest::collection::vec(
                prop::sample::select(vec!["function ", "contract ", "f", "{", "}", "(", ")", ";", "\"", "/*", "*/", "//", "\n", "\\", "é"]),
                0..60,
            )
        ) {
            for text in [text, like.concat()] {
                for function in functions(&text) {
                    prop_assert!(function.start < function.body && function.body < function.end && function.end <= text.len());
                }
            }
        }
    }
}
