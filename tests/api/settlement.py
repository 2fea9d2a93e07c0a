"""What settlement tests need: an outlet with its people, contract and tariff, and jobs that it has done."""

import uuid

RATES = dict(check_fee=3000, minor_repair_fee=8000, part_change_fee=10000, upkeep_visit_fee=5000, install_fee=12000, empty_run_fee=2000,
             visit_fee=2000, free_km=10, max_km=60, km_rate=150, stock_handling_fee=500,
             part_prices=[{"part_no": "PSU-300", "price": 18000}])


class Outlet:
    """An outlet that may settle: manager, technician, a customer with a unit, contract and tariff in force."""

    def __init__(self, company, name="城东网点", tariff=True, contract=True, **terms):
        self.company = company
        self.entity = company.dispatcher.create("outlets", name=name, kind="external", skills=["computer"])
        self.id = self.entity["id"]
        self.manager = company.hire("outlet_manager", outlet_id=self.id, department="outlet", name=name + "负责人")
        self.technician = company.hire("outlet_technician", outlet_id=self.id, department="outlet", name=name + "技师", skills=["computer"])
        self.customer = self.manager.create("customers", name=name + "客户", kind="company", phone="0318-5550" + uuid.uuid4().hex[:3])
        if contract:
            self.contract = self.sign(**terms)
        if tariff:
            self.tariff = self.put_tariff_in_force()

    @classmethod
    def of(cls, company, entity, manager, technician, contract, tariff):
        """An outlet that was set up step by step."""
        self = cls.__new__(cls)
        self.company, self.entity, self.id, self.manager, self.technician = company, entity, entity["id"], manager, technician
        self.contract, self.tariff = contract, tariff
        self.customer = manager.create("customers", name=entity["name"] + "客户", kind="company", phone="0318-5550" + uuid.uuid4().hex[:3])
        return self

    def sign(self, **terms):
        body = dict(outlet_id=self.id, legal_name="滨海诚信维修有限公司", tax_no="91130900MA07ABCD1X", taxpayer_kind="small",
                    bank_account="6222020200112233445", contact_name="赵会计", contact_phone="13700001111",
                    valid_from=self.company.day(-400), valid_to=self.company.day(400), upkeep_fee=0, retention_pct=0,
                    collection_rule="outlet_keeps", settlement_mode="invoice_and_pay", silence_rule="agrees")
        contract = self.company.dispatcher.create("outlet-contracts", **dict(body, **terms))
        return self.company.deputy_gm.fire(contract, "sign")

    def put_tariff_in_force(self, **rates):
        body = dict(RATES, name="结算标准", outlet_id=self.id, valid_from=self.company.day(-400))
        tariff = self.company.dispatcher.create("settlement-tariffs", **dict(body, **rates))
        return self.company.deputy_gm.fire(tariff, "put_in_force")

    def open_job(self, warranty_days=300):
        unit = self.manager.create("equipment", serial="SN-" + uuid.uuid4().hex[:10], model="ZN-1", skill="computer", customer_id=self.customer["id"])
        if warranty_days:
            unit = self.company.commerce_officer.fire(unit, "amend", warranty_until=self.company.day(warranty_days), reason="保修")
        job = self.company.register(by=self.manager, customer=self.customer, unit=unit, contact_phone="139" + uuid.uuid4().hex[:8])
        return self.manager.fire(job, "dispatch", assignee_id=self.technician.id)

    def job(self, warranty_days=300, paid=0, signed=True, **solved):
        """A job on site, done and settled with the customer."""
        job, technician = self.open_job(warranty_days), self.technician
        job = technician.fire(job, "schedule", appointment_at=self.company.at(1), charge_told=True)
        job = technician.fire(job, "arrive", appearance_in_order=True)
        job = technician.fire(job, "confirm_problem", fault_confirmed="确认")
        consent = dict(price_told=paid, consent_by="李明") if paid else {}
        job = technician.fire(job, "start_repair", diagnosis="接触不良", **consent)
        charges = dict(charge_items=[{"name": "维修费", "quantity": 1, "unit_price": paid}]) if paid else {}
        job = technician.fire(job, "solve", solution="修复", test_passed=True, **charges, **solved)
        body = dict(customer_opinion="满意", satisfaction=5)
        if signed:
            body["customer_signature"] = {"name": "李明", "content_sha256": job["content_sha256"]}
        else:
            body.update(signature_refused=True, signature_refused_reason="不在", evidence="照片")
        if paid:
            body["payment_status"] = "paid"
        return technician.fire(job, "settle", **body)

    def line(self, job, claimed=10000, **more):
        """Minor repair with a visit: 80 + 20 yuan by the tariff."""
        body = dict(slip=job["number"], service_kind="minor_repair", claimed=claimed)
        if job.get("receipt_no"):
            body["receipt_no"] = job["receipt_no"]
        return dict(body, **more)

    def month(self):
        return self.company.day()[:7]

    def file(self, lines, **more):
        return self.manager.create("settlements", **dict(dict(period=self.month(), lines=lines, kind="supplementary"), **more))

    def try_file(self, lines, **more):
        return self.manager.post("/v1/settlements", dict(dict(period=self.month(), lines=lines, kind="supplementary"), **more))

    def lines(self, slip, **filters):
        rows = self.company.dispatcher.read("/v1/settlement-lines", parent=slip["id"], sort="line_no", limit=200, **filters)["data"]
        return rows

    def checked(self, lines, **more):
        """A slip whose statement is out, all lines accepted."""
        company = self.company
        slip = company.dispatcher.fire(self.file(lines, **more), "check")
        for line in self.lines(slip):
            company.dispatcher.fire(line, "decide", decision="accept")
        return company.dispatcher.fire(slip, "issue_statement")

    def approved(self, lines, **more):
        slip = self.manager.fire(self.checked(lines, **more), "agree")
        return self.company.deputy_gm.fire(slip, "approve")

    def invoice(self, slip, rate=1, **more):
        gross = slip["payable"]
        net = (gross * 200 + 100 + rate) // (2 * (100 + rate))
        body = dict(invoice_no="F" + uuid.uuid4().hex[:8], invoice_date=self.company.day(), invoice_kind="ordinary",
                    seller_name="滨海诚信维修有限公司", seller_tax_no="91130900MA07ABCD1X", invoice_gross=gross,
                    tax_lines=[{"rate": rate, "gross": gross, "net": net, "tax": gross - net}])
        return dict(body, **more)

    def payment(self, slip, **more):
        return dict(dict(paid_amount=slip["payable"], payee_account="6222020200112233445", voucher_no="V" + uuid.uuid4().hex[:6]), **more)


def codes(answer):
    """(code, pointer) of each refusal."""
    return [(e["code"], e.get("pointer", "")) for e in answer.json()["errors"]]
