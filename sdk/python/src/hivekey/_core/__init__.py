"""What both clients share. No file here sends anything."""
