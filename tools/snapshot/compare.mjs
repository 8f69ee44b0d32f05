// Tests a memory snapshot before it is used: `node tools/snapshot/compare.mjs JOB`. A stock interpreter and two that were
// restored have to agree in what the page sees, and the restored ones must not share what is random.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ColdParts, read, restoring, wake } from "../../static/restore.mjs";
import { HOME } from "./seeded.mjs";
import { BROWSER, createModule, job, loadPyodide, putSources, split } from "./job.mjs";

const COMPARE = join(dirname(fileURLToPath(import.meta.url)), "compare.py");
// A module of the standard library that no snapshot holds: it has to be importable all the same.
const LATE = ["colorsys"];

const { loaded } = JSON.parse(readFileSync(job.report, "utf8"));
const environment = { HOME, LANG: "C.UTF-8" };

// With the cold parts there from the start, or only when something calls them.
const restored = async (isWhole) => {
  const file = readFileSync(job.memory);
  const parts = read(file.buffer.slice(file.byteOffset, file.byteOffset + file.length));
  const compiled = (path) => new WebAssembly.Module(readFileSync(path));
  const library = ({ path }) => compiled(job.parts[path][0]);
  const cold = new ColdParts((name) => readFileSync(job.parts[name][1]));
  const options = restoring({ create: createModule, snapshot: Promise.resolve(parts), library, cold, environment });
  const pyodide = await loadPyodide({ ...split, ...BROWSER, ...options });
  if (isWhole) {
    cold.joins.forEach((_, name) => cold.join(name, compiled(job.parts[name][1])));
  }
  wake(pyodide, parts.recipe, environment, () => new Uint8Array(readFileSync(join(job.pyodide, "python_stdlib.zip"))));
  return pyodide;
};

const ask = (pyodide) => {
  pyodide.FS.writeFile(`${HOME}/compare.py`, readFileSync(COMPARE));
  const compare = pyodide.pyimport("compare");
  const same = compare.same(pyodide.toPy(loaded.filter((name) => name.startsWith("app"))), pyodide.toPy(LATE));
  return { same: JSON.parse(same), different: JSON.parse(compare.different()) };
};

const flat = (value, path = "") =>
  value !== null && typeof value === "object"
    ? Object.entries(value).flatMap(([key, inner]) => flat(inner, `${path}/${key}`))
    : [[path, value]];

const differences = (one, other) => {
  const [left, right] = [new Map(flat(one)), new Map(flat(other))];
  const names = [...new Set([...left.keys(), ...right.keys()])];
  return names
    .filter((name) => left.get(name) !== right.get(name))
    .map((name) => `${name}: ${String(left.get(name)).slice(0, 200)} | ${String(right.get(name)).slice(0, 200)}`);
};

const stock = ask(await loadPyodide({ indexURL: job.pyodide, ...BROWSER, env: environment, fsInit: putSources }));
const first = ask(await restored(true));
const second = ask(await restored(false));
const faults = [first, second].flatMap(({ same }) => differences(stock.same, same));
const other = new Map(flat(second.different));
faults.push(...flat(first.different).filter(([name, value]) => other.get(name) === value).map(([name]) => `${name} is not random`));
if (faults.length) {
  console.error(`the snapshot differs from a stock interpreter (stock | restored):\n${faults.slice(0, 40).join("\n")}`);
}
process.exit(faults.length ? 1 : 0);
