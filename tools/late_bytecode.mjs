// Compiles modules for the page's interpreter: `node tools/late_bytecode.mjs JOB`, where JOB is a JSON file written by
// tools/late_bytecode.py. A module that cannot be compiled has no file when it ends.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { HOME, SEEDED } from "./snapshot/seeded.mjs";

const job = JSON.parse(readFileSync(process.argv[2], "utf8"));
const { loadPyodide } = await import(pathToFileURL(join(job.pyodide, "pyodide.mjs")).href);
const pyodide = await loadPyodide({ indexURL: job.pyodide, env: SEEDED });
pyodide.runPython(job.compiler);
const bytecode = pyodide.globals.get("bytecode");
for (const [name, [path, source]] of Object.entries(job.modules)) {
  try {
    const compiled = bytecode(source, `${HOME}/${path}`);
    writeFileSync(join(job.out, name), compiled.toJs());
    compiled.destroy();
  } catch (error) {
    console.error(error.message);
  }
}
process.exit(0);
