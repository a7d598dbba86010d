// Runs the exported tests of runs with forge: on the protocol that they were found in, and on its mended twin. Behind that the same
// of suites and of set-ups of unit tests, which it runs itself.
//
//   npm ci --prefix benches/peers --ignore-scripts && node .ci/exports.mjs OUT RUN...
//
// HEIST (target/release/heist) searches and exports, FORGE (the npm package's) runs. Every finding must be exported and every test compile.
// That of a profit passes on the protocol and fails on its twin, that of a violation the other way round; set-ups work everywhere.
// A finding whose steps do not fit the twin any more has none there, and is counted. EXPORT_CALLS (200000) is the budget of each suite.

import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { PEERS, findForge } from "../benches/peers/forge.mjs";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const HEIST = resolve(process.env.HEIST ?? join(ROOT, "target/release/heist"));

function fail(message) {
  console.error(`exports: ${message}`);
  process.exit(1);
}

const [out, ...runs] = process.argv.slice(2).map((path) => resolve(path));
if (!out || runs.length === 0) fail("usage: node .ci/exports.mjs OUT RUN...");

/** The forge to run. */
function forge() {
  return findForge() ?? fail("forge is not installed; run `npm ci --prefix benches/peers --ignore-scripts`");
}

/** Exports a folder of findings into a folder; what heist says of those that it cannot. */
function exported(findings, folder, flags) {
  const { status, stderr, error } = spawnSync(HEIST, ["export", findings, "--out", folder, ...flags], { encoding: "utf8", maxBuffer: 1 << 28 });
  if (error) fail(error.message);
  if (status !== 0 && status !== 4) fail(`heist export ${findings} ends with ${status}:\n${stderr}`);
  return stderr.split("\n").filter((line) => line.includes(" is not exported: "));
}

/** What forge says of each exported test of a project: "ok", a reason, or that the set-up failed. */
function verdicts(project) {
  const flags = ["test", "--json", "--offline", "--match-test", "^test_heist_"];
  const env = { ...process.env, FOUNDRY_SOLC: join(PEERS, "solc.mjs") };
  const { stdout, stderr, error } = spawnSync(forge(), flags, { cwd: project, env, encoding: "utf8", maxBuffer: 1 << 30 });
  if (error) fail(error.message);
  let suites;
  try {
    suites = JSON.parse(stdout.slice(stdout.indexOf("{")));
  } catch {
    fail(`forge did not run ${project}:\n${stderr}\n${stdout.slice(0, 10_000)}`);
  }
  const found = new Map();
  for (const [name, { test_results: tests }] of Object.entries(suites)) {
    const id = basename(name.split(":")[0], ".t.sol");
    for (const [test, { status, reason }] of Object.entries(tests)) {
      found.set(id, test.startsWith("setUp") ? `the set-up fails: ${reason}` : status === "Success" ? "ok" : (reason ?? "it fails"));
    }
  }
  return found;
}

/** A project for tests that need nothing else. */
function bare(project) {
  mkdirSync(join(project, "src"), { recursive: true });
  mkdirSync(join(project, "test"), { recursive: true });
  const lines = ["[profile.default]", 'src = "src"', 'test = "test"', "libs = []", "optimizer = true", 'evm_version = "cancun"', ""];
  writeFileSync(join(project, "foundry.toml"), lines.join("\n"));
  return project;
}

function readFindings(run) {
  const folder = join(run, "findings");
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return files.map((name) => ({ path: join(folder, name), ...JSON.parse(readFileSync(join(folder, name), "utf8")) }));
}

const problems = [];
const counts = { findings: 0, proved: 0, shown: 0, gone: 0 };

/** Compares what forge said of findings here and on the mended twin with what it must say. */
function judge(findings, open, mended, inherits = false) {
  for (const { id, kind } of findings) {
    const [here, there] = [open.get(id), mended.get(id)];
    for (const [verdict, wanted, where] of [[here, kind === "profit", "the protocol"], [there, kind !== "profit", "its twin"]]) {
      if (verdict === undefined) continue;
      // A test of ours fails for what it asserts; one that inherits also for what the suite says.
      const asserted = /does not hold$|an assertion fails$|the attacker (does not gain this|has less of .*)$/;
      const strays = verdict !== "ok" && !inherits && !asserted.test(verdict);
      if ((verdict === "ok") !== wanted || strays || verdict.startsWith("the set-up")) problems.push(`${id} on ${where}: ${verdict}`);
    }
    counts.findings += 1;
    if (here === undefined) problems.push(`${id}: forge ran no test`);
    else if (kind === "profit") counts.proved += 1;
    else counts.shown += 1;
    if (there === undefined) counts.gone += 1;
  }
}

/** The findings of runs over bundled protocols. */
function bundled(runs) {
  const byProtocol = new Map();
  const findings = runs.flatMap(readFindings);
  for (const { path, protocol } of findings) {
    const folder = join(out, "findings", protocol.replaceAll("/", "-"));
    mkdirSync(folder, { recursive: true });
    cpSync(path, join(folder, basename(path)));
    byProtocol.set(protocol, folder);
  }
  const [open, mended] = ["open", "mended"].map((name) => bare(join(out, name)));
  for (const [protocol, folder] of byProtocol) {
    const id = protocol.split("+")[0];
    problems.push(...exported(folder, join(open, "test"), ["--protocol", id]));
    for (const line of exported(folder, join(mended, "test"), ["--protocol", `${id}-fixed`])) if (process.env.VERBOSE) console.log(line);
  }
  judge(findings, verdicts(open), verdicts(mended));
}

/** What is searched: a project, how, what its buggy part is called, and its mended one. */
const SUITES = [
  ["foundry/vault", ["--protocol", "BuggyVaultTest"], "BuggyVaultTest", "MendedVaultTest"],
  ["foundry/granary", ["--setup", "SpotPawnshopTest"], "SpotPawnshopTest", "PostedPawnshopTest"],
  ["foundry/granary", ["--setup", "ForgetfulCloakroomTest"], "ForgetfulCloakroomTest", "CarefulCloakroomTest"],
  ["crytic/echidna", ["--protocol", "BuggyVaultTest"], "BuggyVaultTest", "MendedVaultTest"],
  ["crytic/chimera", ["--protocol", "CryticTester"], "CryticTester", "MendedTester"],
];

/** The findings of a suite, or behind a set-up of unit tests. */
function suite([folder, flags, buggy, mended], index) {
  const project = join(out, `suite-${index}`);
  const run = join(out, `run-${index}`);
  cpSync(join(ROOT, "tests/data", folder), project, { recursive: true });
  const budget = ["--calls", process.env.EXPORT_CALLS ?? "200000", "--seed", "1", "--progress", "none", "-q", "--out", run];
  const { status, stderr } = spawnSync(HEIST, ["run", project, ...flags, ...budget], { encoding: "utf8", maxBuffer: 1 << 28 });
  if (status !== 1) fail(`heist run ${folder} ${flags.join(" ")} ends with ${status}, not with findings:\n${stderr}`);
  const findings = readFindings(run);
  const first = join(out, `tests-${index}`);
  problems.push(...exported(run, first, ["--project", project, ...(flags[0] === "--setup" ? flags : [])]));
  const renamed = (text) => text.replaceAll(buggy, mended);
  const texts = readdirSync(first).map((name) => [name, readFileSync(join(first, name), "utf8")]);
  const inherits = texts.some(([, text]) => text.includes("\nimport "));
  const second = join(out, `mended-${index}`);
  mkdirSync(second, { recursive: true });
  if (inherits) {
    // Who mends the code mends what the test inherits.
    for (const [name, text] of texts) writeFileSync(join(second, name), renamed(text));
  } else {
    for (const { path } of findings) writeFileSync(path, renamed(readFileSync(path, "utf8")));
    exported(run, second, ["--project", project]);
  }
  const said = [first, second].map((tests) => {
    const home = inherits ? project : bare(join(out, `bare-${index}`));
    const place = join(home, "test/heist");
    rmSync(place, { recursive: true, force: true });
    cpSync(tests, place, { recursive: true });
    return verdicts(home);
  });
  judge(findings, ...said, inherits);
}

/** Cases of the exact arithmetic of tests, computed by JavaScript's numbers. */
function arithmetic(cases) {
  const project = bare(join(out, "arithmetic"));
  cpSync(join(ROOT, "contracts/exported/Exact.sol"), join(project, "src/Exact.sol"));
  cpSync(join(ROOT, "contracts/exported/Rehearsal.sol"), join(project, "src/Rehearsal.sol"));
  let seed = 1n;
  // Knuth's multiplier for 64 bits; the high half is what is random enough.
  const random = () => (seed = (seed * 6364136223846793005n + 1442695040888963407n) % 2n ** 64n) >> 32n;
  const word = (bits) => Array.from({ length: 8 }, random).reduce((all, part) => (all << 32n) | part, 0n) % 2n ** BigInt(bits);
  const number = () => {
    const size = [0n, 1n, 2n ** 256n - 1n, 2n ** 256n, word(8), word(128), word(256), (word(200) << 200n) + word(200)][Number(random() % 8n)];
    return random() % 2n === 0n ? size : -size;
  };
  const literal = (value) => {
    const size = value < 0n ? -value : value;
    return `Exact.Number(${value < 0n}, ${size >> 256n}, ${size % 2n ** 256n})`;
  };
  const away = (a, b) => a / b + (a % b === 0n ? 0n : a < 0n === b < 0n ? 1n : -1n);
  const operations = {
    add: (a, b) => a + b,
    sub: (a, b) => a - b,
    mul: (a, b) => a * b,
    div: (a, b) => (b === 0n ? null : a / b),
    divUp: (a, b) => (b === 0n ? null : away(a, b)),
    rem: (a, b) => (b === 0n ? null : a % b),
    min: (a, b) => (a < b ? a : b),
    max: (a, b) => (a > b ? a : b),
  };
  const lines = [];
  for (let index = 0; index < cases; ++index) {
    const [a, b] = [number(), number()];
    for (const [name, compute] of Object.entries(operations)) {
      const expected = compute(a, b);
      if (expected === null || expected >= 2n ** 512n || expected <= -(2n ** 512n)) continue;
      lines.push(`require(Exact.eq(Exact.${name}(${literal(a)}, ${literal(b)}), ${literal(expected)}), "${name} ${index}");`);
    }
    lines.push(`require(Exact.lt(${literal(a)}, ${literal(b)}) == ${a < b}, "lt ${index}");`);
  }
  const functions = [];
  for (let start = 0; start < lines.length; start += 50) {
    functions.push(`    function test_heist_${start}() public pure {\n        ${lines.slice(start, start + 50).join("\n        ")}\n    }`);
  }
  const text = `pragma solidity ^0.8.20;\nimport {Exact} from "src/Exact.sol";\ncontract Arithmetic {\n${functions.join("\n")}\n}\n`;
  writeFileSync(join(project, "test/Arithmetic.t.sol"), text);
  const { stdout, stderr } = spawnSync(forge(), ["test", "--offline"], { cwd: project, env: { ...process.env, FOUNDRY_SOLC: join(PEERS, "solc.mjs") }, encoding: "utf8", maxBuffer: 1 << 28 });
  if (!stdout.includes(` ${functions.length} tests passed, 0 failed`)) fail(`the arithmetic of tests is wrong:\n${stderr}\n${stdout.slice(-5_000)}`);
  console.log(`${lines.length} computations of the arithmetic of tests are exact`);
}

rmSync(out, { recursive: true, force: true });
arithmetic(120);
bundled(runs);
SUITES.forEach(suite);
const { findings, proved, shown, gone } = counts;
console.log(`${findings} findings: ${proved} profits proved and ${shown} violations shown by forge; ${gone} have no test on the twin`);
if (problems.length > 0) fail(`${problems.length} problems:\n${problems.join("\n")}`);
