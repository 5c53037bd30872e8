"""Those who move the money: people who note what has arrived, and Stripe."""
