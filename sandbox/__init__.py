"""The sandbox: an AWS account on one machine, with virtual time. A developer tool, never deployed."""
