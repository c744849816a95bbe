"""Codecs: audio to codes and back.

Is: what every codec is and promises (`codec`), what causal layers remember from block to block
(`memory`), and a package for each family: `dac` of s2-pro and `source_filter` of the starter.
Is not: known to the language model, which sees codes alone; a checkpoint names its family, and only
that one is imported.
"""
