use super::machine::{Block, Message};

/// What a machine did, so that another EVM can be made to do the same: see [`Machine::tape`](super::Machine::tape).
#[derive(Debug, Clone)]
pub enum Act {
    /// It went back to the base state.
    Reset,
    /// It kept its state, under this number.
    Kept(usize),
    /// It went back to the state of this number.
    Restored(usize),
    /// It ran a message.
    Sent {
        /// In this block.
        block: Block,
        /// The message.
        message: Message,
        /// Whether the message returned.
        succeeded: bool,
    },
}

/// Acts as they happen, while somebody wants them.
#[derive(Debug, Default)]
pub(super) struct Tape {
    acts: Option<Vec<Act>>,
    states: usize,
}

impl Tape {
    pub(super) fn start(&mut self) {
        self.acts = Some(Vec::new());
    }

    pub(super) fn stop(&mut self) -> Vec<Act> {
        self.acts.take().unwrap_or_default()
    }

    #[inline]
    pub(super) fn note(&mut self, act: impl FnOnce() -> Act) {
        if let Some(acts) = &mut self.acts {
            acts.push(act());
        }
    }

    /// Notes that a state is kept, and numbers it.
    #[inline]
    pub(super) fn keep(&mut self) -> usize {
        let number = self.states;
        self.states += 1;
        self.note(|| Act::Kept(number));
        number
    }
}
