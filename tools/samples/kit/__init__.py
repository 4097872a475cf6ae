"""Shared building blocks of the sample scenes: shapes, materials, stage and renderer."""
