// The second of the two runs: the reduced interpreter imports the first run's bytecode and is tidied up; its memory is the
// snapshot.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import vm from "node:vm";
import { SEEDED } from "./seeded.mjs";
import { BROWSER, TOOLS, createModule, job, loadPyodide, put, putSources, putTools, quiet, reduced } from "./job.mjs";

// Where libraries' functions begin in the table: engines differ in how many slots they use before, and none so many.
const FIRST_SLOT = 16384;
const PAGE = 65536;

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
// how long, is reported by two words of the library's handle.
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

// What the interpreter is when all is imported: its module, memory, libraries and packages, and Pyodide's own state.
export const secondRun = async ({ loaded, packed, library }) => {
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
  pyodide.runPython("from tools.snapshot import second_run; second_run.load(names); del names");
  pyodide.globals.set("texts", pyodide.toPy(pyscriptModules()));
  pyodide.runPython("second_run.compile_ahead(texts); del texts");
  const slotsAfter = Module.table.length;
  pyodide.runPython(`
second_run.tidy()
del second_run, sys.modules["tools.snapshot"].second_run, sys.modules["tools.snapshot.second_run"]
sys.path.remove("${TOOLS}")
del sys
import gc
gc.collect()
# What is in the snapshot stays: no collection in a page looks through it again (docs/boot.md).
gc.freeze()
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
