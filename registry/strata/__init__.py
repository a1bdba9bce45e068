"""The words that make two rates comparable, and the views that carry them."""
