/*
 * Notes when a row on screen changes, and what it then shows, so that the harness can say which frame has got there.
 * It does nothing until it is started, and is the same for every page that is measured.
 */
"use strict";
(() => {
  const REACHED = /comfyui_(\d{5})/;
  const ENDED = new Set(["succeeded", "failed", "cancelled"]);
  const shown = new Map();
  let notes = [];

  const read = (row) => {
    const { taskId, kind, status } = row.dataset;
    const bar = kind === "task" ? row.querySelector('[role="progressbar"]') : null;
    const number = kind === "task" ? bar?.getAttribute("aria-valuenow") : REACHED.exec(row.textContent)?.[1];
    return [taskId, Number(number ?? -1), ENDED.has(status)];
  };

  const note = (row, now) => {
    const [id, reached, ended] = read(row);
    const key = `${reached}/${ended}`;
    if (shown.get(id) === key) return;
    shown.set(id, key);
    notes.push([now, id, reached, ended]);
  };

  const observer = new MutationObserver((records) => {
    const now = performance.now();
    const rows = new Set();
    for (const { target, addedNodes } of records) {
      const row = (target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement)?.closest("[data-task-id]");
      if (row) rows.add(row);
      for (const added of addedNodes) {
        if (added.nodeType === Node.ELEMENT_NODE && added.dataset?.taskId) rows.add(added);
      }
    }
    for (const row of rows) note(row, now);
  });

  /*
   * Counts how often a timer rings without the page having said something of a job, which after a long list it does for
   * seconds, or having got something from the server.
   */
  const countRest = () => {
    const rest = { rings: 0 };
    const moved = () => (rest.rings = 0);
    const names = ["podi:task-status", "podi:ability-task-status"];
    names.forEach((name) => addEventListener(name, moved));
    const fetched = new PerformanceObserver(moved);
    fetched.observe({ type: "resource" });
    const timer = setInterval(() => rest.rings++, 100);
    rest.end = () => {
      clearInterval(timer);
      names.forEach((name) => removeEventListener(name, moved));
      fetched.disconnect();
    };
    return rest;
  };
  let rest;

  const scroller = (kind) => {
    let element = document.querySelector(`[data-task-id][data-kind="${kind}"]`);
    while (element && !/auto|scroll/.test(getComputedStyle(element).overflowY)) element = element.parentElement;
    return element;
  };

  /* WebAssembly memories, as instances bring them in or out; a page has one or none. */
  const memories = new Set();
  const remember = (instance, imports) => {
    const found = [...Object.values(instance.exports), ...Object.values(imports ?? {}).flatMap(Object.values)];
    for (const value of found) if (value instanceof WebAssembly.Memory) memories.add(value);
  };
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const original = WebAssembly[name];
    WebAssembly[name] = async (source, imports) => {
      const made = await original.call(WebAssembly, source, imports);
      remember(made.instance ?? made, imports);
      return made;
    };
  }

  window.podiBench = {
    wasmBytes() {
      return [...memories].reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
    },
    watch() {
      for (const row of document.querySelectorAll("[data-task-id]")) note(row, 0);
      observer.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
    },
    take() {
      observer.disconnect();
      const taken = notes;
      notes = [];
      return taken;
    },
    /* Whether a list of this many rows is there: its scrolling element is about as high as that. */
    filled(kind, rows) {
      return rows === 0 || (scroller(kind)?.scrollHeight ?? 0) >= rows * 30;
    },
    /* Whether the page has been at rest for two seconds. */
    rested() {
      rest ??= countRest();
      if (rest.rings < 20) return false;
      rest.end();
      return true;
    },
    place(kind) {
      const element = scroller(kind);
      const { left, top, width, height } = element.getBoundingClientRect();
      return { x: left + width / 2, y: top + height / 2, far: element.scrollHeight - height, at: element.scrollTop };
    },
    signIn() {
      for (const name of ["username", "password"]) {
        const input = document.querySelector(`input[name="${name}"]`);
        input.value = "bench";
        input.dispatchEvent(new Event("input", { bubbles: true }));
      }
      document.querySelector('button[type="submit"]').click();
    },
  };
})();
