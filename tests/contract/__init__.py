"""What the OpenAPI description promises, and that every route keeps to the rules it rests on."""
