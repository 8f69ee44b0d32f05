// The fault switches by hand: an order is JSON, and the answer is shown as it came.

const EXAMPLES = [
  { fault: "abort", at: "now" },
  { fault: "close", at: "now", code: 4401, reason: "INVALID_TOKEN" },
  { fault: "reset", at: "now" },
  { fault: "refuse", status: 503, count: 3 },
  { fault: "hang", at: "upgrade", count: 1 },
  { fault: "swallow", at: "now" },
  { fault: "half-open", at: "now" },
  { fault: "drop", at: "frame", count: 5 },
  { fault: "delay", at: "frame", delay_s: 2, count: 1 },
  { fault: "reorder", count: 1 },
  { fault: "duplicate", copies: 1, seconds: 60 },
  { fault: "corrupt", at: "frame", count: 1 },
  { fault: "truncate", at: "frame", keep: 10, count: 1 },
  { fault: "oversize", at: "now", size: 5242880 },
  { fault: "binary", at: "now", data: "0001feff" },
  { fault: "raw", data: "8102fffe" },
  { fault: "frame", frame: { type: "unheard-of", payload: null } },
  { fault: "burst", frames: 10000 },
  { fault: "status", path: "/api/tasks/v1", status: 503, headers: { "Retry-After": "5" }, body: { detail: "BUSY" } },
  { fault: "hang", at: "request", path: "/api/tasks/v1", count: 1 },
  { fault: "endless", path: "/api/ability-tasks", count: 1 },
  { fault: "delay", at: "request", path: "/api/tasks/**", delay_s: 5, count: 1 },
  { fault: "reset", at: "request", path: "/api/**", count: 1 },
  { fault: "crash", path: "/api/tasks/v1", count: 1 },
  { fault: "wrong-role", always: true },
  { fault: "expired-token" },
  { fault: "account", user: "demo", state: "inactive" },
  { fault: "restart", checkpoint: "before" },
];

const REFRESH_MS = 1000;
const by = (id) => document.getElementById(id);

async function call(method, path, body) {
  const options = body === undefined ? { method } : {
    method,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
  const answer = await fetch(`/__faults__/${path}`, options);
  return { ok: answer.ok, status: answer.status, body: await answer.json() };
}

function row(...cells) {
  const line = document.createElement("tr");
  for (const cell of cells) {
    const data = document.createElement("td");
    data.append(cell instanceof Node ? cell : String(cell ?? ""));
    line.append(data);
  }
  return line;
}

function takeBack(number) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Take back";
  button.addEventListener("click", async () => {
    await call("DELETE", `armed/${number}`);
    await refresh();
  });
  return button;
}

async function refresh() {
  const [armed, sockets, checkpoints] = await Promise.all([
    call("GET", "armed"),
    call("GET", "sockets"),
    call("GET", "checkpoints"),
  ]);
  by("armed").replaceChildren(...armed.body.items.map((one) =>
    row(one.id, JSON.stringify(one.order), one.fired, one.left ?? "∞", one.armed ? "yes" : "no", takeBack(one.id))));
  by("sockets").replaceChildren(...sockets.body.items.map((one) => row(one.id, one.path, one.state, one.frames)));
  by("checkpoints").textContent = checkpoints.ok ? checkpoints.body.items.join(", ") || "none" : checkpoints.body.detail;
}

function show({ ok, status, body }) {
  const detail = Array.isArray(body.detail) ? body.detail.map((one) => one.msg).join("\n") : body.detail;
  by("answer").textContent = ok ? JSON.stringify(body) : `${status}: ${detail}`;
}

async function arm(event) {
  event.preventDefault();
  try {
    show(await call("POST", "armed", JSON.parse(by("order").value)));
  } catch (error) {
    by("answer").textContent = String(error);
  }
  await refresh();
}

function choose() {
  by("order").value = JSON.stringify(EXAMPLES[by("example").selectedIndex], null, 2);
}

by("example").append(...EXAMPLES.map((one) => {
  const option = document.createElement("option");
  option.textContent = one.at ? `${one.fault} at ${one.at}` : one.fault;
  return option;
}));
by("example").addEventListener("change", choose);
by("arm").addEventListener("submit", arm);
by("clear").addEventListener("click", async () => {
  show(await call("DELETE", "armed"));
  await refresh();
});
by("save").addEventListener("submit", async (event) => {
  event.preventDefault();
  show(await call("POST", "checkpoints", { name: by("name").value }));
  await refresh();
});
by("look").addEventListener("click", async () => {
  by("truth").textContent = JSON.stringify((await call("GET", "truth")).body, null, 2);
});

choose();
refresh();
setInterval(() => {
  if (!document.hidden) refresh().catch(() => {});
}, REFRESH_MS);
