"""The browser behind the ports. The only room that imports ``js``, ``pyodide`` or ``pyscript``."""
