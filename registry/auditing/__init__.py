"""The audit of published claims: a verdict on each, with the evidence and the reasoning."""
