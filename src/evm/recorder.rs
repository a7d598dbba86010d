use alloy_primitives::{Address, B256, U256, map::HashMap};

/// A conditional jump that went one way: `index` is twice the program counter, plus one when the jump was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edge {
    /// Keccak-256 of the code: clones of one implementation share their edges.
    pub code: B256,
    /// `2 * pc + taken`.
    pub index: u32,
}

/// Which instruction compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ComparisonKind {
    /// Unsigned `<`.
    Less,
    /// Unsigned `>`.
    Greater,
    /// Signed `<`.
    SignedLess,
    /// Signed `>`.
    SignedGreater,
    /// `==`.
    Equal,
}

/// The operands of a comparison that was executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comparison {
    /// Which instruction.
    pub kind: ComparisonKind,
    /// Top of the stack.
    pub left: U256,
    /// Second word of the stack.
    pub right: U256,
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
}

/// Comparisons kept of one message; later ones are dropped.
const COMPARISONS_PER_MESSAGE: usize = 256;
/// Branches of runtime code tracked per code hash, a bound for hostile code sizes (EIP-170 allows 24,576 bytes).
const MAX_CODE: usize = 0x20000;

/// Bytes assumed for a code whose edges are learned before it runs: the limit of EIP-170.
const LEARNED_CODE: usize = 0x6000;

const UNSEEN: u8 = 0;
const KNOWN: u8 = 1;
const FRESH: u8 = 2;

#[derive(Debug)]
struct Code {
    hash: B256,
    /// Where its cells begin, and how many there are.
    start: usize,
    length: usize,
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
    current: usize,
    current_start: usize,
    current_length: usize,
    current_hash: B256,
    fresh: Vec<(usize, u32)>,
    comparisons: Vec<Comparison>,
    writes: Vec<(Address, U256)>,
    reads: Vec<Read>,
    value_moved: bool,
    structure_changed: bool,
    watching: bool,
    enabled: bool,
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

    /// Makes edges known, so that they are not fresh again.
    pub fn learn(&mut self, edges: &[Edge]) {
        for edge in edges {
            let code = self.code(edge.code, LEARNED_CODE.max(edge.index as usize / 2 + 1));
            let Code { start, length, .. } = self.codes[code];
            let index = edge.index as usize;
            if index < length {
                self.cells[start + index] = KNOWN;
            }
        }
    }

    /// Comparisons of the last message, in order, bounded.
    pub fn comparisons(&self) -> &[Comparison] {
        &self.comparisons
    }

    /// Storage words that the last message wrote, in order, with repetitions; also those of frames that reverted.
    pub fn writes(&self) -> &[(Address, U256)] {
        &self.writes
    }

    /// Whether the last message moved native value inside.
    pub fn value_moved(&self) -> bool {
        self.value_moved
    }

    /// Whether the last message created or destroyed a contract.
    pub fn structure_changed(&self) -> bool {
        self.structure_changed
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
        self.comparisons.clear();
        self.writes.clear();
        self.value_moved = false;
        self.structure_changed = false;
    }

    pub(super) fn forget_fresh(&mut self) {
        for (code, index) in self.fresh.drain(..) {
            let cell = &mut self.cells[self.codes[code].start + index as usize];
            // What was learned since the case ended stays known.
            if *cell == FRESH {
                *cell = UNSEEN;
            }
        }
    }

    /// While off, edges and comparisons are not recorded: views and set-up do not count as coverage.
    pub(super) fn set_enabled(&mut self, enabled: bool) {
        self.enabled = enabled;
    }

    #[inline]
    pub(super) fn edge(&mut self, hash: Option<B256>, length: usize, pc: usize, taken: bool) {
        if !self.enabled {
            return;
        }
        // Constructor code has no hash: it runs once and depends on its arguments.
        let Some(hash) = hash else { return };
        if hash != self.current_hash {
            self.enter(hash, length);
        }
        let index = 2 * pc + usize::from(taken);
        if index < self.current_length
            && let Some(cell) = self.cells.get_mut(self.current_start + index)
            && *cell == UNSEEN
        {
            *cell = FRESH;
            self.fresh.push((self.current, index as u32));
        }
    }

    fn enter(&mut self, hash: B256, length: usize) {
        self.current = self.code(hash, length);
        self.current_hash = hash;
        Code { start: self.current_start, length: self.current_length, .. } = self.codes[self.current];
    }

    #[inline]
    pub(super) fn compare(&mut self, kind: ComparisonKind, left: U256, right: U256) {
        if self.enabled && self.comparisons.len() < COMPARISONS_PER_MESSAGE {
            self.comparisons.push(Comparison { kind, left, right });
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

    pub(super) fn move_value(&mut self) {
        self.value_moved = true;
    }

    pub(super) fn change_structure(&mut self) {
        self.structure_changed = true;
    }

    fn code(&mut self, hash: B256, length: usize) -> usize {
        let (codes, cells) = (&mut self.codes, &mut self.cells);
        *self.by_hash.entry(hash).or_insert_with(|| {
            let length = 2 * length.min(MAX_CODE);
            codes.push(Code { hash, start: cells.len(), length });
            cells.resize(cells.len() + length, UNSEEN);
            codes.len() - 1
        })
    }
}
