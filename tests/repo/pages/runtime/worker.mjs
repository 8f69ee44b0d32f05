import { loadPyodide } from "./static/vendor/pyodide/pyodide.mjs";

const pyodide = await loadPyodide({ packages: ["pyodide-http"] });
pyodide.globals.set("url", new URL("./data.json", import.meta.url).href);
const answer = pyodide.runPython(`
import urllib.request

import pyodide_http

pyodide_http.patch_urllib()
with urllib.request.urlopen(url) as response:
    answer = f"{response.status} {response.read().decode().strip()}"
answer
`);
postMessage(answer);
