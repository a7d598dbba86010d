// Runs the attack of each protocol of the catalogue as a Foundry test, on the protocol and on its mended twin.
//
//   npm ci --prefix benches/peers --ignore-scripts && node contracts/attacks/prove.mjs [SLUG...]
//
// proofs/<slug>.t.sol builds what <slug>/heist.toml builds and attacks it. The tests must pass on <slug>, and not on <slug>-fixed, whose
// set-up must work all the same. Tests called `test_honest...` are use as it is meant, and must pass on both.

import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { PEERS, findForge } from "../../benches/peers/forge.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));

function fail(message) {
  console.error(`prove: ${message}`);
  process.exit(1);
}

/** The forge to run. */
function forge() {
  return findForge() ?? fail("forge is not installed; run `npm ci --prefix benches/peers --ignore-scripts`");
}

/** Lays out a project with one version of each protocol, and gives what forge says of the tests of each. */
function run(slugs, suffix) {
  const work = mkdtempSync(join(tmpdir(), "heist-proofs-"));
  const attacks = join(work, "contracts/attacks");
  mkdirSync(join(attacks, "proofs"), { recursive: true });
  symlinkSync(join(HERE, "..", "shared"), join(work, "contracts/shared"));
  for (const slug of slugs) {
    cpSync(join(HERE, slug + suffix, "src"), join(attacks, slug, "src"), { recursive: true });
    cpSync(join(HERE, "proofs", `${slug}.t.sol`), join(attacks, "proofs", `${slug}.t.sol`));
  }
  const config = {
    src: "contracts/attacks",
    test: "contracts/attacks/proofs",
    solc: join(PEERS, "solc.mjs"),
    evm_version: "cancun",
  };
  const lines = Object.entries(config).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  const text = ["[profile.default]", ...lines, "libs = []", "offline = true", "optimizer = true", `allow_paths = [${JSON.stringify(join(HERE, ".."))}]`];
  writeFileSync(join(work, "foundry.toml"), `${text.join("\n")}\n`);
  const { stdout, stderr, error } = spawnSync(forge(), ["test", "--json"], {
    cwd: work,
    encoding: "utf8",
    maxBuffer: 1 << 30,
  });
  if (error) fail(error.message);
  const report = stdout.slice(stdout.indexOf("{"));
  let suites;
  try {
    suites = JSON.parse(report);
  } catch {
    fail(`forge did not run the proofs of ${suffix || "the protocols"}:\n${stderr}\n${stdout}`);
  }
  rmSync(work, { recursive: true, force: true });
  const results = new Map(slugs.map((slug) => [slug, []]));
  for (const [name, { test_results: tests }] of Object.entries(suites)) {
    const slug = basename(name.split(":")[0], ".t.sol");
    for (const [test, { status, reason }] of Object.entries(tests)) results.get(slug).push({ test, status, reason });
  }
  return results;
}

const all = readdirSync(join(HERE, "proofs"))
  .map((file) => basename(file, ".t.sol"))
  .sort();
const slugs = process.argv.length > 2 ? process.argv.slice(2) : all;
for (const slug of slugs) if (!all.includes(slug)) fail(`there is no proofs/${slug}.t.sol`);

const [open, mended] = ["", "-fixed"].map((suffix) => run(slugs, suffix));
let problems = 0;
for (const slug of slugs) {
  const wrong = [];
  const [before, after] = [open.get(slug), mended.get(slug)];
  if (before.length === 0) wrong.push("it has no tests");
  for (const { test, status, reason } of before) if (status !== "Success") wrong.push(`${test} fails: ${reason}`);
  for (const { test, status, reason } of after) {
    if (test.startsWith("test_honest")) {
      if (status !== "Success") wrong.push(`${test} fails on the twin: ${reason}`);
    } else if (test === "setUp()") wrong.push(`the twin cannot be set up: ${reason}`);
    else if (status === "Success") wrong.push(`${test} passes on the twin`);
  }
  problems += wrong.length > 0 ? 1 : 0;
  const reasons = [...new Set(after.flatMap(({ status, reason }) => (status === "Success" ? [] : [reason])))].join("; ");
  console.log(`${slug}: ${wrong.join("; ") || `proved, and on the twin: ${reasons}`}`);
}
if (problems > 0) fail(`${problems} of ${slugs.length} protocols are not proved`);
console.log(`${slugs.length} attacks proved`);
