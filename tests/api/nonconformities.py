"""Nonconformities (P22) for the tests: those that other procedures report, and one brought to any state."""

import uuid

from answers import eventually


def reported_on(company, entity, n=1):
    """What P22 got to know of an entity by itself, the newest first: the timer carries it over."""
    def found():
        some = company.service_manager.read("/v1/nonconformities", source_number=entity["number"], sort="-opened_at", limit=50)["data"]
        return some if len(some) >= n else None
    some = eventually(found)
    assert some is not None and len(some) == n, (entity["number"], some)
    return some


def summary(found):
    return (found["source"], found.get("dept"), found["grade"], found["fact"])


class Bureau:
    """Who takes part: a department of its own head, so that tests do not meet."""

    def __init__(self, company, dept="commerce_dept"):
        self.company, self.dept = company, dept
        key = "head_" + dept
        if key not in company.people:
            company.people[key] = company.hire("dept_head", name="部门负责人", department=dept)
            found = company.admin.read("/v1/departments", code=dept)["data"]
            if found:
                company.admin.fire(found[0], "amend", reason="x", head_id=company.people[key].id)
            else:
                company.admin.create("departments", code=dept, name=dept, head_id=company.people[key].id)
        self.head = company.people[key]
        self.manager, self.deputy = company.service_manager, company.deputy_gm
        if "auditor" not in company.people:
            company.people["auditor"] = company.hire("evaluator", name="评价员", department="executive")
        self.auditor = company.people["auditor"]

    def report(self, by=None, **fields):
        # Each by a clause of its own: a clause not kept twice is a repetition.
        body = dict(source="rule_inspection", fact="合同未评审即签订", evidence="合同原件", dept=self.dept, clause="C-" + uuid.uuid4().hex[:6])
        return (by or self.company.employee).create("nonconformities", **{k: v for k, v in {**body, **fields}.items() if v is not None})

    def actions(self, days=10, **fields):
        return [{"action": "签订前由法务复核", "kind": "corrective", "owner_id": self.head.id, "due_on": self.company.day(days), **fields}]

    analysis = dict(team=["王芳"], cause="other", whys=[{"why": "无复核环节"}, {"why": "制度未规定"}], root_cause="合同评审制度缺失",
                    escape_point="签章前无检查", similar_cases="查阅近三月合同,无类似", problem={"what": "未评审", "how_much": "1份"})

    def to(self, state, **fields):
        """A report on its shortest way to a state."""
        critical = fields.get("grade") == "critical"
        way = [("confirmed", self.manager, "confirm", {}), (None, self.head, "sign", {}),
               ("contained", self.head, "contain", dict(correction="补评审", customers_told=True)),
               ("cause_analysis", self.manager, "decide_need", dict(needs_cause=True)), (None, self.head, "analyse", dict(self.analysis)),
               ("action_proposed", self.head, "propose", dict(measures=self.actions(), metric="三个月无同类")),
               ("action_confirmed", self.deputy if critical else self.manager, "confirm_action", {}),
               ("implementing", self.head, "begin", {}),
               ("verifying", self.head, "implement", dict(implementation="制度已修订", implementation_evidence="文件")),
               ("effective", self.auditor, "verify", dict(is_effective=True, verification="抽查10份均已评审")),
               ("closed", self.manager, "close", dict(closing_note="关闭", rules_updated="P2制度已更新"))]
        one = self.report(**fields)
        if state == "reported":
            return one
        if fields.get("kind") == "potential":
            way = [("cause_analysis", self.manager, "confirm", {})] + way[4:]
        for reached, who, event, body in way:
            if event == "verify":
                self.company.set_clock(self.company.at(24 * 91))
            one = who.fire(one, event, **body)
            if reached == state:
                return one
        raise AssertionError(state)
