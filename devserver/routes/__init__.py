"""The routes of the embedded backend, one module for each resource; no route holds a rule of the simulator."""
