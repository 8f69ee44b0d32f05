// What happens before Python: language and theme are set before the first frame, the progress bar moves with the boot,
// and a boot that fails ends in a message that says what to do. A classic script on purpose: a module would run after
// the first frame and let it flash in the wrong colours. Once the app has taken over, nothing here does anything.
"use strict";

{
  const STALLED_AFTER_MS = 60_000;
  const CREEP_MS = 250;
  const LONGEST_REASON = 300;
  const LARGEST_KEPT = 100_000;
  const MOST_KEPT = 20;
  // In seconds: as app/wire/kept_lists.py has them.
  const OLDEST_KEPT = 7 * 86_400;
  const KEPT_AHEAD = 86_400;
  const JUST_NOW = { en: "just now", zh: "刚刚" };
  const LISTS_ROUTE = /^(#\/?(tasks\/?)?)?$/;

  // What PyScript reports of its progress, and how far along that is. The rest, to 1, belongs to the app.
  const STAGES = new Map([
    ["Loading Pyodide", 0.06],
    ["Loaded Storage", 0.1],
    ["Loading interpreter", 0.14],
    ["Loaded interpreter", 0.74],
    ["Loading files", 0.76],
    ["Loaded files", 0.84],
    ["Loaded Pyodide", 0.86],
  ]);
  const APP_BEGINS = 0.86;
  // What the restore from the snapshot, which has stages of its own, has of the bar.
  const [RESTORE_BEGINS, RESTORE_ENDS] = [0.06, 0.74];

  const root = document.documentElement;
  const query = new URLSearchParams(location.search);

  const kept = (name) => {
    try {
      return localStorage.getItem(`podi.${name}`);
    } catch {
      return null;
    }
  };

  const chosen = (name, allowed) =>
    [query.get(`podi.${name}`), kept(name)].find((value) => allowed.includes(value));

  const preferredLanguage = () => {
    const known = (navigator.languages ?? []).map((tag) => tag.slice(0, 2).toLowerCase());
    return known.find((tag) => tag === "zh" || tag === "en") ?? "en";
  };

  const language = chosen("language", ["zh", "en"]) ?? preferredLanguage();
  root.lang = language === "zh" ? "zh-CN" : "en";
  root.dataset.theme = chosen("theme", ["auto", "light", "dark"]) ?? "auto";

  // The lists of the last visit, if the session that they belong to is still kept, with that session's token and the moment
  // it ends (s since 1970). The app writes both; nothing else reads them before Python is there. None from longer ago than
  // a session can be renewed: it has ended, even if this browser does not know it, and its lists are nobody's to see.
  const lastVisit = () => {
    try {
      const text = kept("last-seen");
      const { access_token: token, obtained_at: from, expires_in: life } = JSON.parse(kept("session"));
      const [, claims] = token.split(".");
      const { sub, exp } = JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/")));
      const lists = text.length <= LARGEST_KEPT && JSON.parse(text);
      const old = Date.now() / 1000 - lists.at;
      const alive = -KEPT_AHEAD <= old && old <= OLDEST_KEPT;
      return alive && lists.user === String(sub) ? { lists, token, ends: from && life ? from + life : exp } : undefined;
    } catch {
      return undefined;
    }
  };

  // docs/architecture.md lists what is on it. A token is within reach while the page boots, and no longer.
  const podi = (globalThis.podi ??= {});
  podi.files = new URL("../", document.currentScript.src).href;
  podi.lastVisit = lastVisit;

  // Texts become text. Of attributes, only those that a row needs, and only an address of this page becomes a link.
  const fill = (element, values, suffix = "") => {
    for (const slot of element.querySelectorAll("[data-slot]")) {
      const name = `${slot.dataset.slot}${suffix}`;
      slot.textContent = values[name] ?? "";
      for (const attribute of ["hidden", "value", "max"]) {
        const value = values[`${name}@${attribute}`];
        if (typeof value === "string") {
          slot.setAttribute(attribute, value);
        } else if (value === null) {
          slot.removeAttribute(attribute);
        }
      }
      const address = values[`${name}@href`];
      if (typeof address === "string" && address.startsWith("#/tasks/")) {
        slot.setAttribute("href", address);
      }
    }
    return element;
  };

  // As app/wire/display_preferences.py keeps it: rows have their height and their columns from the first frame on.
  const readAs = (user) => {
    const { compact, hidden } = JSON.parse(kept(`reading.${user}`) ?? "{}");
    root.dataset.density = compact === true ? "compact" : "comfortable";
    root.dataset.without = Array.isArray(hidden) ? hidden.join(" ") : "";
  };

  const cloneOf = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);

  const age = (at) => {
    const seconds = Math.max(0, Date.now() / 1000 - at);
    const [size, unit] = [[86400, "day"], [3600, "hour"], [60, "minute"]].find(([least]) => seconds >= least) ?? [];
    return unit ? new Intl.RelativeTimeFormat(root.lang).format(-Math.floor(seconds / size), unit) : JUST_NOW[language];
  };

  const tops = new Map();

  const drawLastSeen = (lists) => {
    const drawn = cloneOf("kept-lists");
    for (const place of drawn.querySelectorAll("[data-age]")) {
      place.textContent = age(lists.at);
    }
    // A time without its day is clear on that day alone.
    const onTheDay = new Date(lists.at * 1000).toDateString() === new Date().toDateString();
    for (const rows of drawn.querySelectorAll(".rows")) {
      for (const values of Object.values(lists[rows.dataset.kept] ?? {}).slice(0, MOST_KEPT)) {
        const row = fill(cloneOf("kept-row"), onTheDay ? values : { ...values, when: "" });
        row.dataset.status = values["@data-status"];
        rows.append(row);
      }
      const slot = rows.dataset.kept.replace("_", "-");
      rows.addEventListener("scroll", () => tops.set(slot, rows.scrollTop), { passive: true });
    }
    if (lists.queue) {
      const queue = fill(drawn.querySelector(".queue"), lists.queue);
      queue.hidden = false;
      for (let number = 0; typeof lists.queue[`name-${number}`] === "string" && number < MOST_KEPT; number++) {
        queue.querySelector("ul").append(fill(cloneOf("kept-server"), lists.queue, `-${number}`));
      }
    }
    document.querySelector("#boot > .lists").replaceWith(drawn);
  };

  // As soon as the parser has made its place, and so before the first frame.
  const placed = new MutationObserver(() => {
    if (document.getElementById("boot-failed")) {
      placed.disconnect();
      const lists = LISTS_ROUTE.test(location.hash) ? lastVisit()?.lists : undefined;
      try {
        if (lists?.language === language) {
          readAs(lists.user);
          drawLastSeen(lists);
        }
      } catch {
        // What was kept is not what it should be: grey rows stay.
      }
    }
  });
  placed.observe(root, { childList: true, subtree: true });

  let reached = 0.02;
  let limit = 0.06;
  let stalled = 0;
  let creeping = 0;
  const listening = new AbortController();
  const here = { signal: listening.signal };

  const draw = () => {
    const bar = document.getElementById("boot-progress");
    if (bar) {
      bar.value = reached;
    }
  };

  const watchForStall = () => {
    clearTimeout(stalled);
    stalled = setTimeout(() => fail("stalled"), STALLED_AFTER_MS);
  };

  const reach = (fraction) => {
    reached = Math.max(reached, Math.min(1, fraction));
    limit = [...STAGES.values(), 0.98].find((stage) => stage > reached) ?? 1;
    watchForStall();
    draw();
  };

  const end = () => {
    listening.abort();
    clearTimeout(stalled);
    clearInterval(creeping);
    watcher.disconnect();
    delete podi.lastVisit;
    // The lists take the place of those of the last visit, scrolled as these were.
    for (const [slot, top] of tops) {
      const rows = document.querySelector(`.rows[data-slot="${slot}"]`);
      if (rows) {
        rows.scrollTop = top;
      }
    }
  };

  const show = (reason) => {
    const message = document.getElementById("boot-failed");
    if (!message) {
      return;
    }
    for (const part of document.querySelectorAll("#boot, #boot-status")) {
      part.hidden = true;
    }
    document.getElementById("boot-reason").textContent = reason.slice(0, LONGEST_REASON);
    message.hidden = false;
    document.getElementById("boot-retry").addEventListener("click", () => location.reload());
    message.focus();
  };

  const fail = (reason) => {
    if (root.dataset.podiState !== "booting") {
      return;
    }
    clearTimeout(stalled);
    clearInterval(creeping);
    root.dataset.podiState = "failed";
    if (document.readyState === "loading") {
      document.addEventListener("DOMContentLoaded", () => show(reason), { once: true });
    } else {
      show(reason);
    }
  };

  // The last line of a Python traceback says what happened; the rest is for the console.
  const lastLine = (text) => text.trim().split("\n").pop();

  addEventListener("py:progress", ({ detail }) => reach(STAGES.get(detail) ?? reached), here);

  addEventListener(
    "podi:snapshot",
    ({ detail }) => reach(RESTORE_BEGINS + (RESTORE_ENDS - RESTORE_BEGINS) * detail.fraction),
    here,
  );

  addEventListener(
    "podi:boot",
    ({ detail }) => {
      if (detail?.error) {
        fail(String(detail.error));
      } else {
        reach(APP_BEGINS + (1 - APP_BEGINS) * Number(detail?.fraction ?? 0));
      }
    },
    here,
  );

  // Extensions and embedders have scripts of their own, whose faults are none of ours. What stalls is noticed by itself.
  const ours = (text) => String(text ?? "").includes(podi.files);
  const foreign = (stack) => /[\w-]+:\/\//.test(stack) && !ours(stack);

  addEventListener(
    "error",
    (event) => {
      if (event.target instanceof HTMLScriptElement) {
        if (event.target.dataset.optional === undefined && ours(event.target.src)) {
          fail(new URL(event.target.src, document.baseURI).pathname);
        }
      } else if (event instanceof ErrorEvent && ours(event.filename)) {
        fail(lastLine(event.message));
      }
    },
    { ...here, capture: true },
  );

  addEventListener(
    "unhandledrejection",
    ({ reason }) => {
      if (reason?.stack !== undefined && !foreign(reason.stack)) fail(lastLine(String(reason.message ?? reason)));
    },
    here,
  );

  // PyScript shows errors as a box with a traceback at the end of the page. It is replaced by our message.
  const replaceTraceback = () => {
    for (const box of document.querySelectorAll("body > .py-error")) {
      const reason = lastLine(box.textContent);
      box.remove();
      fail(reason);
    }
  };

  const watcher = new MutationObserver(() => {
    replaceTraceback();
    const state = root.dataset.podiState;
    if (state !== "booting" && state !== "failed") {
      end();
    }
  });
  watcher.observe(root, { attributes: true, attributeFilter: ["data-podi-state"] });
  document.addEventListener(
    "DOMContentLoaded",
    () => {
      watcher.observe(document.body, { childList: true });
      draw();
    },
    here,
  );

  creeping = setInterval(() => {
    reached += (limit - reached) * 0.035;
    draw();
  }, CREEP_MS);
  watchForStall();
}
