"""The project's own tools: bootstrap, checks and lints. They import nothing of `tenon` unless they need Django."""
