"""Measurements that anyone can repeat: two things in one run, alternating, reported as ratios."""
