//! Where words are among the arguments of a call, those within arrays and structs too.

use alloy_dyn_abi::DynSolValue;

/// Where a value is among the arguments of a call.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// Index of the parameter.
    pub argument: usize,
    /// Where it is an array or a struct: the index of an item, then of one within that, to the value.
    pub within: Vec<usize>,
}

impl From<usize> for Spot {
    fn from(argument: usize) -> Self {
        Self { argument, within: Vec::new() }
    }
}

impl Spot {
    /// All values among `arguments` that are neither arrays nor structs, in order.
    pub fn all(arguments: &[DynSolValue]) -> Vec<Self> {
        let mut spots = Vec::new();
        for (argument, value) in arguments.iter().enumerate() {
            collect(value, &mut Self::from(argument), &mut spots);
        }
        spots
    }

    /// The value there; none where the arguments have no such place.
    pub fn of<'a>(&self, arguments: &'a [DynSolValue]) -> Option<&'a DynSolValue> {
        self.within.iter().try_fold(arguments.get(self.argument)?, |value, index| items(value)?.get(*index))
    }

    /// The same, to change it.
    pub fn of_mut<'a>(&self, arguments: &'a mut [DynSolValue]) -> Option<&'a mut DynSolValue> {
        let outer = arguments.get_mut(self.argument)?;
        self.within.iter().try_fold(outer, |value, index| match value {
            DynSolValue::Array(items) | DynSolValue::FixedArray(items) | DynSolValue::Tuple(items) => {
                items.get_mut(*index)
            }
            _ => None,
        })
    }

    /// Bytes before the word of the value there in the encoding of `arguments`; none where there is no such place.
    pub fn offset(&self, arguments: &[DynSolValue]) -> Option<usize> {
        offset(arguments, self.argument, &self.within)
    }
}

/// The values within an array or a struct.
fn items(value: &DynSolValue) -> Option<&[DynSolValue]> {
    match value {
        DynSolValue::Array(items) | DynSolValue::FixedArray(items) | DynSolValue::Tuple(items) => Some(items),
        _ => None,
    }
}

fn collect(value: &DynSolValue, at: &mut Spot, spots: &mut Vec<Spot>) {
    let Some(items) = items(value) else { return spots.push(at.clone()) };
    for (index, item) in items.iter().enumerate() {
        at.within.push(index);
        collect(item, at, spots);
        at.within.pop();
    }
}

/// Bytes before a word in the encoding of a list: heads of all its values, then the content of the dynamic ones in turn.
fn offset(list: &[DynSolValue], index: usize, within: &[usize]) -> Option<usize> {
    let value = list.get(index)?;
    let heads = |values: &[DynSolValue]| values.iter().map(head).sum::<usize>();
    let before = &list[..index];
    let Some((next, rest)) = within.split_first() else { return Some(heads(before)) };
    let inner = offset(items(value)?, *next, rest)?;
    if !value.is_dynamic() {
        return Some(heads(before) + inner);
    }
    let contents: usize = before.iter().filter(|value| value.is_dynamic()).map(content).sum();
    let length = if matches!(value, DynSolValue::Array(_)) { 32 } else { 0 };
    Some(heads(list) + contents + length + inner)
}

/// Bytes that a value takes among the heads: those of an offset for a dynamic one.
fn head(value: &DynSolValue) -> usize {
    if value.is_dynamic() {
        return 32;
    }
    items(value).map_or(32, |items| items.iter().map(head).sum())
}

/// Bytes of the content of a dynamic value.
fn content(value: &DynSolValue) -> usize {
    value.abi_encode().len() - head(value)
}

#[cfg(test)]
mod tests {
    use super::Spot;
    use alloy_dyn_abi::DynSolValue::{self, Array, Bytes, FixedArray, Tuple, Uint};
    use alloy_primitives::U256;

    fn number(value: u64) -> DynSolValue {
        Uint(U256::from(value), 256)
    }

    /// Static and dynamic values in turn, each number its own.
    fn arguments() -> Vec<DynSolValue> {
        let inner = Tuple(vec![number(5), Bytes(vec![1; 40]), FixedArray(vec![number(6), number(7)])]);
        vec![
            number(1),
            Array(vec![number(2), number(3)]),
            FixedArray(vec![number(4), Uint(U256::from(41), 64)]),
            Array(vec![inner.clone(), inner]),
            Tuple(vec![number(8), Array(vec![number(9)])]),
            number(10),
        ]
    }

    #[test]
    fn the_offset_of_a_word_is_where_the_encoding_differs_when_it_does() {
        let arguments = arguments();
        let spots = Spot::all(&arguments);
        assert_eq!(spots.len(), 1 + 2 + 2 + 2 * 4 + 2 + 1);
        for spot in spots {
            let mut changed = arguments.clone();
            let Some(Uint(value, _)) = spot.of_mut(&mut changed) else { continue };
            *value ^= U256::from(128);
            let [one, other] = [&arguments, &changed].map(|values| Tuple(values.clone()).abi_encode_params());
            let differing: Vec<_> = (0..one.len()).filter(|at| one[*at] != other[*at]).collect();
            let [last] = differing[..] else { panic!("one byte differs at {spot:?}") };
            assert_eq!(spot.offset(&arguments), Some(last - 31), "{spot:?}");
        }
    }

    #[test]
    fn places_that_are_not_there_are_none() {
        let arguments = arguments();
        for spot in [Spot { argument: 0, within: vec![0] }, Spot { argument: 1, within: vec![2] }, Spot::from(6)] {
            assert_eq!((spot.of(&arguments), spot.offset(&arguments)), (None, None), "{spot:?}");
        }
    }
}
