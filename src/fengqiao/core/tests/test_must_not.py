"""What the product must not have, proven absent: schema, code tables, addresses, pages, forms, imports.

Each test names the row of the specification that forbids it, and what the row also asks for that comes with a later
feature. The scans read the product as it stands, so a forbidden thing added tomorrow fails here.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django import forms
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

import fengqiao
from fengqiao.core import collection, erasure
from fengqiao.core.actor import Role
from fengqiao.core.rules import vocabularies
from fengqiao.core.spine import SENTENCES
from fengqiao.core.tests.test_collection import every

ROOT = Path(fengqiao.__file__).parent
# A fingerprint of a text or of a table's headings, to find the same again; nothing of a finger.
OURS = re.compile(r"(intake\.Fingerprint\.|ColumnMapping\.fingerprint$)")


def columns() -> list[str]:
    """Every column of every table, the libraries' too."""
    return [f"{m._meta.label}.{f.name}" for m in apps.get_models() for f in m._meta.local_fields]


def tables() -> list[str]:
    return [m._meta.label for m in apps.get_models() if m.__module__.startswith("fengqiao.")]


def codes() -> list[tuple[str, str]]:
    """Every word of every code table, as (table, word)."""
    return [(n, line.name) for n in vocabularies.names() for line in vocabularies.vocabulary(n).values()]


def addresses() -> list[str]:
    """Every address with its name: "rights/<uuid:request_id>/ rights:detail"."""

    def walk(level: URLResolver, prefix: str) -> Iterator[str]:
        for one in level.url_patterns:
            at = prefix + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from walk(one, at)
            elif isinstance(one, URLPattern):
                yield f"{at} {one.name or ''}"

    return list(walk(get_resolver(), ""))


def pages() -> dict[str, str]:
    """The text of every page, paper and script of ours, comments left out."""
    found = {}
    for kind in ("html", "typ", "js"):
        for path in ROOT.rglob(f"*.{kind}"):
            if not {"vendor", "phone"} & set(path.parts):  # built from others' code
                text = re.sub(
                    r"{%\s*comment.*?endcomment\s*%}|{#.*?#}|/\*.*?\*/", "", path.read_text(), flags=re.S
                )
                found[str(path.relative_to(ROOT))] = text
    return found


def asked() -> list[str]:
    """Names, labels and choices of every form field."""
    found = []
    for form in every(forms.BaseForm):
        for name, field in form.base_fields.items():
            found.append(f"{form.__qualname__}.{name} {field.label or ''}")
            choices = getattr(field, "choices", None)
            found += [
                f"{form.__qualname__}.{name}={label}" for _, label in (list(choices) if choices else [])
            ]
    return found


def hits(pattern: str, texts: list[str]) -> list[str]:
    """Those of the texts the pattern is found in, shortened for reading."""
    return [text[:120] for text in texts if re.search(pattern, text, re.I)]


def everywhere(pattern: str) -> list[str]:
    """Where the pattern stands: columns, code tables, addresses, forms, pages, acts."""
    shown = [
        f"{where}: {text[max(m.start() - 20, 0) : m.end() + 20]}"
        for where, text in pages().items()
        for m in re.finditer(pattern, text, re.I)
    ]
    acts = [f"{name} {sentence}" for name, sentence in SENTENCES.items()]
    words = [f"{table}={word}" for table, word in codes()]
    return (
        hits(pattern, [c for c in columns() if not OURS.search(c)] + words + addresses() + asked() + acts)
        + shown
    )


def test_the_scans_see_the_product():
    assert (
        len(columns()) > 200
        and len(codes()) > 150
        and len(addresses()) > 30
        and len(pages()) > 30
        and len(asked()) > 30
    )
    assert (
        everywhere("矛盾纠纷")
        and everywhere("core.Account.username")
        and everywhere("rights:requests|rights/")
    )


@pytest.mark.spec("S1", "S2")
def test_no_column_may_hold_what_is_never_collected():
    assert [c for c in collection.forbidden(columns()) if not OURS.search(c)] == []
    assert collection.forbidden(["party.民族", "x.religion", "y.person_tag"]) == [
        "party.民族",
        "x.religion",
        "y.person_tag",
    ]


@pytest.mark.spec("KZ-02", "S2")
def test_there_is_no_ethnicity_anywhere_and_an_import_drops_it():
    assert everywhere("民族|族别|ethnic|蒙古族|维吾尔族|回族|藏族") == []
    from fengqiao.intake.tabular import fields

    for heading in ("民族", "当事人民族", "Ethnicity"):
        assert fields.forbidden(heading), heading
    assert fields.forbidden("一列", ["汉族", "蒙古族"]), "and when it stands under another heading"
    assert not fields.forbidden("地点", ["民族路12号"])


@pytest.mark.spec("KZ-04", "NJ-34", "S2")
def test_there_is_no_party_membership():
    """KZ-04 and NJ-34 allow a generic calendar of activities; it comes with outreach and holds no membership."""
    assert everywhere("党员|政治面貌|党派|党支部|政治生日|入党|三会一课|party_member|political") == []


@pytest.mark.spec("S2")
def test_there_is_no_religion_biometrics_health_or_origin():
    assert (
        everywhere(
            "宗教|信仰|教徒|religio|指纹|人脸|虹膜|声纹|biometric|face_|病史|健康状况|残疾|精神病|血型|籍贯|祖籍|birthplace"
        )
        == []
    )


@pytest.mark.spec("KZ-20", "S8")
def test_there_is_no_list_of_supervisees():
    """KZ-20 also: a request without a document number is refused; it comes with tasks by document (M15)."""
    assert (
        everywhere(
            "社区矫正|矫正对象|特殊人员|特殊人群|刑满|刑释|吸毒人员|肇事肇祸|supervisee|probation|parole"
        )
        == []
    )


@pytest.mark.spec("ND-19", "S1", "S3")
def test_no_record_says_that_a_household_declined():
    """ND-19 also: declined visits as a count per street; it comes with visits (M10)."""
    assert hits(r"declin|refused_visit|not_home|拒访|household|resident", columns() + tables()) == []
    assert everywhere("拒访|拒绝走访|不配合走访|全覆盖走访") == []


@pytest.mark.spec("NJ-15", "S7")
def test_there_is_no_camera_stream_face_or_plate_search():
    """NJ-15 also: a look without reason refused, an immutable log the owner can read; it comes with the camera register."""
    from fengqiao.core import modules

    assert (
        hits(r"camera|video|rtsp|plate_?n|licen[cs]e_?plate|\bface", columns() + tables() + addresses()) == []
    )
    assert everywhere("视频巡|摄像|探头|车牌|号牌|人脸|rtsp|onvif") == []
    assert modules.module("video").sensitive, "and what comes stays off until it is assessed"


@pytest.mark.spec("NP-00", "S10")
def test_there_is_no_search_for_persons_or_vehicles():
    """Search finds matters. What is held about one person is found by the rights desk, for that person, by hash."""
    assert (
        everywhere(
            "人员查询|车辆查询|人员检索|(?<!检)查人|person.?search|find.?person|people.?search|search.?people"
        )
        == []
    )
    assert hits(r"\b(person|people|resident|citizen|vehicle)", addresses() + tables()) == []
    assert not [
        t for t in tables() if re.search(r"\.(Person|People|Resident|Citizen|Profile|Dossier)$", t)
    ], "no person table"


def test_what_is_held_about_a_person_is_found_by_the_rights_desk_alone():
    """Whoever reads party rows by the keyed hash of a number: matching (system), the front door's own parties, the desk."""
    allowed = {"core/queries/rights.py", "core/erasure.py", "core/acts/rights.py"}
    readers = set()
    for path in ROOT.rglob("*.py"):
        name = str(path.relative_to(ROOT))
        source = path.read_text()
        if "tests" not in path.parts and "migrations" not in path.parts and re.search(r"\bid_hash\b", source):
            readers.add(name)
    views = {name for name in readers if re.search(r"views|api|forms", name)}
    assert views == set(), "no edge reads hashes"
    assert allowed <= readers


@pytest.mark.spec("WZ-37", "S2", "S10")
def test_no_list_or_figure_can_be_grouped_or_filtered_by_what_people_are():
    """Lists by their filter, figures by what they may be broken down by. Left: the patterns WZ-37 asks for instead (by
    community, hour and kind of place, suppressed below five) are not built."""
    from dataclasses import fields

    from fengqiao.core import figures
    from fengqiao.intake.queries.lists import Filter

    people = "流动|外来|暂住|户籍|residen|migrant|origin|ethnic|religio|occupation|job|age|gender|sex|party|name|phone"
    assert [f.name for f in fields(Filter) if re.fullmatch(people, f.name)] == []
    declared = figures.figures()
    assert declared, "the rooms declare figures"
    assert [(one.key, by) for one in declared for by in (*one.by, *one.shown) if re.fullmatch(people, by)] == []
    assert everywhere("流动人口|外来人口|暂住人口|常住人口|重点人员|重点人口|职业分布|性别") == []


@pytest.mark.spec("NJ-11", "S1")
def test_no_table_can_hold_a_tier_a_tag_or_a_score_of_a_person():
    """NJ-11 asks instead for levels of disputes, which stand on the dispute alone. Left: grades of places are not built."""
    from fengqiao.disputes.models import Dispute

    assert {f.name for f in Dispute._meta.get_fields()} >= {"level", "level_since"}
    person = [t.model for t in erasure.party_tables()]
    assert person, "the party tables are registered"
    for model in person:
        names = {f.name for f in model._meta.get_fields()}
        assert not [
            n
            for n in names
            if re.search("tag|label|level|tier|grade|score|colou?r|risk|class|kind|type|note|remark", n)
        ], model
    assert not [
        t for t in tables() if re.search(r"\.(Tag|Label|Attribute|Property|Score|Tier|Watch\w*|Black\w*)$", t)
    ]
    assert (
        everywhere(
            "一般掌握|纳入视线|重点掌握|稳控|人员标签|人员等级|人员分类|人员积分|黑名单|前科|高危人|关注人员"
        )
        == []
    )


@pytest.mark.spec("NJ-11", "S1")
def test_an_attempt_to_add_a_tag_of_persons_is_refused():
    from pydantic import ValidationError

    from fengqiao.intake.api import PartyBody
    from fengqiao.intake.tabular import fields

    for word in ("重点掌握", "纳入视线", "一般掌握", "高危人员", "稳控对象", "人员标签"):
        assert vocabularies.problems([vocabularies.Code(code="x", name=word)]), word
    for heading in ("人员等级", "人员标签", "重点人员", "前科", "person_tier"):
        assert fields.forbidden(heading), heading
    for more in ("tags", "level", "score", "religion"):
        with pytest.raises(ValidationError):
            PartyBody(**{"name": "李四", more: "重点"})


def test_no_shipped_code_table_classifies_people():
    for name in vocabularies.names():
        assert vocabularies.problems(vocabularies.vocabulary(name).values()) == [], name


@pytest.mark.spec("KZ-33", "S16")
def test_there_is_no_login_rate_and_nothing_to_make_one_of():
    """KZ-33's other half, a grant without an end, is refused in test_modules.py."""
    assert everywhere("登录率|在线率|活跃度|上线率|login.?rate|login.?count") == []
    assert hits("login_count|logins|sign_on_count|online_minutes", columns()) == []


@pytest.mark.spec("U10")
def test_no_work_needs_a_photo_a_position_or_a_check_in():
    """A form asks for a file only where bringing a file is the step itself. U10 also: burden meter and task gate (M12)."""
    uploads = {
        "intake.forms_imports.UploadForm", "disputes.forms.papers.FileForm", "disputes.forms.papers.TemplateForm",
        "places.forms.ImportForm", "places.forms.MoveForm", "force.forms.RollForm", "insight.forms.UploadForm",
        "field.forms.BundleForm",
    }  # fmt: skip
    assert addresses()  # every form is loaded
    ours = [one for one in every(forms.BaseForm) if one.__module__.startswith("fengqiao.") and ".tests." not in one.__module__]
    must = {
        f"{one.__module__.removeprefix('fengqiao.')}.{one.__name__}"
        for one in ours
        for field in getattr(one, "base_fields", {}).values()
        if isinstance(field, forms.FileField) and field.required
    }
    assert must == uploads
    assert not [one for one in ours for name in ("lat", "lon") if getattr(getattr(one, "base_fields", {}).get(name), "required", False)]
    assert hits("check_?in|mileage|steps_walked|photo_required|step_count", columns()) == []
    assert everywhere("打卡|里程|步数|拍照上传|必须拍照|定位签到") == []


@pytest.mark.spec("S16", "S11")
def test_no_anti_metric_is_named_anywhere():
    assert (
        everywhere("罚没|罚款指标|抓获数|处罚数|走访任务数|无上访|上访人员|上访户|安装量|installs|quota")
        == []
    )


@pytest.mark.spec("NP-12c")
def test_no_page_or_paper_claims_without_figures():
    """Nothing of the product claims so. Left: forms are the stations' own words; one that says 大幅提升 without a linked
    series is not refused."""
    assert everywhere("大幅提升|显著增强|显著提升|明显提升|不断增强|幸福感") == []


@pytest.mark.spec("S8")
def test_volunteers_and_grid_workers_have_no_form_of_households():
    """KZ-39 comes with volunteers; here: no form of a household at all."""
    assert hits("户口|户籍|家庭成员|household", asked() + tables()) == []
    assert {Role.VOLUNTEER, Role.GRID} <= set(Role)
