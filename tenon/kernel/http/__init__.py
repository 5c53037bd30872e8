"""The HTTP contract, written once: audiences, problems, lists, versions, conditions and limits."""
