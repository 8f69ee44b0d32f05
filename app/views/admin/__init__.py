"""What admins see of everybody: the overview, all calls, problems and metrics."""
