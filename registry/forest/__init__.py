"""Forest plots, drawn to a file or for a page."""
