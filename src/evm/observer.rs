//! Machines that are watched: for call trees, and for the instructions that run. Never in the hot loop.

use super::{
    boundary::Sentry,
    coverage::{Coverage, Coverer},
    machine::{Execution, Machine, MachineContext, Message},
    trace::{Trace, Tracer},
};
use alloy_primitives::{Address, Bytes, Log};
use revm::{
    Inspector,
    interpreter::{CallInputs, CallOutcome, CreateInputs, CreateOutcome, Interpreter, interpreter::EthInterpreter},
};

/// What a machine tells besides its results.
#[derive(Debug, Default)]
pub(super) enum Observer {
    /// Nothing: messages run at full speed.
    #[default]
    None,
    /// The call tree of a message.
    Tracer(Tracer),
    /// The instructions that run.
    Coverer(Coverer),
    /// States in which a contract gets control.
    Sentry(Sentry),
}

impl Observer {
    pub(super) fn is_there(&self) -> bool {
        !matches!(self, Self::None)
    }

    /// Whether it looks at views too.
    pub(super) fn sees_views(&self) -> bool {
        matches!(self, Self::Tracer(_) | Self::Coverer(_))
    }

    /// A message begins.
    pub(super) fn begin(&mut self) {
        if let Self::Sentry(sentry) = self {
            sentry.begin();
        }
    }

    /// Posts a sentry where nobody watches.
    pub(super) fn post(&mut self, sentry: Sentry) {
        if !self.is_there() {
            *self = Self::Sentry(sentry);
        }
    }

    /// The sentry, where one is posted.
    pub(super) fn sentry(&mut self) -> Option<&mut Sentry> {
        match self {
            Self::Sentry(sentry) => Some(sentry),
            _ => None,
        }
    }
}

impl Machine {
    /// Runs a message and records its call tree, events and storage changes.
    pub fn trace(&mut self, message: &Message) -> (Execution, Trace) {
        self.traced(|machine| machine.execute(message))
    }

    /// The call tree that a message would have here; nothing of it stays.
    pub fn foresee(&mut self, message: &Message, gas_limit: u64) -> Trace {
        let here = self.snapshot();
        let (_, trace) = self.traced(|machine| machine.execute_with_gas(message, gas_limit));
        self.restore(&here);
        trace
    }

    /// Asks a view, as [`Machine::view`] does, and records its call tree.
    pub fn trace_view(&mut self, from: Address, to: Address, data: Bytes) -> Trace {
        self.traced(|machine| machine.view(from, to, data)).1
    }

    fn traced<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> (T, Trace) {
        let before = std::mem::replace(&mut self.evm.inspector, Observer::Tracer(Tracer::default()));
        let result = run(self);
        match std::mem::replace(&mut self.evm.inspector, before) {
            Observer::Tracer(tracer) => (result, tracer.finish()),
            _ => (result, Trace::default()),
        }
    }

    /// Notes from now on which instructions run, also in views.
    pub fn cover(&mut self) {
        self.evm.inspector = Observer::Coverer(Coverer::default());
    }

    /// The instructions that ran since [`Machine::cover`], or since this was asked for the last time.
    pub fn covered(&mut self) -> Coverage {
        match &mut self.evm.inspector {
            Observer::Coverer(coverer) => coverer.take(),
            _ => Coverage::default(),
        }
    }
}

impl Inspector<MachineContext, EthInterpreter> for Observer {
    fn initialize_interp(&mut self, interpreter: &mut Interpreter<EthInterpreter>, context: &mut MachineContext) {
        match self {
            Self::None => {}
            Self::Tracer(tracer) => tracer.initialize_interp(interpreter, context),
            Self::Coverer(coverer) => coverer.initialize_interp(interpreter, context),
            Self::Sentry(sentry) => sentry.begin_code(interpreter, context),
        }
    }

    #[inline]
    fn step(&mut self, interpreter: &mut Interpreter<EthInterpreter>, context: &mut MachineContext) {
        match self {
            Self::None | Self::Sentry(_) => {}
            Self::Tracer(tracer) => tracer.step(interpreter, context),
            Self::Coverer(coverer) => coverer.step(interpreter, context),
        }
    }

    fn log(&mut self, context: &mut MachineContext, log: Log) {
        if let Self::Tracer(tracer) = self {
            tracer.log(context, log);
        }
    }

    fn call(&mut self, context: &mut MachineContext, inputs: &mut CallInputs) -> Option<CallOutcome> {
        match self {
            Self::None => None,
            Self::Tracer(tracer) => tracer.call(context, inputs),
            Self::Coverer(coverer) => coverer.call(context, inputs),
            Self::Sentry(sentry) => {
                sentry.enter();
                None
            }
        }
    }

    fn call_end(&mut self, context: &mut MachineContext, inputs: &CallInputs, outcome: &mut CallOutcome) {
        match self {
            Self::None => {}
            Self::Tracer(tracer) => tracer.call_end(context, inputs, outcome),
            Self::Coverer(coverer) => coverer.call_end(context, inputs, outcome),
            Self::Sentry(sentry) => sentry.leave(outcome.instruction_result().is_ok()),
        }
    }

    fn create(&mut self, context: &mut MachineContext, inputs: &mut CreateInputs) -> Option<CreateOutcome> {
        match self {
            Self::None => None,
            Self::Tracer(tracer) => tracer.create(context, inputs),
            Self::Coverer(coverer) => coverer.create(context, inputs),
            Self::Sentry(sentry) => {
                sentry.enter();
                None
            }
        }
    }

    fn create_end(&mut self, context: &mut MachineContext, inputs: &CreateInputs, outcome: &mut CreateOutcome) {
        match self {
            Self::None => {}
            Self::Tracer(tracer) => tracer.create_end(context, inputs, outcome),
            Self::Coverer(coverer) => coverer.create_end(context, inputs, outcome),
            Self::Sentry(sentry) => sentry.leave(outcome.instruction_result().is_ok()),
        }
    }
}
