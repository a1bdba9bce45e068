"""Answers as text, JSON and HTML: of a comparison, an audit and a difference."""
