"""What docker-compose.yml needs besides images: secrets, provisioning, health check."""
