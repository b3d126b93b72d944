"""The sandbox: an AWS account on one machine, with virtual time. Never deployed."""
