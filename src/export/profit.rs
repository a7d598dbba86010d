//! What an attack gained, asserted.

use super::{
    names::Names,
    test::{ExportError, Said},
    value,
};
use crate::{
    campaign::ProfitRecord,
    economics::{Asset, Valuation},
    protocol::Protocol,
};
use alloy_primitives::{Address, U256};

/// Says that the attacker gains by `steps` what a finding says.
pub(super) fn said(
    (protocol, names): (&Protocol, &Names),
    steps: Vec<Vec<String>>,
    gained: &ProfitRecord,
) -> Result<Said, ExportError> {
    let unsupported = |what: &str| ExportError::Unsupported(what.to_owned());
    let valuation = Valuation::new(protocol).map_err(|error| unsupported(&error.to_string()))?;
    let valuation = valuation.ok_or_else(|| unsupported("nobody attacks"))?;
    let holders = protocol.attacker().map(|actor| actor.address).zip(protocol.attacker_contract);
    let holders = holders.ok_or_else(|| unsupported("the attacker has no contract"))?;
    let worth = worth(protocol, &valuation, names).unwrap_or_default();
    let before = (!worth.is_empty()).then(|| "int256 before = heistWorth();".to_owned());
    let mut test: Vec<_> = before.into_iter().chain(steps.into_iter().flatten()).collect();
    test.extend(assertion(gained, &valuation, holders.into(), names));
    Ok(Said { test, members: worth, is_exact: false })
}

/// A function of the test that says what the attacker has.
fn worth(protocol: &Protocol, valuation: &Valuation, names: &Names) -> Option<Vec<String>> {
    let (owner, contract) = (protocol.attacker()?.address, protocol.attacker_contract?);
    let holders = format!("[{}, {}]", names.account(owner), names.account(contract));
    let unit = valuation.reference()?;
    let mut lines = vec![
        String::new(),
        format!(
            "/// What the attacker has, in base units of {unit} at the prices before the attack, up to what there was of each asset."
        ),
        "function heistWorth() private view returns (int256 sum) {".to_owned(),
    ];
    for asset in valuation.assets() {
        let Some(price) = asset.price else { continue };
        lines.push(format!(
            "    sum += Rehearsal.worth({}, {holders}, {}, {price});",
            token(names, asset),
            value::number(asset.most)
        ));
    }
    lines.extend(["    sum /= 1e18;".to_owned(), "}".to_owned()]);
    Some(lines)
}

/// The statement that the attacker has gained what a finding says, behind its steps.
fn assertion(profit: &ProfitRecord, valuation: &Valuation, holders: [Address; 2], names: &Names) -> Vec<String> {
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
        lines.push(format!("require({} >= {before}, \"the attacker has less of {}\");", held(asset), asset.name));
    }
    if valuation.reference().is_some() {
        lines.push("int256 gained = heistWorth() - before;".to_owned());
        lines.push(format!("require(gained >= {}, \"the attacker does not gain this\");", profit.amount));
        return lines;
    }
    let gained = valuation.assets().iter().find(|asset| asset.name == profit.token);
    lines.extend(gained.zip(profit.amount.parse::<U256>().ok()).map(|(asset, amount)| {
        let least = value::number(asset.before.saturating_add(amount));
        format!("require({} >= {least}, \"the attacker does not gain this\");", held(asset))
    }));
    lines
}

fn token(names: &Names, asset: &Asset) -> String {
    asset.token.map_or_else(|| "address(0)".to_owned(), |token| names.account(token))
}
