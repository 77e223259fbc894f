"""Average CO2 factors of China's provincial grids once more, typed in again for the plain computations.

From announcements 33 of 2024 (year 2022) and 47 of 2025 (year 2023), kg CO2 per kWh = t CO2 per MWh.
`NONE` are the regions without a published value; a computation that needs one is refused.

Not the shipped factor set: a slip in that file shows as a difference to this one.
"""

from __future__ import annotations

__all__ = ["NONE", "PROVINCES", "RefusedError", "grid_factor"]

PROVINCES = {
    "beijing": {"2022": 0.5580, "2023": 0.5554},
    "tianjin": {"2022": 0.7041, "2023": 0.6796},
    "hebei": {"2022": 0.7252, "2023": 0.6516},
    "shanxi": {"2022": 0.7096, "2023": 0.6634},
    "inner_mongolia": {"2022": 0.6849, "2023": 0.6479},
    "liaoning": {"2022": 0.5626, "2023": 0.4878},
    "jilin": {"2022": 0.4932, "2023": 0.4671},
    "heilongjiang": {"2022": 0.5368, "2023": 0.5229},
    "shanghai": {"2022": 0.5849, "2023": 0.5737},
    "jiangsu": {"2022": 0.5978, "2023": 0.5827},
    "zhejiang": {"2022": 0.5153, "2023": 0.4974},
    "anhui": {"2022": 0.6782, "2023": 0.6553},
    "fujian": {"2022": 0.4092, "2023": 0.4211},
    "jiangxi": {"2022": 0.5752, "2023": 0.5836},
    "shandong": {"2022": 0.6410, "2023": 0.6191},
    "henan": {"2022": 0.6058, "2023": 0.5897},
    "hubei": {"2022": 0.4364, "2023": 0.4044},
    "hunan": {"2022": 0.4900, "2023": 0.4976},
    "guangdong": {"2022": 0.4403, "2023": 0.4419},
    "guangxi": {"2022": 0.4044, "2023": 0.4476},
    "hainan": {"2022": 0.4184, "2023": 0.3648},
    "chongqing": {"2022": 0.5227, "2023": 0.5581},
    "sichuan": {"2022": 0.1404, "2023": 0.1564},
    "guizhou": {"2022": 0.4989, "2023": 0.5683},
    "yunnan": {"2022": 0.1073, "2023": 0.1333},
    "shaanxi": {"2022": 0.6558, "2023": 0.6335},
    "gansu": {"2022": 0.4772, "2023": 0.4471},
    "qinghai": {"2022": 0.1567, "2023": 0.1796},
    "ningxia": {"2022": 0.6423, "2023": 0.6187},
    "xinjiang": {"2022": 0.6231, "2023": 0.6021},
}
NONE = ("tibet",)


class RefusedError(Exception):
    """The project is refused; `reasons` are the names an example lists under `fails`."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(", ".join(reasons))
        self.reasons = reasons


def grid_factor(region: str, year: str) -> float:
    """Return the factor of a province in a year, t CO2e/MWh; refused where none is published."""
    if region in NONE or year not in PROVINCES[region]:
        raise RefusedError(["table.EF_grid"])
    return PROVINCES[region][year]
