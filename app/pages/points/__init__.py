"""The page of points, and what a job was charged."""
