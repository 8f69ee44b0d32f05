// What the browser itself has alive, counted from before the page begins: sockets, timers, listeners. Changes nothing.
"use strict";

{
  const watch = (globalThis.watch = { sockets: [], quiet: false });

  // Every socket ever made, by what is said between the page and the worker that holds it.
  const { Worker: Plain } = globalThis;
  globalThis.Worker = class Worker extends Plain {
    constructor(...given) {
      super(...given);
      add.call(this, "message", (event) => this.received(event));
    }

    received(event) {
      if (event.data.kind === "opened") this.life.opened = performance.now();
      if (event.data.kind !== "closed") return;
      Object.assign(this.life, { closed: performance.now(), code: event.data.code });
      if (watch.quiet && this.life.left) event.stopImmediatePropagation();
    }

    postMessage(order, ...rest) {
      if (order.kind === "open") {
        this.life = { at: performance.now(), opened: null, closed: null, code: null, offered: order.protocols };
        watch.sockets.push(Object.defineProperty(this.life, "worker", { value: this }));
      }
      if (order.kind === "close") this.life.left = true;
      super.postMessage(order, ...rest);
    }
  };
  // What a host refuses that takes no tokens (R55) comes before what a case speaks of.
  watch.lives = () =>
    watch.sockets.filter(({ offered }) => !(watch.tokenless && offered.length)).map((life) => ({ ...life }));
  watch.connecting = () => watch.sockets.some(({ opened, closed, left }) => !(opened || closed || left));

  // Every request to the API: when, and what for.
  watch.asked = [];
  const { fetch } = globalThis;
  globalThis.fetch = (resource, options) => {
    const { pathname } = new URL(resource?.url ?? resource, location.href);
    if (pathname.startsWith("/api/"))
      watch.asked.push({ at: performance.now(), what: `${options?.method ?? resource?.method ?? "GET"} ${pathname}` });
    return fetch(resource, options);
  };

  // Timers that wait. One that rings or is cleared is gone.
  const timers = new Set();
  for (const [set, clear, again] of [["setTimeout", "clearTimeout", false], ["setInterval", "clearInterval", true]]) {
    const [plainSet, plainClear] = [globalThis[set], globalThis[clear]];
    globalThis[set] = (work, ...rest) => {
      if (typeof work !== "function") return plainSet(work, ...rest);
      const ring = (...given) => {
        if (!again) timers.delete(id);
        return work(...given);
      };
      const id = plainSet(ring, ...rest);
      timers.add(id);
      return id;
    };
    globalThis[clear] = (id) => {
      timers.delete(id);
      plainClear(id);
    };
  }

  // Listeners on what outlives a page's parts: the window, the document and workers. Playwright's own, which come and go
  // with each click, capture or bear its name; the page's do not.
  const listeners = new Map();
  const lasting = (target) => target === globalThis || target === document || target instanceof Plain;
  const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
  const key = (kind, listener) => `${kind} ${name(listener)}`;
  const own = (kind, options) => (options?.capture ?? options) !== true && !kind.startsWith("__playwright");
  const names = new WeakMap();
  const name = (listener) => {
    if (!names.has(listener)) names.set(listener, ++name.count);
    return names.get(listener);
  };
  name.count = 0;
  EventTarget.prototype.addEventListener = function (kind, listener, options) {
    const target = this ?? globalThis;
    if (listener && lasting(target) && own(kind, options) && !options?.once && !options?.signal) {
      if (!listeners.has(target)) listeners.set(target, new Set());
      listeners.get(target).add(key(kind, listener));
    }
    return add.call(target, kind, listener, options);
  };
  EventTarget.prototype.removeEventListener = function (kind, listener, options) {
    const target = this ?? globalThis;
    const left = listeners.get(target);
    if (listener && own(kind, options) && left?.delete(key(kind, listener)) && !left.size) listeners.delete(target);
    return remove.call(target, kind, listener, options);
  };

  // One waits until it is time for the interpreter's cold parts, whatever the page does meanwhile (static/interpreter.mjs).
  const forCold = ({ kind, stages }) => Number(kind === "snapshot" && !stages.joined);
  watch.alive = () => ({
    sockets: watch.sockets.filter(({ closed, left }) => !(closed || left)).length,
    timers: timers.size - forCold(globalThis.podi.boot),
    listeners: [...listeners].reduce((sum, [, kinds]) => sum + kinds.size, 0),
  });

  // The page's own monitor, for what no attribute shows: the callbacks of ability tasks, and what is held in Python.
  watch.monitor = () => globalThis.podi.diagnostics.__closure__.get(0).cell_contents.__self__;
}
