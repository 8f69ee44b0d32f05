"""Notes which functions of an instrumented interpreter the pages of a run have used: `pytest -p testkit.hot_functions`.

For tools/find_hot_functions.py, which makes such an interpreter. Before a context closes, it writes what its pages ran
into files in the folder `HOT_FUNCTIONS`: for each module a line with its name, a colon and the functions' numbers. The
page's policy is not in force, because asking a page needs that.
"""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error

FOLDER = "HOT_FUNCTIONS"
# Remembers the instances that export such flags. The interpreter is the one that comes first.
WATCH = """(() => {
  const instances = [];
  const note = instance => { if (instance && "ran.0" in instance.exports) instances.push(instance); return instance; };
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const original = WebAssembly[name];
    WebAssembly[name] = async (...given) => {
      const made = await original.apply(WebAssembly, given);
      note(made.instance);
      return made;
    };
  }
  WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
    construct: (original, given) => note(new original(...given)),
  });
  window.ranFunctions = () => instances.map(({ exports }, at) => {
    const ran = Object.keys(exports).filter(key => key.startsWith("ran.") && exports[key].value);
    return `${at ? "library" : "interpreter"}:${ran.map(key => key.slice(4)).join(" ")}\\n`;
  }).join("");
})();"""
ASK = "() => window.ranFunctions?.() ?? ''"

_new_context = Browser.new_context
_close = BrowserContext.close


def _watched(browser: Browser, **options: Any) -> BrowserContext:
    context = _new_context(browser, **{**options, "bypass_csp": True})
    context.add_init_script(WATCH)
    return context


def _noted(context: BrowserContext, **options: Any) -> None:
    for page in context.pages:
        try:
            ran = str(page.evaluate(ASK))
        except Error:
            continue
        (Path(os.environ[FOLDER]) / uuid.uuid4().hex).write_text(ran, encoding="ascii")
    _close(context, **options)


def pytest_configure() -> None:
    """Watch every context that is opened from now on."""
    Browser.new_context = _watched  # type: ignore[assignment,method-assign]
    BrowserContext.close = _noted  # type: ignore[assignment,method-assign]
