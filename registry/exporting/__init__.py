"""A stratum in a form that another tool loads."""
