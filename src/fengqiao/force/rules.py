"""Station modes, staff kinds and tiers, the team formula: pure."""

MODES = {"standard": "标准型", "paired": "紧密型", "loose": "宽松型"}


def desk_of(mode: str, *, station: int, own: int | None, named: int | None, centre: int | None) -> int:
    """The organisation whose desk takes a station's matters (NP-17).

    标准型: its own 综合指挥室; 紧密型: the desk shared by the pair; 宽松型: the county centre. A station that lacks
    the desk its mode needs answers itself, so that no matter is without one.

    own: the station's own command room; named: the desk it names; centre: the nearest county centre above it.
    """
    choice = {"standard": own or named, "paired": named, "loose": centre or named}
    return choice.get(mode) or named or station
