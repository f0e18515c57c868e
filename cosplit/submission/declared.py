"""What a submitted half says of itself, as far as anything of it is believed."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Size = Annotated[int, Field(ge=0, le=1 << 28)]


class Declared(BaseModel):
    """Sizes bound what is taken from it; MACs are held against the CPU time that was used."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    max_bits: Size | None
    max_uses: Size | None
    designed_for: Literal["awgn", "bsc"] | None
    macs: Annotated[int, Field(ge=0, lt=1 << 60)] = 0
    counted: Annotated[int, Field(ge=0, lt=1 << 60)] = 0

    @property
    def largest(self) -> int:
        """Bytes of the largest message that is read."""
        return max((self.max_bits or 0) // 8 + 1, 4 * (self.max_uses or 0))
