"""Rates and contrasts of a stratum's trials, pooled: like with like."""
