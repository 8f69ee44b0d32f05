// Joins files of a job into one zip, beside the page's main thread. What cannot be had is named, and the rest still comes.
// docs/architecture.md has its messages; app/browser/zip_worker.py is the other end.
import { downloadZip } from "./vendor/client-zip/index.js";

// The page's policy has no request for what stands in the address itself.
const unpacked = (address) => {
  const [head, body] = address.slice("data:".length).split(",", 2);
  const bytes = Uint8Array.from(atob(body), (char) => char.charCodeAt(0));
  return new Blob([bytes], { type: head.split(";")[0] });
};

const bring = async (address) => {
  if (address.startsWith("data:")) {
    return unpacked(address);
  }
  const answer = await fetch(address);
  if (!answer.ok) {
    throw new Error(String(answer.status));
  }
  return answer.blob();
};

self.onmessage = async ({ data: { files } }) => {
  const whole = [];
  for (const [number, { name, address }] of files.entries()) {
    try {
      whole.push({ name, input: await bring(address) });
    } catch (error) {
      self.postMessage({ kind: "failed", name, reason: String(error?.message ?? error) });
    }
    self.postMessage({ kind: "progress", done: number + 1, total: files.length });
  }
  // A response of what is there already: it is not compressed again, for pictures are.
  const file = whole.length ? await downloadZip(whole).blob() : null;
  self.postMessage({ kind: "done", count: whole.length, file });
};
