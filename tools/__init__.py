"""Commands around the project: set-up, vendoring, locks, tables and pictures. The page itself imports none of it."""
