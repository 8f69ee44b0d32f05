"""Tasks and ability tasks: both lists, their rows, one job and its results, the queue panel."""
