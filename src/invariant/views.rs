//! Answers of view calls that are kept while nothing that they depend on changes.

use super::{supposition, value::Undecided};
use crate::evm::{Machine, Read, ViewError};
use alloy_primitives::{Address, Bytes, U256, map::HashMap};

/// Answers kept at a time; beyond them views are called anew each time, and what uses them is always judged anew.
const MAX_ENTRIES: usize = 16_384;

/// What a view returned.
pub(super) type Answer = Result<Bytes, Undecided>;

/// The number of an invariant's instance.
pub(super) type Dependent = u32;

/// Calls a view as the machine's viewer.
pub(super) fn call(machine: &mut Machine, to: Address, data: Bytes) -> Answer {
    machine.view(machine.viewer(), to, data).map_err(|error| why(&error))
}

/// Why a call that failed has no value.
pub(super) fn why(error: &ViewError) -> Undecided {
    match error {
        ViewError::Revert(_) => Undecided::Reverted,
        ViewError::Halt(_) => Undecided::Halted,
    }
}

#[derive(Debug, Clone)]
struct Entry {
    answer: Answer,
    valid: bool,
    /// What the answer depends on, sorted; watch lists hold at least these.
    reads: Vec<Read>,
    /// Instances whose last evaluation may have used the answer.
    dependents: Vec<Dependent>,
    /// The answer and reads of the base state, kept while they differ from the present ones.
    base: Option<(Answer, Vec<Read>)>,
    /// Whether the entry is in the list of those to restore.
    touched: bool,
}

/// A balance or a storage word that answers depend on.
#[derive(Debug, Clone)]
struct Watched {
    /// What it is now: a write that leaves it as it was changes nothing.
    value: U256,
    base: U256,
    entries: Vec<u32>,
}

impl Watched {
    fn new(value: U256) -> Self {
        Self { value, base: value, entries: Vec::new() }
    }

    /// Whether the value is another one now.
    fn moves_to(&mut self, value: U256) -> bool {
        std::mem::replace(&mut self.value, value) != value
    }
}

/// Something that a case added to a list, to be taken away when it ends.
#[derive(Debug, Clone, Copy)]
enum Addition {
    Storage(usize),
    Account(usize),
    Block,
    Dependent(u32),
}

/// The cache. Between [`Views::reset`] and the end of a case it behaves the same whatever was judged before: what a worker
/// counts does not depend on which cases it ran.
#[derive(Debug, Clone, Default)]
pub(super) struct Views {
    entries: Vec<Entry>,
    /// Address and calldata to entry.
    index: HashMap<Bytes, u32>,
    /// Questions behind hypothetical calls to entry.
    supposed: HashMap<Bytes, u32>,
    /// Native balances to entry.
    balances: HashMap<Address, u32>,
    /// Words of storage to entry.
    slots: HashMap<(Address, U256), u32>,
    /// Watched storage words, and where they are in `words`.
    storage: HashMap<(Address, U256), usize>,
    words: Vec<((Address, U256), Watched)>,
    /// Watched balances, and where they are in `accounts`.
    account_index: HashMap<Address, usize>,
    accounts: Vec<(Address, Watched)>,
    block: Vec<u32>,
    /// Keys of entries that the present case made.
    fresh: Vec<Key>,
    base_entries: usize,
    base_words: usize,
    base_accounts: usize,
    touched: Vec<u32>,
    additions: Vec<Addition>,
}

#[derive(Debug, Clone)]
enum Key {
    Call(Bytes),
    Supposed(Bytes),
    Balance(Address),
    Word(Address, U256),
}

impl Views {
    /// What `read` makes of the answer to the call whose address and data are `key`, and the entry that holds it.
    pub(super) fn ask<T>(
        &mut self,
        machine: &mut Machine,
        key: &[u8],
        read: impl FnOnce(&Answer) -> T,
    ) -> (T, Option<u32>) {
        let known = self.index.get(key).copied();
        if let Some(answer) = self.valid(known) {
            return (read(answer), known);
        }
        let key = Bytes::copy_from_slice(key);
        let to = key.get(..20).map(Address::from_slice).unwrap_or_default();
        let data = key.slice(20.min(key.len())..);
        let (answer, reads) = machine.watch(|machine| call(machine, to, data));
        let value = read(&answer);
        (value, self.keep(known, Key::Call(key), answer, reads, machine))
    }

    /// What `read` makes of the answer to a question behind hypothetical calls, and the entry that holds it.
    pub(super) fn suppose<T>(
        &mut self,
        machine: &mut Machine,
        question: &[u8],
        read: impl FnOnce(&Answer) -> T,
    ) -> (T, Option<u32>) {
        let known = self.supposed.get(question).copied();
        if let Some(answer) = self.valid(known) {
            return (read(answer), known);
        }
        let (answer, reads) = machine.watch(|machine| supposition::answer(machine, question));
        let value = read(&answer);
        let key = Key::Supposed(Bytes::copy_from_slice(question));
        (value, self.keep(known, key, answer, reads, machine))
    }

    /// The answer of an entry, where nothing that it depends on has changed.
    fn valid(&self, entry: Option<u32>) -> Option<&Answer> {
        self.entries.get(entry? as usize).filter(|entry| entry.valid).map(|entry| &entry.answer)
    }

    /// The native balance of `address`, and the entry that holds it.
    pub(super) fn balance(&mut self, machine: &mut Machine, address: Address) -> (U256, Option<u32>) {
        let known = self.balances.get(&address).copied();
        if let Some(word) = self.known_word(known) {
            return (word, known);
        }
        let balance = machine.balance(address);
        let answer = Ok(Bytes::copy_from_slice(&balance.to_be_bytes::<32>()));
        let id = self.keep(known, Key::Balance(address), answer, vec![Read::Account(address)], machine);
        (balance, id)
    }

    /// A word of storage, and the entry that holds it.
    pub(super) fn word(&mut self, machine: &mut Machine, address: Address, slot: U256) -> (U256, Option<u32>) {
        let known = self.slots.get(&(address, slot)).copied();
        if let Some(word) = self.known_word(known) {
            return (word, known);
        }
        let word = machine.storage(address, slot);
        let answer = Ok(Bytes::copy_from_slice(&word.to_be_bytes::<32>()));
        let reads = vec![Read::Storage(address, slot)];
        (word, self.keep(known, Key::Word(address, slot), answer, reads, machine))
    }

    /// The word that a valid entry holds.
    fn known_word(&self, entry: Option<u32>) -> Option<U256> {
        match self.entries.get(entry? as usize)? {
            Entry { answer: Ok(word), valid: true, .. } => Some(U256::try_from_be_slice(word).unwrap_or_default()),
            _ => None,
        }
    }

    /// Notes that an instance used an entry.
    pub(super) fn depend(&mut self, id: u32, dependent: Dependent) {
        if let Some(entry) = self.entries.get_mut(id as usize)
            && !entry.dependents.contains(&dependent)
        {
            entry.dependents.push(dependent);
            self.additions.push(Addition::Dependent(id));
        }
    }

    /// Storage words were written: those that are watched are compared.
    pub(super) fn written(
        &mut self,
        machine: &mut Machine,
        words: &[(Address, U256)],
        mark: &mut impl FnMut(Dependent),
    ) {
        for word in words {
            let Some((_, watched)) = self.storage.get(word).and_then(|index| self.words.get_mut(*index)) else {
                continue;
            };
            if watched.moves_to(machine.storage(word.0, word.1)) {
                for id in &watched.entries {
                    spoil(&mut self.entries, &mut self.touched, *id, mark);
                }
            }
        }
    }

    /// Native value moved: balances that are watched are compared.
    pub(super) fn value_moved(&mut self, machine: &mut Machine, mark: &mut impl FnMut(Dependent)) {
        for (address, watched) in &mut self.accounts {
            if watched.moves_to(machine.balance(*address)) {
                for id in &watched.entries {
                    spoil(&mut self.entries, &mut self.touched, *id, mark);
                }
            }
        }
    }

    /// The machine is in another state: all that is watched is compared.
    pub(super) fn state_moved(&mut self, machine: &mut Machine, mark: &mut impl FnMut(Dependent)) {
        self.value_moved(machine, mark);
        for ((address, slot), watched) in &mut self.words {
            if watched.moves_to(machine.storage(*address, *slot)) {
                for id in &watched.entries {
                    spoil(&mut self.entries, &mut self.touched, *id, mark);
                }
            }
        }
    }

    /// Time or number of the block moved.
    pub(super) fn block_moved(&mut self, mark: &mut impl FnMut(Dependent)) {
        for id in &self.block {
            spoil(&mut self.entries, &mut self.touched, *id, mark);
        }
    }

    /// Anything may have changed.
    pub(super) fn everything_changed(&mut self, machine: &mut Machine) {
        for id in 0..self.entries.len() {
            spoil(&mut self.entries, &mut self.touched, id as u32, &mut |_| {});
        }
        for (address, watched) in &mut self.accounts {
            watched.value = machine.balance(*address);
        }
        for ((address, slot), watched) in &mut self.words {
            watched.value = machine.storage(*address, *slot);
        }
    }

    /// Makes the present answers those of the base state.
    pub(super) fn freeze(&mut self) {
        self.base_entries = self.entries.len();
        self.base_words = self.words.len();
        self.base_accounts = self.accounts.len();
        for entry in &mut self.entries {
            entry.base = None;
            entry.touched = false;
        }
        self.fresh.clear();
        self.touched.clear();
        self.additions.clear();
    }

    /// Goes back to the base state: takes away exactly what the case added, the last first.
    pub(super) fn reset(&mut self) {
        while let Some(addition) = self.additions.pop() {
            let list = match addition {
                Addition::Storage(index) => self.words.get_mut(index).map(|(_, watched)| &mut watched.entries),
                Addition::Account(index) => self.accounts.get_mut(index).map(|(_, watched)| &mut watched.entries),
                Addition::Block => Some(&mut self.block),
                Addition::Dependent(id) => self.entries.get_mut(id as usize).map(|entry| &mut entry.dependents),
            };
            if let Some(list) = list {
                list.pop();
            }
        }
        for key in self.fresh.drain(..) {
            match key {
                Key::Call(key) => self.index.remove(&key),
                Key::Supposed(question) => self.supposed.remove(&question),
                Key::Balance(address) => self.balances.remove(&address),
                Key::Word(address, slot) => self.slots.remove(&(address, slot)),
            };
        }
        self.entries.truncate(self.base_entries);
        for (address, _) in self.accounts.drain(self.base_accounts..) {
            self.account_index.remove(&address);
        }
        for (word, _) in self.words.drain(self.base_words..) {
            self.storage.remove(&word);
        }
        for (_, watched) in &mut self.accounts {
            watched.value = watched.base;
        }
        for (_, watched) in &mut self.words {
            watched.value = watched.base;
        }
        for id in self.touched.drain(..) {
            if let Some(entry) = self.entries.get_mut(id as usize) {
                entry.touched = false;
                entry.valid = true;
                if let Some((answer, reads)) = entry.base.take() {
                    entry.answer = answer;
                    entry.reads = reads;
                }
            }
        }
    }

    fn keep(
        &mut self,
        known: Option<u32>,
        key: Key,
        answer: Answer,
        reads: Vec<Read>,
        machine: &mut Machine,
    ) -> Option<u32> {
        // What depends on everything is asked each time.
        if reads.contains(&Read::Everything) {
            return None;
        }
        let id = match known {
            Some(id) => id,
            None if self.entries.len() >= MAX_ENTRIES => return None,
            None => {
                let id = self.entries.len() as u32;
                match &key {
                    Key::Call(key) => self.index.insert(key.clone(), id),
                    Key::Supposed(question) => self.supposed.insert(question.clone(), id),
                    Key::Balance(address) => self.balances.insert(*address, id),
                    Key::Word(address, slot) => self.slots.insert((*address, *slot), id),
                };
                self.fresh.push(key);
                self.entries.push(Entry {
                    answer: Err(Undecided::NotCaptured),
                    valid: false,
                    reads: Vec::new(),
                    dependents: Vec::new(),
                    base: None,
                    touched: true,
                });
                id
            }
        };
        let entry = self.entries.get_mut(id as usize)?;
        let old_answer = std::mem::replace(&mut entry.answer, answer);
        entry.valid = true;
        if entry.reads != reads {
            let old_reads = std::mem::replace(&mut entry.reads, reads.clone());
            if (id as usize) < self.base_entries && entry.base.is_none() {
                entry.base = Some((old_answer, old_reads));
            }
            for read in reads {
                self.watch(id, read, machine);
            }
        } else if (id as usize) < self.base_entries && entry.base.is_none() {
            entry.base = Some((old_answer, reads));
        }
        Some(id)
    }

    fn watch(&mut self, id: u32, read: Read, machine: &mut Machine) {
        let (list, addition) = match read {
            // What depends on everything is not kept, so nothing is waited for.
            Read::Block | Read::Everything => (&mut self.block, Addition::Block),
            Read::Storage(address, slot) => {
                let words = &mut self.words;
                let index = *self.storage.entry((address, slot)).or_insert_with(|| {
                    words.push(((address, slot), Watched::new(machine.storage(address, slot))));
                    words.len() - 1
                });
                (&mut self.words[index].1.entries, Addition::Storage(index))
            }
            Read::Account(address) => {
                let accounts = &mut self.accounts;
                let index = *self.account_index.entry(address).or_insert_with(|| {
                    accounts.push((address, Watched::new(machine.balance(address))));
                    accounts.len() - 1
                });
                (&mut self.accounts[index].1.entries, Addition::Account(index))
            }
        };
        if !list.contains(&id) {
            list.push(id);
            self.additions.push(addition);
        }
    }
}

/// Makes an answer invalid and tells who used it.
fn spoil(entries: &mut [Entry], touched: &mut Vec<u32>, id: u32, mark: &mut impl FnMut(Dependent)) {
    let Some(entry) = entries.get_mut(id as usize) else { return };
    if !entry.valid {
        // Whoever used it was told when it became invalid, and nobody has asked since.
        return;
    }
    entry.valid = false;
    if !entry.touched {
        entry.touched = true;
        touched.push(id);
    }
    for dependent in &entry.dependents {
        mark(*dependent);
    }
}
