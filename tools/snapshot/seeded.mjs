// Where the page's Python is at home, and what an interpreter is started with that makes bytecode for it. Sets are written in
// the order of their hashes, so that the seed makes the same bytes of the same source; tables of columns would make them half
// as large again, and nobody reads them in the page.
export const HOME = "/home/pyodide";
export const SEEDED = { HOME, PYTHONHASHSEED: "0", PYTHONNODEBUGRANGES: "1" };
