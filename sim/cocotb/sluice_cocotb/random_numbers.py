"""The random generator that all of Sluice uses (splitmix32): the same seed gives the same numbers as in TypeScript."""

from __future__ import annotations

from typing import Any

_MASK = 0xFFFFFFFF


class Random:
    """Seeded random numbers, for data and stalls."""

    def __init__(self, seed: int) -> None:
        self._state = seed & _MASK

    def next(self) -> int:
        """Give the next 32 random bits."""
        self._state = (self._state + 0x9E3779B9) & _MASK
        mixed = self._state
        mixed = ((mixed ^ (mixed >> 16)) * 0x21F0AAAD) & _MASK
        mixed = ((mixed ^ (mixed >> 15)) * 0x735A2D97) & _MASK
        return mixed ^ (mixed >> 15)

    def float(self) -> float:
        """Give a number from 0 (included) to 1 (excluded)."""
        return self.next() / 2**32

    def below(self, limit: int) -> int:
        """Give a number from 0 to `limit` - 1."""
        return int(self.float() * limit)

    def bits(self, count: int) -> int:
        """Give `count` random bits, as one number."""
        value = 0
        for have in range(0, count, 32):
            value |= self.next() << have
        return value & ((1 << count) - 1)

    def value(self, kind: dict[str, Any]) -> Any:
        """Give a random value of a kind, each field and element drawn in turn."""
        name = kind["kind"]
        if name == "struct":
            return {field: self.value(inner) for field, inner in kind["fields"].items()}
        if name == "vec":
            return [self.value(kind["element"]) for _ in range(kind["length"])]
        if name == "bool":
            return self.below(2) == 1
        if name == "enum":
            return kind["labels"][self.below(len(kind["labels"]))]
        bits = self.bits(kind["width"])
        return bits - (1 << kind["width"]) if name == "sint" and bits >> (kind["width"] - 1) else bits


class StallPattern:
    """When a stream stalls: the same cycles as in Sluice's own test benches for the same probability and seed."""

    def __init__(self, probability: float = 0.0, seed: int = 0) -> None:
        if not 0 <= probability < 1:
            raise ValueError(f"the probability of a stall is from 0 to below 1, not {probability}")
        self._threshold = int(probability * 2**32)
        self._state = (seed * 0x9E3779B1) & _MASK or 1

    def draw(self) -> bool:
        """Tell whether the stream stalls in the next cycle."""
        if self._threshold == 0:
            return False
        state = self._state
        state ^= (state << 13) & _MASK
        state ^= state >> 17
        state ^= (state << 5) & _MASK
        self._state = state
        return state < self._threshold
