"""What an organization offers: categories, products with variants and images, their stock, and reviews."""
