//! Which parts of JSON a path leads to: names, numbers, ranges and wildcards of JSONPath. Filters are not known.

use super::{Failure, MAX_ITEMS};
use serde_json::Value;

/// Longest path, bytes.
const MAX_PATH: usize = 4096;

/// One step of a path.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    Names(Vec<String>),
    Numbers(Vec<i64>),
    Range {
        from: Option<i64>,
        to: Option<i64>,
    },
    All,
    /// Whatever lies anywhere below.
    Below,
}

/// All parts that `path` leads to, in order.
pub(super) fn select<'a>(json: &'a Value, path: &str) -> Result<Vec<&'a Value>, Failure> {
    let mut found = vec![json];
    for step in steps(path)? {
        let mut next = Vec::new();
        for value in found {
            step.follow(value, &mut next)?;
        }
        found = next;
    }
    Ok(found)
}

impl Step {
    fn follow<'a>(&self, value: &'a Value, found: &mut Vec<&'a Value>) -> Result<(), Failure> {
        let length = |items: &[Value]| i64::try_from(items.len()).unwrap_or(i64::MAX);
        let at = |items: &'a [Value], number: i64| {
            let index = if number < 0 { number + length(items) } else { number };
            usize::try_from(index).ok().and_then(|index| items.get(index))
        };
        match (self, value) {
            (Self::Names(names), Value::Object(object)) => {
                found.extend(names.iter().filter_map(|name| object.get(name)));
            }
            (Self::Numbers(numbers), Value::Array(items)) => {
                found.extend(numbers.iter().filter_map(|number| at(items, *number)));
            }
            (Self::Range { from, to }, Value::Array(items)) => {
                let length = length(items);
                let place = |number: i64| if number < 0 { (number + length).max(0) } else { number.min(length) };
                let (from, to) = (place(from.unwrap_or(0)), place(to.unwrap_or(length)));
                found.extend((from..to).filter_map(|number| at(items, number)));
            }
            (Self::All, Value::Object(object)) => found.extend(object.values()),
            (Self::All, Value::Array(items)) => found.extend(items),
            (Self::Below, _) => below(value, found),
            _ => {}
        }
        if found.len() > MAX_ITEMS {
            return Err("the path leads to too many values".into());
        }
        Ok(())
    }
}

/// A value and all below it.
fn below<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    if found.len() > MAX_ITEMS {
        return;
    }
    found.push(value);
    match value {
        Value::Object(object) => object.values().for_each(|value| below(value, found)),
        Value::Array(items) => items.iter().for_each(|value| below(value, found)),
        _ => {}
    }
}

fn steps(path: &str) -> Result<Vec<Step>, Failure> {
    let bad = || Failure::from(format!("failed selecting from JSON: the path {path:?} is not understood"));
    if path.len() > MAX_PATH {
        return Err("the path is too long".into());
    }
    let mut rest = path.strip_prefix('$').unwrap_or(path);
    let mut steps = Vec::new();
    if rest == "." {
        return Ok(steps);
    }
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            let (step, behind) = bracket(inside).ok_or_else(bad)?;
            steps.push(step);
            rest = behind;
            continue;
        }
        if let Some(behind) = rest.strip_prefix("..") {
            steps.push(Step::Below);
            rest = behind;
            if rest.starts_with('[') {
                continue;
            }
        } else {
            rest = rest.strip_prefix('.').unwrap_or(rest);
            if rest.starts_with('[') {
                continue;
            }
        }
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (name, behind) = rest.split_at(end);
        match name.trim() {
            "" => return Err(bad()),
            "*" => steps.push(Step::All),
            name => steps.push(Step::Names(vec![name.to_owned()])),
        }
        rest = behind;
    }
    Ok(steps)
}

/// What stands between brackets, and what follows.
fn bracket(text: &str) -> Option<(Step, &str)> {
    let text = text.trim_start();
    if text.starts_with(['\'', '"']) {
        let mut names = Vec::new();
        let mut rest = text;
        loop {
            let quote = rest.chars().next().filter(|quote| matches!(quote, '\'' | '"'))?;
            let (name, behind) = rest.get(1..)?.split_once(quote)?;
            names.push(name.to_owned());
            let behind = behind.trim_start();
            if let Some(behind) = behind.strip_prefix(']') {
                return Some((Step::Names(names), behind));
            }
            rest = behind.strip_prefix(',')?.trim_start();
        }
    }
    let (inside, behind) = text.split_once(']')?;
    let inside = inside.trim();
    let number = |text: &str| text.trim().parse::<i64>().ok();
    let step = if inside == "*" {
        Step::All
    } else if let Some((from, to)) = inside.split_once(':') {
        let end = |text: &str| if text.trim().is_empty() { Some(None) } else { number(text).map(Some) };
        Step::Range { from: end(from)?, to: end(to)? }
    } else {
        Step::Numbers(inside.split(',').map(number).collect::<Option<_>>()?)
    };
    Some((step, behind))
}
