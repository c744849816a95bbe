"""The speech engine: text and reference codes in, codes and audio out."""
