// Makes the memory snapshot: `node tools/snapshot_build.mjs JOB`, where JOB is a JSON file written by tools/snapshot.py.
//
// Two runs of the interpreter. The first imports everything from source and writes small bytecode; the second imports
// that bytecode, is tidied up, and its memory is the snapshot. The same inputs make the same bytes: hashes are seeded, the
// clock stands still, and what asks for randomness, such as the keys of Rust's maps, gets the same numbers each time.
import nodeCrypto from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import vm from "node:vm";
import { fileURLToPath, pathToFileURL } from "node:url";
import { checksum, freshModule, untouched, write } from "../static/restore.mjs";
import { HOME, SITE, job, moduleName, put, putSources, reduced } from "./snapshot_job.mjs";

// The numbers are those of xorshift32. `elsewhere` is what another page would get: other numbers, at another time.
let state = 1;
let elsewhere = false;
nodeCrypto.randomFillSync = (view) => {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  for (let at = 0; at < bytes.length; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = elsewhere ? ~state : state;
  }
  return view;
};
const now = performance.now.bind(performance);
performance.now = () => (elsewhere ? 98_765_432.1 : 0);
Date.now = () => Date.UTC(2026, 0) + performance.now();

const LIBRARY = "/tmp/library.zip";
const TOOLS = "/tmp/snapshot";
// What a program is called in a browser; in Node it would be this file's path.
const BROWSER = { _sysExecutable: "./this.program" };
const SEEDED = { HOME, PYTHONHASHSEED: "0", PYTHONNODEBUGRANGES: "1" };
// Where libraries' functions begin in the table: engines differ in how many slots they use before, and none so many.
const FIRST_SLOT = 16384;
// A gap between two runs that is shorter than this is sent along.
const SHORTEST_GAP = 64;
const PAGE = 65536;

const tools = dirname(fileURLToPath(import.meta.url));
const { loadPyodide } = await import(pathToFileURL(join(job.pyodide, "pyodide.mjs")).href);
const createModule = (await import(pathToFileURL(join(job.interpreter, "pyodide.asm.mjs")).href)).default;

const source = (name) => readFileSync(join(tools, name), "utf8");
const putTools = (FS) => {
  for (const name of ["__init__.py", "snapshot_pack.py", "snapshot_freeze.py", "snapshot_wake.py"]) {
    put(FS, `${TOOLS}/tools/${name}`, source(name));
  }
};

// The modules that PyScript writes into every interpreter before it runs anything in it, as [path, text].
const MODULES = /\("\.",(\{pyscript:\{.*?\}\})\),\w+\.push\("import pyscript as _pyscript"\)/gs;
const pyscriptModules = () => {
  const found = job.pyscript.flatMap((path) => [...readFileSync(path, "utf8").matchAll(MODULES)]);
  if (found.length !== 1) {
    throw new Error(`PyScript's modules are in ${found.length} places where one was expected`);
  }
  const below = (folder, entries) =>
    Object.entries(entries).flatMap(([name, inside]) =>
      typeof inside === "string" ? [[`${folder}${name}`, inside]] : below(`${folder}${name}/`, inside),
    );
  return below("", vm.runInNewContext(`(${found[0][1]})`));
};

const quiet = { stdout: () => {}, stderr: (line) => console.error(line) };


const pack = async () => {
  const pyodide = await loadPyodide({ indexURL: job.pyodide, ...BROWSER, env: SEEDED, fsInit: putSources, ...quiet });
  putTools(pyodide.FS);
  pyodide.runPython(`import sys; sys.path.append("${TOOLS}")`);
  const names = [...job.modules.map(moduleName), "tools.snapshot_wake", "tools.snapshot_freeze"];
  pyodide.globals.set("names", pyodide.toPy(names));
  const failed = pyodide.runPython(`from tools import snapshot_pack; snapshot_pack.pack(names, "${LIBRARY}")`).toJs({
    dict_converter: Object.fromEntries,
  });
  const packed = new Map();
  const collect = (folder) => {
    for (const name of pyodide.FS.readdir(folder)) {
      const path = `${folder}/${name}`;
      if (name === "." || name === "..") {
        continue;
      } else if (pyodide.FS.isDir(pyodide.FS.stat(path).mode)) {
        collect(path);
      } else if (name.endsWith(".pyc")) {
        packed.set(path, pyodide.FS.readFile(path));
      }
    }
  };
  [SITE, `${HOME}/app`, TOOLS].forEach(collect);
  const loaded = names.filter((name) => !(name in failed));
  return { failed, loaded, packed, library: pyodide.FS.readFile(LIBRARY) };
};

// Overwrites what is free in the C allocator's memory, which is also Python's here: a chain of chunks from the heap's base
// to its end. A chunk starts with two words, the second its size and two bits; a free one also holds up to six links.
const IN_USE = 2;
const zeroFree = ({ HEAPU8, HEAPU32, ___heap_base: base, _sbrk }) => {
  const end = _sbrk(0);
  let freed = 0;
  let chunk = base;
  while (chunk < end) {
    const head = HEAPU32[(chunk + 4) >>> 2];
    const size = head & ~7;
    if (size < 16 || chunk + size > end) {
      break;
    }
    if (!(head & IN_USE)) {
      const links = size < 256 ? 16 : 32;
      HEAPU8.fill(0, chunk + links, chunk + size);
      freed += Math.max(0, size - links);
    }
    chunk += size;
  }
  if (end - chunk > 64) {
    throw new Error(`the allocator's chunks end at ${chunk}, not at ${end}`);
  }
  return freed;
};

// Frees what loading a library leaves in memory: its whole file, for threads that would load it as well. Where it is, and
// how long, is told by two words of the library's handle.
const FILE = 28;
const WASM = 0x6d736100;
const dropLibraryFiles = ({ HEAPU32, LDSO, _free }) => {
  for (const handle of Object.keys(LDSO.loadedLibsByHandle).map(Number)) {
    const at = (handle + FILE) >>> 2;
    if (handle > 0 && HEAPU32[at]) {
      if (HEAPU32[HEAPU32[at] >>> 2] !== WASM) {
        throw new Error(`the file of ${LDSO.loadedLibsByHandle[handle].name} is kept elsewhere`);
      }
      _free(HEAPU32[at]);
      HEAPU32.fill(0, at, at + 2);
    }
  }
};

// Overwrites what calls that have ended left on the stack, such as the times of files.
const zeroStack = ({ HEAPU8, _emscripten_stack_get_end: end, _emscripten_stack_get_current: current }) =>
  HEAPU8.fill(0, end(), current());

const freeze = async ({ loaded, packed, library }) => {
  const zip = join(job.scratch, "library.zip");
  writeFileSync(zip, library);
  let Module;
  const fill = (FS) => {
    putSources(FS);
    putTools(FS);
    packed.forEach((bytes, path) => put(FS, path, bytes));
  };
  const pyodide = await loadPyodide({
    _makeSnapshot: true,
    ...reduced,
    stdLibURL: zip,
    ...BROWSER,
    env: SEEDED,
    fsInit: fill,
    ...quiet,
    createPyodideModule: async (settings) => {
      settings.placeLibrary = (_, table) => {
        if (table.length < FIRST_SLOT) {
          table.grow(FIRST_SLOT - table.length);
        }
        Module.table = table;
      };
      Module = await createModule(settings);
      return Module;
    },
  });
  pyodide.runPython(`import sys; sys.path.append("${TOOLS}")`);
  pyodide.globals.set("names", pyodide.toPy(loaded));
  pyodide.runPython("from tools import snapshot_freeze; snapshot_freeze.load(names); del names");
  pyodide.globals.set("texts", pyodide.toPy(pyscriptModules()));
  pyodide.runPython("snapshot_freeze.compile_ahead(texts); del texts");
  const slotsAfter = Module.table.length;
  pyodide.runPython(`
snapshot_freeze.tidy()
del snapshot_freeze, sys.modules["tools"].snapshot_freeze, sys.modules["tools.snapshot_freeze"]
sys.path.remove("${TOOLS}")
del sys
import gc
gc.collect()
del gc
`);
  dropLibraryFiles(Module);
  const freed = zeroFree(Module);
  zeroStack(Module);
  const libraries = Object.entries(Module.LDSO.loadedLibsByHandle)
    .filter(([handle]) => Number(handle) > 0)
    .map(([handle, { name }]) => ({
      path: name,
      handle: Number(handle),
      base: Module.HEAPU32[(Number(handle) + 12) >>> 2],
      slot: Module.HEAPU32[(Number(handle) + 20) >>> 2],
      slotsAfter,
    }));
  const packages = { ...pyodide.loadedPackages };
  Object.keys(packages).forEach((name) => delete pyodide.loadedPackages[name]);
  const made = pyodide.makeMemorySnapshot();
  const [, start, length] = new Uint32Array(made.buffer, 0, 4);
  const state = JSON.parse(new TextDecoder().decode(made.subarray(48, 48 + length)));
  const top = Module._sbrk(0);
  const heap = made.subarray(start, start + Math.ceil(top / PAGE) * PAGE);
  return { pyodide, Module, state, heap, libraries, freed, packages };
};

// What differs: from the memory of a fresh instance below `cut`, from zero above it. Words for which `shaky` holds are
// always sent: two fresh instances do not agree in them.
const runsOf = (heap, base, cut, shaky) => {
  const now = new Uint32Array(heap.buffer.slice(heap.byteOffset, heap.byteOffset + heap.length));
  const before = new Uint32Array(now.length);
  before.set(base.subarray(0, cut >>> 2));
  const runs = [];
  let from = -1;
  let last = -1;
  const end = () => runs.push({ offset: from * 4, bytes: heap.subarray(from * 4, (last + 1) * 4) });
  for (let at = 0; at < now.length; at++) {
    if (now[at] !== before[at] || shaky(at)) {
      if (from < 0) {
        from = at;
      } else if ((at - last) * 4 > SHORTEST_GAP) {
        end();
        from = at;
      }
      last = at;
    }
  }
  if (from >= 0) {
    end();
  }
  return runs;
};

// The memory of an instance that has its libraries and nothing else: what a restore starts from.
const freshInstance = async (recipe, surroundings) => {
  const library = ({ path }) => readFileSync(join(job.site, path.slice(SITE.length + 1)));
  let Module;
  const stop = new Error("an instance is all that was wanted");
  const createPyodideModule = async (settings) => {
    Module = await freshModule(createModule, settings, recipe, library);
    throw stop;
  };
  const options = { ...reduced, stdLibURL: "", ...surroundings, _loadSnapshot: new Uint8Array(PAGE), createPyodideModule };
  await loadPyodide(options).catch((error) => {
    if (error !== stop) {
      throw error;
    }
  });
  return Module;
};

const started = now();
const say = (text) => console.error(`${((now() - started) / 1000).toFixed(1)} s  ${text}`);
const packed = await pack();
say(`compiled; not importable without a page: ${JSON.stringify(packed.failed)}`);
const frozen = await freeze(packed);
say(`frozen: ${frozen.heap.length} bytes, ${frozen.freed} of them free`);

const recipe = {
  heapBytes: frozen.heap.length,
  libraries: frozen.libraries,
  packages: frozen.packages,
  state: frozen.state,
  files: Object.fromEntries(job.modules.map((name) => [name, readFileSync(join(job.root, name), "utf8")])),
  pyodideBuild: frozen.Module.API.config.BUILD_ID,
};
const fresh = await freshInstance(recipe, BROWSER);
const otherPlace = { _sysExecutable: `/${"x".repeat(200)}`, env: { ANOTHER: "x".repeat(200), LANG: "zz.UTF-8" } };
elsewhere = true;
const other = await freshInstance(recipe, otherPlace);
const BLOCK_WORDS = 64;
const shaky = new Set();
for (let at = 0; at < fresh.___heap_base >>> 2; at++) {
  if (fresh.HEAPU32[at] !== other.HEAPU32[at]) {
    shaky.add(Math.floor(at / BLOCK_WORDS));
  }
}
recipe.own = fresh.__PyRuntime + fresh.HEAPU32[fresh.__PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET >>> 2];
shaky.add(Math.floor((recipe.own >>> 2) / BLOCK_WORDS));
// The stack lies between the static data and the heap; what is left on it differs from engine to engine.
const cut = fresh._emscripten_stack_get_end() & ~3;
const runs = runsOf(frozen.heap, fresh.HEAPU32, cut, (at) => at < cut >>> 2 && shaky.has(Math.floor(at / BLOCK_WORDS)));
recipe.cut = cut;
recipe.untouched = untouched(fresh.HEAPU8, new Uint32Array(runs.flatMap(({ offset, bytes }) => [offset, bytes.length])), cut);
const file = write(recipe, runs);
say(`${runs.length} runs, ${file.length} bytes; cut at ${cut}`);
writeFileSync(job.memory, file);
const report = { failed: packed.failed, loaded: packed.loaded, libraries: recipe.libraries.map(({ path }) => path) };
writeFileSync(job.report, JSON.stringify({ ...report, bytes: file.length, sum: checksum(file.buffer) }));
process.exit(0);
