"""The asynchronous client. The synchronous one, beside it, is made from this by make_sync.py."""
