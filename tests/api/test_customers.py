"""P14 as the commerce desk and the follow-up clerks would tell it: files, units, visits."""

import uuid

import pytest

from improvements import proposed_from


def refused(client, entity, event, code, status=422, **body):
    answer = client.try_fire(entity, event, **body)
    assert answer.status_code == status, (event, answer.text)
    if status == 422:
        codes = [e["code"] for e in answer.json()["errors"]]
        assert code in codes, (event, codes)
        for error in answer.json()["errors"]:
            assert error["pointer"] is None or error["pointer"] == "" or error["pointer"].startswith("/")


def forbidden(entity, event, *clients, **body):
    for client in clients:
        answer = client.try_fire(entity, event, **body)
        assert answer.status_code == 403, (event, client.person["roles"], answer.text)


def tag():
    return uuid.uuid4().hex[:8]


def day(company, offset=0):
    """Where the company is, not where the test runs."""
    return company.at(24 * offset)[:10]


def file(company, by=None, **fields):
    body = dict(name="客户" + tag(), kind="company", region="海港区")
    body.update(fields)
    return (by or company.commerce_officer).create("customers", **body)


def active(company, **fields):
    return company.commerce_officer.fire(file(company, **fields), "sign_contract", contract_no="HT-" + tag())


def key(company, **fields):
    customer = company.service_manager.fire(active(company, **fields), "propose_promotion", reason="年采购额", yearly_revenue=10000000)
    return company.deputy_gm.fire(customer, "promote")


def unit_of(company, customer, **fields):
    body = dict(serial="SN-" + tag(), model="ZN-2000", customer_id=customer["id"])
    body.update(fields)
    return company.commerce_officer.create("equipment", **body)


def second_dispatcher(company):
    if "dispatcher_2" not in company.people:
        company.people["dispatcher_2"] = company.hire("dispatcher", name="调度二")
    return company.people["dispatcher_2"]


def second_controller(company):
    if "controller_2" not in company.people:
        company.people["controller_2"] = company.hire("document_controller", name="文控二")
    return company.people["controller_2"]


def test_a_customer_from_first_call_to_key_account_and_back(company):
    customer = file(company, phone="0318-5550101", contacts=[{"name": "李明", "phone": "+86 139-1234-5678"}], pinyin="bhdyzx")
    assert customer["state"] == "prospect" and customer["grade"] == "potential"
    assert customer["phones"] == ["03185550101", "13912345678"]

    # A contract makes it active; a second one keeps it so, and both stay in the file.
    customer = company.commerce_officer.fire(customer, "sign_contract", contract_no="HT-1", contract_until=day(company, 365))
    assert customer["state"] == "active" and customer["grade"] == "normal"
    customer = company.commerce_officer.fire(customer, "sign_contract", contract_no="HT-2")
    assert [c["contract_no"] for c in customer["contracts"]] == ["HT-1", "HT-2"] and customer["state"] == "active"
    assert "contract_until" not in customer or customer["contract_until"] is None
    assert [r["form"] for r in company.dispatcher.read(customer["href"] + "/records")["data"]] == ["customer_file", "customer_file"]

    # The service manager proposes, the deputy decides.
    manager, deputy = company.service_manager, company.deputy_gm
    customer = manager.fire(customer, "propose_promotion", reason="年采购额", yearly_revenue=10000000)
    customer = deputy.fire(customer, "reject_proposal", reason="再观察")
    assert "proposal" not in customer or customer["proposal"] is None
    customer = manager.fire(customer, "propose_promotion", reason="战略", strategic=True)
    customer = deputy.fire(customer, "promote")
    assert customer["state"] == "key" and customer["grade"] == "key" and "key_review" in customer["clocks"] and customer["next_visit_on"]
    customer = company.commerce_officer.fire(customer, "sign_contract", contract_no="HT-3")
    assert customer["state"] == "key"
    customer = manager.fire(customer, "review_key", note="继续")
    customer = manager.fire(customer, "propose_demotion", reason="采购减少")
    customer = deputy.fire(customer, "demote")
    assert customer["state"] == "active" and customer["clocks"] == {} and customer["grade"] == "normal"

    # Lost, with the reason handed to improvement; archived with its file.
    customer = manager.fire(customer, "mark_lost", lost_reason="转向竞争对手")
    proposal = proposed_from(company, customer)
    assert (proposal["state"], proposal["source"], proposal["problem"], proposal["customer_id"]) == ("proposed", "opinion", "转向竞争对手", customer["id"])
    customer = company.followup_clerk.fire(customer, "reactivate")
    customer = manager.fire(customer, "mark_lost", lost_reason="确定流失")
    customer = company.dispatcher.fire(customer, "archive")
    assert customer["state"] == "archived" and customer["closed_at"]
    assert company.dispatcher.read("/v1/audit/verify", entity=customer["id"])["sound"] is True


def test_guards_of_grades_and_ends(company):
    commerce, manager, deputy = company.commerce_officer, company.service_manager, company.deputy_gm
    customer = file(company)
    refused(commerce, customer, "sign_contract", "contract_ended", contract_no="x", contract_until=day(company, -1))
    customer = active(company)
    refused(manager, customer, "propose_promotion", "not_key_enough", reason="x", yearly_revenue=9999999)
    refused(manager, customer, "propose_promotion", "not_key_enough", reason="x")
    refused(deputy, customer, "promote", "not_proposed")
    refused(deputy, customer, "reject_proposal", "nothing_proposed", reason="x")
    refused(manager, customer, "mark_dormant", "recent_contact")
    customer = manager.fire(customer, "propose_promotion", reason="x", yearly_revenue=10000000)
    refused(manager, customer, "propose_promotion", "already_proposed", reason="x", strategic=True)
    both = company.hire("service_manager", "deputy_gm", name="兼任")
    own = both.fire(active(company), "propose_promotion", reason="x", strategic=True)
    refused(both, own, "promote", "own_proposal")
    own = both.fire(deputy.fire(own, "promote"), "propose_demotion", reason="x")
    refused(both, own, "demote", "own_proposal")
    refused(deputy, deputy.fire(own, "reject_proposal", reason="x"), "demote", "not_proposed")
    busy = company.register(customer=manager.fire(active(company), "mark_lost", lost_reason="x"))
    refused(company.dispatcher, company.dispatcher.read("/v1/customers/" + busy["customer_id"]), "archive", "open_case")
    forbidden(customer, "sign_contract", manager, company.technician, company.dispatcher, contract_no="x")
    forbidden(customer, "promote", manager, commerce, company.dispatcher)
    forbidden(active(company), "propose_promotion", commerce, deputy, company.followup_clerk, reason="x", strategic=True)
    forbidden(customer, "mark_lost", company.dispatcher, company.followup_clerk, lost_reason="x")
    forbidden(manager.fire(active(company), "mark_lost", lost_reason="x"), "archive", manager, commerce)
    forbidden(customer, "review_contact", company.dispatcher, manager)
    forbidden(customer, "absorb", company.dispatcher, manager)


def test_duplicates_are_pointed_out_by_name_and_by_phone(company):
    name, number = "重名" + tag(), "139" + str(uuid.uuid4().int)[:8]
    first = file(company, name=name, phone=number)
    assert "warnings" not in first or not first["warnings"]

    def warned(**fields):
        return {w["id"]: w["code"] for w in file(company, **fields).get("warnings", [])}

    assert warned(name=name, phone=f"{number[:3]}-{number[3:7]}-{number[7:]}") == {first["id"]: "possible_duplicate"}
    assert warned(name=name)[first["id"]] == "same_name"
    assert warned(contacts=[{"name": "王", "phone": "+86 " + number}])[first["id"]] == "same_phone"


def test_contacts_consent_and_what_stays_in_the_log(company):
    customer = file(company, phone="0318-1111111")
    refused(company.hotline_clerk, customer, "update_contact", "not_called_back", phone="0318-2222222", decides_money=True)
    customer = company.hotline_clerk.fire(customer, "update_contact", phone="0318-2222222", decides_money=True, called_back=True)
    assert customer["phones"] == ["03182222222"]
    events = company.dispatcher.read(customer["href"] + "/events")["data"]
    assert events[0]["changes"]["phone"] == "0318-1111111" and events[-1]["changes"]["phone"] == "0318-2222222"
    customer = company.followup_clerk.fire(customer, "mark_contact_invalid", contact_invalid_reason="wrong_number")
    assert customer["contact_invalid_on"] == day(company)
    customer = company.dispatcher.fire(customer, "update_contact", contacts=[{"name": "赵", "phone": "0318-3333333"}])
    assert customer.get("contact_invalid_on") is None and customer["phones"] == ["03182222222", "03183333333"]
    customer = company.hotline_clerk.fire(customer, "set_consent", no_calls=True)
    assert customer["no_calls"] is True and customer["consent_changed_at"]
    forbidden(customer, "update_contact", company.technician, company.commerce_officer, phone="123")
    forbidden(customer, "set_consent", company.technician, no_calls=False)
    forbidden(customer, "mark_contact_invalid", company.technician, contact_invalid_reason="moved")


def test_the_same_party_twice_is_merged_by_two_and_split_again(company):
    dispatcher, second = company.dispatcher, second_dispatcher(company)
    kept, twice = active(company), active(company, name="重复" + tag())
    twice = company.hotline_clerk.fire(twice, "set_consent", no_calls=True)
    unit = unit_of(company, twice)
    repair = company.register(customer=twice, unit=unit)
    visit = company.followup_clerk.create("visits", customer_id=twice["id"], kind="other", due_on=day(company, 20))
    lent = company.warehouse_keeper.create("loan-units", serial="LU-" + tag(), model="ZN-1000", value=150000, condition="完好")
    loan = dispatcher.create("loan-agreements", parent_id=repair["id"], loan_unit_id=lent["id"])
    assert loan["customer_id"] == twice["id"]
    complaint = company.hotline_clerk.create("complaints", customer_id=twice["id"], complaint_text="噪音")
    claim = dispatcher.create("compensations", repair_id=repair["id"], loss_text="主板损坏")
    assert claim["customer_id"] == twice["id"]

    money = company.commerce_officer.create("fund-requests", purpose="compensation", amount=1000, customer_id=twice["id"])
    from recalls import at as recall_at
    recalled = dispatcher.create("recall-units", parent_id=recall_at(company, "planning")["id"], serial=unit["serial"], equipment_id=unit["id"])
    assert recalled["customer_id"] == twice["id"]
    refused(dispatcher, kept, "propose_merge", "merge_with_itself", duplicate_id=kept["id"], reason="x")
    refused(dispatcher, kept, "drop_merge", "no_merge", reason="x")
    refused(second, twice, "merge", "merge_not_proposed")
    gone = dispatcher.fire(file(company), "archive")
    refused(dispatcher, kept, "propose_merge", "duplicate_not_open", duplicate_id=gone["id"], reason="x")
    forbidden(kept, "propose_merge", company.commerce_officer, company.hotline_clerk, duplicate_id=twice["id"], reason="x")
    kept = dispatcher.fire(kept, "propose_merge", duplicate_id=twice["id"], reason="同一单位")
    refused(dispatcher, twice, "merge", "own_proposal")
    refused(dispatcher, active(company), "propose_merge", "duplicate_in_merge", duplicate_id=twice["id"], reason="x")
    refused(dispatcher, twice, "propose_merge", "duplicate_in_merge", duplicate_id=file(company)["id"], reason="x")
    refused(dispatcher, kept, "propose_merge", "merge_under_way", duplicate_id=file(company)["id"], reason="x")
    forbidden(twice, "merge", company.hotline_clerk, company.technician)
    kept = dispatcher.fire(kept, "drop_merge", reason="再核对")
    kept = dispatcher.fire(kept, "propose_merge", duplicate_id=twice["id"], reason="同一单位")
    refused(second, kept, "merge", "merge_under_way")

    twice = second.fire(twice, "merge")
    assert twice["state"] == "merged" and twice["merged_into_id"] == kept["id"] and twice["closed_at"]
    kept = dispatcher.read(kept["href"])
    assert kept["no_calls"] is True and kept.get("merging_id") is None
    for what in (unit, repair, visit, loan, complaint, money, claim, recalled):
        moved = dispatcher.read(what["href"])
        assert moved["customer_id"] == kept["id"] and moved["moved_from_id"] == twice["id"]
    assert dispatcher.read(repair["href"])["contact_phone"] == repair["contact_phone"]
    assert [c["id"] for c in dispatcher.read("/v1/customers", merged_into_id=kept["id"])["data"]] == [twice["id"]]
    for number in (kept["number"], twice["number"]):
        assert [r["number"] for r in dispatcher.read("/v1/search", q=number)["data"] if r["machine"] == "customer"] == [number]

    forbidden(twice, "split", company.commerce_officer, company.hotline_clerk, reason="x")
    twice = dispatcher.fire(twice, "split", reason="并非同一单位")
    assert twice["state"] == "active" and twice.get("closed_at") is None and twice.get("merged_into_id") is None
    for what in (unit, repair, visit, loan, complaint, money, claim, recalled):
        back = dispatcher.read(what["href"])
        assert back["customer_id"] == twice["id"] and back.get("moved_from_id") is None
    assert company.dispatcher.read("/v1/audit/verify", entity=twice["id"])["sound"] is True
    # It is open again in every sense.
    assert twice["id"] in [c["id"] for c in dispatcher.read("/v1/customers", open="true", name=twice["name"])["data"]]


@pytest.mark.parametrize("state", ["prospect", "key", "dormant", "lost"])
def test_a_split_gives_back_the_state_before(company, state):
    if state == "prospect":
        customer = file(company)
    elif state == "key":
        customer = key(company)
    elif state == "lost":
        customer = company.service_manager.fire(active(company), "mark_lost", lost_reason="x")
    else:
        # Dormant comes by time: see the tests of the clock. Here the database is told that there was no contact.
        customer = active(company)
        with company.server.database().cursor() as cursor:
            cursor.execute("update customer set last_contact_at = last_contact_at - interval '13 months', opened_at = opened_at - interval '13 months' where id = %s",
                           (customer["id"],))
        customer = company.service_manager.fire(customer, "mark_dormant")
    assert customer["state"] == state
    company.dispatcher.fire(active(company), "propose_merge", duplicate_id=customer["id"], reason="x")
    merged = second_dispatcher(company).fire(customer, "merge")
    assert merged["clocks"] == {}
    back = company.dispatcher.fire(merged, "split", reason="x")
    assert back["state"] == state and ("key_review" in back["clocks"]) is (state == "key")


def test_a_split_is_refused_when_the_kept_file_is_closed(company):
    kept, twice = file(company), file(company)
    kept = company.dispatcher.fire(kept, "propose_merge", duplicate_id=twice["id"], reason="x")
    twice = second_dispatcher(company).fire(twice, "merge")
    company.dispatcher.fire(kept, "archive")
    refused(company.dispatcher, twice, "split", "kept_file_closed", reason="x")


@pytest.mark.parametrize("state", ["prospect", "active", "key", "lost", "archived"])
def test_an_order_of_erasure_can_be_withdrawn_until_the_deed(company, state):
    made = {"prospect": file, "active": active, "key": key}.get(state, active)(company)
    if state in ("lost", "archived"):
        made = company.service_manager.fire(made, "mark_lost", lost_reason="x")
    if state == "archived":
        made = company.dispatcher.fire(made, "archive")
    refused(company.dispatcher, made, "order_erasure", "request_in_future", erase_requested_on=day(company, 1), reason="x")
    forbidden(made, "order_erasure", company.hotline_clerk, company.commerce_officer, erase_requested_on=day(company), reason="x")
    visit = None
    if state == "active":
        visit = company.followup_clerk.create("visits", customer_id=made["id"], kind="other", due_on=day(company, 5))
    customer = company.dispatcher.fire(made, "order_erasure", erase_requested_on=day(company), reason="本人要求")
    assert customer["state"] == "erasing" and customer.get("closed_at") is None and set(customer["clocks"]) == {"erasure_answer"}
    if visit:
        visit = company.dispatcher.read(visit["href"])
        assert (visit["state"], visit["cancel_reason"]) == ("cancelled", "customer_closed")
    controller = company.document_controller
    refused(controller, customer, "erase", "erasure_not_confirmed")
    customer = controller.fire(customer, "confirm_erasure")
    refused(controller, customer, "confirm_erasure", "already_confirmed")
    refused(controller, customer, "erase", "customer_not_answered")
    customer = controller.fire(customer, "answer_erasure", note="将在保存期满后删除")
    assert customer["clocks"] == {}
    refused(controller, customer, "answer_erasure", "already_answered", note="x")
    refused(controller, customer, "erase", "erasure_too_early")
    forbidden(customer, "erase", company.dispatcher, company.commerce_officer)
    forbidden(customer, "withdraw_erasure", company.commerce_officer, reason="x")
    customer = controller.fire(customer, "withdraw_erasure", reason="本人改变主意")
    assert customer["state"] == state and (customer.get("closed_at") is not None) is (state == "archived")
    assert ("key_review" in customer["clocks"]) is (state == "key")
    own = controller.fire(customer, "order_erasure", erase_requested_on=day(company), reason="x")
    refused(controller, own, "confirm_erasure", "own_order")
    forbidden(own, "confirm_erasure", company.dispatcher)
    forbidden(own, "answer_erasure", company.commerce_officer, note="x")
    assert second_controller(company).fire(own, "confirm_erasure")["erase_confirmed_by"] == second_controller(company).id


def test_erasure_from_dormant_and_of_a_file_that_takes_another_in(company):
    customer = active(company)
    with company.server.database().cursor() as cursor:
        cursor.execute("update customer set last_contact_at = last_contact_at - interval '13 months', opened_at = opened_at - interval '13 months' where id = %s",
                       (customer["id"],))
    customer = company.service_manager.fire(customer, "mark_dormant")
    forbidden(customer, "reactivate", company.commerce_officer)
    ordered = company.dispatcher.fire(customer, "order_erasure", erase_requested_on=day(company), reason="x")
    assert company.dispatcher.fire(ordered, "withdraw_erasure", reason="x")["state"] == "dormant"
    kept = company.dispatcher.fire(file(company), "propose_merge", duplicate_id=file(company)["id"], reason="x")
    refused(company.dispatcher, kept, "order_erasure", "merge_under_way", erase_requested_on=day(company), reason="x")
    assert company.commerce_officer.fire(customer, "sign_contract", contract_no="HT-9")["state"] == "active"


def test_a_unit_its_serials_and_its_owners(company):
    first, other = active(company), active(company)
    unit = unit_of(company, first, warranty_until=day(company, 400))
    old = unit["serial"]
    dispatcher = company.dispatcher
    refused(dispatcher, unit, "exchange_serial", "same_serial", serial=old)
    forbidden(unit, "exchange_serial", company.technician, company.commerce_officer, serial="x")
    unit = dispatcher.fire(unit, "exchange_serial", serial="NEW-" + tag(), reason="返修换机")
    assert unit["former_serials"] == [old]
    assert [r["found_by"] for r in dispatcher.read("/v1/search", q=old)["data"]] == ["former_serial"]
    assert [u["id"] for u in dispatcher.read("/v1/equipment", former_serials=old)["data"]] == [unit["id"]]

    planned = company.followup_clerk.create("visits", customer_id=first["id"], kind="other", due_on=day(company, 10), equipment_id=unit["id"])
    refused(dispatcher, unit, "transfer", "same_owner", customer_id=first["id"], reason="x", proof="x")
    closed = dispatcher.fire(file(company), "archive")
    refused(dispatcher, unit, "transfer", "customer_closed", customer_id=closed["id"], reason="x", proof="x")
    assert dispatcher.try_fire(unit, "transfer", customer_id=other["id"], reason="x").status_code in (400, 422)
    forbidden(unit, "transfer", company.commerce_officer, customer_id=other["id"], reason="x", proof="x")
    unit = dispatcher.fire(unit, "transfer", customer_id=other["id"], reason="转让", proof="转让协议")
    assert unit["customer_id"] == other["id"] and unit["warranty_until"] == day(company, 400)
    assert unit["transfers"][0]["from_customer_id"] == first["id"] and unit["transfers"][0]["proof"] == "转让协议"
    assert dispatcher.read(planned["href"])["cancel_reason"] == "unit_gone"
    unit = dispatcher.fire(unit, "transfer", customer_id=first["id"], reason="退回", proof="合同", warranty_ends=True)
    assert unit["warranty_until"] == day(company, -1)

    # The wrong owner was entered: amended with a proof, never without.
    refused(company.commerce_officer, unit, "amend", "proof_missing", reason="登记有误", customer_id=other["id"])
    unit = company.commerce_officer.fire(unit, "amend", reason="登记有误", customer_id=other["id"], proof="发票")
    assert unit["customer_id"] == other["id"]


def test_warranty_is_ours_only_for_what_we_sold(company):
    customer = active(company)
    answer = company.commerce_officer.post("/v1/equipment", dict(serial="F-" + tag(), model="x", customer_id=customer["id"], bought_elsewhere=True,
                                                                 warranty_until=day(company, 10)))
    assert answer.status_code == 422 and answer.json()["errors"][0]["code"] == "no_warranty_for_foreign_unit"
    foreign = unit_of(company, customer, bought_elsewhere=True)
    refused(company.installer, foreign, "accept", "no_warranty_for_foreign_unit", accepted_on=day(company), warranty_until=day(company, 9))
    refused(company.dispatcher, foreign, "exchange_serial", "no_warranty_for_foreign_unit", serial="G-" + tag(), warranty_until=day(company, 9))
    assert company.register(customer=customer, unit=foreign)["in_warranty"] is False
    ours = unit_of(company, customer)
    refused(company.installer, ours, "accept", "acceptance_in_future", accepted_on=day(company, 1))
    refused(company.installer, ours, "accept", "warranty_before_acceptance", accepted_on=day(company), warranty_until=day(company, -1))
    forbidden(ours, "accept", company.technician, company.hotline_clerk, accepted_on=day(company))
    ours = company.installer.fire(ours, "accept", accepted_on=day(company), warranty_until=day(company, 730))
    assert company.register(customer=customer, unit=ours)["in_warranty"] is True
    twin = unit_of(company, active(company), serial=ours["serial"])
    assert [w["code"] for w in twin["warnings"]] == ["serial_known"]


def test_the_warranty_runs_the_promised_months_from_the_acceptance(company):
    customer = active(company)
    unit = unit_of(company, customer, warranty_months=24)
    assert unit.get("warranty_until") is None and company.register(customer=customer, unit=unit)["in_warranty"] is False
    unit = company.installer.fire(unit, "accept", accepted_on="2026-08-31")
    assert unit["warranty_until"] == "2028-08-31"
    other = company.installer.fire(unit_of(company, customer), "accept", accepted_on="2026-08-31", warranty_months=6)
    assert other["warranty_until"] == "2027-02-28"
    foreign = unit_of(company, customer, bought_elsewhere=True)
    refused(company.installer, foreign, "accept", "no_warranty_for_foreign_unit", accepted_on=day(company), warranty_months=12)
    answer = company.commerce_officer.post("/v1/equipment", dict(serial="F-" + tag(), model="x", customer_id=customer["id"], bought_elsewhere=True, warranty_months=1))
    assert answer.status_code == 422 and answer.json()["errors"][0]["pointer"] == "/warranty_months"


def test_how_units_end(company):
    customer = active(company)
    successor = unit_of(company, customer)
    refused(company.dispatcher, successor, "replace", "replaced_by_itself", reason="x", replaced_by_id=successor["id"])
    replaced = company.dispatcher.fire(unit_of(company, customer), "replace", reason="退换", replaced_by_id=successor["id"])
    assert replaced["state"] == "replaced" and replaced["replaced_by_id"] == successor["id"]
    for event, state in (("take_back", "returned"), ("scrap", "scrapped"), ("report_lost", "lost")):
        unit = unit_of(company, customer)
        forbidden(unit, event, company.commerce_officer, company.technician, reason="x")
        unit = company.dispatcher.fire(unit, event, reason="x")
        assert unit["state"] == state
        assert company.dispatcher.try_fire(unit, "transfer", customer_id=active(company)["id"], reason="x", proof="x").status_code == 409


def test_the_screens_filter_as_the_desk_needs(company):
    mark = tag()
    region = "区" + mark
    found = active(company, region=region, phone="0318-77" + str(uuid.uuid4().int)[:6], pinyin="zz" + mark, industry="教育" + mark)
    other = key(company, region=region)
    d = company.dispatcher

    def ids(path, **filters):
        return {row["id"] for row in d.read("/v1/" + path, limit=200, **filters)["data"]}

    assert ids("customers", region=region) == {found["id"], other["id"]}
    assert ids("customers", region=region, grade="key") == {other["id"]} == ids("customers", region=region, state="key")
    assert ids("customers", phones=found["phones"][0]) == {found["id"]}
    assert ids("customers", industry="教育" + mark) == {found["id"]} == ids("customers", pinyin="zz" + mark)
    assert [r["found_by"] for r in d.read("/v1/search", q="ZZ" + mark)["data"]] == ["pinyin"]
    assert [r["id"] for r in d.read("/v1/search", q=found["phones"][0][:4] + " " + found["phones"][0][4:])["data"]] == [found["id"]]
    expiring = company.commerce_officer.fire(active(company, region=region), "sign_contract", contract_no="E", contract_until=day(company, 20))
    assert ids("customers", region=region, contract_until_to=day(company, 30)) == {expiring["id"]}
    assert ids("customers", region=region, next_visit_on_from=day(company)) == {other["id"]}
    soon, late = unit_of(company, found, warranty_until=day(company, 20), model="M" + mark), unit_of(company, found, warranty_until=day(company, 200), model="M" + mark)
    assert ids("equipment", model="M" + mark, warranty_until_from=day(company), warranty_until_to=day(company, 30)) == {soon["id"]}
    assert ids("equipment", customer=found["id"]) == {soon["id"], late["id"]}
    visit = company.followup_clerk.create("visits", customer_id=found["id"], kind="other", due_on=day(company, 3))
    later = company.followup_clerk.create("visits", customer_id=found["id"], kind="month_1", due_on=day(company, 9))
    assert ids("visits", region=region, due_on_to=day(company, 7)) == {visit["id"]}
    assert ids("visits", region=region, kind="month_1") == {later["id"]}
    row = d.read("/v1/visits", id=visit["id"], expand="customer")["data"][0]
    assert row["expanded"]["customer"]["name"] == found["name"]


def test_an_outlet_sees_its_own_customers_only(company):
    outlet = company.dispatcher.create("outlets", name="城西网点" + tag(), kind="external", skills=["computer"])
    manager = company.hire("outlet_manager", outlet_id=outlet["id"], department="outlet")
    own, foreign = file(company, by=manager), file(company)
    assert manager.fire(own, "update_contact", phone="0318-9999999")["phones"] == ["03189999999"]
    assert manager.get(foreign["href"]).status_code == 404
    visit = company.followup_clerk.create("visits", customer_id=own["id"], kind="other", due_on=day(company, 1))
    assert visit["outlet_id"] == outlet["id"] and manager.get(visit["href"]).status_code == 200


def test_a_file_is_work_only_while_somebody_has_to_do_something_about_it(company):
    region = "区" + tag()

    def work():
        return {row["id"] for row in company.dispatcher.read("/v1/worklist", region=region, limit=200)["data"]}

    customer = active(company, region=region)
    assert work() == set()
    customer = company.service_manager.fire(customer, "propose_promotion", reason="x", strategic=True)
    assert work() == {customer["id"]}
    company.deputy_gm.fire(customer, "reject_proposal", reason="x")
    assert work() == set()
    important, leaving = key(company, region=region), file(company, region=region)
    company.dispatcher.fire(leaving, "order_erasure", erase_requested_on=day(company), reason="x")
    visit = company.followup_clerk.create("visits", customer_id=customer["id"], kind="other", due_on=day(company))
    assert work() == {important["id"], leaving["id"], visit["id"]}
