"""What the registry has to say of published claims: a verdict on each, with the evidence and the reasoning."""
