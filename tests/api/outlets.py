"""What tests of P6 parts A, D and E need: outlets that are set up step by step."""

import uuid

from test_competence import OPERATOR, Staff, scores

CONCEPT = dict(region="海港区", skills=["computer"], customer_count=300, workload=60, qualification="家电维修资质", staff_ability="持证两人",
               management_level="有质量管理制度", upkeep_fee=50000)
BID = dict(contact_name="赵诚", phone="13700001111", qualification="三级资质", staff_ability="三人持证", management_level="良好", upkeep_fee=45000)
APPLICATION = dict(skills=["computer"], region="城东区", need="城东顾客多,路途远", staff_needed=3, funds_needed=8000000)
CONTRACT = dict(legal_name="滨海诚信维修有限公司", tax_no="91130900MA07ABCD1X", taxpayer_kind="small", bank_account="6222020200112233445", contact_name="赵会计",
                contact_phone="13700001111", collection_rule="outlet_keeps", settlement_mode="invoice_and_pay", silence_rule="agrees")


def tag():
    return uuid.uuid4().hex[:6]


def tender(company, to="tendering", **fields):
    made = company.service_manager.create("outlet-tenders", **dict(CONCEPT, **fields))
    if to == "tendering":
        made = company.service_manager.fire(made, "tender", source="tender", media="滨海日报", bids_until=company.day(10))
    return made


def bid(company, of, name=None, **fields):
    return company.dispatcher.create("outlet-candidates", **dict(BID, parent_id=of["id"], name=name or "候选" + tag(), **fields))


def reviewed(company, candidate, site=80, docs=85):
    candidate = company.service_manager.fire(candidate, "review_site", site_score=site, site_findings="场地符合")
    return company.commerce_officer.fire(candidate, "review_docs", doc_score=docs, doc_findings="证照齐全")


def chosen(company, name=None):
    """A partner's outlet as the tender leaves it: listed."""
    of = tender(company)
    candidate = company.dispatcher.fire(bid(company, of, name), "shortlist", rank=1)
    company.service_manager.fire(of, "shortlist")
    reviewed(company, candidate)
    company.general_manager.fire(of, "confirm_list", chosen_ids=[candidate["id"]])
    return company.dispatcher.read("/v1/outlets", candidate_id=candidate["id"])["data"][0]


def contract(company, outlet, **terms):
    body = dict(CONTRACT, outlet_id=outlet["id"], valid_from=company.day(-1), valid_to=company.day(365), upkeep_fee=45000, retention_pct=0)
    return company.deputy_gm.fire(company.dispatcher.create("outlet-contracts", **dict(body, **terms)), "sign")


def tariff(company, outlet, **rates):
    body = dict(name="结算标准", outlet_id=outlet["id"], valid_from=company.day(-30), minor_repair_fee=8000, visit_fee=2000)
    return company.deputy_gm.fire(company.dispatcher.create("settlement-tariffs", **dict(body, **rates)), "put_in_force")


def people(company, outlet):
    manager = company.hire("outlet_manager", outlet_id=outlet["id"], department="outlet", name="网点负责人" + tag())
    return manager, company.hire("outlet_technician", outlet_id=outlet["id"], department="outlet", name="网点技师" + tag())


def trained(company, technician):
    """The training before an outlet is set up, with its examination (P7 4.1.4.3)."""
    hr, trainer = company.hr_officer, company.hire("trainer", department="tech_dept")
    event = hr.create("training-events", course="外委网点上岗培训", kind="outlet", with_exam=True, trainer_id=trainer.id)
    event = hr.fire(event, "enrol", person_ids=[technician.id])
    begins = company.at(1)
    event = hr.fire(event, "arrange_course", lessons=[{"starts_at": begins, "topic": "服务规范", "hours": 8}], starts_at=begins)
    company.set_clock(company.at(2))
    event = hr.fire(event, "hold")
    return hr.fire(event, "examine", marks=[{"person_id": technician.id, "score": 80}])


def evaluated(company, technician, category="external_repairer"):
    """Safety education on three levels, then the evaluation: only after it may somebody start (P7 4.1.4.2)."""
    staff = Staff(company)
    head = company.hire("dept_head", department="outlet", name="网点主管部门负责人")
    education = staff.hr.create("safety-educations", person_id=technician.id, occasion="contract_labour", department="outlet", post="维修", key_post=False)
    level = dict(exam_score=80, level_hours=8, teacher="安全员")
    education = staff.hr.fire(education, "pass_company", **level)
    education = head.fire(head.fire(education, "pass_department", **level), "pass_post", **level)
    evaluation = staff.schedule(technician, category=category, occasion="new_post")
    evaluation = staff.hr.fire(evaluation, "collect", evaluator_id=staff.first.id, second_evaluator_id=staff.second.id, no_conflict=True,
                               item_scores=scores(OPERATOR), exam_score=85, exam_paper="档案柜3")
    return staff.hr.fire(staff.hr.fire(evaluation, "judge", verdict="competent"), "admit")


def operating(company, name="运营网点", skills=("computer",), kind="external"):
    """An outlet that operated before, with a manager and a qualified technician."""
    outlet = company.dispatcher.create("outlets", name=name + tag(), kind=kind, skills=list(skills))
    manager = company.hire("outlet_manager", outlet_id=outlet["id"], department="outlet")
    technician = company.hire("outlet_technician", outlet_id=outlet["id"], department="outlet", skills=list(skills))
    return outlet, manager, technician
