// Makes this process do the same each time: the clock stands still, and what asks for randomness, such as the keys of
// Rust's maps, gets the same numbers. It has to be imported before anything that draws or asks for the time.
import nodeCrypto from "node:crypto";

// The numbers are those of xorshift32.
let state = 1;
let elsewhere = false;
nodeCrypto.randomFillSync = (view) => {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  for (let at = 0; at < bytes.length; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = elsewhere ? ~state : state;
  }
  return view;
};

// The real clock, for what is reported of the progress.
export const now = performance.now.bind(performance);

performance.now = () => (elsewhere ? 98_765_432.1 : 0);
Date.now = () => Date.UTC(2026, 0) + performance.now();

// From here on this process is what another page would be: it gets other numbers, at another time.
export const goElsewhere = () => {
  elsewhere = true;
};
