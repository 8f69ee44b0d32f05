"""``make contract``: asks a backend for what docs/contract.md says, and says what the page will do without.

It reads only: besides signing in it sends no request that could change anything. Answers are read by the page's own
readers (`app.wire`), so that what counts as an answer here is what the page can show.
"""
