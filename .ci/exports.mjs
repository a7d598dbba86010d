// Runs the exported tests of runs with forge: on the protocol that they were found in, and on its mended twin.
//
//   npm ci --prefix benches/peers --ignore-scripts && node .ci/exports.mjs OUT RUN...
//
// HEIST (target/release/heist) exports, FORGE (the npm package's) runs. Every finding must be exported and every test compile. That of a
// profit passes on the protocol and fails on its twin, that of a violation the other way round; set-ups work everywhere. A finding
// whose steps do not fit the twin any more has none there, and is counted.

import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const PEERS = join(ROOT, "benches/peers");
const HEIST = resolve(process.env.HEIST ?? join(ROOT, "target/release/heist"));

function fail(message) {
  console.error(`exports: ${message}`);
  process.exit(1);
}

const [out, ...runs] = process.argv.slice(2).map((path) => resolve(path));
if (!out || runs.length === 0) fail("usage: node .ci/exports.mjs OUT RUN...");

function findForge() {
  if (process.env.FORGE) return process.env.FORGE;
  const scope = join(PEERS, "node_modules/@foundry-rs");
  const packages = existsSync(scope) ? readdirSync(scope).filter((name) => name.startsWith("forge-")) : [];
  const found = packages.flatMap((name) => ["forge", "forge.exe"].map((file) => join(scope, name, "bin", file))).find(existsSync);
  return found ?? fail("forge is not installed; run `npm ci --prefix benches/peers --ignore-scripts`");
}

/** Exports a folder of findings into a folder; what heist says of those that it cannot. */
function exported(findings, folder, flags) {
  const { status, stderr, error } = spawnSync(HEIST, ["export", findings, "--out", folder, ...flags], { encoding: "utf8", maxBuffer: 1 << 28 });
  if (error) fail(error.message);
  if (status !== 0 && status !== 4) fail(`heist export ${findings} ends with ${status}:\n${stderr}`);
  return stderr.split("\n").filter((line) => line.includes(" is not exported: "));
}

/** What forge says of each test: "ok", a reason, or that the set-up failed. */
function verdicts(project) {
  writeFileSync(
    join(project, "foundry.toml"),
    ["[profile.default]", 'src = "src"', 'test = "test"', "libs = []", `solc = ${JSON.stringify(join(PEERS, "solc.mjs"))}`, "offline = true", "optimizer = true", 'evm_version = "cancun"', ""].join("\n"),
  );
  mkdirSync(join(project, "src"), { recursive: true });
  const { stdout, stderr, error } = spawnSync(findForge(), ["test", "--json"], { cwd: project, encoding: "utf8", maxBuffer: 1 << 30 });
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

rmSync(out, { recursive: true, force: true });
const findings = new Map();
const byProtocol = new Map();
for (const run of runs) {
  for (const file of readdirSync(join(run, "findings")).filter((name) => name.endsWith(".json"))) {
    const finding = JSON.parse(readFileSync(join(run, "findings", file), "utf8"));
    const { id, kind, protocol } = finding;
    findings.set(id, { kind, protocol });
    const folder = join(out, "findings", protocol.replaceAll("/", "-"));
    mkdirSync(folder, { recursive: true });
    cpSync(join(run, "findings", file), join(folder, file));
    byProtocol.set(protocol, folder);
  }
}

const problems = [];
const notHere = [];
for (const [protocol, folder] of byProtocol) {
  problems.push(...exported(folder, join(out, "open/test"), ["--protocol", protocol.split("+")[0]]));
  notHere.push(...exported(folder, join(out, "mended/test"), ["--protocol", `${protocol.split("+")[0]}-fixed`]));
}
const [open, mended] = [join(out, "open"), join(out, "mended")].map(verdicts);
let [proved, shown, gone] = [0, 0, 0];
for (const [id, { kind }] of findings) {
  const [here, there] = [open.get(id), mended.get(id)];
  const passes = kind === "profit" ? [true, false] : [false, true];
  for (const [verdict, wanted, where] of [[here, passes[0], "the protocol"], [there, passes[1], "its twin"]]) {
    if (verdict === undefined) continue;
    if ((verdict === "ok") !== wanted || verdict.startsWith("the set-up")) problems.push(`${id} on ${where}: ${verdict}`);
  }
  if (here !== undefined) kind === "profit" ? (proved += 1) : (shown += 1);
  if (there === undefined) gone += 1;
}
for (const line of notHere) if (process.env.VERBOSE) console.log(line);
console.log(`${findings.size} findings: ${proved} profits proved and ${shown} violations shown by forge; ${gone} have no test on the twin`);
if (problems.length > 0) fail(`${problems.length} problems:\n${problems.join("\n")}`);
