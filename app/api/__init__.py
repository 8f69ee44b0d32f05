"""The backend's routes as calls, and what can go wrong with them."""
