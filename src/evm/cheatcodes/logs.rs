//! Events and storage accesses that a test looks at.

use super::{
    super::notes::{Access, Word},
    Answer, Cheat, Cheats, DONE, MAX_ITEMS, MachineContext, interface,
    interface::{ToolsCalls, VmCalls},
};
use alloy_primitives::{Address, B256, Log, U256};
use alloy_sol_types::SolValue;
use serde_json::{Value, json};

/// Events since recording began; none while it has not.
pub(super) type Recording = Option<Vec<Log>>;
/// Words that were read or written, and which of both, while that is recorded.
pub(super) type Accesses = Option<(bool, Vec<(Address, U256, bool)>)>;

pub(super) fn answer(cheat: &mut Cheat<'_>, call: &VmCalls) -> Option<Answer> {
    use VmCalls as C;
    Some(match call {
        C::recordLogs(_) => {
            cheat.cheats.logs = Some(Vec::new());
            DONE
        }
        C::getRecordedLogs(_) => {
            cheat.depends_on_everything();
            let logs = cheat.cheats.logs.as_mut().map(std::mem::take).unwrap_or_default();
            let log = |log: Log| interface::Log {
                topics: log.topics().to_vec(),
                data: log.data.data.clone(),
                emitter: log.address,
            };
            Ok(logs.into_iter().map(log).collect::<Vec<_>>().abi_encode())
        }
        C::record(_) => {
            cheat.cheats.accesses = Some((true, Vec::new()));
            DONE
        }
        C::stopRecord(_) => {
            if let Some((recording, _)) = &mut cheat.cheats.accesses {
                *recording = false;
            }
            DONE
        }
        C::accesses(call) => {
            cheat.depends_on_everything();
            let accesses = cheat.cheats.accesses.as_ref().map(|(_, accesses)| accesses.as_slice()).unwrap_or_default();
            let of = |writes: bool| {
                let found = accesses.iter().filter(|(account, _, write)| *account == call.account && *write == writes);
                found.map(|(_, slot, _)| B256::from(*slot)).collect::<Vec<_>>()
            };
            Ok((of(false), of(true)).abi_encode_params())
        }
        _ => return None,
    })
}

/// The same events as a text.
pub(super) fn answer_text(cheat: &mut Cheat<'_>, call: &ToolsCalls) -> Option<Answer> {
    let ToolsCalls::getRecordedLogsJson(_) = call else { return None };
    cheat.depends_on_everything();
    let logs = cheat.cheats.logs.as_mut().map(std::mem::take).unwrap_or_default();
    let log = |log: &Log| {
        let topics: Vec<_> = log.topics().iter().map(ToString::to_string).collect();
        json!({ "topics": topics, "data": log.data.data.to_string(), "emitter": log.address.to_string() })
    };
    Some(Ok(Value::Array(logs.iter().map(log).collect()).to_string().abi_encode()))
}

impl Cheats {
    /// Takes over what the instructions of the frame at `depth` have noted since a frame began or ended.
    pub(super) fn catch_up(&mut self, context: &mut MachineContext, depth: usize) {
        for log in std::mem::take(&mut context.chain.notes.events) {
            self.meet_log(&log);
            if let Some(logs) = &mut self.logs
                && logs.len() < MAX_ITEMS
            {
                logs.push(log);
            }
        }
        for access in std::mem::take(&mut context.chain.notes.accesses) {
            match access {
                Access::Read(word) => self.note_read(context, word, depth),
                Access::Written(word) => {
                    // What was there before is read.
                    self.note_access(word, false);
                    self.note_access(word, true);
                    self.note_write(word.account, word.slot.into());
                    self.note_word(context, word, true, depth);
                }
                Access::Hashed { account, hash, key, parent } => self.note_hash(account, hash, (key, parent)),
                Access::Looked(look) => self.note_look(context, look, depth),
            }
        }
    }

    fn note_read(&mut self, context: &MachineContext, word: Word, depth: usize) {
        self.note_access(word, false);
        self.note_word(context, word, false, depth);
    }

    fn note_access(&mut self, word: Word, is_write: bool) {
        if let Some((true, accesses)) = &mut self.accesses
            && accesses.len() < MAX_ITEMS
        {
            accesses.push((word.account, word.slot, is_write));
        }
    }
}
