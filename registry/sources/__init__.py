"""Sources of packages: taken from citation managers, given back to them, and compared with lists of retractions and corrections."""
