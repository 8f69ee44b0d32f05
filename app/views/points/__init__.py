"""The page of points: movements, sums, the line of the balance, and a job's bill."""
