"""EventBridge Scheduler: expressions, schedules and their firing."""
