"""What twice as much may cost: about twice as much. Calls are counted, not seconds, so that no busy machine fails a test."""
