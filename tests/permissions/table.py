"""Who gets what at which address: one line for each address, method and, where it matters, kind of step.

The records belong to 城关派出所; its matter (told at the window, a dispute on it, handed over) is shared with 城关司法所.
Columns are people of the cast (core/cast.py), each a role and a relation to these records:

    w wang    officer, own           l lin     auxiliary, own        z zhao   leader, own        d deng  command desk, own
    s sun     window, own            g gao     grid worker, own unit y yi     volunteer, own     c wu    county centre above
    m he      mediator, shared to    p shi     partner, shared to    o chen   officer elsewhere  x xin   partner elsewhere
    r quan    rights desk above      a guan    administrator         . nobody signed on

What stands in a column:

    +  let in (shown, done)          ~  let in, but not now (409: the state or the law forbids it, and says so)
    ?  let in, more to fill in (422) -  refused: the post does not carry the right (403)
    0  not there: 404, exactly like an id that nobody has             >  sign on first
    !  no partner's key (401)        §  not to be had here
"""

import re
from dataclasses import dataclass

COLUMNS = ("wang", "lin", "zhao", "deng", "sun", "gao", "yi", "wu", "he", "shi", "chen", "xin", "quan", "guan", "")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table. `given`: values of parameters that say which step."""

    method: str
    route: str
    given: dict[str, str]
    cells: str


def lines() -> list[Line]:
    """The table, read."""
    found = []
    for text in TABLE.strip().splitlines():
        if not text.strip() or text.startswith("#"):
            continue
        *address, cells = text.split()
        method, rest = address[0], address[1:]
        given = dict(one.split("=") for one in rest if re.fullmatch(r"\w+=\S+", one))
        route = next((one for one in rest if "=" not in one), "")
        found.append(Line(method, route, given, cells))
    return found


# Parameters that are ids of records: a stranger's is answered like one that nobody has.
IDS = {
    "about", "matter_id", "report_id", "subject_id", "dispute_id", "suggestion_id", "join_id", "promise_id", "task_id", "area_id",
    "grid_id", "placement_id", "paper_id", "duty_id", "station_id", "request_id", "run_id", "assessment_id", "view_id", "form_id", "filing_id",
    "org_id", "post_id",
    "shift_id", "passing_id", "approval_id",
    "session_id", "hearing_id", "party_id", "recusal_id", "slot_id", "row_id",
    "obligation_id", "call_id", "message_id",
}  # fmt: skip

# Forms filled in well enough to reach the act, so that a line shows who may, not who forgot a field.
STEP, MOVE, TASK = "matters/<uuid:matter_id>/do/<slug:name>/", "promises/<uuid:promise_id>/<slug:move>/", "tasks/<uuid:task_id>/<slug:move>/"
SHIFT = "shifts/<uuid:shift_id>/<slug:step>/"
DISPUTE, AREA = "disputes/<uuid:dispute_id>/do/<slug:name>/", "places/<int:area_id>/<slug:name>/"
SITTING, REGISTER = "disputes/mediation/sessions/<uuid:session_id>/<slug:name>/", "disputes/mediation/registers/<slug:name>/"
SLOT = "disputes/mediation/lawyers/<uuid:slot_id>/<slug:name>/"
WORDS = {"text": "按规定办理", "reason": "按规定办理"}
HAND_OVER = {"kind": "referral", "channel": "ST", "to_org_id": "{court}", "reason": "当事人愿意诉讼"}
BODIES: dict[tuple[str, ...], dict[str, str]] = {
    ("figures/forms/<uuid:form_id>/",): {"org_id": "{station_id}", "first": "2026-11-01", "last": "2026-11-02"},
    ("figures/filings/<uuid:filing_id>/<slug:move>/", "send"): {"to": "县局"},
    (STEP, "triage"): {"kind": "D02", "police": "yes"},
    (STEP, "note"): WORDS,
    (STEP, "settle"): {"outcome": "settled"},
    (STEP, "revisit"): {"manner": "phone", "result": "stable"},
    (STEP, "close"): {"outcome": "settled"},
    (STEP, "reopen"): WORDS,
    (STEP, "case"): {"case_number": "A3512001"},
    (STEP, "elsewhere"): {"where": "E01"},
    (STEP, "hand-over"): HAND_OVER,
    (STEP, "edit"): {"title": "界墙争吵", "version": "1"},
    (STEP, "merge"): {"number": "{kept_number}"},
    (MOVE, "return"): {"reason": "R01", "text": "不属本单位管辖"},
    (MOVE, "answer"): {"result": "settled"},
    (MOVE, "recall"): WORDS,
    (MOVE, "deliver"): {"how": "hand"},
    (TASK, "finish"): {"result": "已走访"},
    (TASK, "cancel"): WORDS,
    (TASK, "reassign"): {"owner_id": "{lin}"},
    (DISPUTE, "note"): WORDS,
    (DISPUTE, "settle"): {"outcome": "explained", "text": "解释清楚，双方和好"},
    (DISPUTE, "revisit"): {"manner": "phone", "result": "stable"},
    (DISPUTE, "close"): {},
    (DISPUTE, "reopen"): WORDS,
    (DISPUTE, "withdraw"): WORDS,
    (DISPUTE, "hand-over"): HAND_OVER,
    (DISPUTE, "facts"): {"civil": "on"},
    (DISPUTE, "safety"): dict.fromkeys(("stopped", "child", "weapon", "threat", "evidence", "told"), "yes") | dict.fromkeys(("injury", "fear", "vulnerable"), "no"),
    (DISPUTE, "warning"): {"decision": "given"},
    ("settings/shifts/",): {"org_id": "{org_id}", "hours": "12", "starts": "08:30", "sign_by": "09:30", "kit": "对讲机", "template": ""},
    ("briefing/",): {"title": "走访", "owner_id": "{lin}", "due_at": "2036-11-30T10:00"},
    ("shifts/line/",): {"text": "巡逻车返回"},
    ("shifts/<uuid:shift_id>/log/",): {"text": "巡逻车返回"},
    (SHIFT, "line"): {"section": "other", "text": "院门锁芯已换"},
    (SHIFT, "kit"): {"n0": "6"},
    (SHIFT, "strike"): {"line": "00000000-0000-0000-0000-000000000000"},
    ("disputes/papers/<uuid:paper_id>/void/",): {"reason": "misprint"},
    (DISPUTE, "raise"): {"level": "red", "reasons": "weapon"},
    (DISPUTE, "lower"): {"level": "none", "reasons": "mistaken"},
    (DISPUTE, "lead"): {"lead_id": "{zhao}"},
    (DISPUTE, "ask-close"): {},
    (DISPUTE, "signs"): {"signs": "weapon"},
    (DISPUTE, "sign-case"): {"signs": "injury", "case_number": "A3512001"},
    (DISPUTE, "sign-refuse"): {"signs": "injury", "text": "自行摔倒"},
    (DISPUTE, "sign-confirm"): {"signs": "minor"},
    (DISPUTE, "sign-dismiss"): {"signs": "minor", "text": "已成年"},
    ("approvals/<uuid:approval_id>/decide/",): {"granted": "yes"},
    ("approvals/<uuid:approval_id>/telephone/",): {"by_account_id": "{zhao}", "granted": "yes", "words": "同意"},
    ("approvals/<uuid:approval_id>/sign/",): {"stands": "yes"},
    ("approvals/table/<int:org_id>/<slug:key>/",): {"roles": "leader", "sample": "0"},
    (DISPUTE, "mediate"): {"kind": "administrative", "mediator": "{he}.committee", "start": "2036-11-30T15:00", "minutes": "60", "way": "online",
                           "agreed": "both", "origin": "active"},
    (DISPUTE, "recuse"): {"account_id": "{he}", "ground": "kin", "asked_by": "party"},
    (DISPUTE, "depart"): {"departs_on": "2036-11-30"},
    (SITTING, "hold"): {"came": "{party_id}", "text": "双方陈述", "outcome_1": "adjourned"},
    (SITTING, "stop"): WORDS,
    (SITTING, "cancel"): WORDS,
    ("disputes/mediation/sessions/<uuid:session_id>/agree/<uuid:party_id>/",): {"consents": "yes"},
    ("disputes/mediation/recusals/<uuid:recusal_id>/",): {"granted": "no", "reason": "并无利害关系"},
    (REGISTER, "rooms"): {"name": "一楼调解室", "kind": "station"},
    (REGISTER, "committees"): {"number": "枫调2", "name": "桂花社区调解委员会", "kind": "village", "since": "2026-01-01"},
    (REGISTER, "members"): {"committee_id": "{committee}", "account_id": "{he}", "since": "2036-01-01", "until": "2037-01-01"},
    (REGISTER, "methods"): {"name": "一杯茶", "form": "brand", "methods": "一杯茶"},
    (REGISTER, "cooperation"): {"partner_id": "{justice}", "area": "publicity", "day": "2026-01-01", "text": "进村普法"},
    ("disputes/mediation/lawyers/new/",): {"start": "2036-11-30T09:00", "minutes": "180"},
    (SLOT, "assign"): {"lawyer_id": "{lawyer}"},
    (SLOT, "advise"): {"topic": "debt", "outcome": "court"},
    (AREA, "link"): {"grid_id": "{grid_id}", "on": "2026-12-01"},
    (AREA, "split"): {"names": "南\n北", "on": "2026-12-01"},
    (AREA, "move"): {"on": "2026-12-01"},
    ("promises/send/<uuid:about>/",): {"to_org_id": "{court}", "kind": "referral", "channel": "ST", "text": "当事人愿意诉讼"},
    ("promises/joint/<uuid:about>/",): {
        "disputes_office": "{dispute_office}", "petition_office": "{petition}", "lead": "petition_office", "text": "联动化解",
    },
    ("promises/<uuid:promise_id>/again/",): {"to_org_id": "{court}", "kind": "referral", "channel": "ST", "text": "当事人愿意诉讼"},
    ("tasks/new/",): {"kind": "own", "title": "走访", "due_at": "2036-11-30T10:00"},
    ("matters/<uuid:matter_id>/unmasked/",): {"purpose": "办理中核对当事人"},
    ("disputes/<uuid:dispute_id>/unmasked/",): {"purpose": "办理中核对当事人"},
    ("disputes/open/<uuid:matter_id>/",): {"kind": "D02"},
    ("disputes/<uuid:dispute_id>/agree/",): {"form": "written", "kind": "people", "content": "双方和好"},
    ("disputes/obligations/<uuid:obligation_id>/",): {"amount": "1千", "proof": "receipt"},
    ("disputes/calls/<uuid:call_id>/",): {"result": "stable"},
    (DISPUTE, "hand-plan"): {"to_account_id": "{lin}"},
    (DISPUTE, "confirm"): {"court_name": "枫溪县人民法院", "joint": "on"},
    ("outbox/<uuid:message_id>/",): {"how": "sent"},
    ("reports/new/",): {"text": "两家为界墙争吵", "occurred": "刚才"},
    ("search/key/",): {"key": "13800001234", "why": "核对重复登记"},
    ("force/placements/<uuid:placement_id>/",): {"area_id": "{grid_id}", "on": "2036-12-01"},
    ("force/placements/<uuid:placement_id>/end/",): {"on": "2036-12-01"},
    ("rights/<uuid:request_id>/identity/",): {"checked": "card"},
    ("rights/<uuid:request_id>/refuse/",): {"reason": "not_held"},
    ("rights/<uuid:request_id>/answer/",): WORDS,
    ("settings/organisations/new/",): {"name": "东门警务室", "kind": "room", "parent_id": "{org_id}"},
    ("settings/organisations/<int:org_id>/posts/",): {"username": "lin", "role": "officer"},
    ("settings/organisations/<int:org_id>/mode/",): {"mode": "loose"},
    ("settings/law/<slug:rule>/",): {"edition": "2027", "valid_from": "2027-01-01"},
    ("settings/accounts/",): {"username": "newcomer", "name": "新同志", "password": "Ganxi-2026-x"},
}

TABLE = """
# Signing on                                                                   wlzdsgycmpoxra.
GET  login/                                                                    +++++++++++++++
POST login/                                                                    +++++++++++++++
GET  logout/                                                                   ++++++++++++++>
GET  switch/                                                                   +++++++++++++++
POST switch/                                                                   ---------------
GET  password/                                                                 ++++++++++++++>
POST password/                                                                 ++++++++++++++>
GET  reauthenticate/                                                           ++++++++++++++>
POST reauthenticate/                                                           ++++++++++++++>
GET  mfa/                                                                      ++++++++++++++>
GET  mfa/authenticate/                                                         ++++++++++++++>
POST mfa/authenticate/                                                         ++++++++++++++>
GET  mfa/reauthenticate/                                                       ++++++++++++++>
POST mfa/reauthenticate/                                                       ++++++++++++++>
GET  mfa/totp/activate/                                                        ++++++++++++++>
POST mfa/totp/activate/                                                        ++++++++++++++>
GET  mfa/totp/deactivate/                                                      00000000000000>
POST mfa/totp/deactivate/                                                      00000000000000>
GET  mfa/recovery-codes/                                                       00000000000000>
GET  mfa/recovery-codes/generate/                                              ++++++++++++++>
POST mfa/recovery-codes/generate/                                              ++++++++++++++>
GET  mfa/recovery-codes/download/                                              00000000000000>
POST mfa/recovery-codes/download/                                              00000000000000>
GET  post/                                                                     ++++++++++++++>
POST post/                                                                     ++++++++++++++>
GET  demo/                                                                     +++++++++++++++
POST demo/                                                                     000000000000000
GET  settings/pin/                                                             ++++++++++++++>
POST settings/pin/                                                             ++++++++++++++>

# Partners' interface                                                          wlzdsgycmpoxra.
GET  api/v1/openapi.json                                                       +++++++++++++++
POST api/v1/openapi.json                                                       +++++++++++++++
POST api/v1/reports                                                            !!!!!!!!!!!!!!!
GET  api/v1/reports                                                            !!!!!!!!!!!!!!!
GET  api/v1/reports/<path:outer_id>                                            !!!!!!!!!!!!!!!
GET  api/v1/                                                                   000000000000000
POST api/v1/                                                                   000000000000000

# Rights desk, access log, modules                                             wlzdsgycmpoxra.
GET  rights/                                                                   ------------+->
GET  rights/new/                                                               ------------+->
POST rights/new/                                                               ------------+->
GET  rights/<uuid:request_id>/                                                 ------------+->
POST rights/<uuid:request_id>/identity/                                        ------------+->
GET  rights/<uuid:request_id>/held/                                            ------------+->
POST rights/<uuid:request_id>/print/                                           ------------+->
POST rights/<uuid:request_id>/correct/                                         ------------?->
POST rights/<uuid:request_id>/erase/                                           ------------~->
POST rights/<uuid:request_id>/refuse/                                          ------------+->
POST rights/<uuid:request_id>/answer/                                          ------------+->
GET  looks/<uuid:subject_id>/                                                  --+---------+->
GET  settings/modules/                                                         --+---------++>
GET  settings/modules/<slug:key>/                                              --+---------++>
POST settings/modules/<slug:key>/                                              --+---------++>
POST settings/modules/<slug:key>/switch/                                       -------------+>
POST settings/assessments/<int:assessment_id>/sign/                            --0---------+->

# Front door                                                                   wlzdsgycmpoxra.
GET  reports/new/                                                              ++++++++++++-->
POST reports/new/                                                              ????????????-->
POST reports/similar/                                                          +++++--++-+--->
POST reports/places/                                                           ++++++++++++-->
POST reports/place/                                                            ++++++++++++-->
POST reports/card/                                                             +++++--+++++++>
GET  reports/kind/<str:code>/                                                  ++++++-+++++++>
GET  reports/<uuid:report_id>/                                                 +++++00+++00+0>
GET  reports/<uuid:report_id>/receipt.pdf                                      +++++00+++00+0>
GET  reports/<uuid:report_id>/case.pdf                                         ~~~~~00~~~00~0>
POST reports/<uuid:report_id>/detach/                                          ~-~~---~--0--->
POST reports/<uuid:report_id>/again/                                           ~-~~---~--0--->
GET  waiting/                                                                  +++++--++++++->
GET  pairs/<uuid:suggestion_id>/                                               +++++--+0000+->
POST pairs/<uuid:suggestion_id>/merge/                                         +-++---+0000-->
POST pairs/<uuid:suggestion_id>/again/                                         +-++---+0000-->
POST pairs/<uuid:suggestion_id>/apart/                                         +-++---+--0--->
POST pairs/<uuid:suggestion_id>/ask/                                           +-?+---+--0--->
GET  intake/asked/<uuid:suggestion_id>/                                        00000--000000->
POST intake/asked/<uuid:suggestion_id>/agree/                                  00000--000000->
POST intake/asked/<uuid:suggestion_id>/refuse/                                 0-00---0--0--->
POST joins/<uuid:join_id>/undo/                                                +-++---+--0--->
GET  matters/                                                                  +++++++++++++->
GET  matters/export/                                                           +++++--++++++->
POST matters/export/                                                           ?????--??????->
GET  matters/<uuid:matter_id>/                                                 +++++00+++00+->
GET  matters/<uuid:matter_id>/unmasked/                                        ++++++++++++++>
POST matters/<uuid:matter_id>/unmasked/                                        +++++00+++00+->
POST matters/<uuid:matter_id>/take-over/                                       +-++---++-0--->
POST matters/<uuid:matter_id>/open/<slug:kind>/ kind=dispute                   ~-~~-00~--00-->
POST matters/<uuid:matter_id>/papers/<str:kind>/ kind=移送                       ~-~~---~--0--->
GET  matters/<uuid:matter_id>/papers/<str:kind>.pdf kind=移送                    +++++00+++00+->
GET  matters/<uuid:matter_id>/do/<slug:name>/ name=triage                      +-++-00+--00-->
POST matters/<uuid:matter_id>/do/<slug:name>/ name=triage                      +-++-00+--00-->
GET  matters/<uuid:matter_id>/do/<slug:name>/ name=note                        +++++00+++00+->
POST matters/<uuid:matter_id>/do/<slug:name>/ name=note                        +++++00+++00+->
GET  matters/<uuid:matter_id>/do/<slug:name>/ name=settle                      +-++-00++-00-->
POST matters/<uuid:matter_id>/do/<slug:name>/ name=settle                      ~-~~-00~~-00-->
GET  matters/<uuid:matter_id>/do/<slug:name>/ name=revisit                     +++++00++-00-->
POST matters/<uuid:matter_id>/do/<slug:name>/ name=revisit                     ~~~~~00~~-00-->
GET  matters/<uuid:matter_id>/do/<slug:name>/ name=close                       +-++-00+--00-->
POST matters/<uuid:matter_id>/do/<slug:name>/ name=close                       ~-~~-00~--00-->
GET  matters/<uuid:matter_id>/do/<slug:name>/ name=reopen                      +-++-00+--00-->
POST matters/<uuid:matter_id>/do/<slug:name>/ name=reopen                      ~-~~-00~--00-->
GET  matters/<uuid:matter_id>/do/<slug:name>/ name=case                        +-++-00+--00-->
POST matters/<uuid:matter_id>/do/<slug:name>/ name=case                        +-++-00+--00-->
GET  matters/<uuid:matter_id>/do/<slug:name>/ name=elsewhere                   +-++-00+--00-->
POST matters/<uuid:matter_id>/do/<slug:name>/ name=elsewhere                   +-++-00+--00-->
GET  matters/<uuid:matter_id>/do/<slug:name>/ name=hand-over                   +-++-00+--00-->
POST matters/<uuid:matter_id>/do/<slug:name>/ name=hand-over                   +-++-00+--00-->
GET  matters/<uuid:matter_id>/do/<slug:name>/ name=edit                        +++++00++-00-->
POST matters/<uuid:matter_id>/do/<slug:name>/ name=edit                        +++++00++-00-->
GET  matters/<uuid:matter_id>/do/<slug:name>/ name=merge                       +-++-00+--00-->
POST matters/<uuid:matter_id>/do/<slug:name>/ name=merge                       +-++-00+--00-->
GET  imports/                                                                  +-+++--+--+--->
GET  imports/new/                                                              +-+++--+--+--->
POST imports/new/                                                              +-+++--+--+--->
GET  imports/<uuid:run_id>/                                                    +-+++--+--0--->
POST imports/<uuid:run_id>/                                                    ~-~~~--~--0--->
GET  imports/<uuid:run_id>/progress/                                           +-+++--+--0--->
POST imports/<uuid:run_id>/discard/                                            ~-~~~--~--0--->
GET  imports/<uuid:run_id>/refused.csv                                         +-+++--+--0--->

# Disputes                                                                     wlzdsgycmpoxra.
GET  disputes/                                                                 +++++--++++++->
GET  disputes/export/                                                          +++++--++++++->
GET  disputes/open/<uuid:matter_id>/                                           +-++-00+--00-->
POST disputes/open/<uuid:matter_id>/                                           ~-~~-00~--00-->
GET  disputes/<uuid:dispute_id>/                                               +++++--+++00+->
GET  disputes/<uuid:dispute_id>/unmasked/                                      ++++++++++++++>
POST disputes/<uuid:dispute_id>/unmasked/                                      +++++--+++00+->
POST disputes/<uuid:dispute_id>/earlier/                                       +-++---++-0--->
POST disputes/<uuid:dispute_id>/take/                                          +-++---+--0--->
GET  disputes/<uuid:dispute_id>/do/<slug:name>/ name=note                      +++++--+++00+->
POST disputes/<uuid:dispute_id>/do/<slug:name>/ name=note                      +++++--+++00+->
GET  disputes/<uuid:dispute_id>/do/<slug:name>/ name=settle                    +-++---+--00-->
POST disputes/<uuid:dispute_id>/do/<slug:name>/ name=settle                    ~-~~---~--00-->
GET  disputes/<uuid:dispute_id>/do/<slug:name>/ name=revisit                   +++++--+--00-->
POST disputes/<uuid:dispute_id>/do/<slug:name>/ name=revisit                   ~~~~~--~--00-->
GET  disputes/<uuid:dispute_id>/do/<slug:name>/ name=close                     +-++---+--00-->
POST disputes/<uuid:dispute_id>/do/<slug:name>/ name=close                     ~-~~---~--00-->
GET  disputes/<uuid:dispute_id>/do/<slug:name>/ name=reopen                    +-++---+--00-->
POST disputes/<uuid:dispute_id>/do/<slug:name>/ name=reopen                    ~-~~---~--00-->
GET  disputes/<uuid:dispute_id>/do/<slug:name>/ name=withdraw                  +-++---+--00-->
POST disputes/<uuid:dispute_id>/do/<slug:name>/ name=withdraw                  +-++---+--00-->
GET  disputes/<uuid:dispute_id>/do/<slug:name>/ name=hand-over                 +-++---+--00-->
POST disputes/<uuid:dispute_id>/do/<slug:name>/ name=hand-over                 ~-~~---~--00-->
GET  disputes/<uuid:dispute_id>/do/<slug:name>/ name=facts                     +-++---+--00-->
GET  disputes/calls/                                                           +++++--++++++->
POST disputes/calls/<uuid:call_id>/                                            +++++--+0000-->
POST disputes/calls/<uuid:call_id>/phones/                                     +++++--+0-0--->
GET  disputes/reviews/                                                         +++++--++++++->
GET  disputes/<uuid:dispute_id>/agree/                                         +-++---+--00-->
POST disputes/<uuid:dispute_id>/agree/                                         ~-~~---~--00-->
POST disputes/<uuid:dispute_id>/agree/plan/                                    +-++---++-00-->
GET  disputes/obligations/<uuid:obligation_id>/                                +++++--+0000-->
POST disputes/obligations/<uuid:obligation_id>/                                +++++--+0000-->
GET  disputes/<uuid:dispute_id>/do/<slug:name>/ name=hand-plan                 +-++---+--00-->
POST disputes/<uuid:dispute_id>/do/<slug:name>/ name=hand-plan                 ?-??---?--00-->
GET  disputes/<uuid:dispute_id>/do/<slug:name>/ name=waive                     +-++---+--00-->
POST disputes/<uuid:dispute_id>/do/<slug:name>/ name=waive                     ?-??---?--00-->
GET  disputes/<uuid:dispute_id>/do/<slug:name>/ name=confirm                   +-++---+--00-->
POST disputes/<uuid:dispute_id>/do/<slug:name>/ name=confirm                   ~-~~---~--00-->
GET  disputes/<uuid:dispute_id>/do/<slug:name>/ name=court                     +-++---+--00-->
POST disputes/<uuid:dispute_id>/do/<slug:name>/ name=court                     ~-~~---~--00-->
GET  disputes/<uuid:dispute_id>/do/<slug:name>/ name=review                    ~-~~---~--00-->
POST disputes/<uuid:dispute_id>/do/<slug:name>/ name=review                    ~-~~---~--00-->
GET  disputes/<uuid:dispute_id>/do/<slug:name>/ name=review-done               +-++---+--00-->
POST disputes/<uuid:dispute_id>/do/<slug:name>/ name=review-done               ~-~~---~--00-->
GET  outbox/                                                                   +++++--++-+--->
POST outbox/paper/                                                             +++++--++-+--->
POST outbox/printed/                                                           +++++--++-+--->
POST outbox/<uuid:message_id>/                                                 +++++--+0-0--->
POST disputes/<uuid:dispute_id>/do/<slug:name>/ name=facts                     +-++---+--00-->
GET  disputes/<uuid:dispute_id>/do/<slug:name>/ name=safety                    ~~~~~--~--00-->
POST disputes/<uuid:dispute_id>/do/<slug:name>/ name=safety                    ~~~~~--~--00-->
GET  disputes/<uuid:dispute_id>/do/<slug:name>/ name=warning                   ~-~~---~--00-->
POST disputes/<uuid:dispute_id>/do/<slug:name>/ name=warning                   ~-~~---~--00-->
GET  disputes/<uuid:dispute_id>/do/<slug:name>/ name=raise                     +-++---+--00-->
POST disputes/<uuid:dispute_id>/do/<slug:name>/ name=raise                     +-++---+--00-->
GET  disputes/<uuid:dispute_id>/do/<slug:name>/ name=lower                     +-++---+--00-->
POST disputes/<uuid:dispute_id>/do/<slug:name>/ name=lower                     +-++---+--00-->
GET  disputes/<uuid:dispute_id>/do/<slug:name>/ name=lead                      --++---+--00-->
POST disputes/<uuid:dispute_id>/do/<slug:name>/ name=lead                      --++---+--00-->
GET  disputes/<uuid:dispute_id>/do/<slug:name>/ name=ask-close                 +-++---+--00-->
POST disputes/<uuid:dispute_id>/do/<slug:name>/ name=ask-close                 ~-~~---~--00-->
GET  disputes/<uuid:dispute_id>/do/<slug:name>/ name=signs                     +-++---+--00-->
POST disputes/<uuid:dispute_id>/do/<slug:name>/ name=signs                     +-++---+--00-->
GET  disputes/<uuid:dispute_id>/do/<slug:name>/ name=sign-case                 +-++---+--00-->
POST disputes/<uuid:dispute_id>/do/<slug:name>/ name=sign-case                 +-++---+--00-->
GET  disputes/<uuid:dispute_id>/do/<slug:name>/ name=sign-refuse               +-++---+--00-->
POST disputes/<uuid:dispute_id>/do/<slug:name>/ name=sign-refuse               +-++---+--00-->
GET  disputes/<uuid:dispute_id>/do/<slug:name>/ name=sign-confirm              +-++---+--00-->
POST disputes/<uuid:dispute_id>/do/<slug:name>/ name=sign-confirm              +-++---+--00-->
GET  disputes/<uuid:dispute_id>/do/<slug:name>/ name=sign-dismiss              +-++---+--00-->
POST disputes/<uuid:dispute_id>/do/<slug:name>/ name=sign-dismiss              +-++---+--00-->

# Papers of disputes, feedback for other systems                               wlzdsgycmpoxra.
GET  disputes/<uuid:dispute_id>/papers/<str:kind>/ kind=调解                   +-++---+--00-->
POST disputes/<uuid:dispute_id>/papers/<str:kind>/ kind=调解                   +-++---+--00-->
GET  disputes/<uuid:dispute_id>/papers/<str:kind>/ kind=人调                   --------+-00-->
POST disputes/<uuid:dispute_id>/papers/<str:kind>/ kind=人调                   --------+-00-->
POST disputes/<uuid:dispute_id>/casefile/                                      +-++---++-0--->
GET  disputes/papers/<uuid:paper_id>/                                          +-++---++-0--->
GET  disputes/papers/<uuid:paper_id>/again/                                    +-++---+--0--->
POST disputes/papers/<uuid:paper_id>/again/                                    ~-~~---~--0--->
POST disputes/papers/<uuid:paper_id>/issue/                                    ~-~~---~--0--->
POST disputes/papers/<uuid:paper_id>/upload/                                   ?-??---?--0--->
POST disputes/papers/<uuid:paper_id>/void/                                     --+-------0--->
GET  disputes/papers/<uuid:paper_id>/<int:n>.pdf                               +-++---++-0--->
GET  disputes/papers/<uuid:paper_id>/<int:n>.docx                              +-++---++-0--->
GET  disputes/papers/<uuid:paper_id>/public.pdf                                +-++---++-0--->
GET  disputes/papers/<uuid:paper_id>/scan/                                     +-++---++-0--->
GET  disputes/papers/register/                                                 +-++---++-+--->
GET  disputes/papers/templates/                                                -------------+>
POST disputes/papers/templates/                                                -------------?>
GET  disputes/feedback/                                                        +-++---+--+--->
POST disputes/<uuid:dispute_id>/feedback/<slug:system>/                        +-++---+--00-->
POST disputes/<uuid:dispute_id>/feedback/<slug:system>/done/                   +-++---+--0--->

# Mediation                                                                    wlzdsgycmpoxra.
GET  disputes/<uuid:dispute_id>/do/<slug:name>/ name=mediate                   +-++---++-00-->
POST disputes/<uuid:dispute_id>/do/<slug:name>/ name=mediate                   ~-~~---~~-00-->
GET  disputes/<uuid:dispute_id>/do/<slug:name>/ name=recuse                    +++++--++-00-->
POST disputes/<uuid:dispute_id>/do/<slug:name>/ name=recuse                    +++++--++-00-->
GET  disputes/<uuid:dispute_id>/do/<slug:name>/ name=depart                    +++++--+--00-->
POST disputes/<uuid:dispute_id>/do/<slug:name>/ name=depart                    +++++--+--00-->
GET  disputes/mediation/                                                       +++++--++++++->
GET  disputes/mediation/committees/                                            +++++--++++++->
GET  disputes/mediation/methods/                                               +++++--++++++->
GET  disputes/mediation/cooperation/                                           +++++--++++++->
GET  disputes/mediation/lawyers/                                               +++++--++++++->
GET  disputes/mediation/registers/<slug:name>/ name=rooms                      --+----------->
POST disputes/mediation/registers/<slug:name>/ name=rooms                      --+----------->
GET  disputes/mediation/registers/<slug:name>/ name=committees                 --++----++-+-->
POST disputes/mediation/registers/<slug:name>/ name=committees                 --++----++-+-->
GET  disputes/mediation/registers/<slug:name>/ name=members                    --++----++-+-->
POST disputes/mediation/registers/<slug:name>/ name=members                    --++----??-?-->
GET  disputes/mediation/registers/<slug:name>/ name=methods                    --++----++-+-->
POST disputes/mediation/registers/<slug:name>/ name=methods                    --++----++-+-->
GET  disputes/mediation/registers/<slug:name>/ name=cooperation                --++----++-+-->
POST disputes/mediation/registers/<slug:name>/ name=cooperation                --++----??-?-->
POST disputes/mediation/registers/<slug:name>/<uuid:row_id>/end/ name=methods  --++----00-0-->
GET  disputes/mediation/sessions/<uuid:session_id>/                            +++++--+++00+->
GET  disputes/mediation/sessions/<uuid:session_id>/<slug:name>/ name=hold      +-++---++-00-->
POST disputes/mediation/sessions/<uuid:session_id>/<slug:name>/ name=hold      +-++---++-00-->
GET  disputes/mediation/sessions/<uuid:session_id>/<slug:name>/ name=stop      +++++--++-00-->
POST disputes/mediation/sessions/<uuid:session_id>/<slug:name>/ name=stop      +++++--++-00-->
GET  disputes/mediation/sessions/<uuid:session_id>/<slug:name>/ name=cancel    +-++---++-00-->
POST disputes/mediation/sessions/<uuid:session_id>/<slug:name>/ name=cancel    +-++---++-00-->
POST disputes/mediation/sessions/<uuid:session_id>/agree/<uuid:party_id>/      +++++--++-0--->
POST disputes/mediation/hearings/<uuid:hearing_id>/tell/                       ~-~~---~~-0--->
GET  disputes/mediation/recusals/<uuid:recusal_id>/                            --+----+--00-->
POST disputes/mediation/recusals/<uuid:recusal_id>/                            --~----+--00-->
GET  disputes/mediation/lawyers/new/                                           +-++------+--->
POST disputes/mediation/lawyers/new/                                           +-++------+--->
GET  disputes/mediation/lawyers/<uuid:slot_id>/<slug:name>/ name=assign        +-++----0000-->
POST disputes/mediation/lawyers/<uuid:slot_id>/<slug:name>/ name=assign        +-++----0000-->
GET  disputes/mediation/lawyers/<uuid:slot_id>/<slug:name>/ name=advise        --------0000-->
POST disputes/mediation/lawyers/<uuid:slot_id>/<slug:name>/ name=advise        --------0000-->
POST disputes/mediation/lawyers/<uuid:slot_id>/<slug:name>/ name=cancel        +-++----0000-->

# Hand-overs                                                                   wlzdsgycmpoxra.
GET  promises/                                                                 ++++++++++++++>
GET  promises/box/<slug:box>/                                                  ++++++++++++++>
GET  promises/box/<slug:box>/export/                                           ++++++++++++++>
GET  promises/send/<uuid:about>/                                               +-++---+-+00-->
POST promises/send/<uuid:about>/                                               +-++---+-+00-->
GET  promises/joint/<uuid:about>/                                              +-++---+-+00-->
POST promises/joint/<uuid:about>/                                              +-++---+-+00-->
GET  promises/<uuid:promise_id>/                                               +++++00+++00+0>
GET  promises/<uuid:promise_id>/again/                                         +-++-00+--00-0>
POST promises/<uuid:promise_id>/again/                                         ~-~~-00~--00-0>
POST promises/<uuid:promise_id>/slip.pdf                                       ~~~~~00~--00-0>
GET  promises/<uuid:promise_id>/<slug:move>/ move=sign                         -----00-++00-0>
POST promises/<uuid:promise_id>/<slug:move>/ move=sign                         -----00-++00-0>
GET  promises/<uuid:promise_id>/<slug:move>/ move=accept                       -----00-++00-0>
POST promises/<uuid:promise_id>/<slug:move>/ move=accept                       -----00-++00-0>
GET  promises/<uuid:promise_id>/<slug:move>/ move=return                       -----00-++00-0>
POST promises/<uuid:promise_id>/<slug:move>/ move=return                       -----00-++00-0>
GET  promises/<uuid:promise_id>/<slug:move>/ move=answer                       -----00-++00-0>
POST promises/<uuid:promise_id>/<slug:move>/ move=answer                       -----00-~~00-0>
GET  promises/<uuid:promise_id>/<slug:move>/ move=recall                       +-++-00+--00-0>
POST promises/<uuid:promise_id>/<slug:move>/ move=recall                       +-++-00+--00-0>
GET  promises/<uuid:promise_id>/<slug:move>/ move=deliver                      +++++00+--00-0>
POST promises/<uuid:promise_id>/<slug:move>/ move=deliver                      ~~~~~00~--00-0>
GET  promises/<uuid:promise_id>/<slug:move>/ move=remind                       +-++-00+-+00-0>
POST promises/<uuid:promise_id>/<slug:move>/ move=remind                       +-++-00+-~00-0>
GET  slip/<str:token>/                                                         +++++++++++++++
POST slip/<str:token>/                                                         +++++++++++++++

# Tasks                                                                        wlzdsgycmpoxra.
GET  tasks/                                                                    ++++++++++++++>
GET  tasks/new/                                                                +++++--+++++-->
POST tasks/new/                                                                +++++--+++++-->
GET  tasks/<uuid:task_id>/                                                     +++++00+000000>
GET  tasks/<uuid:task_id>/<slug:move>/ move=sign                               +-++-00+000000>
POST tasks/<uuid:task_id>/<slug:move>/ move=sign                               +-++-00+000000>
GET  tasks/<uuid:task_id>/<slug:move>/ move=finish                             +-++-00+000000>
POST tasks/<uuid:task_id>/<slug:move>/ move=finish                             +-++-00+000000>
GET  tasks/<uuid:task_id>/<slug:move>/ move=cancel                             --++-00+000000>
POST tasks/<uuid:task_id>/<slug:move>/ move=cancel                             --++-00+000000>
GET  tasks/<uuid:task_id>/<slug:move>/ move=reassign                           --++-00+000000>
POST tasks/<uuid:task_id>/<slug:move>/ move=reassign                           --++-00+000000>

# Areas                                                                        wlzdsgycmpoxra.
GET  places/                                                                   ++++++-+--+--+>
GET  places/draw/                                                              --+----------+>
POST places/draw/                                                              --?----------?>
GET  places/import/                                                            --+----------+>
POST places/import/                                                            --?----------?>
GET  places/<int:area_id>/                                                     ++++++-+--0--+>
POST places/<int:area_id>/unlink/<int:grid_id>/                                --+----------+>
GET  places/<int:area_id>/<slug:name>/ name=link                               --+----------+>
POST places/<int:area_id>/<slug:name>/ name=link                               --~----------~>
GET  places/<int:area_id>/<slug:name>/ name=split                              --+----------+>
POST places/<int:area_id>/<slug:name>/ name=split                              --+----------+>
GET  places/<int:area_id>/<slug:name>/ name=merge                              --+----------+>
POST places/<int:area_id>/<slug:name>/ name=merge                              --?----------?>
GET  places/<int:area_id>/<slug:name>/ name=move                               --+----------+>
POST places/<int:area_id>/<slug:name>/ name=move                               --?----------?>

# Force                                                                        wlzdsgycmpoxra.
GET  force/                                                                    +++++--+--+--->
GET  force/gaps/                                                               +++++--+--+--->
GET  force/teams/                                                              +++++--+--+--->
GET  force/roster/                                                             +++++--+--+--->
POST force/roster/<uuid:duty_id>/cancel/                                       --++---+------>
GET  force/stations/                                                           +++++--+--+--+>
GET  force/stations/<int:station_id>/template/                                 -------------+>
POST force/stations/<int:station_id>/template/                                 -------------?>
GET  force/import/                                                             --+----+------>
POST force/import/                                                             --?----?------>
GET  force/placements/<uuid:placement_id>/                                     +++++--+--0--->
POST force/placements/<uuid:placement_id>/                                     --+----+--0--->
POST force/placements/<uuid:placement_id>/end/                                 --+----+------>
GET  force/new/<slug:name>/ name=service                                       --+----+------>
POST force/new/<slug:name>/ name=service                                       --?----?------>
GET  force/new/<slug:name>/ name=placement                                     --+----+------>
POST force/new/<slug:name>/ name=placement                                     --?----?------>
GET  force/new/<slug:name>/ name=duty                                          --++---+------>
POST force/new/<slug:name>/ name=duty                                          --??---?------>
GET  force/new/<slug:name>/ name=formula                                       -------------+>
POST force/new/<slug:name>/ name=formula                                       -------------?>
GET  duty/                                                                     ++++++++++++++>

# Shifts                                                                       wlzdsgycmpoxra.
GET  shifts/                                                                   +++++--+--+--->
POST shifts/open/                                                              ~-~~---+--+--->
GET  shifts/now/                                                               +++++--+--+--->
POST shifts/line/                                                              +++++--~--~--->
GET  shifts/<uuid:shift_id>/                                                   +++++--+--0--->
GET  shifts/<uuid:shift_id>/log/                                               +++++--+--0--->
POST shifts/<uuid:shift_id>/log/                                               +++++--+--0--->
GET  shifts/<uuid:shift_id>/handover.pdf                                       +++++--+--0--->
POST shifts/<uuid:shift_id>/<slug:step>/ step=line                             +++++--+--0--->
POST shifts/<uuid:shift_id>/<slug:step>/ step=strike                           ~~~~~--~--0--->
POST shifts/<uuid:shift_id>/<slug:step>/ step=kit                              +++++--+--0--->
POST shifts/<uuid:shift_id>/<slug:step>/ step=give                             +-++---+--0--->
POST shifts/<uuid:shift_id>/<slug:step>/ step=take-back                        ~-~~---~--0--->
POST shifts/<uuid:shift_id>/<slug:step>/ step=take                             ~-~~---~--0--->
POST shifts/<uuid:shift_id>/<slug:step>/ step=close                            --~----~------>
GET  briefing/                                                                 +++++--+--+--->
POST briefing/                                                                 ??++?--+--?--->
GET  briefing/bulletin.pdf                                                     +++++--+--+--->
GET  settings/shifts/                                                          -------------+>
POST settings/shifts/                                                          -------------+>
POST night/<uuid:passing_id>/sign/                                             --+-------0--->

# Approvals                                                                    wlzdsgycmpoxra.
GET  approvals/                                                                +++++--++-+--->
GET  approvals/table/                                                          +++++--++-+--+>
GET  approvals/table/<int:org_id>/                                             +++++--+0-0--+>
GET  approvals/table/<int:org_id>/<slug:key>/ key=handover                     -------------+>
POST approvals/table/<int:org_id>/<slug:key>/ key=handover                     -------------+>
GET  approvals/<uuid:approval_id>/                                             +++++--++-0--->
POST approvals/<uuid:approval_id>/decide/                                      --+-------0--->
GET  approvals/<uuid:approval_id>/telephone/                                   +++++--+--0--->
POST approvals/<uuid:approval_id>/telephone/                                   ++?++--+--0--->
POST approvals/<uuid:approval_id>/sign/                                        ~~~~~--~~-0--->

# Residents                                                                    wlzdsgycmpoxra.
GET  ask/                                                                      +++++++++++++++
POST ask/                                                                      +++++++++++++++

# Desk                                                                         wlzdsgycmpoxra.
GET                                                                            ++++++++++++++>
GET  notices/                                                                  ++++++++++++++>
GET  notices/<str:group>/                                                      ++++++++++++++>
POST notices/<str:group>/known/                                                ++++++++++++++>
GET  search/                                                                   ++++++++++++-->
POST search/key/                                                               +-++---+--+--->
GET  views/                                                                    ++++++++++++++>
POST views/<int:view_id>/drop/                                                 +0000000000000>
POST views/save/<path:page>                                                    ++++++++++++++>
GET  health/                                                                   +++++++++++++++
GET  sw.js                                                                     +++++++++++++++
GET  offline/                                                                  +++++++++++++++
GET  ledger/                                                                   --+----+-----+>
GET  settings/                                                                 ++++++++++++++>
GET  settings/organisations/                                                   ++++++++++++++>
GET  settings/organisations/new/                                               -------------+>
POST settings/organisations/new/                                               -------------+>
GET  settings/organisations/<int:org_id>/                                      -------------+>
GET  settings/organisations/<int:org_id>/posts/                                -------------+>
POST settings/organisations/<int:org_id>/posts/                                -------------+>
GET  settings/organisations/<int:org_id>/mode/                                 -------------+>
POST settings/organisations/<int:org_id>/mode/                                 -------------+>
POST settings/posts/<int:post_id>/end/                                         -------------+>
GET  settings/accounts/                                                        -------------+>
POST settings/accounts/                                                        -------------+>
GET  settings/mappings/                                                        +-+++--+--+--->
GET  settings/law/                                                             ++++++++++++++>
GET  settings/law/<slug:rule>/                                                 -------------+>
POST settings/law/<slug:rule>/                                                 -------------+>

# 数据、报表
GET  figures/                                                                      +++++--+--+--->
GET  figures/of/<str:figure>/                                                      +++++--+--+--->
GET  figures/of/<str:figure>/export/                                               +++++--+--+--->
GET  figures/forms/                                                                +++++--+--+--->
GET  figures/forms/new/                                                            --++---+------>
POST figures/forms/new/                                                            --??---?------>
POST figures/forms/examples/                                                       --++---+------>
GET  figures/forms/<uuid:form_id>/                                                 +++++--+--0--->
POST figures/forms/<uuid:form_id>/                                                 +-++---+--0--->
GET  figures/forms/<uuid:form_id>/file/                                            +++++--+--0--->
POST figures/forms/<uuid:form_id>/end/                                             --++---+------>
GET  figures/filings/                                                              +++++--+--+--->
GET  figures/filings/<uuid:filing_id>/                                             +++++--+--0--->
GET  figures/filings/<uuid:filing_id>/file/                                        +++++--+--0--->
GET  figures/filings/<uuid:filing_id>/of/<int:cell>/                               +++++--+--0--->
GET  figures/filings/<uuid:filing_id>/changes/                                     +++++--+--0--->
POST figures/filings/<uuid:filing_id>/<slug:move>/ move=ask                        +-++---+--0--->
POST figures/filings/<uuid:filing_id>/<slug:move>/ move=void                       +-++---+--0--->
POST figures/filings/<uuid:filing_id>/<slug:move>/ move=send                       --~~---~--0--->
"""
