"""What a web application of the operators calls: users, audit, features, jobs, numbers. For staff alone."""
