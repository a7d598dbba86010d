//! What an attack gained, asserted.

use super::{
    names::Names,
    steps::Stepped,
    test::{ExportError, Said, block},
    value,
};
use crate::{
    campaign::ProfitRecord,
    economics::{Asset, Valuation},
    protocol::Protocol,
    report::escape,
};
use alloy_primitives::{Address, U256};

/// Says that the attacker gains by `steps` what a finding says.
pub(super) fn said(
    (protocol, names): (&Protocol, &Names),
    steps: Vec<Stepped>,
    gained: &ProfitRecord,
) -> Result<Said, ExportError> {
    let unsupported = |what: &str| ExportError::Unsupported(what.to_owned());
    let valuation = Valuation::new(protocol).map_err(|error| unsupported(&error.to_string()))?;
    let valuation = valuation.ok_or_else(|| unsupported("nobody attacks"))?;
    let holders = protocol.attacker().map(|actor| actor.address).zip(protocol.attacker_contract);
    let holders = holders.ok_or_else(|| unsupported("the attacker has no contract"))?;
    // A file may say anything.
    let amount: U256 = gained.amount.parse().map_err(|_| unsupported("its profit is no number"))?;
    let worth = worth(protocol, &valuation, names);
    let before = worth.as_ref().map(|_| "int256 before = heistWorth();".to_owned());
    let mut test: Vec<_> = before.into_iter().chain(steps.into_iter().flat_map(|step| step.lines(names))).collect();
    test.extend(assertion((&gained.token, amount), &valuation, holders.into(), names));
    Ok(Said { test, members: worth.into_iter().collect(), is_exact: false })
}

/// A function of the test that says what the attacker has.
fn worth(protocol: &Protocol, valuation: &Valuation, names: &Names) -> Option<Vec<String>> {
    let (owner, contract) = (protocol.attacker()?.address, protocol.attacker_contract?);
    let holders = format!("[{}, {}]", names.account(owner), names.account(contract));
    let unit = valuation.reference()?;
    let mut body = Vec::new();
    for asset in valuation.assets() {
        let Some(price) = asset.price else { continue };
        body.push(format!(
            "sum += Rehearsal.worth({}, {holders}, {}, {price});",
            token(names, asset),
            value::number(asset.most)
        ));
    }
    body.push("sum /= 1e18;".to_owned());
    let mut lines = vec![
        format!("/// What the attacker has, in base units of {} at the prices before the attack,", escape(unit)),
        "/// up to what there was of each asset.".to_owned(),
    ];
    lines.extend(block("function heistWorth() private view returns (int256 sum)", body));
    Some(lines)
}

/// The statement that the attacker has gained what a finding says, behind its steps.
fn assertion((unit, amount): (&str, U256), valuation: &Valuation, holders: [Address; 2], names: &Names) -> Vec<String> {
    let mut lines = Vec::new();
    let holders = holders.map(|holder| names.account(holder));
    let held = |asset: &Asset| {
        let token = token(names, asset);
        let [owner, contract] = &holders;
        format!("Rehearsal.held({token}, {owner}) + Rehearsal.held({token}, {contract})")
    };
    // Of what has no price nothing may be lost.
    for asset in valuation.assets().iter().filter(|asset| asset.price.is_none()) {
        let before = value::number(asset.before);
        let message = value::text(&format!("the attacker has less of {}", asset.name));
        lines.push(format!("require({} >= {before}, {message});", held(asset)));
    }
    if valuation.reference().is_some() {
        lines.push("int256 gained = heistWorth() - before;".to_owned());
        lines.push(format!("require(gained >= {amount}, \"the attacker does not gain this\");"));
        return lines;
    }
    let gained = valuation.assets().iter().find(|asset| asset.name == unit);
    lines.extend(gained.map(|asset| {
        let least = value::number(asset.before.saturating_add(amount));
        format!("require({} >= {least}, \"the attacker does not gain this\");", held(asset))
    }));
    lines
}

fn token(names: &Names, asset: &Asset) -> String {
    asset.token.map_or_else(|| "address(0)".to_owned(), |token| names.account(token))
}
