"""Executes a plan over tables, block by block: step arrays, groups, counts, exact sums."""
