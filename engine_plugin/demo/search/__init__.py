# SPDX-License-Identifier: Apache-2.0
"""The engine's search language, for all kinds of objects that this engine has.

`syntax` reads it as the engine does, quirks included; `words` has the fields and what they
take, `columns` where they lie; `query` makes SQL of it.
"""

from .query import Search

__all__ = ["Search"]
