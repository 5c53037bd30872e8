"""The few pages that people see: the start, the documentation, problem types, where mailed links lead. No rules."""
