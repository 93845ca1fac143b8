"""What an act or query may say no with. The edges turn each into a page or a problem document."""


class Problem(Exception):
    """Base of everything a user can be told. `status` is the HTTP status an edge answers with."""

    status = 400

    def __init__(self, message: str):
        super().__init__(message)
        self.message = message


class NotThere(Problem):
    """Not there, or not yours: both answer exactly alike, so that an error never proves a hidden record."""

    status = 404

    def __init__(self, message: str = "没有这条记录，或者它不在当前岗位的范围内。"):
        super().__init__(message)


class Refused(Problem):
    """Policy, flow or law forbids the act. `article` cites the law when it is the law."""

    status = 409

    def __init__(self, message: str, *, article: str | None = None, status: int = 409):
        super().__init__(message)
        self.article = article
        self.status = status


class Forbidden(Refused):
    """The actor's post does not carry this right."""

    def __init__(self, message: str = "当前岗位没有此项权限。"):
        super().__init__(message, status=403)


class Invalid(Problem):
    """Input that cannot be taken. `fields` maps a field's name to what is wrong and what to do."""

    status = 422

    def __init__(self, fields: dict[str, str]):
        super().__init__("；".join(fields.values()))
        self.fields = fields


class Stale(Problem):
    """Somebody else changed the record in between. `theirs` holds the newer values, so that nothing is lost."""

    status = 409

    def __init__(self, theirs: dict[str, str], mine: dict[str, str]):
        super().__init__("他人已先修改，请核对两个版本后再保存。")
        self.theirs = theirs
        self.mine = mine
