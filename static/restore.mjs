// Restores a Python interpreter from a memory snapshot, in browsers and in Node; docs/boot.md explains how it works.
//
// The file of a snapshot: a head of four numbers (magic, bytes of the recipe, number of runs, bytes of all runs), the
// recipe as JSON, then where each run belongs (offset, length), then the runs' bytes. A run is a piece of memory that
// differs from what a fresh instance has there below `recipe.cut`, and from zero above it.

const MAGIC = 0x31444f50;
const HEAD_BYTES = 16;
// Pyodide's own head, in front of an empty heap: the heap is laid out here, and only the references to JavaScript's
// objects are left to Pyodide.
const PYODIDE_MAGIC = 0x706e7300;
const PYODIDE_HEAD = 48;
const PYODIDE_BYTES = 1 << 16;

export const write = (recipe, runs) => {
  const text = new TextEncoder().encode(JSON.stringify(recipe));
  const padded = Math.ceil(text.length / 4) * 4;
  const size = runs.reduce((total, run) => total + run.bytes.length, 0);
  const file = new Uint8Array(HEAD_BYTES + padded + runs.length * 8 + size);
  new Uint32Array(file.buffer, 0, 4).set([MAGIC, text.length, runs.length, size]);
  file.set(text, HEAD_BYTES);
  const table = new Uint32Array(file.buffer, HEAD_BYTES + padded, runs.length * 2);
  let at = HEAD_BYTES + padded + table.byteLength;
  runs.forEach(({ offset, bytes }, index) => {
    table.set([offset, bytes.length], index * 2);
    file.set(bytes, at);
    at += bytes.length;
  });
  return file;
};

export const read = (buffer) => {
  if (buffer.byteLength < HEAD_BYTES) {
    throw new Error("the snapshot is cut off");
  }
  const [magic, textLength, count, size] = new Uint32Array(buffer, 0, 4);
  const table = HEAD_BYTES + Math.ceil(textLength / 4) * 4;
  const data = table + count * 8;
  if (magic !== MAGIC) {
    throw new Error("not a snapshot");
  }
  if (data + size !== buffer.byteLength) {
    throw new Error("the snapshot is cut off");
  }
  const recipe = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, HEAD_BYTES, textLength)));
  return { recipe, runs: new Uint32Array(buffer, table, count * 2), data: new Uint8Array(buffer, data, size) };
};

// A checksum of the memory below `cut` that no run covers: what the snapshot takes for granted.
export const untouched = (heap, runs, cut) => {
  const words = new Uint32Array(heap.buffer, 0, cut >>> 2);
  let sum = 0;
  let from = 0;
  for (let index = 0; index <= runs.length; index += 2) {
    const to = Math.min(index < runs.length ? runs[index] : cut, cut) >>> 2;
    for (let at = from; at < to; at++) {
      sum = (Math.imul(sum, 31) + words[at]) | 0;
    }
    if (to << 2 === cut) {
      break;
    }
    from = (runs[index] + runs[index + 1]) >>> 2;
  }
  return sum;
};

const layOver = (Module, { recipe, runs, data }) => {
  const { HEAPU8, HEAPU32 } = Module;
  if (untouched(HEAPU8, runs, recipe.cut) !== recipe.untouched) {
    throw new Error("this engine lays out memory differently");
  }
  // A word that belongs to this engine, whatever the one said that made the snapshot: where the quick way to call C
  // functions is, if the engine has it.
  const own = HEAPU32[recipe.own >>> 2];
  // Nothing was ever written above the break.
  HEAPU8.fill(0, recipe.cut, Module._sbrk(0));
  let at = 0;
  for (let index = 0; index < runs.length; index += 2) {
    HEAPU8.set(data.subarray(at, at + runs[index + 1]), runs[index]);
    at += runs[index + 1];
  }
  HEAPU32[recipe.own >>> 2] = own;
};

// A checksum of whole words, quick enough for every load: it finds damage, not intent.
export const checksum = (buffer) => {
  const words = new Uint32Array(buffer, 0, buffer.byteLength >>> 2);
  let sum = buffer.byteLength | 0;
  for (let at = 0; at < words.length; at++) {
    sum = (Math.imul(sum, 31) + words[at]) | 0;
  }
  return sum;
};

const fillHead = (head, { state, pyodideBuild }) => {
  const { written } = new TextEncoder().encodeInto(JSON.stringify(state), head.subarray(PYODIDE_HEAD));
  const words = new Uint32Array(head.buffer, 0, PYODIDE_HEAD >>> 2);
  words.set([PYODIDE_MAGIC, head.length, written, 0]);
  for (let index = 0; index < 8; index++) {
    words[4 + index] = parseInt(pyodideBuild.slice(index * 8, index * 8 + 8), 16);
  }
};

// Grows the table of functions to `slot`, so that a library finds the same slots in every engine.
const growTo = (table, slot) => {
  if (table.length > slot) {
    throw new Error(`this engine uses ${table.length} slots before the libraries`);
  }
  table.grow(slot - table.length);
};

// What the two parts of a split module share (tools/snapshot/split_wasm.py) has names that begin so. Through this table each
// calls the other; its first slot is the cold part's, and its last is called while that is empty.
const LENT = "lent";
const CROSSING = "lent.crossing";
// A module that exports the one function that it imports: a table takes none of JavaScript's own.
const FORWARD = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 2, 6, 1, 0, 1, 102, 0, 0, 7, 5, 1, 1, 102, 0, 0];

// The cold parts of an interpreter and its libraries. Each joins its hot part when it comes, or when it is called before:
// then `bring` has to return its bytes at once.
export class ColdParts {
  constructor(bring) {
    this.bring = bring;
    this.joins = new Map();
  }

  // What an instance exports, without what it lends. A module that is whole exports all it has.
  exportsOf(name, instance, imports) {
    const crossing = instance.exports[CROSSING];
    const entries = Object.entries(instance.exports);
    const [lent, own] = [true, false].map((is) => Object.fromEntries(entries.filter(([key]) => key.startsWith(`${LENT}.`) === is)));
    if (!crossing) {
      return own;
    }
    this.joins.set(name, (module) => crossing.get(0) ?? new WebAssembly.Instance(module, { ...imports, [LENT]: lent }));
    const f = () => this.join(name, new WebAssembly.Module(this.bring(name)));
    const forward = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(FORWARD)), { "": { f } });
    crossing.set(crossing.length - 1, forward.exports.f);
    return own;
  }

  // Puts a cold part in its place, if it is not there yet.
  join(name, module) {
    this.joins.get(name)?.(module);
  }
}

// What the interpreter's own cold part is called; a library's is called by its path.
export const INTERPRETER = "interpreter";

// Makes the module of a fresh instance and loads the libraries where they were. `prepared` gives the recipe, `library`
// the compiled module of one of its libraries.
export const freshModule = async (create, settings, prepared, library, cold) => {
  let expected;
  const { instantiateWasm } = settings;
  settings.instantiateWasm = (imports, receive, fail) => {
    const received = (instance, module) => receive({ exports: cold.exportsOf(INTERPRETER, instance, imports) }, module);
    return instantiateWasm(imports, received, fail);
  };
  settings.instantiateLibrary = (module, imports, path) => ({
    exports: cold.exportsOf(path, new WebAssembly.Instance(module, imports), imports),
  });
  settings.placeLibrary = (name, table) => {
    if (name !== expected.path) {
      throw new Error(`${name} instead of ${expected.path}`);
    }
    growTo(table, expected.slot);
    expected.table = table;
    return expected.base;
  };
  const Module = await create(settings);
  const recipe = await prepared;
  if (Module.HEAP8.length < recipe.heapBytes && !Module.growMemory(recipe.heapBytes)) {
    throw new Error(`no memory for ${recipe.heapBytes} bytes`);
  }
  for (const each of recipe.libraries) {
    expected = { ...each };
    const flags = { loadAsync: true, nodelete: true, global: false };
    const exports = await Module.loadWebAssemblyModule(await library(each), flags, each.path, {}, undefined);
    if (expected.table?.length !== each.slotsAfter) {
      throw new Error(`${each.path} uses ${expected.table?.length} slots instead of ${each.slotsAfter}`);
    }
    Module.newDSO(each.path, each.handle, exports);
  }
  delete Module.placeLibrary;
  delete Module.instantiateLibrary;
  return Module;
};

// The options that make Pyodide's `loadPyodide` restore a snapshot. `create` is the default export of
// `pyodide.asm.mjs`, `snapshot` a promise of what `read` returns.
export const restoring = ({ create, snapshot, library, cold, environment, mark = () => {} }) => {
  const head = new Uint8Array(PYODIDE_BYTES);
  return {
    _loadSnapshot: head,
    stdLibURL: "",
    env: environment,
    createPyodideModule: async (settings) => {
      const recipe = snapshot.then((parts) => parts.recipe);
      // It may fail before anything waits for it, which is no error that nobody handles.
      recipe.catch(() => {});
      const Module = await freshModule(await create, settings, recipe, library, cold);
      mark("instance");
      const parts = await snapshot;
      layOver(Module, parts);
      // They have been copied, and what is still called later would keep them: as much again as all that is restored.
      parts.runs = parts.data = null;
      fillHead(head, parts.recipe);
      mark("memory");
      return Module;
    },
  };
};

// Makes a restored interpreter one of its own place and moment; `bringLibrary` returns the standard library's file, at
// once.
export const wake = (pyodide, { packages }, environment, bringLibrary) => {
  Object.assign(pyodide.loadedPackages, packages);
  const waker = pyodide.pyimport("tools.snapshot.restore");
  const given = pyodide.toPy(environment);
  waker.wake(given, bringLibrary);
  given.destroy();
  waker.destroy();
};
