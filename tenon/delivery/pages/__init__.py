"""The few pages that people see: the start page, the documentation, the problem types, a new password. No rules."""
