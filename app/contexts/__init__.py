"""State that several views read: the session, the points, the ability tasks."""
