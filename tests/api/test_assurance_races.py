"""Many hands in one purse: never more leaves it than is in it, and the ledger says so to the last fen."""

import random

import pytest

from answers import codes
from aftercare import Company
from assurance import ask, exact, fund, go, money, now, plan_in_force
from test_races import at_once, sound, twin


def post(client, entity, event, **body):
    mine = twin(client)
    return lambda: mine.post(f"{entity['href']}/{event}", body, headers={"If-Match": "*"})


def test_32_approvals_at_once_hold_exactly_what_is_there(company: Company):
    reserve = fund(company, 11999)
    waiting = [go(company, ask(company, amount=1000), "checked", fund_id=reserve["id"]) for _ in range(32)]
    answers = at_once(*[post(company.service_manager, r, "approve") for r in waiting])
    assert sorted(a.status_code for a in answers) == [200] * 11 + [422] * 21, [a.text for a in answers if a.status_code not in (200, 422)]
    assert all(codes(a) == ["not_enough_money"] for a in answers if a.status_code == 422)
    assert money(company, reserve) == (11999, 11000, 999)
    exact(company, reserve)
    # Paid all at once, some of them twice: each once.
    winners = [r for r, a in zip(waiting, answers) if a.status_code == 200]
    twice = winners + winners[:5]
    answers = at_once(*[post(company.finance_officer, r, "pay", paid_amount=1000, voucher_no="x") for r in twice])
    assert sorted(a.status_code for a in answers) == [200] * 11 + [409] * 5, [a.text for a in answers if a.status_code not in (200, 409)]
    assert money(company, reserve) == (999, 0, 999)
    exact(company, reserve)
    assert sound(company, reserve).count("draw") == 11


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_at_once_the_ledger_stays_exact(company, seed):
    rng = random.Random(seed)
    reserve = fund(company, 20000, floor=5000)

    def some(n, upto, **fields):
        return [go(company, ask(company, amount=rng.randint(500, 3000), fund_id=reserve["id"], **fields), upto) for _ in range(n)]

    checked, approved, paid, urgent = some(6, "checked"), some(3, "approved"), some(2, "paid"), some(5, "requested", emergency=True)
    calls = [post(company.service_manager, r, "approve") for r in checked]
    calls += [post(company.finance_officer, r, "pay", paid_amount=r["amount"] - 1, voucher_no="x", part_payment=rng.random() < 0.5) for r in approved]
    calls += [post(company.dispatcher, r, "withdraw", reason="x") for r in approved + checked[:2]]
    calls += [post(company.finance_officer, r, "return_payment", returned_amount=r["amount"], return_reason="x") for r in paid]
    calls += [post(company.finance_officer, r, "pay_emergency", paid_amount=r["amount"], voucher_no="x", leader_id=company.deputy_gm.id) for r in urgent]
    calls += [post(company.finance_officer, reserve, "top_up", amount=777, reference="x"), post(company.general_manager, reserve, "reduce", amount=1500, reason="x"),
              post(company.deputy_gm, reserve, "set_floor", floor=6000, reason="x")]
    rng.shuffle(calls)
    answers = at_once(*calls)
    assert {a.status_code for a in answers} <= {200, 409, 422}, [a.text for a in answers if a.status_code not in (200, 409, 422)]
    exact(company, reserve)
    reserve = now(company, reserve)
    assert (reserve["state"] == "low") == (reserve["balance"] < reserve["floor"])
    assert reserve["balance"] == reserve["opening"] + reserve["money_in"] - reserve["money_out"]
    sound(company, reserve)


def test_a_line_is_adjusted_while_it_is_drawn_on(company):
    _, lines = plan_in_force(company)
    line = company.service_manager.fire(lines["it"], "propose_adjustment", proposed_amount=9000, adjust_reason="x")
    waiting = [go(company, ask(company, amount=1000, line_id=line["id"]), "checked") for _ in range(12)]
    answers = at_once(*[post(company.service_manager, r, "approve") for r in waiting], post(company.deputy_gm, line, "approve_adjustment"))
    good = sum(a.status_code == 200 for a in answers[:-1])
    line = now(company, line)
    assert line["amount"] == (9000 if answers[-1].status_code == 200 else 10000)
    assert good == line["held"] // 1000 == line["amount"] // 1000 and line["available"] == line["amount"] - line["held"], (good, line)
