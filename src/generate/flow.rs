//! Which functions read what others write, and where in a call the keys of mappings stand: what a step wrote is best followed by a
//! call that reads the same element.

use super::{CaseRng, Palette};
use crate::sequence::Call;
use alloy_primitives::{Address, B256, U256};
use proptest::prelude::RngExt;
use std::collections::{BTreeMap, BTreeSet};

/// A kind of storage word: a plain variable by its slot, an element of a mapping or an array by the slot of the whole.
pub type StorageClass = (Address, U256);

/// A storage word by its meaning.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Element {
    /// The variable.
    pub class: StorageClass,
    /// The keys that lead to it, those of the outer mapping first.
    pub keys: Vec<U256>,
}

/// What a step read and wrote.
#[derive(Debug, Clone, PartialEq)]
pub struct Access {
    /// The call.
    pub call: Call,
    /// Index of the step.
    pub step: usize,
    /// What it read, sorted.
    pub reads: Vec<Element>,
    /// What it wrote, sorted; nothing when it failed.
    pub writes: Vec<Element>,
}

/// A place of a call that may hold a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Position {
    /// Who sends it.
    Sender,
    /// A static word of its arguments.
    Argument(usize),
}

impl Position {
    /// All places of a call.
    fn all(call: &Call) -> impl Iterator<Item = Self> {
        std::iter::once(Self::Sender).chain((0..call.words()).map(Self::Argument))
    }

    /// The word that stands there.
    fn of(self, call: &Call) -> Option<U256> {
        match self {
            Self::Sender => Some(U256::from_be_bytes(call.sender.into_word().0)),
            Self::Argument(index) => call.argument(index),
        }
    }

    /// Puts a word there; only those that send anyway become senders.
    pub(super) fn put(self, word: U256, call: &mut Call, palette: &Palette) {
        match self {
            Self::Sender => {
                let sender = Address::from_word(B256::from(word));
                if palette.senders.iter().any(|(known, _)| *known == sender) {
                    call.sender = sender;
                }
            }
            Self::Argument(index) => {
                call.set_argument(index, word);
            }
        }
    }
}

/// Where the keys of a variable stood in calls of a function, by their depth.
type Keyed = Vec<BTreeSet<Position>>;

/// A call to come: its function, and words at places of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Following {
    /// Index of the function.
    pub function: usize,
    /// Words, with where they belong.
    pub keys: Vec<(Position, U256)>,
}

/// What is known of the functions of a protocol.
#[derive(Debug, Clone, Default)]
pub struct Flow {
    readers: BTreeMap<StorageClass, BTreeMap<usize, Keyed>>,
    /// What calls of a function wrote.
    writes: BTreeMap<usize, BTreeMap<StorageClass, Keyed>>,
    /// Functions in which something is left to decide.
    open: BTreeSet<usize>,
}

impl Flow {
    /// Notes what a call of a function touched.
    pub fn learn(&mut self, access: &Access) {
        let Access { call, reads, writes, .. } = access;
        for element in reads {
            note(element, call, self.readers.entry(element.class).or_default().entry(call.function).or_default());
        }
        for element in writes {
            note(element, call, self.writes.entry(call.function).or_default().entry(element.class).or_default());
        }
    }

    /// Says in which functions a comparison has never come out one way: they are preferred among readers.
    pub fn set_open(&mut self, open: BTreeSet<usize>) {
        self.open = open;
    }

    /// A call that reads something of `written`; none when nobody does. What few functions read is followed first, and among those
    /// mostly functions in which something is left to decide.
    pub fn reader(&self, written: &[Element], rng: &mut CaseRng) -> Option<Following> {
        let read: Vec<_> =
            written.iter().filter_map(|element| Some((element, self.readers.get(&element.class)?))).collect();
        if read.is_empty() {
            return None;
        }
        let drawn = [rng.random_range(0..read.len()), rng.random_range(0..read.len())];
        let (element, functions) = drawn.into_iter().map(|index| read[index]).min_by_key(|(_, all)| all.len())?;
        let open: Vec<_> = functions.keys().filter(|function| self.open.contains(function)).collect();
        let function = if !open.is_empty() && rng.random_ratio(7, 8) {
            open[rng.random_range(0..open.len())]
        } else {
            functions.keys().nth(rng.random_range(0..functions.len()))?
        };
        self.follow(element, *function, rng)
    }

    /// A call of `function`, which reads `element`, with the keys of that.
    fn follow(&self, element: &Element, function: usize, rng: &mut CaseRng) -> Option<Following> {
        let keyed = self.readers.get(&element.class)?.get(&function)?;
        let pairs = element.keys.iter().zip(keyed).filter(|(_, positions)| !positions.is_empty());
        let keys = pairs.filter_map(|(key, positions)| Some((pick(positions, rng)?, *key))).collect();
        Some(Following { function, keys })
    }

    /// Whether a function in which something is left to decide reads something of `written`.
    pub fn leads(&self, written: &[Element]) -> bool {
        let mut readers = written.iter().filter_map(|element| self.readers.get(&element.class));
        readers.any(|functions| functions.keys().any(|function| self.open.contains(function)))
    }

    /// A call that reads what calls of the same function as `call` were seen to write, maybe the same function again; none when
    /// nothing is known.
    pub fn successor(&self, call: &Call, rng: &mut CaseRng) -> Option<Following> {
        let written = self.written(call, rng);
        self.reader(&written, rng)
    }

    /// The same, of a function that is `wanted`.
    pub fn successor_that(&self, call: &Call, wanted: &dyn Fn(usize) -> bool, rng: &mut CaseRng) -> Option<Following> {
        let written = self.written(call, rng);
        let readers = written.iter().flat_map(|element| {
            let functions = self.readers.get(&element.class).into_iter().flat_map(BTreeMap::keys);
            functions.filter(|function| wanted(**function)).map(move |function| (*function, element))
        });
        // One function as likely as another one.
        let readers: BTreeMap<_, _> = readers.collect();
        let (function, element) = readers.iter().nth(rng.random_range(0..readers.len().max(1)))?;
        self.follow(element, *function, rng)
    }

    /// What calls of the same function as `call` were seen to write, with the keys of this one.
    fn written(&self, call: &Call, rng: &mut CaseRng) -> Vec<Element> {
        let written = self.writes.get(&call.function).into_iter().flatten().map(|(class, keyed)| {
            // Keys behind one that does not stand in the call are not known.
            let keys = keyed.iter().map_while(|positions| pick(positions, rng)?.of(call)).collect();
            Element { class: *class, keys }
        });
        written.collect()
    }
}

/// Notes where the keys of an element stand in a call.
fn note(element: &Element, call: &Call, keyed: &mut Keyed) {
    keyed.resize(keyed.len().max(element.keys.len()), BTreeSet::new());
    for (positions, key) in keyed.iter_mut().zip(&element.keys) {
        positions.extend(Position::all(call).filter(|position| position.of(call) == Some(*key)));
    }
}

fn pick(positions: &BTreeSet<Position>, rng: &mut CaseRng) -> Option<Position> {
    (!positions.is_empty())
        .then(|| rng.random_range(0..positions.len()))
        .and_then(|at| positions.iter().nth(at).copied())
}

#[cfg(test)]
mod tests {
    use super::{Access, Element, Flow, Following, Position};
    use crate::{
        generate,
        sequence::{Advance, Call},
    };
    use alloy_dyn_abi::DynSolValue;
    use alloy_primitives::{Address, U256};
    use std::collections::BTreeSet;

    const ALICE: Address = Address::repeat_byte(0xa1);

    fn element(slot: u64, keys: &[u64]) -> Element {
        Element { class: (Address::ZERO, U256::from(slot)), keys: keys.iter().map(|key| U256::from(*key)).collect() }
    }

    fn call(function: usize, arguments: &[u64]) -> Call {
        Call {
            sender: ALICE,
            function,
            instance: None,
            arguments: arguments.iter().map(|word| DynSolValue::Uint(U256::from(*word), 256)).collect(),
            live: Vec::new(),
            value: U256::ZERO,
            advance: Advance::default(),
        }
    }

    fn access(call: Call, reads: &[Element], writes: &[Element]) -> Access {
        Access { call, step: 0, reads: reads.to_vec(), writes: writes.to_vec() }
    }

    fn plain(function: usize) -> Following {
        Following { function, keys: Vec::new() }
    }

    #[test]
    fn a_reader_follows_what_was_written() {
        let mut flow = Flow::default();
        flow.learn(&access(call(3, &[]), &[element(1, &[])], &[]));
        flow.learn(&access(call(5, &[]), &[element(2, &[])], &[element(1, &[])]));
        let mut rng = generate::case_rng(&[7; 32]);
        assert_eq!(flow.reader(&[element(1, &[])], &mut rng), Some(plain(3)));
        assert_eq!(flow.reader(&[element(2, &[])], &mut rng), Some(plain(5)));
        assert_eq!(flow.reader(&[element(9, &[])], &mut rng), None);
        assert_eq!(flow.successor(&call(5, &[]), &mut rng), Some(plain(3)));
        assert_eq!(flow.successor(&call(3, &[]), &mut rng), None, "it writes nothing");
        assert_eq!(flow.successor_that(&call(5, &[]), &|function| function == 3, &mut rng), Some(plain(3)));
        assert_eq!(
            flow.successor_that(&call(5, &[]), &|function| function == 5, &mut rng),
            None,
            "it reads another one"
        );
    }

    #[test]
    fn keys_of_mappings_go_where_readers_have_theirs() {
        let alice = U256::from_be_bytes(ALICE.into_word().0);
        let of_alice = |key: u64| Element { keys: vec![alice, U256::from(key)], ..element(4, &[]) };
        let mut flow = Flow::default();
        // Function 1 writes m[sender][its second word]; function 2 reads m[sender][its first].
        flow.learn(&access(call(1, &[50, 60]), &[], &[of_alice(60)]));
        flow.learn(&access(call(2, &[70]), &[of_alice(70)], &[]));
        let mut rng = generate::case_rng(&[7; 32]);
        let keys = |key: u64| vec![(Position::Sender, alice), (Position::Argument(0), U256::from(key))];
        assert_eq!(flow.reader(&[of_alice(99)], &mut rng), Some(Following { function: 2, keys: keys(99) }));
        let next = flow.successor(&call(1, &[8, 9]), &mut rng);
        assert_eq!(next, Some(Following { function: 2, keys: keys(9) }));
    }

    #[test]
    fn readers_with_something_left_to_decide_come_first() {
        let mut flow = Flow::default();
        (0..8).for_each(|function| flow.learn(&access(call(function, &[]), &[element(1, &[])], &[])));
        flow.set_open(BTreeSet::from([6]));
        let mut rng = generate::case_rng(&[7; 32]);
        let open = (0..800).filter(|_| flow.reader(&[element(1, &[])], &mut rng) == Some(plain(6))).count();
        // Seven of eight draws, and an eighth of the others: 712.5 of 800 with a standard deviation of 8.8.
        assert!((670..=755).contains(&open), "{open}");
    }
}
