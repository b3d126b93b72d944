"""Deploys the real template into the sandbox: package, translate, check, create the stack."""

from sandbox.deploy.stack import STACK, DeploymentFailed, deploy

__all__ = ["STACK", "DeploymentFailed", "deploy"]
