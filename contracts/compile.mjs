// Compiles the gallery and the catalogue: contracts/<slug>/src/*.sol -> contracts/<slug>/artifacts/<Contract>.json, and the same
// in contracts/attacks.
//
//   node contracts/compile.mjs           write the artifacts, remove stale ones
//   node contracts/compile.mjs --check   compare with what is on disk, exit 1 on a difference
//
// With `--root DIR` it does the same for the projects of another folder, such as tests/data/hostile. Projects that have a
// foundry.toml are laid out as forge does it: src/*.sol and test/*.sol -> out/<file>.sol/<Contract>.json. Where it says
// `build_info = true` they also have what leads to lines: source maps, numbers and hashes of sources, and out/build-info;
// where it says `extra_output = ["storageLayout"]` they have what tells which words a variable takes.

import { createRequire } from "node:module";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const GALLERY = dirname(fileURLToPath(import.meta.url));
const { check, root: ROOT } = options(process.argv.slice(2));
const SETTINGS = {
  optimizer: { enabled: true, runs: 200 },
  evmVersion: "cancun",
  // Without the hash of the sources a changed comment does not change the bytecode.
  metadata: { bytecodeHash: "none" },
  outputSelection: {
    "*": {
      "*": [
        "abi",
        "evm.bytecode.object",
        "evm.bytecode.linkReferences",
        "evm.deployedBytecode.object",
        "evm.deployedBytecode.linkReferences",
        "evm.deployedBytecode.immutableReferences",
        "metadata",
      ],
    },
  },
};

function fail(message) {
  console.error(`compile: ${message}`);
  process.exit(1);
}

function options(flags) {
  const usage = "usage: node contracts/compile.mjs [--check] [--root DIR]";
  const found = { check: false, root: GALLERY };
  while (flags.length > 0) {
    const flag = flags.shift();
    if (flag === "--check") found.check = true;
    else if (flag === "--root" && flags.length > 0) found.root = resolve(flags.shift());
    else fail(usage);
  }
  if (!existsSync(found.root)) fail(`no folder ${found.root}`);
  return found;
}

function loadCompiler() {
  const pinned = JSON.parse(readFileSync(join(GALLERY, "package.json"), "utf8")).devDependencies.solc;
  let solc;
  try {
    solc = createRequire(import.meta.url)("solc");
  } catch (error) {
    if (error.code !== "MODULE_NOT_FOUND") throw error;
    fail("solc is not installed; run `npm ci --prefix contracts`");
  }
  if (solc.version().split("+")[0] !== pinned) {
    fail(`solc is ${solc.version()}, expected ${pinned}; run \`npm ci --prefix contracts\``);
  }
  return solc;
}

/** Projects, those of the catalogue included: `attacks/<slug>`. */
function folders() {
  const below = (folder) =>
    readdirSync(join(ROOT, folder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && existsSync(join(ROOT, folder, entry.name, "src")))
      .map((entry) => (folder === "" ? entry.name : `${folder}/${entry.name}`))
      .sort();
  return [...below(""), ...(existsSync(join(ROOT, "attacks")) ? below("attacks") : [])];
}

/** Folders of sources of a project. */
function sourceFolders(slug) {
  return isFoundry(slug) ? ["src", "test"] : ["src"];
}

function isFoundry(slug) {
  return existsSync(join(ROOT, slug, "foundry.toml"));
}

function filesEndingWith(folder, suffix) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(suffix))
    .sort();
}

function resolveImport(path) {
  const file = join(ROOT, path);
  if (relative(ROOT, file).split(sep)[0] === ".." || !existsSync(file)) {
    return { error: `no file ${path}` };
  }
  return { contents: readFileSync(file, "utf8") };
}

function sortedByKey(value) {
  if (Array.isArray(value)) return value.map(sortedByKey);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sortedByKey(value[key])]));
}

/** Whether a project's artifacts tell where code comes from. */
function isMapped(slug) {
  return isFoundry(slug) && /^build_info = true$/m.test(readFileSync(join(ROOT, slug, "foundry.toml"), "utf8"));
}

/** Whether a project's artifacts tell where variables are. */
function hasLayout(slug) {
  const isAsked = /^extra_output = \["storageLayout"\]$/m;
  return isFoundry(slug) && isAsked.test(readFileSync(join(ROOT, slug, "foundry.toml"), "utf8"));
}

/** The compiler's settings for a project. */
function settings(slug) {
  // It runs in every script that is tried, so it is compiled for what running it takes, by the pipeline that inlines.
  if (slug === "attacker") return { ...SETTINGS, viaIR: true, optimizer: { enabled: true, runs: 1_000_000 } };
  const outputs = SETTINGS.outputSelection["*"]["*"];
  if (hasLayout(slug)) return { ...SETTINGS, outputSelection: { "*": { "*": [...outputs, "storageLayout"] } } };
  if (!isMapped(slug)) return SETTINGS;
  const more = ["evm.bytecode.sourceMap", "evm.deployedBytecode.sourceMap"];
  const optimizer = { ...SETTINGS.optimizer, enabled: /^optimizer = true$/m.test(readFileSync(join(ROOT, slug, "foundry.toml"), "utf8")) };
  return { ...SETTINGS, optimizer, outputSelection: { "*": { "*": [...outputs, ...more] } } };
}

/** A source's name as forge has it: from the project's folder. */
function projectName(slug, sourceName) {
  return relative(slug, sourceName);
}

/** What forge keeps of the metadata that says what a contract was compiled from. */
function foundryMetadata(slug, text) {
  const { compiler, settings, sources } = JSON.parse(text);
  const named = (table, value) =>
    Object.fromEntries(Object.keys(table).sort().map((path) => [projectName(slug, path), value(table[path])]));
  return {
    compiler,
    settings: { compilationTarget: named(settings.compilationTarget, (name) => name) },
    sources: named(sources, ({ keccak256 }) => ({ keccak256 })),
  };
}

/** What is needed of a layout to tell which words a variable takes. */
function foundryLayout({ storage, types }) {
  const kinds = Object.entries(types ?? {}).map(([name, { encoding, numberOfBytes }]) => [name, { encoding, numberOfBytes }]);
  return {
    storage: storage.map(({ label, slot, type }) => ({ label, slot, type })),
    types: sortedByKey(Object.fromEntries(kinds)),
  };
}

/** What forge writes, without what only compilers and debuggers want. */
function foundryArtifact(slug, contract) {
  const code = ({ object, sourceMap, linkReferences, immutableReferences = {} }) => ({
    object: `0x${object}`,
    ...(sourceMap !== undefined && { sourceMap }),
    linkReferences: sortedByKey(linkReferences),
    ...(Object.keys(immutableReferences).length > 0 && { immutableReferences: sortedByKey(immutableReferences) }),
  });
  const { bytecode, deployedBytecode } = contract.evm;
  return {
    abi: contract.abi.map(sortedByKey),
    bytecode: code(bytecode),
    deployedBytecode: code(deployedBytecode),
    metadata: foundryMetadata(slug, contract.metadata),
    ...(contract.storageLayout && { storageLayout: foundryLayout(contract.storageLayout) }),
  };
}

/** Path and text of a contract's artifact. */
function written(slug, sourceName, contractName, contract, id) {
  if (isFoundry(slug)) {
    const file = `${slug}/out/${basename(sourceName)}/${contractName}.json`;
    const more = isMapped(slug) ? { id } : {};
    return [file, `${JSON.stringify({ ...foundryArtifact(slug, contract), ...more })}\n`];
  }
  const file = `${slug}/artifacts/${contractName}.json`;
  return [file, `${JSON.stringify(artifact(sourceName, contractName, contract), null, 2)}\n`];
}

/** Artifacts of a project on disk. */
function onDisk(slug) {
  if (!isFoundry(slug)) {
    return filesEndingWith(join(ROOT, slug, "artifacts"), ".json").map((name) => `${slug}/artifacts/${name}`);
  }
  const out = join(ROOT, slug, "out");
  if (!existsSync(out)) return [];
  return readdirSync(out).flatMap((folder) =>
    filesEndingWith(join(out, folder), ".json").map((name) => `${slug}/out/${folder}/${name}`),
  );
}

function artifact(sourceName, contractName, contract) {
  const { bytecode, deployedBytecode } = contract.evm;
  return {
    _format: "hh-sol-artifact-1",
    contractName,
    sourceName,
    abi: contract.abi.map(sortedByKey),
    bytecode: `0x${bytecode.object}`,
    deployedBytecode: `0x${deployedBytecode.object}`,
    linkReferences: sortedByKey(bytecode.linkReferences),
    deployedLinkReferences: sortedByKey(deployedBytecode.linkReferences),
  };
}

/** Path and text of the file that says which source a number means. */
function buildInfo(slug, sources) {
  const paths = Object.entries(sources).map(([name, { id }]) => [id, projectName(slug, name)]);
  const source_id_to_path = Object.fromEntries(paths.sort(([left], [right]) => left - right));
  const id = createHash("sha256").update(JSON.stringify(source_id_to_path)).digest("hex").slice(0, 16);
  return [`${slug}/out/build-info/${id}.json`, `${JSON.stringify({ id, source_id_to_path, language: "Solidity" })}\n`];
}

/** The artifacts of one folder as a map from the file's path (relative to contracts/) to its text. */
function compileFolder(solc, slug) {
  const sources = {};
  for (const folder of sourceFolders(slug)) {
    for (const name of filesEndingWith(join(ROOT, slug, folder), ".sol")) {
      const sourceName = `${slug}/${folder}/${name}`;
      sources[sourceName] = { content: readFileSync(join(ROOT, sourceName), "utf8") };
    }
  }
  const input = { language: "Solidity", sources, settings: settings(slug) };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: resolveImport }));
  const messages = output.errors ?? [];
  // Tests say what they want in ways that a compiler would rather have otherwise.
  const isQuiet = (message) => isFoundry(slug) && message.severity !== "error";
  for (const message of messages) if (!isQuiet(message)) console.error(message.formattedMessage.trimEnd());
  if (messages.some((message) => message.severity === "error")) fail(`${slug} does not compile`);

  const files = new Map();
  for (const sourceName of Object.keys(output.contracts).sort()) {
    for (const contractName of Object.keys(output.contracts[sourceName]).sort()) {
      const contract = output.contracts[sourceName][contractName];
      if (contract.evm.bytecode.object === "") continue; // interfaces and abstract contracts
      const [file, text] = written(slug, sourceName, contractName, contract, output.sources[sourceName].id);
      if (files.has(file)) fail(`two contracts in ${slug} are called ${contractName}`);
      files.set(file, text);
    }
  }
  if (isMapped(slug)) files.set(...buildInfo(slug, output.sources));
  return files;
}

const solc = loadCompiler();
const differences = [];
let count = 0;

for (const slug of folders()) {
  const files = compileFolder(solc, slug);
  const stale = onDisk(slug).filter((file) => !files.has(file));
  count += files.size;

  if (check) {
    for (const [file, text] of files) {
      if (!existsSync(join(ROOT, file))) differences.push(`missing ${file}`);
      else if (readFileSync(join(ROOT, file), "utf8") !== text) differences.push(`drifted ${file}`);
    }
    for (const file of stale) differences.push(`stale ${file}`);
  } else {
    for (const [file, text] of files) {
      mkdirSync(dirname(join(ROOT, file)), { recursive: true });
      writeFileSync(join(ROOT, file), text);
    }
    for (const file of stale) rmSync(join(ROOT, file));
  }
}

if (differences.length > 0) {
  for (const difference of differences) console.error(difference);
  fail(`${differences.length} artifacts differ; run \`node contracts/compile.mjs\``);
}
console.log(`${count} artifacts ${check ? "are up to date" : "written"}`);
