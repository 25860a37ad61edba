"""What the web server offers beside the platforms: health and metrics."""
