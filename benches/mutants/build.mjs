// Builds the bases of mutants.json and their mutants: DIR/<name>/{heist.toml,artifacts/*.json}.
//
//   node benches/mutants/build.mjs [DIR] [NAME...]     DIR: target/mutants; names may end in `*`
//
// A mutant is its base with one text replaced. The text must occur exactly once, so that a mutant has one bug and not none.

import { createRequire } from "node:module";
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, "..", "..");
const GALLERY = join(ROOT, "contracts");
const SETTINGS = {
  optimizer: { enabled: true, runs: 200 },
  evmVersion: "cancun",
  metadata: { bytecodeHash: "none" },
  outputSelection: { "*": { "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object"] } },
};

function fail(message) {
  console.error(`build: ${message}`);
  process.exit(1);
}

function loadCompiler() {
  const pinned = JSON.parse(readFileSync(join(GALLERY, "package.json"), "utf8")).devDependencies.solc;
  if (!existsSync(join(GALLERY, "node_modules/solc"))) fail("solc is not installed; run `npm ci --prefix contracts`");
  const solc = createRequire(join(GALLERY, "package.json"))("solc");
  const present = solc.version().split("+")[0];
  if (present !== pinned) fail(`solc is ${present}, expected ${pinned}; run \`npm ci --prefix contracts\``);
  return solc;
}

/** Sources of a base by the names under which the compiler knows them. */
function sourcesOf(folder) {
  const names = readdirSync(join(ROOT, folder, "src")).filter((name) => name.endsWith(".sol")).sort();
  const name = (file) => (folder.startsWith("contracts/") ? folder.replace("contracts/", "gallery/") : folder) + `/src/${file}`;
  return Object.fromEntries(names.map((file) => [name(file), readFileSync(join(ROOT, folder, "src", file), "utf8")]));
}

/** The gallery's contracts are imported as `gallery/...`. */
function resolveImport(path) {
  const file = join(GALLERY, path.replace(/^gallery\//, ""));
  return path.startsWith("gallery/") && existsSync(file)
    ? { contents: readFileSync(file, "utf8") }
    : { error: `no file ${path}` };
}

/** The sources with one text replaced. */
function mutate(sources, { name, file, replace, by }) {
  const path = Object.keys(sources).find((path) => path.endsWith(`/src/${file}`));
  if (path === undefined) fail(`${name}: the base has no file ${file}`);
  const found = sources[path].split(replace).length - 1;
  if (found !== 1) fail(`${name}: the text to replace occurs ${found} times in ${file}, not once: ${replace}`);
  // A function, since `$` has a meaning in a replacement.
  return { ...sources, [path]: sources[path].replace(replace, () => by) };
}

function compile(solc, name, texts) {
  const sources = Object.fromEntries(Object.entries(texts).map(([path, content]) => [path, { content }]));
  const input = { language: "Solidity", sources, settings: SETTINGS };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: resolveImport }));
  const errors = (output.errors ?? []).filter((message) => message.severity === "error");
  for (const error of errors) console.error(error.formattedMessage.trimEnd());
  if (errors.length > 0) fail(`${name} does not compile`);
  return Object.entries(output.contracts).flatMap(([sourceName, file]) =>
    Object.entries(file).map(([contractName, { abi, evm }]) => ({
      contractName,
      sourceName,
      abi,
      bytecode: `0x${evm.bytecode.object}`,
      deployedBytecode: `0x${evm.deployedBytecode.object}`,
    })),
  );
}

function write(out, name, folder, artifacts) {
  const target = join(out, name);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(join(target, "artifacts"), { recursive: true });
  copyFileSync(join(ROOT, folder, "heist.toml"), join(target, "heist.toml"));
  for (const artifact of artifacts.filter(({ bytecode }) => bytecode !== "0x")) {
    writeFileSync(join(target, "artifacts", `${artifact.contractName}.json`), `${JSON.stringify(artifact)}\n`);
  }
}

const [out = join(ROOT, "target/mutants"), ...wanted] = process.argv.slice(2);
const matches = (name) => wanted.some((glob) => (glob.endsWith("*") ? name.startsWith(glob.slice(0, -1)) : name === glob));
const { bases, mutants } = JSON.parse(readFileSync(join(HERE, "mutants.json"), "utf8"));
const names = [...Object.keys(bases), ...mutants.map(({ name }) => name)];
if (new Set(names).size !== names.length) fail("two bases or mutants have one name");
for (const { name, base } of mutants) if (!(base in bases)) fail(`${name}: there is no base ${base}`);

const solc = loadCompiler();
let count = 0;
for (const [base, folder] of Object.entries(bases)) {
  const sources = sourcesOf(folder);
  const own = mutants.filter((mutant) => mutant.base === base).map((mutant) => [mutant.name, mutate(sources, mutant)]);
  const chosen = [[base, sources], ...own].filter(([name]) => wanted.length === 0 || matches(name));
  for (const [name, texts] of chosen) write(out, name, folder, compile(solc, name, texts));
  count += chosen.length;
}
console.log(`${count} bases and mutants in ${out}`);
