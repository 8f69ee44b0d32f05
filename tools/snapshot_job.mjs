// What the steps of the memory snapshot share: the job that tools/snapshot.py gives them, and the page's files.
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

export const HOME = "/home/pyodide";
export const SITE = "/lib/python3.14/site-packages";

export const job = JSON.parse(readFileSync(process.argv[2], "utf8"));

// Where `loadPyodide` finds the interpreter that a snapshot is restored into.
export const reduced = { indexURL: job.interpreter, lockFileURL: join(job.pyodide, "pyodide-lock.json") };

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

export const moduleName = (path) => path.replace(/(\/__init__)?\.py$/, "").replaceAll("/", ".");

// Node would show the line that threw, and in Pyodide that line is a megabyte.
process.on("uncaughtException", (error) => {
  console.error(error?.stack ?? String(error));
  process.exitCode = 1;
});
