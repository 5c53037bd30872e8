"""Where organizations want their public events sent, and what became of every attempt. It knows no product."""
