//! YAML and JSON as values with their places: one reader for both, for JSON is YAML.

use super::super::{
    super::{Argument, ArgumentValue, Located, Place, parse_number},
    error::{SuiteError, SuiteProblem},
};
use saphyr_parser::{Event, Parser, ScalarStyle, Span};

/// Deepest nesting.
const MAX_DEPTH: usize = 32;
/// Most values of a file.
const MAX_VALUES: usize = 1 << 16;

/// A list or a table that is not complete.
enum Open {
    List(Place, Vec<Argument>),
    Table { place: Place, entries: Vec<(Located<String>, Argument)>, key: Option<Located<String>> },
}

/// The value of the first document of `text`; an empty table where there is none.
pub(super) fn parse(text: &str, file: &str) -> Result<Argument, SuiteError> {
    // JSON may be indented by tabs, which YAML does not want; inside of JSON's strings there are none.
    let text = if text.trim_start().starts_with('{') { text.replace('\t', " ") } else { text.to_owned() };
    Tree { file, open: Vec::new(), whole: None, values: 0 }.read(&text)
}

struct Tree<'a> {
    file: &'a str,
    open: Vec<Open>,
    whole: Option<Argument>,
    values: usize,
}

impl Tree<'_> {
    fn read(mut self, text: &str) -> Result<Argument, SuiteError> {
        for event in Parser::new_from_str(text) {
            let (event, span) = event.map_err(|error| {
                let place =
                    Place { file: self.file.to_owned(), line: error.marker().line(), column: error.marker().col() + 1 };
                fail(place, error.info())
            })?;
            if self.whole.is_some() {
                break;
            }
            self.take(event, self.place(span))?;
        }
        let nothing = || Argument {
            value: ArgumentValue::Table(Vec::new()),
            place: Place { file: self.file.to_owned(), ..Place::default() },
        };
        Ok(self.whole.unwrap_or_else(nothing))
    }

    fn place(&self, span: Span) -> Place {
        Place { file: self.file.to_owned(), line: span.start.line(), column: span.start.col() + 1 }
    }

    fn take(&mut self, event: Event<'_>, place: Place) -> Result<(), SuiteError> {
        if matches!(event, Event::SequenceStart(..) | Event::MappingStart(..)) && self.open.len() >= MAX_DEPTH {
            return Err(fail(place, "nested too deeply"));
        }
        match event {
            Event::SequenceStart(..) => self.open.push(Open::List(place, Vec::new())),
            Event::MappingStart(..) => self.open.push(Open::Table { place, entries: Vec::new(), key: None }),
            Event::SequenceEnd | Event::MappingEnd => {
                let closed = self.open.pop().map(|open| match open {
                    Open::List(place, items) => Argument { value: ArgumentValue::Array(items), place },
                    Open::Table { place, entries, .. } => Argument { value: ArgumentValue::Table(entries), place },
                });
                if let Some(value) = closed {
                    self.put(Some(value), "")?;
                }
            }
            Event::Scalar(text, style, ..) => {
                let value = scalar(&text, style).map(|value| Argument { value, place: place.clone() });
                self.key_or_value(value, &text, place)?;
            }
            Event::Alias(_) => return Err(fail(place, "an alias, which is not read here: write the value again")),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => {}
        }
        Ok(())
    }

    fn key_or_value(&mut self, value: Option<Argument>, text: &str, place: Place) -> Result<(), SuiteError> {
        if let Some(Open::Table { entries, key: key @ None, .. }) = self.open.last_mut() {
            if entries.iter().any(|(known, _)| known.value == text) {
                return Err(fail(place, &format!("`{text}` is here twice")));
            }
            *key = Some(Located { value: text.to_owned(), place });
            return Ok(());
        }
        self.put(value, text)
    }

    /// Puts a value where one is wanted. Null says nothing, so its key is as good as absent.
    fn put(&mut self, value: Option<Argument>, text: &str) -> Result<(), SuiteError> {
        self.values += 1;
        match (self.open.last_mut(), value) {
            (Some(Open::List(place, items)), value) => {
                if self.values > MAX_VALUES {
                    return Err(fail(place.clone(), "too many values"));
                }
                let null = || Argument { value: ArgumentValue::Text(text.to_owned()), place: place.clone() };
                items.push(value.unwrap_or_else(null));
            }
            (Some(Open::Table { place, entries, key }), value) => {
                let Some(key) = key.take() else {
                    return Err(fail(place.clone(), "a key is not a text"));
                };
                if self.values > MAX_VALUES {
                    return Err(fail(key.place, "too many values"));
                }
                entries.extend(value.map(|value| (key, value)));
            }
            (None, value) => self.whole = value,
        }
        Ok(())
    }
}

/// What a scalar means; none for null.
fn scalar(text: &str, style: ScalarStyle) -> Option<ArgumentValue> {
    if style != ScalarStyle::Plain {
        return Some(ArgumentValue::Text(text.to_owned()));
    }
    let begins = text.trim_start_matches(['-', '+']).starts_with(|first: char| first.is_ascii_digit());
    match text {
        "" | "~" | "null" | "Null" | "NULL" => None,
        "true" | "True" | "TRUE" => Some(ArgumentValue::Bool(true)),
        "false" | "False" | "FALSE" => Some(ArgumentValue::Bool(false)),
        number if begins && parse_number(number).is_ok() => Some(ArgumentValue::Number(number.to_owned())),
        text => Some(ArgumentValue::Text(text.to_owned())),
    }
}

fn fail(place: Place, message: &str) -> SuiteError {
    SuiteError::new(place, SuiteProblem::Settings(message.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::protocol::ArgumentValue::{Bool, Number, Table, Text};

    #[test]
    fn values_have_their_types_and_places_in_both_notations() {
        let yaml = "# first\ntestMode: assertion\nseqLen: 0x10\nquoted: \"7\"\nnothing: null\nflag: false\n";
        let Table(entries) = parse(yaml, "e.yaml").expect("valid").value else { panic!("no table") };
        let found: Vec<_> =
            entries.iter().map(|(key, value)| (key.value.as_str(), &value.value, key.place.line)).collect();
        let expected = [
            ("testMode", &Text("assertion".into()), 2),
            ("seqLen", &Number("0x10".into()), 3),
            ("quoted", &Text("7".into()), 4),
            ("flag", &Bool(false), 6),
        ];
        assert_eq!(found, expected);
        let Table(entries) = parse("{\n\t\"a\": {\n\t\t\"b\": 1\n\t}\n}", "m.json").expect("valid").value else {
            panic!("no table")
        };
        let Table(inner) = &entries[0].1.value else { panic!("no table") };
        assert_eq!((&inner[0].1.value, inner[0].0.place.line), (&Number("1".into()), 3));
    }

    #[test]
    fn what_is_malformed_is_found_with_its_line() {
        for (text, line) in [
            ("a: [1, 2\nb: 3\n", 2),
            ("{\n  \"a\": 1,\n  \"b\" 2\n}", 3),
            ("a: 1\na: 2\n", 2),
            ("a: &x 1\nb: *x\n", 2),
            (&"[".repeat(40), 1),
        ] {
            let error = parse(text, "file").expect_err(text);
            assert_eq!(error.place.line, line, "{text}: {error}");
        }
    }
}
