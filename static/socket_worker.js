// Holds one socket of the page, so that what comes over it is no work of the page's main thread, and ends with it
// (docs/decisions/bursts.md). Python decides everything; this file only carries frames. The first one after a quiet while
// is handed on at once, those that follow soon are handed on together.
"use strict";

const BATCH_MS = 30;
const COMMA = 44;

let socket;
let kept;

const begin = () => {
  kept = [];
  setTimeout(over, BATCH_MS);
};

const over = () => {
  if (kept.length) {
    handOn();
    begin();
  } else {
    kept = undefined;
  }
};

// As bytes, which cost the page next to nothing to take; a text would be copied letter by letter.
const encoder = new TextEncoder();

const handOn = () => {
  const encoded = kept.map((text) => (text === null ? null : encoder.encode(text)));
  const lengths = Int32Array.from(encoded, (bytes) => bytes?.length ?? -1);
  const joined = new Uint8Array(lengths.reduce((total, length) => total + Math.max(length, 0) + 1, -1));
  let at = 0;
  for (const bytes of encoded) {
    if (at) {
      joined[at - 1] = COMMA;
    }
    joined.set(bytes ?? [], at);
    at += (bytes?.length ?? 0) + 1;
  }
  postMessage({ kind: "frames", joined, lengths }, [joined.buffer, lengths.buffer]);
};

const received = ({ data }) => {
  const text = typeof data === "string" ? data : null;
  if (kept) {
    kept.push(text);
  } else {
    postMessage({ kind: "frame", text });
    begin();
  }
};

const closed = ({ code, reason }) => {
  if (kept?.length) {
    handOn();
  }
  postMessage({ kind: "closed", code, reason });
  self.close();
};

const orders = {
  open: ({ address, protocols }) => {
    try {
      socket = new WebSocket(address, protocols);
    } catch {
      closed({ code: 1006, reason: "" });
      return;
    }
    socket.onopen = () => postMessage({ kind: "opened" });
    socket.onmessage = received;
    socket.onclose = closed;
  },

  send: ({ text }) => {
    if (socket.readyState === WebSocket.OPEN) {
      socket.send(text);
    }
  },

  close: () => {
    // One that the page's policy refused never says that it is closed.
    if (socket.readyState === WebSocket.CLOSED) {
      self.close();
    } else {
      socket.close(1000);
    }
  },
};

onmessage = ({ data }) => orders[data.kind](data);
