/* What must be true before a step of a return repair. Included by p05_return_repair.c only. */
GUARD(customer_known, "customer_missing", ":parent_id is not null or :customer_id is not null", "customer_id",
      "Name the customer or the repair", "须填写客户或维修单");
GUARD(repair_waits, "repair_not_in_return_repair",
      ":parent_id is null or exists (select from repair r where r.id = :parent_id and r.state = 'in_return_repair')", "parent_id",
      "That repair is not waiting for a return repair", "该维修单未处于返修中");
GUARD(equipment_fits, "equipment_of_another",
      ":equipment_id is null or exists (select from equipment q where q.id = :equipment_id"
      " and q.customer_id = coalesce(:customer_id, (select r.customer_id from repair r where r.id = :parent_id)))",
      "equipment_id", "This equipment belongs to another customer", "该设备不属于此客户");
GUARD(receipt_given, "copy_not_given", ":parent_id is not null or :copy_with_customer is true", "copy_with_customer",
      "The customer gets a receipt", "须向客户开具收条");
GUARD(category_known, "category_missing", "coalesce(:item_category, e.item_category) is not null", "item_category",
      "Name the item's category", "须填写物品类别");
GUARD(consent_named, "consent_missing", ":data_handling <> 'sent_with_consent' or :decided_by is not null", "decided_by",
      "Who agreed to send it with the data", "须填写同意带数据送修的客户");
GUARD(is_user_fault, "not_user_fault", "e.cause = 'human'", NULL, "The fault is not the user's", "非人为因素");
GUARD(paid_repair_declined, "paid_repair_not_declined", "e.quote_decision = 'declined'", NULL,
      "The customer has not declined a paid repair", "客户未拒绝收费维修");
GUARD(given_back, "item_not_returned",
      "e.parent_id is not null or ((:item_returned is true or (e.outcome = 'credited' and e.exchange_asked_at is not null))"
      " and (:customer_copy_taken_in is true or :loss_note is not null))",
      "item_returned", "Give the item back and take the customer's receipt in", "须交还物品并收回客户收条");
GUARD(is_clerk, "not_a_return_repair_clerk",
      "exists (select from person p where p.id = :clerk_id and p.state = 'active' and p.roles && '{return_repair_clerk}')", "clerk_id",
      "It is handed over to a return-repair clerk", "须交予返修人员");
GUARD(signed_by_both, "signatures_missing", ":both_signed is true and :clerk_id is distinct from :actor", "both_signed",
      "Technician and clerk both sign", "维修人员与返修人员须双方签字");
GUARD(date_ahead, "date_in_past", ":expected_return_at is null or :expected_return_at >= company_date(:at)", "expected_return_at",
      "The date lies in the past", "日期已过");
GUARD(user_fault_is_charged, "user_fault_is_chargeable", "e.cause is distinct from 'human' or :repair_class = 'chargeable'", "repair_class",
      "What the user broke is repaired for a charge", "人为损坏须收费维修");
GUARD(supplier_listed, "supplier_not_listed",
      "exists (select from supplier_contact s where s.id = :supplier_id and s.state = 'active')", "supplier_id",
      "This maker is no longer in the list", "该厂家不在通讯录中");
GUARD(packing_complete, "packing_incomplete", "packing_needed(e.item_category, e.repair_class) <@ :packing_checked", "packing_checked",
      "Packing rules of this category are not all ticked", "该类物品包装要求未全部核对");
GUARD(paid_work_agreed, "quote_not_accepted", "e.repair_class is distinct from 'chargeable' or e.quote_decision = 'accepted'", NULL,
      "The customer has not accepted a quote", "客户未接受报价");
GUARD(long_return_told, "customer_not_told", "not coalesce('long_return' = any(e.to_tell), false)", NULL,
      "A return later than 14 days has to be explained to the customer first", "返修超过14天须先向客户说明");
GUARD(carrier_date_ahead, "carrier_date_in_past", ":carrier_due_on is null or :carrier_due_on >= company_date(:at)", "carrier_due_on",
      "The carrier's date lies in the past", "承运人预计日期已过");
GUARD(back_date_ahead, "carrier_date_in_past", ":back_due_on >= company_date(:at)", "back_due_on",
      "The carrier's date lies in the past", "承运人预计日期已过");
GUARD(damage_described, "damage_not_described", ":arrived_safely is true or :damage is not null", "damage",
      "Describe the damage", "须说明损坏情况");
GUARD(answer_given, "answer_missing", ":answered is not true or :answer is not null", "answer", "What did the maker say", "须记录厂家答复");
GUARD(no_open_quote, "quote_open", "e.quote_decision is distinct from 'asked'", NULL, "A quote waits for the customer", "已有报价待客户决定");
GUARD(quote_waits, "no_quote", "e.quote_decision = 'asked'", NULL, "No quote waits for the customer", "无待决定的报价");
GUARD(quote_told, "customer_not_told", "not coalesce('quote' = any(e.to_tell), false)", NULL, "Tell the customer the quote first", "须先告知客户报价");
GUARD(told_is_due, "nothing_to_tell", ":told_about <@ coalesce(e.to_tell, '{}')", "told_about", "This need not be told now", "无此待告知事项");
GUARD(date_is_told, "date_not_told", ":expected_return_at is null or 'long_return' = any(:told_about)", "told_about",
      "A new date is told together with its reason", "新日期须与返修超期一并告知");
GUARD(told_date_ahead, "date_in_past",
      "not 'long_return' = any(:told_about) or coalesce(:expected_return_at, e.expected_return_at) >= company_date(:at)", "expected_return_at",
      "Tell the customer a date that is still ahead", "须告知客户尚未到期的日期");
GUARD(rights_told, "rights_not_explained", "not :told_about && '{long_return,exchange_option}' or :rights_explained is true", "rights_explained",
      "Explain what the law gives the customer", "须说明客户法定权利");
GUARD(remedy_is_offered, "remedy_not_offered", "not :told_about && '{scrap,loss}' or :remedy_offered is not null", "remedy_offered",
      "Offer an exchange, a loan unit or compensation", "须提供退换、备用机或赔偿");
GUARD(other_supplier, "same_supplier", ":supplier_id <> e.supplier_id", "supplier_id", "It is this maker already", "与现厂家相同");
GUARD(item_back, "item_not_back", ":item_is_back is true", "item_is_back", "The item has to be back first", "物品须先返回公司");
GUARD(reason_to_change, "no_reason_to_change", "e.refusal is not null or e.unanswered >= time_rule_number('N_P5_UNANSWERED')", NULL,
      "The maker has neither refused nor been silent three times", "厂家未拒修,也未连续三次不答复");
GUARD(new_serial, "exchange_serial_missing",
      ":back_outcome <> 'exchanged' or :returned_serial <> coalesce(e.returned_serial, e.serial, '')", "returned_serial",
      "An exchanged item has another serial number", "换新须填写新序列号");
GUARD(same_serial, "other_serial",
      ":back_outcome = 'exchanged' or :returned_serial is null or :returned_serial is not distinct from coalesce(e.returned_serial, e.serial)", "returned_serial",
      "Another serial number came back: exchanged, or a discrepancy", "返回序列号不同,应登记为换新或不符");
GUARD(credit_given, "credit_missing", ":back_outcome <> 'credited' or :credit_amount is not null", "credit_amount", "How much is credited", "须填写退款金额");
GUARD(work_was_agreed, "quote_not_accepted",
      ":back_outcome <> 'repaired' or (e.quote_decision is distinct from 'asked' and e.quote_decision is distinct from 'declined')", "back_outcome",
      "The customer has not accepted the maker's quote", "客户未接受厂家报价");
GUARD(identity_is_checked, "identity_not_checked", ":identity_checked is true", "identity_checked", "Check identity and condition", "须核对物品身份与状况");
#define NOTHING_IN_STORE "coalesce(jsonb_array_length(e.leftovers_in_store), 0) = 0"
GUARD(whole_again, "not_reassembled",
      "e.outcome not in ('repaired', 'exchanged') or " NOTHING_IN_STORE " or :reassembled is true", "reassembled",
      "Reassemble it with the parts left here", "须与剩余配件组装");
GUARD(tests_passed, "test_not_passed",
      "e.outcome not in ('repaired', 'exchanged') or (:part_test_passed is true and :whole_test_passed is true)", "whole_test_passed",
      "Part test and whole test have to be passed", "部件测试与整体测试须合格");
GUARD(instruments_named, "instruments_missing", "e.outcome = 'credited' or :instruments is not null", "instruments",
      "Name the instruments of the test", "须填写测试所用器具");
GUARD(test_failed, "test_has_not_failed", ":part_test_passed is not true or :whole_test_passed is not true", "whole_test_passed",
      "What passed its tests is not sent again", "测试合格的物品无需再次返修");
GUARD(not_credited, "nothing_to_send", "e.outcome is distinct from 'credited'", NULL, "The maker has credited it", "厂家已退款");
GUARD(receiver_is_dispatcher, "not_a_dispatcher",
      "exists (select from person p where p.id = :receipt_to and p.state = 'active' and p.roles && '{dispatcher,outlet_manager}')", "receipt_to",
      "The receipt goes to the dispatcher", "收条须交调度员");
GUARD(receipt_handed_in, "not_a_dispatcher",
      "e.parent_id is not null or exists (select from person p where p.id = :receipt_to and p.state = 'active' and p.roles && '{dispatcher,outlet_manager}')",
      "receipt_to", "The receipt goes to the dispatcher", "收条须交调度员");
GUARD(is_technician, "not_a_technician",
      "exists (select from person p where p.id = coalesce(:technician_id, (select r.assignee_id from repair r where r.id = e.parent_id))"
      " and p.state = 'active' and p.roles && '{technician,outlet_technician}')",
      "technician_id", "It is given to a technician", "须交予维修人员");
GUARD(leftovers_there, "leftovers_not_there", "leftovers_cover(e.leftovers_in_store, :leftovers_taken)", "leftovers_taken",
      "That many parts with this tag are not in the store", "库中无此标识号或数量不足");
GUARD(leftovers_kept, "leftovers_forgotten", "leftovers_cover(:leftover_parts, e.leftovers_in_store)", "leftover_parts",
      "Parts that are in the store already belong on the list", "已在库的剩余配件须列入清单");
GUARD(leftovers_out, "leftovers_in_store", NOTHING_IN_STORE, NULL, "The customer's other parts are still in the store",
      "客户的剩余配件仍在仓库");
GUARD(exchange_offered, "exchange_not_offered",
      "e.remedy_offered = 'exchange' or e.outcome = 'credited' or e.failed_tests >= time_rule_number('N_P5_FAILED_TESTS')", NULL,
      "No exchange was offered for this item", "未向客户提供换货");
GUARD(asked_once, "exchange_asked", "e.exchange_asked_at is null", NULL, "The exchange is asked for already", "已申请换货");
GUARD(told_of_all, "customer_not_told", "e.must_tell is not true", NULL, "Tell the customer first", "须先告知客户");
GUARD(was_sent, "was_not_sent", ":found_place <> 'supplier' or e.held_by in ('carrier', 'supplier')", "found_place",
      "It was lost here and cannot be at the maker", "物品在公司丢失,不会在厂家");
GUARD(made_good, "replacement_not_delivered",
      ":made_good_by <> 'replacement' or e.exchange_asked_at is null or exists (select from link l join return_exchange x on x.id = l.to_id"
      " where l.from_id = e.id and x.delivered_on is not null)", "made_good_by", "The replacement is not delivered yet", "换货尚未交付");
GUARD(claim_over, "compensation_not_paid",
      ":made_good_by <> 'paid' or (not exists (select from compensation k where k.return_repair_id = e.id and k.closed_at is null and k.state <> 'paid')"
      " and not exists (select from link l where l.from_id = e.id and l.to_machine = 'compensation' and l.state = 'waiting'))",
      "made_good_by", "The claim for it is not paid yet", "赔偿尚未支付");
GUARD(kept_long, "not_kept_long_enough", "e.held_since <= :at - make_interval(days => time_rule_number('T_P4_UNCOLLECTED_4'))", NULL,
      "It is kept for 90 days first", "须先保管满90天");
GUARD(is_signed, "signature_missing", "e.parent_id is not null or :customer_signature is not null", "customer_signature", "The customer signs", "须客户签字");
GUARD(maker_has_spoken, "maker_word_missing", "e.state = 'tested' or :maker_word is not null", "maker_word",
      "Store the maker's word", "须记录厂家意见");
GUARD(scrap_told, "customer_not_told", "not coalesce('scrap' = any(e.to_tell), false)", NULL, "Tell the customer first", "须先告知客户");
GUARD(is_at_maker, "not_at_maker", "e.held_by in ('supplier', 'carrier')", NULL, "The item is here already", "物品已在公司");
GUARD(may_stay, "not_at_maker", ":scrap_choice <> 'leave_at_supplier' or e.held_by = 'supplier'", "scrap_choice",
      "The item is not at the maker", "物品不在厂家");
GUARD(is_here, "item_not_here", "e.held_by in ('technician', 'clerk', 'store')", NULL, "The item is not in the company's hands", "物品不在公司");
GUARD(wants_it_back, "other_choice", "e.scrap_choice = 'return_to_customer'", NULL, "The customer has chosen otherwise", "客户选择不符");
GUARD(leaves_it_to_us, "no_consent", "e.scrap_choice = 'company_disposal'", NULL, "The customer has not agreed to disposal", "客户未同意公司处理");
GUARD(leaves_it_there, "no_consent", "e.scrap_choice = 'leave_at_supplier'", NULL, "The customer has not agreed to leave it there", "客户未同意留在厂家");
GUARD(disposal_approved, "disposal_not_approved", "e.disposal_approved_by is not null", NULL,
      "The deputy general manager has to approve it first", "须先经副总经理批准");
GUARD(approver_is_other, "own_approval", "e.disposal_approved_by is distinct from :actor", NULL, "Who approved does not dispose", "批准人不得自行处置");
GUARD(claim_is_due, "no_claim_due", "e.clocks ? 'carrier_claim'", NULL, "There is nothing to claim", "无可索赔事项");
GUARD(loss_told, "customer_not_told", "not coalesce('loss' = any(e.to_tell), false)", NULL, "Tell the customer of the loss first", "须先告知客户丢失情况");
GUARD(is_own, "not_own_part", "e.source = 'stock'", NULL, "The item is a customer's", "该物品属于客户");
GUARD(not_itself, "swapped_with_itself", ":swapped_with <> e.id", "swapped_with", "It cannot be swapped with itself", "不得与自身互换");
/* Who takes the work over can do it: the clerk's work is a clerk's, the technician's a technician's. */
GUARD(role_fits, "wrong_role",
      "exists (select from person p where p.id = :assignee_id and p.roles && case when e.state in ('received', 'tagged', 'tested', 'to_technician')"
      " then '{technician,outlet_technician}'::text[] else '{return_repair_clerk}' end)", "assignee_id",
      "This work is not done in that role", "该人员岗位不承担此环节工作");
GUARD(item_open, "item_fixed",
      "(:item is null and :item_category is null and :equipment_id is null and :model is null and :serial is null and :tag_no is null"
      " and :repair_class is null and :cause is null) or e.state in ('received', 'tagged', 'tested', 'handed_over', 'registered', 'supplier_agreed')",
      NULL, "Item and class are fixed once it is packed", "封装后不得更改物品与类别");
GUARD(amended_equipment_fits, "equipment_of_another",
      ":equipment_id is null or exists (select from equipment q where q.id = :equipment_id and q.customer_id = e.customer_id)", "equipment_id",
      "This equipment belongs to another customer", "该设备不属于此客户");
