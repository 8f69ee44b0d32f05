// What the scripts of this folder share: the job that build.py gives them, the interpreters, and the page's files.
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { HOME } from "./seeded.mjs";

export const SITE = "/lib/python3.14/site-packages";
// Where the modules of this folder are while a snapshot is made; what stays in memory has no other trace of it.
export const TOOLS = "/tmp/snapshot";
// What a program is called in a browser; in Node it would be this file's path.
export const BROWSER = { _sysExecutable: "./this.program" };

export const job = JSON.parse(readFileSync(process.argv[2], "utf8"));

const moduleAt = (path) => import(pathToFileURL(path).href);

export const { loadPyodide } = await moduleAt(join(job.pyodide, "pyodide.mjs"));
export const { default: createModule } = await moduleAt(join(job.interpreter, "pyodide.asm.mjs"));

// Where `loadPyodide` finds the interpreter that a snapshot is restored into, in one part and in two.
const lockFileURL = join(job.pyodide, "pyodide-lock.json");
export const reduced = { indexURL: job.interpreter, lockFileURL };
export const split = { indexURL: `${dirname(job.parts.interpreter[0])}/`, lockFileURL };

export const quiet = { stdout: () => {}, stderr: (line) => console.error(line) };

const filesBelow = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1))
    .sort();

export const put = (FS, path, bytes) => {
  FS.mkdirTree(dirname(path));
  FS.writeFile(path, bytes);
};

// The page's files and packages, as the page itself would have them.
export const putSources = (FS) => {
  for (const name of filesBelow(job.site)) {
    put(FS, `${SITE}/${name}`, readFileSync(join(job.site, name)));
  }
  for (const name of job.modules) {
    put(FS, `${HOME}/${name}`, readFileSync(join(job.root, name)));
  }
};

const tools = dirname(dirname(fileURLToPath(import.meta.url)));

// The modules of this folder that run in the interpreter, with their packages.
export const putTools = (FS) => {
  const names = ["first_run", "small_bytecode", "second_run", "restore"].map((name) => `snapshot/${name}`);
  for (const name of ["__init__", "snapshot/__init__", ...names]) {
    put(FS, `${TOOLS}/tools/${name}.py`, readFileSync(join(tools, `${name}.py`), "utf8"));
  }
};

export const moduleName = (path) => path.replace(/(\/__init__)?\.py$/, "").replaceAll("/", ".");

// Node would show the line that threw, and in Pyodide that line is a megabyte.
process.on("uncaughtException", (error) => {
  console.error(error?.stack ?? String(error));
  process.exitCode = 1;
});
