use super::{
    comparison::{Comparison, ComparisonKind, Site},
    notes::Notes,
};
use alloy_primitives::{Address, B256, U256, map::HashMap};
use revm::interpreter::{
    interpreter::ExtBytecode,
    interpreter_types::{Jumps, LegacyBytecode},
};

/// A conditional jump that was taken or not, or a comparison that held or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edge {
    /// Keccak-256 of the code: clones of one implementation share their edges.
    pub code: B256,
    /// Twice the program counter, plus one when the jump was taken or the comparison held.
    pub index: u32,
}

/// A comparison that came nearer to an outcome than the machine was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nearer {
    /// The outcome.
    pub outcome: Edge,
    /// How far it was; zero when it came out so. See [`Comparison::distance`].
    pub distance: U256,
    /// What was compared.
    pub comparison: Comparison,
    /// The step that the machine was at, see [`Recorder::at_step`].
    pub step: usize,
}

impl Comparison {
    /// Whether an outcome comes nearer than what is known of both: the ranks of failing and of holding.
    #[expect(clippy::inline_always, reason = "this runs at each comparison")]
    #[inline(always)]
    fn is_news(&self, ranks: [u8; 2]) -> bool {
        let outcome = usize::from(self.outcome());
        // Nothing but the outcome itself is nearer than one step away.
        ranks[outcome] != 0 || (ranks[1 - outcome] > 1 && Nearer::rank(self.distance()) < ranks[1 - outcome])
    }
}

impl Nearer {
    /// What counts as nearer: orders of magnitude, finer for small distances.
    #[inline]
    pub fn rank(distance: U256) -> u8 {
        let bits = distance.bit_len();
        // At most 76.
        (if bits <= 16 { bits } else { 16 + (bits - 13) / 4 }) as u8
    }
}

/// Which comparisons of a message are kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Comparing {
    /// None, and no distances are measured.
    #[default]
    Nothing,
    /// Those that come nearer to an outcome that was never seen than any before, as far as the machine was told.
    Open,
    /// All, with the remainders among their operands.
    All,
    /// All, and what casts cut.
    Casts,
}

impl Comparing {
    fn keeps_all(self) -> bool {
        matches!(self, Self::All | Self::Casts)
    }
}

/// Something that a view call depended on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Read {
    /// A storage word.
    Storage(Address, U256),
    /// A native balance, or the presence of code.
    Account(Address),
    /// Time, number or another field of the block.
    Block,
    /// Something that has no name: whatever happens may change it.
    Everything,
}

/// Comparisons kept of one message; later ones are dropped.
const COMPARISONS_PER_MESSAGE: usize = 1024;
/// Outcomes of one case to which a nearer distance is kept.
const NEARER_PER_CASE: usize = 256;
/// Branches of runtime code tracked per code hash, a bound for hostile code sizes (EIP-170 allows 24,576 bytes).
const MAX_CODE: usize = 0x20000;

/// Bytes assumed for a code whose edges are learned before it runs: the limit of EIP-170.
const LEARNED_CODE: usize = 0x6000;

const UNSEEN: u8 = 0;
const KNOWN: u8 = 1;
const FRESH: u8 = 2;
/// Reads kept of one message; later ones are dropped.
const MAX_LOADS: usize = 1024;
/// Words behind a hash that belong to the same array or structure.
const MAX_ELEMENTS: u64 = 1 << 16;
/// The rank of an outcome whose comparison was never executed.
const UNMEASURED: u8 = u8::MAX;

#[derive(Debug)]
struct Code {
    hash: B256,
    /// Where its cells begin, and how many there are.
    start: usize,
    length: usize,
}

/// A hash of the slot of an array, or of a key and the slot of a mapping.
#[derive(Debug)]
struct Hashed {
    hash: U256,
    key: Option<U256>,
    base: U256,
}

/// An outcome that came nearer in this case.
#[derive(Debug)]
struct Improvement {
    cell: usize,
    /// What the machine was told.
    before: u8,
    distance: U256,
    comparison: Comparison,
    step: usize,
}

/// What the hooks knew of the last message before something else ran.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "a copy of flags that hooks set")]
pub(super) struct Aside {
    enabled: bool,
    value_moved: bool,
    structure_changed: bool,
    outlives_revert: bool,
    writes: usize,
}

/// What the hooks saw: edges of the case, and writes and comparisons of the last message.
///
/// Edges are `fresh` when [`Recorder::learn`] was not told of them. A machine that is told the same edges therefore reports
/// the same fresh ones, whatever it executed before.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own that a hook sets")]
#[derive(Debug, Default)]
pub struct Recorder {
    codes: Vec<Code>,
    by_hash: HashMap<B256, usize>,
    /// Cells of all codes, one behind the other.
    cells: Vec<u8>,
    /// Beside each cell: the best rank of a comparison there. See [`Nearer::rank`].
    ranks: Vec<u8>,
    /// The code that runs, where its bytes are, and its cells.
    current: usize,
    current_bytes: usize,
    current_start: usize,
    current_length: usize,
    fresh: Vec<(usize, u32)>,
    comparisons: Vec<Comparison>,
    /// Comparisons of a remainder, with what was divided by; and the remainder computed last.
    remainders: Vec<(usize, U256)>,
    remainder: Option<(U256, U256)>,
    nearer: Vec<Improvement>,
    /// Their cells, which are searched often.
    nearer_cells: Vec<usize>,
    step: usize,
    comparing: Comparing,
    writes: Vec<(Address, U256)>,
    reads: Vec<Read>,
    /// Words that the last message read and hashes that it computed, while [`Recorder::track`] is on.
    loads: Vec<(Address, U256)>,
    hashes: Vec<Hashed>,
    tracking: bool,
    /// Code that is no subject of the search.
    left_out: Option<B256>,
    value_moved: bool,
    structure_changed: bool,
    /// Contracts that the last message created.
    created: Vec<Address>,
    watching: bool,
    enabled: bool,
    /// For cheatcodes, on machines that have them.
    pub(super) notes: Notes,
    /// Something changed that a revert of the message does not undo.
    outlives_revert: bool,
}

impl Recorder {
    pub(super) fn new() -> Self {
        Self { enabled: true, ..Self::default() }
    }

    /// Edges that were reached since the last reset and are not known, sorted.
    pub fn fresh_edges(&self) -> Vec<Edge> {
        let mut edges: Vec<_> =
            self.fresh.iter().map(|(code, index)| Edge { code: self.codes[*code].hash, index: *index }).collect();
        edges.sort_unstable();
        edges
    }

    /// Whether an unknown edge was reached since the last reset.
    pub fn has_fresh_edges(&self) -> bool {
        !self.fresh.is_empty()
    }

    /// Number of unknown edges reached since the last reset.
    pub fn fresh_count(&self) -> usize {
        self.fresh.len()
    }

    /// Outcomes that came nearer since the last reset than the machine was told, in the order in which they did.
    pub fn nearer(&self) -> Vec<Nearer> {
        let known = self.nearer.iter().map(|improvement| {
            let Improvement { cell, distance, comparison, step, .. } = *improvement;
            let Code { hash, start, .. } = self.codes[comparison.site.code as usize];
            Nearer { outcome: Edge { code: hash, index: (cell - start) as u32 }, distance, comparison, step }
        });
        known.collect()
    }

    /// Whether an outcome of a comparison came nearer than was known.
    pub fn has_nearer(&self) -> bool {
        !self.nearer.is_empty()
    }

    /// Names the step that messages belong to from now on.
    pub fn at_step(&mut self, step: usize) {
        self.step = step;
    }

    /// Says which comparisons are kept, to measure their distances.
    pub fn watch_comparisons(&mut self, comparing: Comparing) {
        self.comparing = comparing;
    }

    /// Whether this outcome of a comparison of the last message was never seen, as far as the machine was told.
    pub fn is_open(&self, site: Site, outcome: bool) -> bool {
        let cell = self.codes[site.code as usize].start + 2 * site.pc as usize + usize::from(outcome);
        self.ranks.get(cell).is_some_and(|rank| *rank != 0)
    }

    /// Where an outcome is decided, when its code ran in this machine.
    pub fn site(&self, outcome: Edge) -> Option<(Site, bool)> {
        let code = *self.by_hash.get(&outcome.code)?;
        Some((Site { code: code as u32, pc: outcome.index / 2 }, outcome.index % 2 == 1))
    }

    /// Makes distances known.
    pub fn learn_distances(&mut self, known: &[(Edge, U256)]) {
        self.forget_fresh();
        for (outcome, distance) in known {
            let code = self.code(outcome.code, LEARNED_CODE.max(outcome.index as usize / 2 + 1));
            let Code { start, length, .. } = self.codes[code];
            let index = outcome.index as usize;
            if index < length {
                self.ranks[start + index] = Nearer::rank(*distance);
            }
        }
    }

    /// Makes edges known, so that they are not fresh again.
    pub fn learn(&mut self, edges: &[Edge]) {
        self.forget_fresh();
        for edge in edges {
            let code = self.code(edge.code, LEARNED_CODE.max(edge.index as usize / 2 + 1));
            let Code { start, length, .. } = self.codes[code];
            let index = edge.index as usize;
            if index < length {
                self.cells[start + index] = KNOWN;
            }
        }
    }

    /// Comparisons of the last message, in order, bounded, as far as they are kept: see [`Recorder::watch_comparisons`].
    pub fn comparisons(&self) -> &[Comparison] {
        &self.comparisons
    }

    /// The same comparisons, for somebody to keep; and those that had a remainder as operand, by index, with what was divided by.
    pub fn take_comparisons(&mut self) -> (Vec<Comparison>, Vec<(usize, U256)>) {
        // The next message will have about as many.
        let room = Vec::with_capacity(self.comparisons.len());
        (std::mem::replace(&mut self.comparisons, room), std::mem::take(&mut self.remainders))
    }

    /// Storage words that the last message wrote, in order, with repetitions; also those of frames that reverted.
    pub fn writes(&self) -> &[(Address, U256)] {
        &self.writes
    }

    /// Whether casts are kept.
    #[inline]
    pub(super) fn keeps_casts(&self) -> bool {
        self.comparing == Comparing::Casts
    }

    /// Leaves out what runs in this code: no edges, and no comparisons.
    pub fn leave_out(&mut self, code: B256) {
        self.left_out = Some(code);
    }

    /// Whether reads of messages are kept.
    pub fn track(&mut self, tracking: bool) {
        self.tracking = tracking;
    }

    /// Storage words that the last message read, in order, with repetitions.
    pub fn loads(&self) -> &[(Address, U256)] {
        &self.loads
    }

    /// The variable that a slot belongs to: itself, or the slot of the mapping or array that its hash was made of, as far as the
    /// last message computed it. And the keys that lead there from the variable, the first one first.
    pub fn variable(&self, slot: U256) -> (U256, Vec<U256>) {
        let (mut variable, mut keys) = (slot, Vec::new());
        // A mapping of mappings of mappings is as deep as it gets.
        for _ in 0..3 {
            let near = |hash: U256| variable.wrapping_sub(hash) < U256::from(MAX_ELEMENTS);
            let Some(hashed) = self.hashes.iter().find(|hashed| near(hashed.hash)) else { break };
            variable = hashed.base;
            keys.extend(hashed.key);
        }
        keys.reverse();
        (variable, keys)
    }

    /// Keys of mappings that the last message wrote an entry of, where such a key is `wanted`; in order.
    pub fn keys_written(&self, wanted: impl Fn(U256) -> bool) -> Vec<U256> {
        let keys = self.entries(&wanted).flat_map(|(_, keys)| keys);
        keys.filter(|key| wanted(*key)).collect()
    }

    /// Words that the last message wrote and that a `wanted` key of a mapping leads to; in order, with repetitions.
    pub fn entries_written(&self, wanted: impl Fn(U256) -> bool) -> Vec<(Address, U256)> {
        let entries = self.entries(&wanted).filter(|(_, keys)| keys.iter().any(|key| wanted(*key)));
        entries.map(|(word, _)| word).collect()
    }

    /// Words that the last message wrote, with the keys that lead there; none where it hashed no key that is `wanted`.
    fn entries(&self, wanted: &impl Fn(U256) -> bool) -> impl Iterator<Item = ((Address, U256), Vec<U256>)> {
        // Most messages have no such key at all.
        let has_any = self.hashes.iter().filter_map(|hashed| hashed.key).any(wanted);
        let written = if has_any { self.writes.as_slice() } else { &[] };
        written.iter().map(|word| (*word, self.variable(word.1).1))
    }

    /// Whether the last message moved native value inside.
    pub fn value_moved(&self) -> bool {
        self.value_moved
    }

    /// Whether the last message created or destroyed a contract.
    pub fn structure_changed(&self) -> bool {
        self.structure_changed
    }

    /// The contracts that the last message created, in order, without those of frames that failed.
    pub fn created(&self) -> &[Address] {
        &self.created
    }

    /// Whether the last message changed something that stays though it may have reverted: what cheatcodes left behind.
    pub fn outlives_revert(&self) -> bool {
        self.outlives_revert
    }

    /// Starts to record what view calls read.
    pub(super) fn watch(&mut self) {
        self.reads.clear();
        self.watching = true;
    }

    /// Stops recording reads and returns them, sorted and without repetitions.
    pub(super) fn unwatch(&mut self) -> Vec<Read> {
        self.watching = false;
        self.reads.sort_unstable();
        self.reads.dedup();
        std::mem::take(&mut self.reads)
    }

    pub(super) fn start_message(&mut self) {
        self.leave();
        self.comparisons.clear();
        self.remainders.clear();
        self.remainder = None;
        self.writes.clear();
        self.loads.clear();
        self.hashes.clear();
        self.value_moved = false;
        self.structure_changed = false;
        self.created.clear();
        self.notes.clear();
        self.outlives_revert = false;
    }

    /// Measures the comparisons of the message that has ended. Where all are kept, only whether outcomes were met counts.
    pub(super) fn end_message(&mut self) {
        let comparisons = std::mem::take(&mut self.comparisons);
        for comparison in comparisons.iter().filter(|comparison| comparison.kind != ComparisonKind::Cast) {
            let Site { code, pc } = comparison.site;
            let here = self.codes[code as usize].start + 2 * pc as usize;
            let outcome = usize::from(comparison.outcome());
            if self.ranks[here + outcome] != 0 {
                self.approach(here + outcome, U256::ZERO, comparison);
            }
            if self.comparing == Comparing::Open && self.ranks[here + 1 - outcome] != 0 {
                self.approach(here + 1 - outcome, comparison.distance(), comparison);
            }
        }
        self.comparisons = comparisons;
    }

    fn approach(&mut self, cell: usize, distance: U256, comparison: &Comparison) {
        let (rank, best, step) = (Nearer::rank(distance), self.ranks[cell], self.step);
        if rank >= best {
            return;
        }
        if let Some(known) = self.nearer_cells.iter().position(|known| *known == cell) {
            let improvement = &mut self.nearer[known];
            *improvement = Improvement { distance, comparison: *comparison, step, ..*improvement };
        } else if self.nearer.len() < NEARER_PER_CASE {
            self.nearer_cells.push(cell);
            self.nearer.push(Improvement { cell, before: best, distance, comparison: *comparison, step });
        } else {
            return;
        }
        self.ranks[cell] = rank;
    }

    pub(super) fn forget_fresh(&mut self) {
        for (code, index) in self.fresh.drain(..) {
            self.cells[self.codes[code].start + index as usize] = UNSEEN;
        }
        self.nearer_cells.clear();
        for improvement in self.nearer.drain(..) {
            self.ranks[improvement.cell] = improvement.before;
        }
    }

    /// Begins something that is no message: edges and comparisons of views do not count as coverage.
    pub(super) fn set_aside(&mut self) -> Aside {
        let Self { enabled, value_moved, structure_changed, outlives_revert, .. } = *self;
        self.enabled = false;
        Aside { enabled, value_moved, structure_changed, outlives_revert, writes: self.writes.len() }
    }

    /// Tells of the last message what it told before, and nothing of what ran aside.
    pub(super) fn take_up(&mut self, aside: Aside) {
        self.enabled = aside.enabled;
        self.value_moved = aside.value_moved;
        self.structure_changed = aside.structure_changed;
        self.outlives_revert = aside.outlives_revert;
        self.writes.truncate(aside.writes);
    }

    #[inline]
    pub(super) fn edge(&mut self, code: &ExtBytecode, taken: bool) {
        if !self.enabled || !self.is_in(code) {
            return;
        }
        let index = 2 * place(code) + usize::from(taken);
        if index < self.current_length && self.cells.get(self.current_start + index) == Some(&UNSEEN) {
            self.note_fresh(index);
        }
    }

    #[cold]
    #[inline(never)]
    fn note_fresh(&mut self, index: usize) {
        self.cells[self.current_start + index] = FRESH;
        self.fresh.push((self.current, index as u32));
    }

    /// Whether `code` has cells, which are the current ones then. Constructor code has none: it runs once and depends on its
    /// arguments.
    #[inline]
    fn is_in(&mut self, code: &ExtBytecode) -> bool {
        code.bytes_ref().as_ptr().addr() == self.current_bytes || self.enter(code)
    }

    #[cold]
    #[inline(never)]
    fn enter(&mut self, code: &ExtBytecode) -> bool {
        let Some(hash) = code.hash() else { return false };
        self.current = self.code(hash, code.bytecode_len());
        self.current_bytes = code.bytes_ref().as_ptr().addr();
        Code { start: self.current_start, length: self.current_length, .. } = self.codes[self.current];
        true
    }

    /// Forgets which code runs: other code may come to lie where it was.
    pub(super) fn leave(&mut self) {
        self.current_bytes = 0;
    }

    #[expect(
        clippy::inline_always,
        reason = "the kind is known where the instruction is, and this runs at each comparison"
    )]
    #[inline(always)]
    pub(super) fn compare(&mut self, code: &ExtBytecode, kind: ComparisonKind, (left, right): (&U256, &U256)) {
        if !self.enabled || self.comparing == Comparing::Nothing || !self.is_in(code) {
            return;
        }
        let pc = place(code);
        if 2 * pc >= self.current_length {
            return;
        }
        let here = self.current_start + 2 * pc;
        let ranks = [self.ranks[here], self.ranks[here + 1]];
        if ranks == [0, 0] && self.comparing == Comparing::Open {
            // Nearly all have come out both ways.
            return;
        }
        let site = Site { code: self.current as u32, pc: pc as u32 };
        let comparison = Comparison { site, kind, left: *left, right: *right };
        if self.comparing.keeps_all() || comparison.is_news(ranks) {
            self.keep(comparison);
        }
    }

    #[cold]
    #[inline(never)]
    fn keep(&mut self, comparison: Comparison) {
        if self.comparisons.len() >= COMPARISONS_PER_MESSAGE {
            return;
        }
        if let Some((remainder, modulus)) = self.remainder
            && (comparison.left == remainder || comparison.right == remainder)
        {
            self.remainders.push((self.comparisons.len(), modulus));
        }
        self.comparisons.push(comparison);
    }

    /// Notes a remainder: what is compared with it next repeats with `modulus`.
    pub(super) fn divide(&mut self, number: U256, modulus: U256) {
        if self.enabled && self.comparing.keeps_all() && !modulus.is_zero() {
            self.remainder = Some((number % modulus, modulus));
        }
    }

    #[inline]
    pub(super) fn write(&mut self, address: Address, slot: U256) {
        self.writes.push((address, slot));
    }

    #[inline]
    pub(super) fn read(&mut self, read: Read) {
        if self.watching {
            self.reads.push(read);
        }
    }

    #[inline]
    pub(super) fn load(&mut self, address: Address, slot: U256) {
        if self.watching {
            self.reads.push(Read::Storage(address, slot));
        } else if self.tracking && self.enabled && self.loads.len() < MAX_LOADS {
            self.loads.push((address, slot));
        }
    }

    /// Notes a hash of one word, or of a key and a word: the last word is the slot of an array or a mapping.
    #[inline]
    pub(super) fn hash(&mut self, hash: U256, input: &[u8]) {
        if self.enabled && matches!(input.len(), 32 | 64) && self.hashes.len() < MAX_LOADS {
            let (key, base) = input.split_at(input.len() - 32);
            let key = (key.len() == 32).then(|| U256::from_be_slice(key));
            self.hashes.push(Hashed { hash, key, base: U256::from_be_slice(base) });
        }
    }

    pub(super) fn move_value(&mut self) {
        self.value_moved = true;
    }

    /// Native value moved, and stays so though the message may revert.
    pub(super) fn move_value_for_good(&mut self) {
        self.value_moved = true;
        self.outlives_revert = true;
    }

    pub(super) fn change_structure(&mut self) {
        self.leave();
        self.structure_changed = true;
    }

    pub(super) fn note_created(&mut self, addresses: impl Iterator<Item = Address>) {
        self.created.extend(addresses);
    }

    /// Anything may have changed, also by a message that reverts.
    pub(super) fn change_everything(&mut self) {
        self.structure_changed = true;
        self.outlives_revert = true;
    }

    fn code(&mut self, hash: B256, length: usize) -> usize {
        let length = if self.left_out == Some(hash) { 0 } else { length };
        let (codes, cells, ranks) = (&mut self.codes, &mut self.cells, &mut self.ranks);
        *self.by_hash.entry(hash).or_insert_with(|| {
            let length = 2 * length.min(MAX_CODE);
            codes.push(Code { hash, start: cells.len(), length });
            cells.resize(cells.len() + length, UNSEEN);
            ranks.resize(cells.len(), UNMEASURED);
            codes.len() - 1
        })
    }
}

/// The program counter of the instruction that runs: the pointer has moved past it already.
#[inline]
fn place(code: &ExtBytecode) -> usize {
    code.pc() - 1
}
