"""What was done, by whom, to what: rows that are only ever added, sealed into a chain. Never why."""
