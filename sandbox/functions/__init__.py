"""Lambda: functions run as AWS runs them, each in a process of its own."""
