// The page's side of the leak counts. Put in before anything of the page runs, it counts the timers that are set, the
// channels that are open and the requests that are under way; it reads Pyodide's own counts, and goes through cycles as a
// user would, without a word to the test between them.
"use strict";

{
  const PATIENCE_MS = 60_000;
  const [later, root] = [setTimeout.bind(window), () => document.documentElement.dataset];
  const timers = new Set();

  const countTimers = (set, clear, rings) => {
    const [begin, end] = [window[set].bind(window), window[clear].bind(window)];
    window[set] = (work, ...rest) => {
      const ring = (...given) => {
        if (rings === "once") {
          timers.delete(handle);
        }
        work(...given);
      };
      const handle = begin(ring, ...rest);
      timers.add(handle);
      return handle;
    };
    window[clear] = (handle) => {
      timers.delete(handle);
      end(handle);
    };
  };
  countTimers("setTimeout", "clearTimeout", "once");
  countTimers("setInterval", "clearInterval", "often");

  // What says to the other window whether it is looked at; it is not of the page, and so not counted.
  const beside = new BroadcastChannel("leaks");
  const channels = new Set();
  window.BroadcastChannel = class extends BroadcastChannel {
    constructor(name) {
      super(name);
      channels.add(this);
    }
    close() {
      channels.delete(this);
      super.close();
    }
  };

  // As a browser does for a tab that is covered: headless Chromium shows every page.
  const look = (state) => {
    for (const [name, value] of [["hidden", state === "hidden"], ["visibilityState", state]]) {
      Object.defineProperty(document, name, { configurable: true, get: () => value });
    }
    document.dispatchEvent(new Event("visibilitychange"));
  };
  beside.onmessage = ({ data }) => look(data);

  const [ask, unanswered] = [window.fetch.bind(window), new Set()];
  window.fetch = async (...given) => {
    const asked = Symbol("asked");
    unanswered.add(asked);
    try {
      return await ask(...given);
    } finally {
      unanswered.delete(asked);
    }
  };

  const find = (selector) => document.querySelector(selector);

  const until = async (condition) => {
    for (const end = performance.now() + PATIENCE_MS; !condition(); ) {
      if (performance.now() > end) {
        const now = { ...window.podi.diagnostics().sharing, ...root().dataset };
        throw new Error(`it never came to ${condition}: ${JSON.stringify(now)}`);
      }
      await new Promise((go) => later(go, 0));
    }
  };

  // Python's part: objects by type, after a collection.
  const COUNTING = `
import gc, js, json
from collections import Counter
from pyodide.ffi import create_proxy

def count():
    gc.collect()
    # Pyodide holds on to the object whose method was called last: let that be the same one each time.
    js.performance.now()
    return json.dumps(Counter(f"{type(one).__module__}.{type(one).__qualname__}" for one in gc.get_objects()))

kept = []

def keep():
    kept.append((create_proxy(lambda: None), js.Object.new(), bytearray(2_000_000), *([] for _ in range(10))))

(count, keep, gc.collect)
`;
  let module, count, keep, collect;

  const attach = async () => {
    const { whenDefined } = await import(new URL("static/vendor/pyscript/core.js", document.baseURI));
    const { interpreter } = await whenDefined("py");
    module = interpreter._module;
    [count, keep, collect] = interpreter.runPython(COUNTING, { globals: interpreter.toPy({}) });
    module.enable_pyproxy_allocation_tracing();
  };

  // The bytes in use inside of the WebAssembly memory: the eighth number of C's mallinfo().
  const allocated = () => {
    const stack = module.stackSave();
    const found = module.stackAlloc(64);
    module._mallinfo(found);
    const bytes = module.HEAP32[(found >> 2) + 7];
    module.stackRestore(stack);
    return bytes;
  };

  // One waits until it is time for the interpreter's cold parts, whatever the page does meanwhile (static/interpreter.mjs).
  const forCold = ({ kind, stages }) => Number(kind === "snapshot" && !stages.joined);

  const counts = async () => {
    await until(() => !unanswered.size);
    const types = JSON.parse(count());
    const own = window.podi.diagnostics();
    const { held, pending } = await navigator.locks.query();
    return {
      types,
      timers: timers.size - forCold(window.podi.boot),
      channels: channels.size,
      locks: held.length + pending.length,
      references: module._hiwire_num_refs(),
      proxies: module.pyproxy_alloc_map.size,
      memory: module.HEAP8.length,
      allocated: allocated(),
      ownTimers: own.timers,
      ownSockets: own.sockets,
      ownListeners: own.listeners,
    };
  };

  const share = (role, transport) => () =>
    window.podi.diagnostics().sharing?.role === role && root().podiTransport === transport;

  // A page joins those of its user within a second: waiting for that each time would take longer than all the rest.
  const JOINED = 3;
  let [signedIn, jobs] = [0, []];

  const cycles = {
    async signIn() {
      find("input[name=username]").value = "admin";
      find("input[name=password]").value = "admin";
      find("button[type=submit]").click();
      await until(() => root().podiTransport === "push" && find(".row[data-task-id]"));
      if (signedIn++ % JOINED === 0) {
        await until(share("holder", "push"));
      }
      find("[data-podi=sign-out]").click();
      await until(() => root().podiState === "signed-out" && find("input[name=username]"));
    },

    async reconnect() {
      const headers = { "Content-Type": "application/json" };
      const body = JSON.stringify({ fault: "abort", at: "now" });
      // A body that nobody reads keeps its pipe.
      await (await fetch("__faults__/armed", { method: "POST", headers, body })).text();
      await until(() => root().podiTransport !== "push");
      find("[data-podi=refresh]").click();
      await until(() => root().podiTransport === "push");
    },

    // To the other window and back. That one is left hidden: while both are visible, a window that is held up for longer
    // than half a second loses the connection to the other, and counting holds it up for longer.
    async handOver() {
      beside.postMessage("visible");
      look("hidden");
      await until(share("follower", "paused"));
      look("visible");
      const [followed, tookBack] = [share("follower", "push"), share("holder", "push")];
      await until(() => followed() || tookBack());
      beside.postMessage("hidden");
      await until(share("holder", "push"));
    },

    async subscribe() {
      if (!jobs.length) {
        jobs = [...document.querySelectorAll(".row[data-task-id]")].slice(0, 2).map((row) => row.dataset.taskId);
      }
      jobs.reverse();
      location.hash = `/tasks/${jobs[0]}`;
      await until(() => find("main").textContent.includes(jobs[0]));
    },

    async logDrawer() {
      find("[data-slot=open-logs]").click();
      await until(() => find("wa-drawer").open && find("[data-log-id] button"));
      find("[data-log-id] button").click();
      await until(() => find("#log-record").checkVisibility());
      find("[data-action=close-log]").click();
      find("[data-action=close-logs]").click();
      await until(() => !find("wa-drawer").open);
    },

    // One of everything that is counted, kept for good: what a leak looks like.
    async leak() {
      const token = JSON.parse(localStorage.getItem("podi.session")).access_token;
      const socket = new WebSocket("api/notify/v1/stream", ["podi.v1", `podi.bearer.${token}`]);
      const worker = new Worker(URL.createObjectURL(new Blob([])));
      const channel = new BroadcastChannel("leak");
      void navigator.locks.request(`leak ${Math.random()}`, () => new Promise(() => {}));
      (window.leaked ??= []).push(socket, worker, channel, document.implementation.createHTMLDocument(), new Array(20_000).fill(0.5));
      addEventListener("leak", () => {});
      setTimeout(() => {}, 1e8);
      keep();
      await until(() => socket.readyState === WebSocket.OPEN);
    },
  };

  const go = async (name, times) => {
    for (let done = 0; done < times; done++) {
      await cycles[name]();
    }
  };

  window.leaks = { attach, collect: () => void collect(), counts, go };
}
