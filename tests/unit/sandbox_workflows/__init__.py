"""Step Functions in the sandbox."""
