"""The peers, each a process of its own: ``python -m tests.benchmarks.peers.NAME FILE`` prints the names of the broken checks."""
