//! The resolved configuration as text that is itself a `heist.toml`: for `config show`, for the record of a run, for hashes.

use super::{
    super::{Accepted, RoleView},
    Argument, ArgumentValue, AttachAt, CallStep, Config, Located, RoleConfig, Step, StepKind, Targets,
};
use alloy_primitives::U256;
use std::fmt::Write;

impl Config {
    /// The configuration with every default filled in, comments and layout gone: equal text, equal meaning. Parses again.
    pub fn to_toml(&self) -> String {
        let mut text = Text::default();
        text.section("[protocol]");
        text.pair("id", &string(&self.id));
        text.pair("title", &string(&self.title));
        text.pair("evm_version", &string(&self.settings.version.to_string()));
        text.pair("artifacts", &array(self.artifacts.iter().map(|path| string(&path.value))));
        text.pair("chain_id", &string(&self.settings.chain_id.to_string()));
        text.pair("block", &self.block.number.to_string());
        text.pair("timestamp", &self.block.timestamp.to_string());
        text.pair("infer", &self.infer.to_string());
        text.pair("gas_per_call", &self.settings.limits.gas_per_call.to_string());
        text.pair("gas_per_case", &self.settings.limits.gas_per_case.to_string());
        for actor in &self.actors {
            text.section(&format!("[actors.{}]", actor.name));
            text.pair("kind", &string(&format!("{:?}", actor.kind).to_lowercase()));
            text.pair("address", &string(&actor.address.to_string()));
            text.pair("balance", &amount(actor.balance));
            text.pair("fuzz", &actor.fuzz.to_string());
        }
        for step in &self.setup {
            text.step(step);
        }
        for role in &self.roles {
            text.role(role);
        }
        for intent in &self.intents {
            text.section("[[intent]]");
            text.call(&intent.call);
            if let Some(worth) = &intent.worth {
                text.pair("worth", &string(&worth.value));
            }
        }
        text.section("[economics]");
        if let Some(reference) = &self.economics.reference {
            text.pair("reference", &string(reference));
        }
        text.pair("prices", &table(self.economics.prices.iter().map(|(name, price)| (name.as_str(), string(price)))));
        text.pair("threshold", &amount(self.economics.threshold));
        text.section("[campaign]");
        text.pair("steps", &self.campaign.steps.to_string());
        if let Some(scenarios) = &self.campaign.scenarios {
            text.pair("scenarios", &array(scenarios.iter().map(|scenario| string(scenario))));
        }
        if self.campaign.zoo {
            text.pair("tokens", &string("zoo"));
        }
        if !self.vocabulary.constants.is_empty() {
            text.section("[constants]");
        }
        for constant in &self.vocabulary.constants {
            text.pair(&constant.name, &string(&constant.text));
        }
        for ghost in &self.vocabulary.ghosts {
            text.section("[[ghost]]");
            text.pair("name", &string(&ghost.name.value));
            text.pair("on", &string(&ghost.on.value));
            text.pair("add", &string(&ghost.add.value));
            for (key, written) in [("key", &ghost.key), ("initial", &ghost.initial)] {
                if let Some(written) = written {
                    text.pair(key, &string(&written.value));
                }
            }
        }
        for invariant in &self.invariants {
            text.section("[[invariant]]");
            text.pair("id", &string(&invariant.id));
            text.pair("title", &string(&invariant.title));
            text.pair("roles", &array(invariant.roles.iter().map(|role| string(role))));
            text.pair("on", &string(&format!("{:?}", invariant.on).to_lowercase()));
            if let Some(by) = &invariant.by {
                text.pair("by", &string(&by.value));
            }
            text.pair("expression", &string(&invariant.expression));
            text.pair("severity", &string(&format!("{:?}", invariant.severity).to_lowercase()));
            text.pair("tags", &array(invariant.tags.iter().map(|tag| string(tag))));
            text.pair("explain", &string(&invariant.explain));
        }
        for expected in &self.expected {
            text.section("[[expected]]");
            match &expected.what {
                Accepted::Invariant(pattern) => text.pair("invariant", &string(pattern)),
                Accepted::Finding(id) => text.pair("finding", &string(id)),
            }
            text.pair("reason", &string(&expected.reason));
            if let Some(until) = expected.until {
                text.pair("until", &string(&until.to_string()));
            }
        }
        text.0
    }
}

#[derive(Default)]
struct Text(String);

impl Text {
    fn section(&mut self, header: &str) {
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        self.0.push_str(header);
        self.0.push('\n');
    }

    fn pair(&mut self, key: &str, value: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.0, "{key} = {value}");
    }

    fn call(&mut self, call: &CallStep) {
        self.pair("call", &string(&format!("{}.{}", call.contract, call.function)));
        self.arguments(&call.arguments);
        self.pair("value", &amount(call.value));
        self.pair("from", &string(&call.from));
    }

    fn step(&mut self, step: &Step) {
        self.section("[[setup]]");
        match &step.kind {
            StepKind::Deploy(deploy) => {
                self.pair("deploy", &string(&deploy.artifact));
                self.pair("name", &string(&deploy.name));
                self.arguments(&deploy.arguments);
                self.pair("value", &amount(deploy.value));
                self.pair("from", &string(&deploy.from));
                let libraries = deploy.libraries.iter().map(|(library, name)| (library.as_str(), string(&name.value)));
                self.pair("libraries", &table(libraries));
                self.targets(&deploy.targets);
            }
            StepKind::Call(call) => self.call(call),
            StepKind::Attach(attach) => {
                self.pair("attach", &string(&attach.artifact));
                self.pair("name", &string(&attach.name));
                match &attach.at {
                    AttachAt::Address(address) => self.pair("at", &string(&address.to_string())),
                    AttachAt::View { contract, function, arguments, .. } => {
                        self.pair("at", &string(&format!("{contract}.{function}")));
                        self.arguments(arguments);
                    }
                }
                self.pair("from", &string(&attach.from));
                self.targets(&attach.targets);
            }
            StepKind::Advance { blocks, seconds } => {
                let pairs = [("blocks", blocks.to_string()), ("seconds", seconds.to_string())];
                self.pair("advance", &table(pairs.into_iter()));
            }
        }
    }

    fn arguments(&mut self, arguments: &[Argument]) {
        self.pair("arguments", &array(arguments.iter().map(argument)));
    }

    fn targets(&mut self, targets: &Targets) {
        if targets.declared_only {
            self.pair("infer", "false");
        }
        if let Some(fuzz) = &targets.fuzz {
            self.pair("fuzz", &array(fuzz.iter().map(|name| string(&name.value))));
        }
        let weights = targets.weights.iter().map(|(name, weight)| (name.value.as_str(), weight.to_string()));
        self.pair("weights", &table(weights));
    }

    fn role(&mut self, role: &RoleConfig) {
        self.section("[[role]]");
        self.pair("contract", &string(&role.contract));
        self.pair("role", &string(&role.role));
        let views: Vec<_> = role.views.iter().map(|view| (view.signature(), string(&view.body))).collect();
        self.pair("views", &table(views.iter().map(|(name, body)| (name.as_str(), body.clone()))));
        if let Some(movement) = &role.movement {
            let mut pairs = vec![("function", string(&movement.function.value)), ("from", string(&movement.from))];
            pairs.extend(movement.price.as_ref().map(|price| ("price", string(&price.value))));
            self.pair("move", &table(pairs.into_iter()));
        }
    }
}

impl RoleView {
    /// `claims(x)`.
    pub fn signature(&self) -> String {
        format!("{}({})", self.name, self.parameters.join(", "))
    }
}

fn argument(argument: &Argument) -> String {
    match &argument.value {
        ArgumentValue::Number(text) => text.clone(),
        ArgumentValue::Text(text) => string(text),
        ArgumentValue::Bool(truth) => truth.to_string(),
        ArgumentValue::Array(values) => array(values.iter().map(self::argument)),
        ArgumentValue::Table(fields) => {
            table(fields.iter().map(|(Located { value, .. }, field)| (value.as_str(), self::argument(field))))
        }
    }
}

/// A TOML string on one line, as keys must be too.
fn string(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            '\n' => quoted.push_str("\\n"),
            letter if letter.is_control() => {
                // Writing to a string cannot fail.
                let _ = write!(quoted, "\\U{:08X}", u32::from(letter));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

/// As a string: most amounts exceed TOML's integers.
fn amount(value: U256) -> String {
    format!("\"{value}\"")
}

fn array(values: impl Iterator<Item = String>) -> String {
    format!("[{}]", values.collect::<Vec<_>>().join(", "))
}

fn table<'a>(pairs: impl Iterator<Item = (&'a str, String)>) -> String {
    let pairs: Vec<_> = pairs.map(|(key, value)| format!("{} = {value}", string(key))).collect();
    if pairs.is_empty() { String::from("{}") } else { format!("{{ {} }}", pairs.join(", ")) }
}
