// Checks summary.json of a run over the gallery: every planted bug found in few steps, nothing found in a mended twin.
import { readFileSync } from "node:fs";

// Rules that show the planted class of a protocol.
const planted = {
  amm: ["AMM-K", "ATK-PROFIT"],
  fees: ["FEES-001", "FEES-002"],
  governance: ["ATK-GOVERNANCE"],
  lending: ["ATK-ORACLE", "ATK-FLASH-LOAN"],
  savings: ["ATK-VICTIM"],
  stablecoin: ["COLLATERAL-003"],
  staking: ["COLLATERAL-001"],
  token: ["SUPPLY-003", "SUPPLY-004"],
  vault: ["ATK-FLASH-LOAN", "COLLATERAL-001"],
};
const summary = JSON.parse(readFileSync(process.argv[2], "utf8"));
const problems = [];
for (const { id } of summary.protocols) {
  const found = summary.findings.filter((finding) => finding.protocol === id);
  if (id.endsWith("-fixed")) {
    for (const finding of found) problems.push(`false positive: ${finding.id}`);
  } else if (!found.some((finding) => planted[id]?.includes(finding.rule) && finding.steps <= 6)) {
    problems.push(`missed: ${id} (found: ${found.map((finding) => `${finding.rule} in ${finding.steps}`).join(", ") || "nothing"})`);
  }
}
for (const id of Object.keys(planted).flatMap((id) => [id, `${id}-fixed`])) {
  if (!summary.protocols.some((protocol) => protocol.id === id)) problems.push(`not run: ${id}`);
}
for (const problem of problems) console.error(problem);
console.log(`${summary.protocols.length} protocols, ${summary.findings.length} findings, ${summary.calls} calls in ${summary.elapsed_seconds.toFixed(1)} s; ${problems.length} problems`);
process.exit(problems.length ? 1 : 0);
