"""The pages for admins over all abilities and users: overview, all calls, problems, metrics."""
