"""Forest plots, drawn to a file or to stand in a page."""
