"""The pages of tasks and ability tasks: both lists, and one job."""
