"""What is in ``datapackages/``: finding packages, reading their descriptors, loading and writing them."""
