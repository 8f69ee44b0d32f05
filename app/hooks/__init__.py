"""Where rules meet ports: a hook owns one machine, does what it asks for, and publishes on the bus."""
