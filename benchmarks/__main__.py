"""`make bench`: every benchmark there is, one after another."""

from benchmarks import identity

identity.main()
