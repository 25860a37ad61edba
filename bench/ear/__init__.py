"""A trained candidate for the ear, measured beside the rules that listen today."""
