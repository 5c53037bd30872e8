"""What every product needs: who people are, what they belong to, what they may do."""
