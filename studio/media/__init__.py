"""Audio files: reading what users bring, writing what is delivered.

Is: the only place that knows file formats. Is not: aware of scripts, voices or takes.
"""
