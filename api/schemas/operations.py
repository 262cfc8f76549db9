"""The service about itself, on the wire."""

from pydantic import BaseModel, Field


class ComponentBody(BaseModel):
    """One thing that must work before files can be taken in and read."""

    name: str = Field(examples=["store"])
    ok: bool
    why: str = Field(description="What was found, or what is wrong", examples=["writable"])
    needed: bool = Field(default=True, description="False when files are taken in and read all the same without it")


class ReadinessBody(BaseModel):
    """Whether work may be sent here."""

    ready: bool
    components: list[ComponentBody]


class AliveBody(BaseModel):
    """The process answers."""

    alive: bool = True


class LimitsBody(BaseModel):
    """What one request may carry."""

    max_file_bytes: int = Field(examples=[50_000_000])
    max_pages: int = Field(description="Of one file", examples=[500])
    max_request_bytes: int = Field(examples=[51_048_576])
    max_files: int = Field(examples=[200])
    max_hits: int = Field(examples=[200])
    max_wait_seconds: int = Field(examples=[60])


class CapabilitiesBody(BaseModel):
    """What this service takes, reads and answers."""

    version: str
    schema_version: int = Field(description="Of a reading's JSON")
    media_types: list[str] = Field(examples=[["image/jpeg", "image/png"]])
    kinds: dict[str, str] = Field(description="Every kind of invoice with its Chinese name", examples=[{"vat_special": "增值税专用发票"}])
    fields: list[str] = Field(description="Every key that a field can have")
    chinese_font: bool = Field(description="Whether the words of fonts that a file names but does not bring are shown in previews")
    limits: LimitsBody
