# What app.browser uses of PyScript: the parsed configuration, tables of the project's own included, and the page.
from typing import Any

import js

config: dict[str, Any]
document: js.Document
window: js.Window
