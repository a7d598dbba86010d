use super::{
    SyntaxError,
    number::{self, Decimal, Literal},
};
use alloy_primitives::{Address, aliases::I512};
use std::fmt;
use winnow::{
    ModalResult, Parser,
    ascii::multispace0,
    combinator::{alt, delimited, fail, opt, preceded},
    stream::{LocatingSlice, Location},
    token::{one_of, take_while},
};

/// A word of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// An identifier.
    Name(String),
    /// A number.
    Integer(I512),
    /// A ratio, in parts of a whole.
    Ratio(I512),
    /// An address.
    Address(Address),
    /// What stands between quotation marks.
    Text(String),
    /// Punctuation or an operator.
    Symbol(&'static str),
    /// The end of the text.
    End,
}

impl fmt::Display for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(formatter, "`{name}`"),
            Self::Integer(value) => write!(formatter, "`{value}`"),
            Self::Ratio(parts) => write!(formatter, "`{}`", number::show_ratio(*parts)),
            Self::Address(address) => write!(formatter, "`{address}`"),
            Self::Text(text) => write!(formatter, "`\"{text}\"`"),
            Self::Symbol(symbol) => write!(formatter, "`{symbol}`"),
            Self::End => formatter.write_str("the end"),
        }
    }
}

type Input<'a> = LocatingSlice<&'a str>;

/// Cuts `text` into tokens with the byte offset of each; the last one is [`Token::End`].
pub(super) fn tokens(text: &str) -> Result<Vec<(Token, usize)>, (SyntaxError, usize)> {
    let mut input = LocatingSlice::new(text);
    let mut tokens = Vec::new();
    loop {
        // Spaces are optional, so this cannot fail.
        let _: ModalResult<&str> = multispace0.parse_next(&mut input);
        let offset = input.current_token_start();
        if input.is_empty() {
            tokens.push((Token::End, offset));
            return Ok(tokens);
        }
        let next = token(&mut input).map_err(|error| (error, offset))?;
        tokens.push((next, offset));
    }
}

fn token(input: &mut Input<'_>) -> Result<Token, SyntaxError> {
    let character = input.chars().next().unwrap_or(' ');
    if character.is_ascii_digit() {
        return literal(input).map_err(|reason| SyntaxError::Number { reason });
    }
    if character == '"' {
        let text: ModalResult<&str> = delimited('"', take_while(0.., is_plain), '"').parse_next(input);
        return text.map(|text| Token::Text(text.to_owned())).map_err(|_| SyntaxError::Text);
    }
    let word: ModalResult<Token> = alt((name.map(|name| Token::Name(name.to_owned())), symbol)).parse_next(input);
    word.map_err(|_| SyntaxError::Character { character })
}

/// Characters of a text: those that need no escape.
fn is_plain(character: char) -> bool {
    matches!(character, ' '..='~') && !matches!(character, '"' | '\\')
}

fn name<'a>(input: &mut Input<'a>) -> ModalResult<&'a str> {
    (one_of(('a'..='z', 'A'..='Z', '_', '$')), take_while(0.., ('a'..='z', 'A'..='Z', '0'..='9', '_', '$')))
        .take()
        .parse_next(input)
}

/// Operators and punctuation; where one begins another, the longer one comes first.
const SYMBOLS: [&str; 20] =
    ["==", "!=", "<=", ">=", "&&", "||", "<", ">", "!", "+", "-", "*", "/", "%", "?", ":", "(", ")", ",", "."];

fn symbol(input: &mut Input<'_>) -> ModalResult<Token> {
    let known = SYMBOLS.into_iter().find(|symbol| input.starts_with(symbol));
    match known {
        Some(symbol) => symbol.value(Token::Symbol(symbol)).parse_next(input),
        None => fail.parse_next(input),
    }
}

fn digits<'a>(input: &mut Input<'a>) -> ModalResult<&'a str> {
    take_while(0.., ('0'..='9', '_')).parse_next(input)
}

fn literal(input: &mut Input<'_>) -> Result<Token, &'static str> {
    const BROKEN: &str = "this is not a number";
    if let Ok(digits) = hex_digits(input) {
        follow(input)?;
        return Ok(match number::hexadecimal(digits)? {
            Literal::Integer(value) => Token::Integer(value),
            Literal::Address(address) => Token::Address(address),
        });
    }
    let whole = digits(input).map_err(|_| BROKEN)?;
    let mut point = opt(preceded(('.', winnow::combinator::peek(one_of('0'..='9'))), digits));
    let fraction: ModalResult<Option<&str>> = point.parse_next(input);
    let fraction = fraction.map_err(|_| BROKEN)?.unwrap_or("");
    let mut power = opt((one_of(('e', 'E')), opt(one_of(('+', '-'))), digits));
    let power: ModalResult<Option<(char, Option<char>, &str)>> = power.parse_next(input);
    let exponent = power.map_err(|_| BROKEN)?.map(|(_, sign, digits)| (sign == Some('-'), digits));
    let start = *input;
    let spaced: ModalResult<&str> = preceded(multispace0, name).parse_next(input);
    let unit = spaced.ok().filter(|name| number::is_unit(name));
    if unit.is_none() {
        *input = start;
    }
    follow(input)?;
    let kind = if unit.is_some_and(number::is_ratio) { Token::Ratio } else { Token::Integer };
    number::decimal(Decimal { whole, fraction, exponent, unit }).map(kind)
}

fn hex_digits<'a>(input: &mut Input<'a>) -> ModalResult<&'a str> {
    let digits = take_while(0.., ('0'..='9', 'a'..='f', 'A'..='F', '_'));
    preceded(alt(("0x", "0X")), digits).parse_next(input)
}

/// A letter must not touch the number before it.
fn follow(input: &Input<'_>) -> Result<(), &'static str> {
    match input.chars().next() {
        Some(next) if next.is_ascii_alphanumeric() || next == '_' => {
            Err("a number ends in letters that are no unit (wei gwei ether seconds minutes hours days weeks bps)")
        }
        _ => Ok(()),
    }
}
