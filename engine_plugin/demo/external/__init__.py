# SPDX-License-Identifier: Apache-2.0
"""The external scheduler, as the engine calls it: XML-RPC, discovery, filters and weights."""
