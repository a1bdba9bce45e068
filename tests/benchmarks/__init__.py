"""Measuring `outcomes validate` beside its peers: ``python -m tests.benchmarks``; writes docs/benchmarks.md."""
