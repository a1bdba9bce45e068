"""What the project promises about itself: what it installs, what its workflows may do, what SECURITY.md says."""
