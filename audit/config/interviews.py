"""The section `[interviews]` of the audit file: the closed code book."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from audit.config.parts import Part
from core.elements import ELEMENTS
from core.text import slug


def _element(text: str) -> str:
    if text not in ELEMENTS:
        raise ValueError(f"no element {text!r}; known: {', '.join(ELEMENTS)}")
    return text


Element = Annotated[str, AfterValidator(_element)]


class InterviewsPart(Part):
    """`[interviews]`: the code book; how many interviews a theme needs is fixed by the design."""

    codebook: dict[str, Element] = Field(
        default_factory=dict,
        description="code = its element; with a code book, codes outside it are rejected",
    )

    @model_validator(mode="after")
    def _each_code_once(self) -> InterviewsPart:
        plain = [slug(code) for code in self.codebook]
        twice = sorted({code for code in self.codebook if plain.count(slug(code)) > 1})
        if twice:
            raise ValueError(f"`codebook` names a code more than once: {twice}")
        return self
