// The first of the two runs: a stock interpreter imports everything from source and writes small bytecode.
import { HOME, SEEDED } from "./seeded.mjs";
import { BROWSER, SITE, TOOLS, job, loadPyodide, moduleName, putSources, putTools, quiet } from "./job.mjs";

const LIBRARY = "/tmp/library.zip";

// What could be imported and what could not, the bytecode by its path, and the reduced standard library.
export const firstRun = async () => {
  const pyodide = await loadPyodide({ indexURL: job.pyodide, ...BROWSER, env: SEEDED, fsInit: putSources, ...quiet });
  putTools(pyodide.FS);
  pyodide.runPython(`import sys; sys.path.append("${TOOLS}")`);
  const names = [...job.modules.map(moduleName), "tools.snapshot.restore", "tools.snapshot.second_run"];
  pyodide.globals.set("names", pyodide.toPy(names));
  const failed = pyodide
    .runPython(`from tools.snapshot import first_run; first_run.pack(names, "${LIBRARY}")`)
    .toJs({ dict_converter: Object.fromEntries });
  const packed = new Map();
  const collect = (folder) => {
    for (const name of pyodide.FS.readdir(folder)) {
      const path = `${folder}/${name}`;
      if (name === "." || name === "..") {
        continue;
      } else if (pyodide.FS.isDir(pyodide.FS.stat(path).mode)) {
        collect(path);
      } else if (name.endsWith(".pyc")) {
        packed.set(path, pyodide.FS.readFile(path));
      }
    }
  };
  [SITE, `${HOME}/app`, TOOLS].forEach(collect);
  const loaded = names.filter((name) => !(name in failed));
  return { failed, loaded, packed, library: pyodide.FS.readFile(LIBRARY) };
};
