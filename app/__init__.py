"""podi's task monitor: a page that watches AI image jobs live, written in Python that runs in the browser."""
