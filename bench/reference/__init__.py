"""Bare Django on the product's server: constant bytes, raw SQL, one password hash."""
