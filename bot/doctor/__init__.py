"""`samenspraak doctor`: looks at everything that has to be right, and says what is not, and what to do about it."""
