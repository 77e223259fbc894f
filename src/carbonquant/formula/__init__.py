"""The formula language, free of carbon words: text → tree → typed tree → text and compiled code."""
