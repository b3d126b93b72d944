"""Implementations of the ports on AWS, and nothing else."""
