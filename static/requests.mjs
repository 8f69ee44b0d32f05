// The app's requests, and those that it will make first, which are made while Python is still being restored.
//
// `podi.ask` is the browser's `fetch`, but whoever is the first to ask an address that was asked here, in the same name,
// gets that answer. Which of the API's addresses these are, the app has left with the lists of the last visit
// (app/pages/jobs/last_seen.py).
const MOST = 4;
// What was asked longer ago than this is not new any more.
const FRESH_MS = 5_000;

const asked = new Map();

const hrefOf = (address) => new URL(address, document.baseURI).href;

const begin = (address, options = {}) => {
  const abort = new AbortController();
  const answer = fetch(address, { ...options, signal: abort.signal }).then(async (response) => {
    const body = await response.arrayBuffer();
    return new Response(body.byteLength ? body : null, response);
  });
  // Who asks for it gets the failure; nobody else has to.
  answer.catch(() => {});
  asked.set(hrefOf(address), { answer, abort, name: options.headers?.authorization, at: performance.now() });
};

const ask = (address, options = {}) => {
  if (!asked.size || (options.method ?? "GET") !== "GET") {
    return fetch(address, options);
  }
  const href = hrefOf(address);
  const early = asked.get(href);
  asked.delete(href);
  if (!early || early.name !== options.headers?.authorization || performance.now() - early.at > FRESH_MS) {
    return fetch(address, options);
  }
  options.signal?.addEventListener("abort", () => early.abort.abort(), { once: true });
  return early.answer;
};

// An answer in one text, as HTTP writes it: status, headers, an empty line, the body. It is values that cross into
// Python one by one that cost (docs/performance.md).
const written = async (answer) => {
  const headers = Array.from(answer.headers, ([name, value]) => `${name}: ${value}\n`);
  return `${answer.status}\n${headers.join("")}\n${await answer.text()}`;
};

const request = (method, address, headers, body) => {
  const abort = new AbortController();
  const options = { method, headers: JSON.parse(headers), body, cache: "no-store", signal: abort.signal };
  return { answer: ask(address, options).then(written), abort: () => abort.abort() };
};

// Browsers keep note of 250 requests, and of none after that: app/browser/load_failure.py looks for later ones.
performance.addEventListener("resourcetimingbufferfull", () => performance.clearResourceTimings());

const podi = (globalThis.podi ??= {});
podi.ask = ask;
podi.request = request;

const isOwn = (address) => typeof address === "string" && new URL(hrefOf(address)).origin === location.origin;

// The addresses of the user whose session is kept; none if the token has to be renewed first.
const addressesOf = ({ lists: { asks }, ends }) =>
  Array.isArray(asks) && Date.now() / 1000 < ends ? asks.slice(0, MOST).filter(isOwn) : [];

export const askEarly = () => {
  if (document.hidden || !navigator.onLine) {
    return;
  }
  const language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
  begin(new URL(`static/messages/${language}.json`, podi.files ?? document.baseURI).href);
  // Only the shell's script reads what the last visit left.
  const visit = podi.lastVisit?.();
  if (visit) {
    const headers = { accept: "application/json", authorization: `Bearer ${visit.token}` };
    addressesOf(visit).forEach((address) => begin(address, { headers, cache: "no-store" }));
  }
};
