// Holds one socket of the page, so that what comes over it is no work of the page's main thread, and ends with it
// (docs/decisions/bursts.md). Python decides everything; this file only carries frames. The first one after a quiet while
// is handed on at once, those that follow soon are handed on together.
"use strict";

const BATCH_MS = 50;

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

const handOn = () => postMessage({ kind: "frames", texts: kept });

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
    // One that the page's policy refused never tells that it is closed.
    if (socket.readyState === WebSocket.CLOSED) {
      self.close();
    } else {
      socket.close(1000);
    }
  },
};

onmessage = ({ data }) => orders[data.kind](data);
