// PyScript's interpreter: a Python that was restored from the site's memory snapshot, or the stock one where that fails.
//
// Loaded from the head of the page, it starts all downloads and the restore at once, before PyScript asks. Whatever goes
// wrong, the same page load goes on with the stock boot; `window.podi.boot` says which boot it was, why, and when each
// stage was reached (ms since the page's start). `?podi.boot=stock` asks for the stock boot.
import { askEarly } from "./requests.mjs";
import { loadPyodide as loadStock, version } from "./vendor/pyodide/pyodide.mjs";
import { ColdParts, checksum, read, restoring, wake } from "./restore.mjs";

export { version };

const PYODIDE = new URL("./vendor/pyodide/", import.meta.url);
const SNAPSHOT = new URL("./vendor/snapshot/", import.meta.url);
const SITE = new URL("../", import.meta.url).href;
const HOME = "/home/pyodide";
// A download of which nothing comes, or a restore that gets nowhere, is given up after this.
const STALLED_AFTER_MS = 15_000;
// A window that is covered may draw no frame although it is not called hidden.
const LATEST_START_MS = 500;
// When the cold parts are asked for, after the page has got its interpreter; and again, after they could not be had.
const COLD_AFTER_MS = 5_000;
const COLD_AGAIN_MS = 60_000;

const boot = { kind: "starting", reason: "", stages: {} };
(globalThis.podi ??= {}).boot = boot;

// How far along the restore is, for the progress bar: most of it is the download, which is reported as it comes.
const FAR = { begun: 0, manifest: 0.05, downloaded: 0.75, instance: 0.8, memory: 0.9, restored: 0.95, handed: 1 };

// The download is reported in so many steps; it comes in some 300 pieces.
const STEPS = 50;

const report = (fraction) => {
  globalThis.dispatchEvent(new CustomEvent("podi:snapshot", { detail: { fraction } }));
};

const mark = (stage) => {
  boot.stages[stage] = Math.round(performance.now());
  if (stage in FAR && boot.kind !== "stock") {
    report(FAR[stage]);
  }
};

class Watch {
  // Fails `promise` if `alive` is not called for too long.
  constructor() {
    this.abort = new AbortController();
    this.alive();
  }

  alive() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.abort.abort(new Error("it stalled")), STALLED_AFTER_MS);
  }

  over(promise) {
    const { signal } = this.abort;
    const stalled = new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    return Promise.race([promise, stalled]).finally(() => clearTimeout(this.timer));
  }
}

const get = async (url, options) => {
  const answer = await fetch(url, options);
  if (!answer.ok) {
    throw new Error(`${new URL(url).pathname}: HTTP ${answer.status}`);
  }
  return answer;
};

const download = async (url, bytes, watch) => {
  const answer = await get(url, { signal: watch.abort.signal });
  const buffer = new ArrayBuffer(bytes);
  const target = new Uint8Array(buffer);
  let at = 0;
  let next = 0;
  for (const reader = answer.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) {
      break;
    }
    if (at + value.length > bytes) {
      throw new Error("the snapshot is too long");
    }
    target.set(value, at);
    at += value.length;
    watch.alive();
    if (at >= next) {
      report(FAR.manifest + (FAR.downloaded - FAR.manifest) * (at / bytes));
      next = at + bytes / STEPS;
    }
  }
  if (at !== bytes) {
    throw new Error("the snapshot is cut off");
  }
  return buffer;
};

const compile = async (url, options) => {
  try {
    return await WebAssembly.compileStreaming(get(url, options));
  } catch {
    // A host that sends another type than application/wasm: the bytes are the same.
    return WebAssembly.compile(await (await get(url, options)).arrayBuffer());
  }
};

// A file, at once, for who cannot wait.
const bring = (url) => {
  const request = new XMLHttpRequest();
  request.open("GET", url, false);
  request.overrideMimeType("text/plain; charset=x-user-defined");
  request.send();
  if (request.status !== 200) {
    throw new Error(`${url.pathname}: HTTP ${request.status}`);
  }
  return Uint8Array.from(request.responseText, (unit) => unit.charCodeAt(0) & 0xff);
};

// The standard library's file: something imports a module that is not in the snapshot.
const bringLibrary = () => {
  const file = bring(new URL("python_stdlib.zip", PYODIDE));
  mark("library");
  return file;
};

// What pages seldom run of the interpreter and its libraries comes when the page has long been there, or when something
// calls it before; until it has come it is asked for again. Its files are named in `files`.
const joinLater = (cold, files, after) => {
  setTimeout(async () => {
    try {
      for (const [name, file] of Object.entries(files)) {
        cold.join(name, await compile(new URL(file, SNAPSHOT), { priority: "low" }));
      }
      mark("joined");
    } catch {
      joinLater(cold, files, COLD_AGAIN_MS);
    }
  }, after);
};

const restore = async (watch) => {
  const manifest = get(new URL("manifest.json", SNAPSHOT), { cache: "no-cache" }).then((answer) => answer.json());
  const compiled = manifest.then(({ libraries }) => {
    mark("manifest");
    return new Map(
      Object.entries(libraries).map(([path, file]) => {
        const module = compile(new URL(file, SNAPSHOT), { signal: watch.abort.signal });
        module.catch(() => {});
        return [path, module];
      }),
    );
  });
  const snapshot = manifest.then(async ({ memory }) => {
    const buffer = await download(new URL(memory.file, SNAPSHOT), memory.bytes, watch);
    mark("downloaded");
    // Whatever it trips over, the app asks when it is there.
    Promise.resolve().then(askEarly).catch(() => {});
    if (checksum(buffer) !== memory.sum) {
      throw new Error("the snapshot is damaged");
    }
    return read(buffer);
  });
  // Pyodide asks for its wasm while the manifest comes; without one, no instance is made of it.
  let files = {};
  const create = Promise.all([import(new URL("pyodide.asm.mjs", SNAPSHOT)), manifest]).then(([module, { cold = {} }]) => {
    files = cold;
    return module.default;
  });
  for (const promise of [compiled, snapshot, create]) {
    promise.catch(() => {});
  }
  const environment = { HOME, LANG: `${navigator.language.replace("-", "_")}.UTF-8` };
  const library = async ({ path }) => (await compiled).get(path);
  const cold = new ColdParts((name) => {
    mark("needed");
    return bring(new URL(files[name], SNAPSHOT));
  });
  const step = (stage) => {
    mark(stage);
    watch.alive();
  };
  const options = restoring({ create, snapshot, library, cold, environment, mark: step });
  const from = { indexURL: SNAPSHOT.href, lockFileURL: new URL("pyodide-lock.json", PYODIDE).href };
  const pyodide = await loadStock({ ...from, ...options });
  const { recipe } = await snapshot;
  wake(pyodide, recipe, environment, bringLibrary);
  mark("restored");
  return { pyodide, recipe, build: (await manifest).build, cold, files };
};

// PyScript copies each file of its configuration into the interpreter. The snapshot has them all: while it does that, and
// for these files only, they are answered from there instead of with a request each.
const answerFrom = (files) => {
  const { fetch } = globalThis;
  const answering = (resource, ...rest) => {
    const path = typeof resource === "string" && resource.startsWith(SITE) ? resource.slice(SITE.length) : "";
    return Object.hasOwn(files, path) ? Promise.resolve(new Response(files[path])) : fetch(resource, ...rest);
  };
  const end = ({ detail }) => {
    if (detail === "Loaded files" || detail === "Loaded Pyodide") {
      removeEventListener("py:progress", end);
      files = {};
      if (globalThis.fetch === answering) {
        globalThis.fetch = fetch;
      }
    }
  };
  globalThis.fetch = answering;
  addEventListener("py:progress", end);
};

const begin = async () => {
  mark("begun");
  if (new URLSearchParams(location.search).get("podi.boot") === "stock") {
    throw new Error("asked for by the address");
  }
  const watch = new Watch();
  try {
    return await watch.over(restore(watch));
  } catch (error) {
    watch.abort.abort(error);
    throw error;
  }
};

// What a stock boot will ask for is on its way before it does. Not wasm, here or for the restore: to an answer that was
// preloaded, Chromium does not add the code that it compiled on an earlier visit.
const preload = (name) => {
  const link = document.createElement("link");
  const kind = name.endsWith(".mjs") ? { rel: "modulepreload" } : { rel: "preload", as: "fetch", crossOrigin: "" };
  document.head.append(Object.assign(link, kind, { href: new URL(name, PYODIDE).href }));
};

// The shell's first frame goes before: until then, nothing of this is downloaded or compiled. A hidden page draws none.
const painted = new Promise((resolve) => {
  if (document.hidden || performance.getEntriesByName("first-contentful-paint").length) {
    resolve();
  } else {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, LATEST_START_MS);
    document.addEventListener("visibilitychange", resolve, { once: true });
  }
});

let begun = painted.then(begin);
begun.catch(() => ["pyodide.asm.mjs", "python_stdlib.zip"].forEach(preload));

const hand = async ({ pyodide, recipe, build, cold, files }, { packages = [], stdout, stderr }) => {
  pyodide.setStdout(stdout && { batched: stdout });
  pyodide.setStderr(stderr && { batched: stderr });
  const missing = packages.filter((name) => !(name in pyodide.loadedPackages));
  if (missing.length) {
    await pyodide.loadPackage(missing);
  }
  answerFrom(recipe.files);
  recipe.files = {};
  Object.assign(boot, { kind: "snapshot", build });
  mark("handed");
  joinLater(cold, files, COLD_AFTER_MS);
  return pyodide;
};

export const loadPyodide = async (options = {}) => {
  const first = begun;
  begun = Promise.reject(new Error("a second interpreter"));
  begun.catch(() => {});
  try {
    return await hand(await first, options);
  } catch (error) {
    Object.assign(boot, { kind: "stock", reason: String(error?.message ?? error) });
    mark("stock");
    const pyodide = await loadStock({ ...options, indexURL: PYODIDE.href });
    mark("handed");
    return pyodide;
  }
};
