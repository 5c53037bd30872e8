"""Where bytes lie, and who looks at them: a folder, S3, clamd."""
