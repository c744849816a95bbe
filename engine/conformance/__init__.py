"""Conformance: does this engine compute what the format's reference computed?

Is: `python -m engine.conformance DIR`. It walks a folder of recorded cases (inputs and outputs of a
reference implementation), runs each through the engine's own code and prints one line per
comparison with the largest error and the tolerance. What a folder holds is found out from its
files, never from its name; see docs/conformance.md for the layout.
Is not: a second implementation. Nothing here computes what the engine should compute itself.

- Nothing is skipped silently: what belongs to another implementation's rules, or is not understood,
  is printed as n/a.
- The exit status is 0 if all is well, 1 after any miss, 2 if there was no case at all.
"""

from engine.conformance.report import Finding, Verdict
from engine.conformance.walk import walk

__all__ = ["Finding", "Verdict", "walk"]
