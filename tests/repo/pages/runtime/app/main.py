"""Imports a file of its own and pydantic, and reads the configuration's own table."""

import pydantic
from pyscript import config, document

from app.shape import Shape

shape = Shape.model_validate_json('{"sides": 3}')
document.querySelector("#python").textContent = f"{shape} {pydantic.VERSION} {config['podi']['disable_ws']}"
