"""Keys with which programs act for one organization, and what each may do. Never what people sign in with."""
