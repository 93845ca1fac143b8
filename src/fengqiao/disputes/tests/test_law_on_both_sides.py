"""A phone without a signal judges and reads as the server does: a thousand situations, and amounts as people write them."""

import json
import shutil
import subprocess
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from fengqiao.core.rules import BadInput
from fengqiao.core.rules.deadlines import UNVERIFIED, VERIFIED
from fengqiao.disputes.rules import conditions, routes, situation
from fengqiao.disputes.rules.amounts import amount
from fengqiao.disputes.rules.carried import UNITS, carried
from fengqiao.disputes.rules.objections import OBJECTIONS
from fengqiao.disputes.rules.routes import Law, assess, refusal
from fengqiao.disputes.rules.situation import Situation

from . import bank

ROOT = next((one for one in Path(__file__).parents if (one / "phone/src/law.ts").exists()), None)
TODAY = date(2026, 6, 1)
RUN = """
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
const ts = createRequire(process.argv[3] + '/')('typescript')
const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 }
const source = ts.transpile(readFileSync(process.argv[2], 'utf8'), options)
const phone = await import('data:text/javascript;base64,' + Buffer.from(source).toString('base64'))
const given = JSON.parse(readFileSync(0, 'utf8'))
const answer = (ANSWER)(phone, given)
process.stdout.write(JSON.stringify(answer))
"""
JUDGED = "(law, { table, cases }) => cases.map((said) => law.assess(said, table).map((one) => ({ ...one, refusal: law.refusal(one) })))"
READ = "(amounts, texts) => texts.map((text) => { const found = amounts.amount(text); return 'yuan' in found ? found.yuan : null })"


def situations(count, seed):
    """Situations of every sort, sound and not; every other one fit to be mediated on the spot but for a field or two."""
    pick = Random(seed)

    def day():
        return None if pick.random() < 0.5 else date(2025, 11, 1) + timedelta(days=pick.randrange(240))

    for _ in range(count):
        given = {name: frozenset(code for code in sorted(codes) if pick.random() < 0.4) for name, codes in situation.SETS.items()}
        given["acts"] = frozenset() if pick.random() < 0.3 else given["acts"] - ({"other"} if pick.random() < 0.7 else set())
        given["exclusions"] &= set() if pick.random() < 0.7 else set(situation.EXCLUSIONS)
        given["spot"] |= set(situation.SPOT) if pick.random() < 0.4 else set()
        given |= {name: pick.choice(["", "", *codes]) for name, codes in situation.CHOICES.items()}
        given |= {name: pick.random() < 0.35 for name in situation.TICKS} | {name: day() for name in situation.DAYS}
        tries = tuple(sorted(found for found in (day(), day(), day()) if found)) if pick.random() < 0.4 else ()
        kind, step = pick.choice([*routes.KINDS, "D01V"]), date(2025, 12, 1) + timedelta(days=pick.randrange(300))
        said = Situation(kind=kind, step=step, tries=tries, officers=pick.randint(1, 3), **given)
        if pick.random() < 0.5:
            strange = pick.sample(sorted(situation.STATED), pick.randrange(3))
            said = replace(fit(step), **{name: getattr(said, name) for name in strange})
        yield said


def fit(step):
    """Fit to be mediated on the spot."""
    return Situation(
        "D02", step, violation="yes", civil=True, acts=frozenset({"beat"}), slight=True, grounds=frozenset({"familiar"}),
        spot=frozenset(situation.SPOT),
    )  # fmt: skip


def on_the_server(said, law):
    return [
        {
            "route": one.route, "name": one.name, "verdict": one.verdict, "basis": one.basis, "refusal": refusal(one),
            "reasons": [
                {"name": r.name, "words": r.words, "rule": r.rule, "edition": r.edition, "article": r.article, "state": r.state, "blocks": r.blocks}
                for r in one.reasons
            ],
        }
        for one in assess(said, law).options
    ]  # fmt: skip


def by_node(module, answer, given, tmp_path):
    """What a module of the phone app (TypeScript without imports) answers, run by node."""
    node = shutil.which("node")
    if ROOT is None or node is None or not (ROOT / "node_modules/typescript").exists():
        pytest.skip("the phone's reader needs node and `npm ci`")
    script = tmp_path / "run.mjs"
    script.write_text(RUN.replace("ANSWER", answer), encoding="utf-8")
    command = [node, str(script), str(ROOT / "phone/src" / module), str(ROOT)]
    done = subprocess.run(command, input=json.dumps(given), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def on_the_phone(cases, law, tmp_path):
    told = {"table": carried(law, TODAY), "cases": [{"kind": s.kind, "step": s.step.isoformat(), "facts": situation.facts(s)} for s in cases]}
    return by_node("law.ts", JUDGED, told, tmp_path)


def alike(cases, law, tmp_path):
    answers = on_the_phone(cases, law, tmp_path)
    assert len(answers) == len(cases)
    for said, answer in zip(cases, answers, strict=True):
        assert answer == on_the_server(said, law), situation.facts(said)
    return answers


def test_a_thousand_situations_get_the_same_verdicts_in_the_same_words_on_a_phone(tmp_path):
    cases = list(situations(1000, seed=2026))
    answers = alike(cases, bank.LAW, tmp_path)
    told = {reason["name"] for answer in answers for option in answer for reason in option["reasons"]}
    assert told == {line.name for line in OBJECTIONS}, "every line of the table is met"
    verdicts = [option["verdict"] for answer in answers for option in answer if option["route"] == "on_the_spot"]
    assert {"allowed", "blocked"} <= set(verdicts)


def test_the_bank_of_the_lawyers_gets_the_same_answers_on_a_phone(tmp_path):
    alike([one.said for one in bank.patterns()], bank.LAW, tmp_path)


def test_a_bureau_that_checked_an_edition_makes_it_block_on_the_phone_too(tmp_path):
    """已核 is data: what a phone advises today it forbids once the bureau has read the law's text."""
    checked = tuple(replace(r, state=VERIFIED, blocks=True) if r.state == UNVERIFIED else r for r in bank.LAW.editions)
    law = Law(checked, bank.LAW.calendar)
    cases = list(situations(200, seed=7))
    assert alike(cases, law, tmp_path) != alike(cases, bank.LAW, tmp_path)


def test_what_is_not_verified_never_blocks_on_a_phone(tmp_path):
    for answer in on_the_phone(list(situations(300, seed=9)), bank.LAW, tmp_path):
        for reason in (r for option in answer for r in option["reasons"]):
            assert reason["state"] in (VERIFIED, routes.OWN_FLOW) or (not reason["blocks"] and not reason["article"])


def test_the_table_is_plain_data_and_asks_only_for_what_a_situation_has():
    table = carried(bank.LAW, TODAY)
    assert json.loads(json.dumps(table)) == table
    known = set(situation.STATED) | {"kind", "step"}
    asked = [*(one.when for one in OBJECTIONS), *situation.TERMS.values(), *routes.APPLIES.values()]
    for condition in asked:
        assert conditions.fields(condition) <= known
        for limit in conditions.limits(condition):
            units = {one["unit"] for one in table["editions"] if one["id"] == limit["after"]}
            assert units and units <= set(UNITS)
    assert table["calendar"]["years"] == [2025, 2026]  # the holidays of 2027 are not published yet


@pytest.mark.parametrize("wrong", [{}, {"field": "acts"}, {"field": "acts", "like": "x"}, {"none": []}])
def test_a_condition_nobody_knows_is_an_error_and_not_a_no(wrong):
    with pytest.raises(ValueError, match="no such"):
        conditions.holds(wrong, Situation("D02", TODAY), situation.TERMS)


WELL_KNOWN = 28


def amounts_written(count, seed):
    """Amounts in many hands, and what looks like one."""
    pick = Random(seed)
    known = ["69万", "六十九万", "690,000.00 元", "三百元五角", "二万三", "2万3", "1万5千", "69万5000", "3百万", "十五", "一百零五", "两千零二十", "1.5万元", "￥300整",
             "人民币叁佰元正", "0", "-5", "1.234", "若干", "五十六万七千八百九十", "一亿零三百万", "1,00", "9999999999999", "一点五万", "3元5角2分", "五角", "万三", "1万15千"]  # fmt: skip
    yield from known
    from cn2an import an2cn

    for _ in range(count):
        value = pick.choice([pick.randrange(1, 1000), pick.randrange(1, 10**6), pick.randrange(1, 10**4) * 10 ** pick.randrange(5)])
        yield pick.choice([str(value), f"{value:,}", an2cn(value), f"{value / 10000:g}万", f"{value}元", f"{an2cn(value)}元{pick.randrange(1, 10)}角"])
        yield "".join(pick.choices("一二三十百千万亿零两12.5万千", k=pick.randrange(1, 6)))


def test_a_phone_reads_amounts_as_the_server_does_and_guesses_none(tmp_path):
    texts = list(amounts_written(600, seed=69))

    def read(text):
        try:
            return str(amount(text))
        except BadInput:
            return None

    answers = by_node("disputes/amount.ts", READ, texts, tmp_path)
    both = list(zip(texts, map(read, texts), answers, strict=True))
    assert [one for one in both if one[2] not in (None, one[1])] == [], "a phone asks to have written in full what the server may still read"
    assert [one for one in both[:WELL_KNOWN] if one[1] != one[2]] == []
    assert 300 < sum(one is not None for one in answers) < len(texts)
