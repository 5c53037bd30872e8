"""Events and jobs as rows of the domain's own transaction, delivered at least once by the relay."""
