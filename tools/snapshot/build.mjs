// Makes the memory: `node tools/snapshot/build.mjs JOB`, where JOB is a JSON file written by tools/snapshot/build.py. After the
// two runs, what is kept of the second one's memory is where it differs from a fresh instance's.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { goElsewhere, now } from "./repeatable.mjs";
import { ColdParts, checksum, freshModule, untouched, write } from "../../static/restore.mjs";
import { firstRun } from "./first_run.mjs";
import { BROWSER, SITE, createModule, job, loadPyodide, reduced } from "./job.mjs";
import { secondRun } from "./second_run.mjs";

// A gap between two runs of bytes that is shorter than this is sent along.
const SHORTEST_GAP = 64;
const PAGE = 65536;

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
  const library = ({ path }) => new WebAssembly.Module(readFileSync(join(job.site, path.slice(SITE.length + 1))));
  let Module;
  const stop = new Error("an instance is all that was wanted");
  const createPyodideModule = async (settings) => {
    Module = await freshModule(createModule, settings, recipe, library, new ColdParts());
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
const packed = await firstRun();
say(`compiled; not importable without a page: ${JSON.stringify(packed.failed)}`);
const frozen = await secondRun(packed);
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
goElsewhere();
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
const report = { failed: packed.failed, loaded: packed.loaded };
writeFileSync(job.report, JSON.stringify({ ...report, bytes: file.length, sum: checksum(file.buffer) }));
process.exit(0);
