"""The command line as an installation has it: run on each system that CI has, and from the wheel, the sources deleted."""
