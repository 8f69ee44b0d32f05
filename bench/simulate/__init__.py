"""What very many pages do to one backend: the page's own rules, run for each of 100,000 clients in one process.

A client is the core's ``Connection`` and ``Sync``, which the page runs too, and a few numbers; one heap of deadlines
moves them all.
The backend is a model: so many handshakes and requests a second, and no more. Answers are immediate, since the question
is how requests bunch, not how long they take. Nobody touches a page: no refresh button, no switching of tabs.
"""
