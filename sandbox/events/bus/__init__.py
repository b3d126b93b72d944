"""EventBridge's buses: events in, matching rules, delivery to their targets."""
