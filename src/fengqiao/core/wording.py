"""Free words as acts take them."""

from fengqiao.core.errors import Invalid


def written(text: str, limit: int, missing: str = "", field: str = "text") -> str:
    """Free words, stripped. Invalid beside `field` when they are missing (said in `missing`), longer than `limit`
    characters, or cannot be stored."""
    text = text.strip()
    if not text and missing:
        raise Invalid({field: missing})
    if len(text) > limit:
        raise Invalid({field: f"超过 {limit} 字，请缩短。"})
    if "\x00" in text:
        raise Invalid({field: "文字中含有无法保存的控制字符，请删去后再提交。"})
    return text
