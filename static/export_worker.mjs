// The worker in which log exports run: starts Pyodide, lets Python read one page after the other, and sends what it wrote.
// Python decides everything; this file only carries messages between the page and it.
import { loadPyodide } from "./vendor/pyodide/pyodide.mjs";

const SOURCE = new URL("../app/export/log_export.py", import.meta.url);

let bringToken = () => {};

async function start() {
  const [pyodide, source] = await Promise.all([
    loadPyodide({ packages: ["pyodide-http"] }),
    fetch(SOURCE).then((answer) => {
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      return answer.text();
    }),
  ]);
  pyodide.FS.writeFile("/home/pyodide/log_export.py", source);
  pyodide.runPython("import pyodide_http; pyodide_http.patch_urllib()");
  return pyodide.pyimport("log_export");
}

async function run({ base, ability, token, form, wanted }) {
  const module = await start();
  const job = module.LogExport(base, ability, token, form, wanted);
  const parts = [];
  const type = form === "csv" ? "text/csv" : "application/x-ndjson";
  const written = () => ({ done: job.done, file: new Blob(parts, { type: `${type};charset=utf-8` }) });
  try {
    await write(job, parts);
  } catch (error) {
    postMessage({ kind: "failed", reason: reasonOf(error), ...(job.done ? written() : { done: 0 }) });
    return;
  }
  postMessage({ kind: "done", ...written() });
}

async function write(job, parts) {
  while (!job.complete) {
    try {
      parts.push(job.step());
    } catch (error) {
      if (error.type === "TryLater") {
        postMessage({ kind: "waiting", seconds: job.wait_s, done: job.done });
        await new Promise((resolve) => setTimeout(resolve, job.wait_s * 1000));
        continue;
      }
      if (error.type !== "TokenRefused") throw error;
      const fresh = new Promise((resolve) => (bringToken = resolve));
      postMessage({ kind: "token" });
      job.token = await fresh;
      continue;
    }
    postMessage({ kind: "progress", done: job.done, total: job.total });
    await new Promise((resolve) => setTimeout(resolve));
  }
}

onmessage = ({ data }) => {
  if (data.kind === "token") bringToken(data.token);
  else run(data).catch((error) => postMessage({ kind: "failed", reason: reasonOf(error), done: 0 }));
};

function reasonOf(error) {
  const last = String(error.message ?? error).trim().split("\n").pop();
  return last.replace(/^(?:\w+\.)*ExportFailed: /, "").slice(0, 200);
}
