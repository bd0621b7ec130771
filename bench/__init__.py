"""Measures the goals for speed beside their references; see README.md."""
