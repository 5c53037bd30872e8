"""What every app's pages in the portal share: writes by services only, and rows of every organization."""
