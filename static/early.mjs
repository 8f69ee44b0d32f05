// Asks for what the app will ask for first while Python is still being restored, so that the answers are there by then.
//
// `podi.ask` is the browser's `fetch`, but whoever is the first to ask an address that was asked here, in the same name,
// gets that answer. Which of the API's addresses these are, the app has left with the lists of the last visit
// (app/pages/last_seen.py).
const MOST = 4;
// What was asked longer ago than this is no news any more.
const FRESH_MS = 5_000;

const asked = new Map();

const hrefOf = (address) => new URL(address, document.baseURI).href;

const begin = (address, options = {}) => {
  const abort = new AbortController();
  const answer = fetch(address, { ...options, signal: abort.signal }).then(async (response) => {
    const body = await response.arrayBuffer();
    return new Response(body.byteLength ? body : null, response);
  });
  // Who asks for it is told; nobody else has to be.
  answer.catch(() => {});
  asked.set(hrefOf(address), { answer, abort, name: options.headers?.authorization, at: performance.now() });
};

const ask = (address, options = {}) => {
  if ((options.method ?? "GET") !== "GET") {
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

globalThis.podi = Object.assign(globalThis.podi ?? {}, { ask });

const kept = (name) => JSON.parse(localStorage.getItem(`podi.${name}`));

// The addresses of the user whose session is kept, and the name to ask them in; none if the token has to be renewed first.
const reads = () => {
  const { access_token: token, obtained_at: from, expires_in: life } = kept("session");
  const [, claims] = token.split(".");
  const { sub, exp } = JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/")));
  const { user, asks } = kept("last-seen");
  const ends = from && life ? from + life : exp;
  const own = (address) => typeof address === "string" && new URL(hrefOf(address)).origin === location.origin;
  const good = user === String(sub) && Date.now() / 1000 < ends;
  return { token, addresses: good ? asks.slice(0, MOST).filter(own) : [] };
};

export const askEarly = () => {
  if (document.hidden || !navigator.onLine) {
    return;
  }
  const language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
  begin(new URL(`static/messages/${language}.json`, globalThis.podi.files ?? document.baseURI).href);
  try {
    const { token, addresses } = reads();
    const headers = { accept: "application/json", authorization: `Bearer ${token}` };
    addresses.forEach((address) => begin(address, { headers, cache: "no-store" }));
  } catch {
    // Nobody was signed in, or what is kept is not what it should be: the app asks when it is there.
  }
};
