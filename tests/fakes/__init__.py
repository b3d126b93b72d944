"""Slipway's ports in memory, true to what the adapters do; the shared contracts keep them so."""
