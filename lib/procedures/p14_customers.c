/* P14: the customer file. */
#include "procedures/p14_customers.h"

#define OPEN_STATES "prospect active key dormant lost"
#define DESK "dispatcher hotline_clerk outlet_manager"

static const struct choice customer_kinds[] = {
    { "company", { "Company", "企业" } },
    { "government", { "Public body", "机关事业单位" } },
    { "individual", { "Individual", "个人" } },
    { NULL },
};
static const struct choice grades[] = {
    { "key", { "Key account", "重点客户" } }, { "normal", { "Normal", "普通客户" } }, { "potential", { "Potential", "潜在客户" } }, { NULL },
};
static const struct choice preferred_channels[] = {
    { "phone", { "Phone", "电话" } }, { "message", { "Text message", "短信" } },   { "email", { "E-mail", "电子邮件" } },
    { "letter", { "Letter", "信函" } }, { "visit", { "Visit", "上门" } }, { NULL },
};
static const struct choice proposals[] = { { "promote", { "Make a key account", "列为重点" } }, { "demote", { "No longer a key account", "取消重点" } }, { NULL } };
static const struct choice invalid_contacts[] = {
    { "wrong_number", { "Wrong number", "号码错误" } }, { "moved", { "Moved", "已搬迁" } },
    { "dissolved", { "Dissolved", "已注销" } },         { "died", { "Died", "已故" } }, { NULL },
};
static const struct field contact_items[] = {
    { "name", FIELD_TEXT, { "Name", "姓名" }, 0, 1, 60 },
    { "phone", FIELD_TEXT, { "Phone", "电话" }, 0, 3, 40 },
    { "position?", FIELD_TEXT, { "Position", "职务" }, 0, 1, 60 },
    { "email?", FIELD_TEXT, { "E-mail", "电子邮箱" }, 0, 3, 200 },
    { NULL },
};
static const struct field contract_items[] = {
    { "contract_no", FIELD_TEXT, { "Contract number", "合同号" }, 0, 1, 60 },
    { "signed_on", FIELD_DATE, { "Signed on", "签订日期" } },
    { "until?", FIELD_DATE, { "Runs until", "有效期至" } },
    { NULL },
};
static const struct state states[] = {
    { "prospect", { "Prospect", "潜在" } },
    { "active", { "Active", "在册" } },
    { "key", { "Key account", "重点" } },
    { "dormant", { "Dormant", "休眠" } },
    { "lost", { "Lost", "流失" } },
    { "erasing", { "Waits for erasure", "待删除个人信息" } },
    { "archived", { "Archived", "已归档" }, STATE_TERMINAL },
    { "merged", { "Merged into another file", "已并档" }, STATE_TERMINAL },
    { "erased", { "Personal data erased", "个人信息已删除" }, STATE_TERMINAL },
    { NULL },
};
static const struct field fields[] = {
    { "name", FIELD_TEXT, { "Name", "名称" }, FIELD_FILTER, 1, 120, .example = "\"滨海第一中学\"" },
    { "pinyin", FIELD_TEXT, { "Pinyin initials", "拼音首字母" }, FIELD_FILTER, 1, 60, .example = "\"bhdyzx\"" },
    { "kind", FIELD_ENUM, { "Kind", "类别" }, FIELD_FILTER, .choices = customer_kinds },
    { "grade", FIELD_ENUM, { "Grade", "客户等级" }, FIELD_COMPUTED | FIELD_FILTER, .choices = grades },
    { "phone", FIELD_TEXT, { "Phone", "电话" }, FIELD_SEARCH | FIELD_FILTER | FIELD_PERSONAL, 3, 40, .example = "\"13900002222\"" },
    { "phones", FIELD_TEXTS, { "All phones, digits only", "全部电话(仅数字)" }, FIELD_COMPUTED | FIELD_FILTER | FIELD_PERSONAL, 0, 60 },
    { "address", FIELD_TEXT, { "Address", "地址" }, FIELD_PERSONAL, 1, 300, .example = "\"滨海市海港区建设路1号\"" },
    { "region", FIELD_TEXT, { "Region", "区域" }, FIELD_COMMON | FIELD_FILTER, 1, 60, .example = "\"海港区\"" },
    { "industry", FIELD_TEXT, { "Industry", "行业" }, FIELD_FILTER, 1, 60 },
    { "contacts", FIELD_LIST, { "Contacts", "联系人" }, FIELD_PERSONAL, 0, 50, .items = contact_items },
    { "preferred_channel", FIELD_ENUM, { "Preferred channel", "首选联系方式" }, FIELD_FILTER, .choices = preferred_channels },
    { "contract_no", FIELD_TEXT, { "Contract number", "合同号" }, FIELD_SEARCH | FIELD_FILTER, 1, 60 },
    { "contract_until", FIELD_DATE, { "Contract runs until", "合同有效期至" }, FIELD_FILTER },
    { "contracts", FIELD_LIST, { "Contracts", "合同" }, FIELD_COMPUTED, .items = contract_items },
    { "no_calls", FIELD_BOOLEAN, { "Does not want calls", "不希望来电" }, FIELD_FILTER },
    { "consent_changed_at", FIELD_TIME, { "Consent changed", "同意变更时间" }, FIELD_COMPUTED },
    { "called_back", FIELD_BOOLEAN, { "Verified by call-back", "已回拨核实" }, FIELD_TRANSIENT },
    { "decides_money", FIELD_BOOLEAN, { "Decides about money", "涉及款项" }, FIELD_TRANSIENT },
    { "contact_invalid_reason", FIELD_ENUM, { "Contact no longer valid because", "联系方式失效原因" }, FIELD_FILTER, .choices = invalid_contacts },
    { "contact_invalid_on", FIELD_DATE, { "Contact no longer valid since", "联系方式失效日期" }, FIELD_FILTER },
    { "last_contact_at", FIELD_TIME, { "Last contact entered in the file", "档案记录的最近联系" }, FIELD_COMPUTED | FIELD_FILTER },
    { "contact_check_on", FIELD_DATE, { "Next look at whether there is contact", "下次活跃检查日" }, FIELD_COMPUTED },
    { "yearly_revenue", FIELD_MONEY, { "Revenue a year in fen", "年营业额(分)" }, FIELD_FILTER, 0, 100000000000 },
    { "strategic", FIELD_BOOLEAN, { "Strategic customer", "战略客户" }, FIELD_FILTER },
    { "proposal", FIELD_ENUM, { "Proposed change of grade", "等级变更提议" }, FIELD_COMPUTED | FIELD_FILTER, .choices = proposals },
    REF("proposed_by", "Proposed by", "提议人", FIELD_COMPUTED, "person"),
    { "next_visit_on", FIELD_DATE, { "Next quarterly visit", "下次季度走访" }, FIELD_COMPUTED | FIELD_FILTER },
    { "lost_reason", FIELD_TEXT, { "Why the customer was lost", "流失原因" }, 0, 1, 500 },
    REF("merging_id", "Duplicate to be taken in", "待并入档案", FIELD_COMPUTED | FIELD_FILTER, "customer"),
    REF("duplicate_id", "Duplicate", "重复档案", FIELD_TRANSIENT, "customer"),
    REF("merge_proposed_by", "Merge proposed by", "并档提议人", FIELD_COMPUTED, "person"),
    REF("merged_into_id", "Merged into", "已并入", FIELD_COMPUTED | FIELD_FILTER, "customer"),
    { "merged_at", FIELD_TIME, { "Merged", "并档时间" }, FIELD_COMPUTED },
    { "state_before_merge", FIELD_TEXT, { "State before the merge", "并档前状态" }, FIELD_COMPUTED },
    { "erase_requested_on", FIELD_DATE, { "Erasure asked for on", "申请删除日期" }, FIELD_FILTER },
    { "erase_ordered_at", FIELD_TIME, { "Erasure ordered", "删除指令时间" }, FIELD_COMPUTED | FIELD_FILTER },
    REF("erase_ordered_by", "Erasure ordered by", "删除指令人", FIELD_COMPUTED, "person"),
    { "erase_confirmed_at", FIELD_TIME, { "Erasure confirmed", "删除确认时间" }, FIELD_COMPUTED },
    REF("erase_confirmed_by", "Erasure confirmed by", "删除确认人", FIELD_COMPUTED, "person"),
    { "erase_answered_at", FIELD_TIME, { "Customer answered", "答复客户时间" }, FIELD_COMPUTED },
    { "state_before_erasure", FIELD_TEXT, { "State before the order", "删除指令前状态" }, FIELD_COMPUTED },
    { "outlet_id", FIELD_REFERENCE, { "Served by outlet", "服务网点" }, FIELD_COMMON | FIELD_FILTER, .machine = "outlet" },
    { "customer_id", FIELD_REFERENCE, { "Customer", "客户" }, FIELD_COMMON | FIELD_COMPUTED, .machine = "customer" },
    { NULL },
};
static const struct clock clocks[] = {
    { "key_review", { "Review the key account", "重点客户复核期限" }, "T_P14_KEY_REVIEW", NULL, true },
    { "erasure_answer", { "Answer the request for erasure", "删除申请答复期限" }, "T_P14_ERASE_ANSWER", NULL, false },
    { NULL },
};

GUARD(no_open_case, "open_case", "not customer_has_open_case(e.id)", NULL, "The customer still has open cases", "该客户仍有未结事项");
GUARD(contract_ahead, "contract_ended", ":contract_until is null or :contract_until >= company_date(:at)", "contract_until",
      "The contract has run out already", "合同已过期");
GUARD(worth_promotion, "not_key_enough", ":strategic is true or :yearly_revenue >= time_rule_number('N_P14_KEY_REVENUE')::bigint * 100",
      "yearly_revenue", "A key account brings 100,000 yuan a year or is strategic", "重点客户须年营业额达10万元或具战略意义");
GUARD(nothing_proposed, "already_proposed", "e.proposal is null", NULL, "A change of grade is proposed already", "已有等级变更提议");
GUARD(something_proposed, "nothing_proposed", "e.proposal is not null", NULL, "Nothing is proposed", "尚无提议");
GUARD(promotion_proposed, "not_proposed", "e.proposal = 'promote'", NULL, "The service manager proposes it first", "须先由售后服务管理师提议");
GUARD(demotion_proposed, "not_proposed", "e.proposal = 'demote'", NULL, "The service manager proposes it first", "须先由售后服务管理师提议");
GUARD(other_than_proposer, "own_proposal", "e.proposed_by is distinct from :actor", NULL, "Nobody approves the own proposal", "不得批准本人的提议");
GUARD(no_recent_contact, "recent_contact", "company_date(:at) >= dormant_from(customer_last_contact(e.id))", NULL,
      "There was contact within the last 12 months", "最近12个月内有联系");
GUARD(call_back_made, "not_called_back", ":decides_money is not true or :called_back is true", "called_back",
      "What decides about money is verified by a call-back", "涉及款项的变更须回拨核实");
GUARD(not_itself, "merge_with_itself", ":duplicate_id <> e.id", "duplicate_id", "A file cannot take itself in", "不得与自身并档");
GUARD(duplicate_is_open, "duplicate_not_open",
      "exists (select from customer d where d.id = :duplicate_id and d.closed_at is null and d.state <> 'erasing')", "duplicate_id",
      "The duplicate is closed or waits for erasure", "重复档案已关闭或待删除");
GUARD(duplicate_is_free, "duplicate_in_merge",
      "not exists (select from customer d where d.closed_at is null and (d.merging_id = :duplicate_id"
      " or (d.id = :duplicate_id and d.merging_id is not null) or d.merging_id = e.id))", "duplicate_id",
      "One of the two files takes part in another merge", "其中一份档案已在其他并档中");
GUARD(no_merge_yet, "merge_under_way", "e.merging_id is null", NULL, "This file takes another one in already", "已有待并入档案");
GUARD(merge_under_way, "no_merge", "e.merging_id is not null", NULL, "There is no merge to drop", "无待处理并档");
GUARD(merge_proposed, "merge_not_proposed",
      "exists (select from customer k where k.merging_id = e.id and k.closed_at is null and k.state <> 'erasing')", NULL,
      "The merge is proposed on the file that is kept first", "须先在保留档案上提议并档");
GUARD(second_person_merges, "own_proposal",
      "not exists (select from customer k where k.merging_id = e.id and k.merge_proposed_by = :actor)", NULL,
      "A second person confirms the merge", "并档须由第二人确认");
GUARD(takes_nothing_in, "merge_under_way", "e.merging_id is null", NULL, "This file is itself to take another one in", "该档案自身有待并入档案");
GUARD(split_in_time, "split_too_late", "time_rule_due('T_P14_SPLIT', e.merged_at) > :at", NULL, "A merge is undone within 30 days",
      "并档仅可在30天内撤销");
GUARD(kept_file_open, "kept_file_closed", "exists (select from customer k where k.id = e.merged_into_id and k.closed_at is null)", NULL,
      "The file that was kept is closed", "保留档案已关闭");
GUARD(asked_before, "request_in_future", ":erase_requested_on <= company_date(:at)", "erase_requested_on", "The request lies in the future",
      "申请日期不得晚于今天");
GUARD(not_confirmed_yet, "already_confirmed", "e.erase_confirmed_at is null", NULL, "The erasure is confirmed already", "删除已确认");
GUARD(second_person_erases, "own_order", "e.erase_ordered_by is distinct from :actor", NULL, "A second person confirms the erasure",
      "删除须由第二人确认");
GUARD(not_answered_yet, "already_answered", "e.erase_answered_at is null", NULL, "The customer has been answered", "已答复客户");
GUARD(erasure_confirmed, "erasure_not_confirmed", "e.erase_confirmed_at is not null", NULL, "The second person has not confirmed it", "删除尚未经第二人确认");
GUARD(customer_answered, "customer_not_answered", "e.erase_answered_at is not null", NULL, "Afterwards nobody can answer the customer any more",
      "须先答复客户");
GUARD(delay_over, "erasure_too_early", "time_rule_due('T_P14_ERASE_DELAY', e.erase_ordered_at) <= :at", NULL, "Seven days lie between order and deed",
      "指令后须满7天");
GUARD(retention_over, "retention_runs", "coalesce(retention_ends(e.id) < company_date(:at), true)", NULL,
      "Records about this customer have to be kept still", "相关记录仍在法定保存期内");

#define CONTACT_NOW SET("last_contact_at", ":at"), SET("contact_check_on", "dormant_from(:at)")
#define CONTRACT_SIGNED \
    SET("contracts", "coalesce(e.contracts, '[]') || jsonb_build_object('contract_no', :contract_no, 'signed_on', company_date(:at), 'until', :contract_until)"), \
    SET("contract_until", ":contract_until"), CONTACT_NOW, RECORD("customer_file")
#define NEXT_QUARTER(day) "(" day " + make_interval(months => time_rule_number('N_P14_KEY_VISIT_MONTHS')))::date"
#define DROP_VISITS(condition, reason) \
    FIRE_EACH("visit", "customer_id", "c.state in ('planned', 'due', 'calling') and " condition, "drop", "cancel_reason = '" reason "'")
#define MERGED_INTO "customer_id = (select k.id from customer k where k.merging_id = e.id and k.closed_at is null limit 1)"
#define NO_PROPOSAL SET("proposal", "null"), SET("proposed_by", "null")
/* All that belongs to a customer. */
#define OF_CUSTOMER(column, condition, customer) \
    FIRE_EACH("equipment", column, condition, "change_customer", customer), FIRE_EACH("repair", column, condition, "change_customer", customer), \
        FIRE_EACH("return_repair", column, condition, "change_customer", customer), \
        FIRE_EACH("return_exchange", column, condition, "change_customer", customer), FIRE_EACH("visit", column, condition, "change_customer", customer), \
        FIRE_EACH("nonconformity", column, condition, "change_customer", customer), \
        FIRE_EACH("loan_agreement", column, condition, "change_customer", customer), FIRE_EACH("complaint", column, condition, "change_customer", customer), \
        FIRE_EACH("improvement", column, condition, "change_customer", customer), \
        FIRE_EACH("fund_request", column, condition, "change_customer", customer), \
        FIRE_EACH("compensation", column, condition, "change_customer", customer), FIRE_EACH("recall_unit", column, condition, "change_customer", customer), \
        FIRE_EACH("incident", column, condition, "change_customer", customer), \
        FIRE_EACH("delivery", column, condition, "change_customer", customer)
#define SPLIT_TO(state_, ...) \
    { .event = "split", .label = { "Undo the merge", "撤销并档" }, .clause = "P14 A", .from = "merged", .to = state_, \
      .when = "e.state_before_merge = '" state_ "'", .by = "dispatcher", .takes = "reason", .guards = GUARDS(&split_in_time, &kept_file_open), \
      .effects = EFFECTS(SET("merged_into_id", "null"), SET("merged_at", "null"), SET("state_before_merge", "null"), \
                         OF_CUSTOMER("moved_from_id", "c.customer_id = e.merged_into_id", "customer_id = e.id") __VA_ARGS__), \
      .flags = TRANSITION_FINAL }
#define WITHDRAW_TO(state_, ...) \
    { .event = "withdraw_erasure", .label = { "Withdraw the order of erasure", "撤回删除指令" }, .clause = "designed", .from = "erasing", \
      .to = state_, .when = "e.state_before_erasure = '" state_ "'", .by = "document_controller dispatcher", .takes = "reason", \
      .effects = EFFECTS(SET("erase_ordered_at", "null"), SET("erase_ordered_by", "null"), SET("erase_confirmed_at", "null"), \
                         SET("erase_confirmed_by", "null"), SET("state_before_erasure", "null"), STOP("erasure_answer") __VA_ARGS__), \
      .flags = TRANSITION_FINAL }

static const struct transition transitions[] = {
    { .event = "create", .label = { "Enter", "建档" }, .clause = "P14 A", .to = "prospect",
      .by = "commerce_officer dispatcher hotline_clerk outlet_manager",
      .takes = "name kind phone? address? region? industry? contacts? outlet_id? pinyin? preferred_channel?",
      .effects = EFFECTS(SET("customer_id", ":id"), SET("grade", "'potential'"), SET("phones", "phones_of(:phone, :contacts)"), SET("last_contact_at", ":at")) },
    { .event = "sign_contract", .label = { "Sign a contract", "签订合同" }, .clause = "P14 A", .from = "prospect dormant",
      .to = "active", .by = "commerce_officer", .takes = "contract_no contract_until?", .guards = GUARDS(&contract_ahead),
      .effects = EFFECTS(SET("grade", "'normal'"), CONTRACT_SIGNED) },
    { .event = "sign_contract", .label = { "Sign a contract", "签订合同" }, .clause = "P14 A", .from = "active key",
      .to = "same", .by = "commerce_officer", .takes = "contract_no contract_until?", .guards = GUARDS(&contract_ahead),
      .effects = EFFECTS(CONTRACT_SIGNED) },
    { .event = "propose_promotion", .label = { "Propose as a key account", "提议列为重点" }, .clause = "P14 A", .from = "active", .to = "same",
      .by = "service_manager", .takes = "reason yearly_revenue? strategic?", .guards = GUARDS(&nothing_proposed, &worth_promotion),
      .effects = EFFECTS(SET("proposal", "'promote'"), SET("proposed_by", ":actor"), NOTIFY("deputy_gm", "grade_proposed")) },
    { .event = "propose_demotion", .label = { "Propose to end the key account", "提议取消重点" }, .clause = "P14 A", .from = "key", .to = "same",
      .by = "service_manager", .takes = "reason", .guards = GUARDS(&nothing_proposed),
      .effects = EFFECTS(SET("proposal", "'demote'"), SET("proposed_by", ":actor"), NOTIFY("deputy_gm", "grade_proposed")) },
    { .event = "reject_proposal", .label = { "Reject the proposal", "否决提议" }, .clause = "P14 A", .from = "active key", .to = "same",
      .by = "deputy_gm", .takes = "reason", .guards = GUARDS(&something_proposed),
      .effects = EFFECTS(NO_PROPOSAL, NOTIFY("service_manager", "proposal_rejected")) },
    { .event = "promote", .label = { "Make a key account", "列为重点" }, .clause = "P14 A", .from = "active", .to = "key",
      .by = "deputy_gm", .takes = "note?", .guards = GUARDS(&promotion_proposed, &other_than_proposer),
      .effects = EFFECTS(NO_PROPOSAL, SET("grade", "'key'"), SET("next_visit_on", NEXT_QUARTER("company_date(:at)")), START("key_review")),
      .flags = TRANSITION_SIGNED },
    { .event = "demote", .label = { "No longer a key account", "取消重点" }, .clause = "P14 A", .from = "key", .to = "active",
      .by = "deputy_gm", .takes = "note?", .guards = GUARDS(&demotion_proposed, &other_than_proposer),
      .effects = EFFECTS(NO_PROPOSAL, SET("grade", "'normal'"), SET("next_visit_on", "null"), SET("contact_check_on", "company_date(:at)"),
                         STOP("key_review"), DROP_VISITS("c.kind = 'key_quarterly'", "no_longer_key")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "review_key", .label = { "Review the key account", "重点客户复核" }, .clause = "P14 A", .from = "key", .to = "same",
      .by = "service_manager", .takes = "note yearly_revenue? strategic?", .effects = EFFECTS(START("key_review")) },
    { .event = "plan_key_visit", .label = { "Plan the quarterly visit", "安排季度走访" }, .clause = "P14 numeric", .from = "key", .to = "same",
      .by = "system",
      .effects = EFFECTS(SET("next_visit_on", NEXT_QUARTER("e.next_visit_on")),
                         OPEN("visit", "plan", "customer_id = e.id; kind = 'key_quarterly'; due_on = e.next_visit_on", LINK_MUST, NULL)),
      .flags = TRANSITION_FINAL },
    { .event = "review_contact", .label = { "Look whether there is contact", "活跃检查" }, .clause = "P14 A", .from = "active", .to = "dormant",
      .when = "company_date(:at) >= dormant_from(customer_last_contact(e.id))", .by = "system", .effects = EFFECTS(NO_PROPOSAL, NOTIFY("commerce_officer", "customer_dormant")),
      .flags = TRANSITION_FINAL },
    { .event = "review_contact", .label = { "Look whether there is contact", "活跃检查" }, .clause = "P14 A", .from = "active", .to = "same",
      .by = "system", .effects = EFFECTS(SET("contact_check_on", "dormant_from(customer_last_contact(e.id))")), .flags = TRANSITION_FINAL },
    { .event = "mark_dormant", .label = { "Mark dormant", "列为休眠" }, .clause = "P14 A", .from = "active", .to = "dormant",
      .by = "service_manager", .guards = GUARDS(&no_recent_contact), .effects = EFFECTS(NO_PROPOSAL) },
    { .event = "reactivate", .label = { "Reactivate", "重新激活" }, .clause = "P14 A", .from = "dormant lost", .to = "active",
      .by = "followup_clerk service_manager", .takes = "note?", .effects = EFFECTS(CONTACT_NOW, SET("lost_reason", "null")) },
    { .event = "mark_lost", .label = { "Mark lost", "标记流失" }, .clause = "P14 A", .from = "prospect active dormant",
      .to = "lost", .by = "service_manager", .takes = "lost_reason",
      .effects = EFFECTS(NO_PROPOSAL, OPEN("improvement", "propose", "source = 'opinion'; source_number = m.number; customer_id = m.id; problem = m.lost_reason", LINK_LATER, NULL)) },
    { .event = "archive", .label = { "Archive", "归档" }, .clause = "P14 A", .from = "prospect lost", .to = "archived",
      .by = "dispatcher", .guards = GUARDS(&no_open_case),
      .effects = EFFECTS(RECORD_IF("customer_file", "e.contract_no is not null"), DROP_VISITS("true", "customer_closed")), .flags = TRANSITION_FINAL },
    { .event = "update_contact", .label = { "Update contact", "更新联系方式" }, .clause = "P14 A", .from = OPEN_STATES, .to = "same",
      .by = DESK, .takes = "phone? address? contacts? preferred_channel? decides_money? called_back? note?", .guards = GUARDS(&call_back_made),
      .effects = EFFECTS(SET("phones", "phones_of(coalesce(:phone, e.phone), coalesce(:contacts, e.contacts))"),
                         SET("contact_invalid_reason", "null"), SET("contact_invalid_on", "null"), CONTACT_NOW),
      .flags = TRANSITION_FINAL },
    { .event = "mark_contact_invalid", .label = { "Contact no longer valid", "联系方式失效" }, .clause = "designed", .from = OPEN_STATES, .to = "same",
      .by = DESK " followup_clerk", .takes = "contact_invalid_reason note?",
      .effects = EFFECTS(SET("contact_invalid_on", "company_date(:at)"), NOTIFY("dispatcher", "contact_invalid")), .flags = TRANSITION_FINAL },
    { .event = "set_consent", .label = { "Change the consent to calls", "变更来电意愿" }, .clause = "designed", .from = OPEN_STATES " erasing", .to = "same",
      .by = DESK " followup_clerk customer", .takes = "no_calls note?", .effects = EFFECTS(SET("consent_changed_at", ":at")), .flags = TRANSITION_FINAL },
    { .event = "propose_merge", .label = { "Propose to take a duplicate in", "提议并档" }, .clause = "P14 A", .from = OPEN_STATES, .to = "same",
      .by = "dispatcher", .takes = "duplicate_id reason", .guards = GUARDS(&not_itself, &no_merge_yet, &duplicate_is_open, &duplicate_is_free),
      .effects = EFFECTS(SET("merging_id", ":duplicate_id"), SET("merge_proposed_by", ":actor")), .flags = TRANSITION_FINAL },
    { .event = "drop_merge", .label = { "Drop the merge", "放弃并档" }, .clause = "P14 A", .from = "*", .to = "same",
      .by = "dispatcher commerce_officer service_manager", .takes = "reason", .guards = GUARDS(&merge_under_way),
      .effects = EFFECTS(SET("merging_id", "null"), SET("merge_proposed_by", "null")), .flags = TRANSITION_FINAL },
    /* On the duplicate; what is open of it, and its consents, go to the file that is kept. */
    { .event = "merge", .label = { "Confirm the merge", "确认并档" }, .clause = "P14 A", .from = OPEN_STATES, .to = "merged",
      .by = "dispatcher commerce_officer service_manager", .takes = "note?",
      .guards = GUARDS(&merge_proposed, &second_person_merges, &takes_nothing_in),
      .effects = EFFECTS(SET("merged_into_id", "(select k.id from customer k where k.merging_id = e.id and k.closed_at is null limit 1)"),
                         SET("merged_at", ":at"), SET("state_before_merge", "e.state"), NO_PROPOSAL,
                         FIRE_EACH("customer", "merging_id", NULL, "absorb", "no_calls = e.no_calls"),
                         OF_CUSTOMER("customer_id", NULL, MERGED_INTO)),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "absorb", .label = { "Take the duplicate in", "并入重复档案" }, .clause = "P14 A", .from = OPEN_STATES, .to = "same", .by = "system",
      .takes = "no_calls?",
      .effects = EFFECTS(SET("no_calls", "case when e.no_calls is true or :no_calls is true then true else e.no_calls end"),
                         SET("merging_id", "null"), SET("merge_proposed_by", "null")), .flags = TRANSITION_FINAL },
    SPLIT_TO("prospect"),
    SPLIT_TO("active"),
    SPLIT_TO("key", , START("key_review")),
    SPLIT_TO("dormant"),
    SPLIT_TO("lost"),
    { .event = "order_erasure", .label = { "Order the erasure of personal data", "指令删除个人信息" }, .clause = "designed", .from = OPEN_STATES " archived",
      .to = "erasing", .by = "dispatcher document_controller", .takes = "erase_requested_on reason", .guards = GUARDS(&asked_before, &takes_nothing_in),
      .effects = EFFECTS(SET("erase_ordered_at", ":at"), SET("erase_ordered_by", ":actor"), SET("state_before_erasure", "e.state"), NO_PROPOSAL,
                         START_AT("erasure_answer", "(:erase_requested_on)::timestamp at time zone company_zone()"), STOP("key_review"),
                         SET("erase_answered_at", "null"), DROP_VISITS("true", "customer_closed"), NOTIFY("document_controller", "erasure_ordered")),
      .flags = TRANSITION_FINAL },
    { .event = "confirm_erasure", .label = { "Confirm the erasure", "确认删除" }, .clause = "designed", .from = "erasing", .to = "same",
      .by = "document_controller", .takes = "note?", .guards = GUARDS(&not_confirmed_yet, &second_person_erases),
      .effects = EFFECTS(SET("erase_confirmed_at", ":at"), SET("erase_confirmed_by", ":actor")), .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "answer_erasure", .label = { "Answer the customer", "答复客户" }, .clause = "designed", .from = "erasing", .to = "same",
      .by = "document_controller dispatcher", .takes = "note", .guards = GUARDS(&not_answered_yet),
      .effects = EFFECTS(SET("erase_answered_at", ":at"), STOP("erasure_answer")), .flags = TRANSITION_FINAL },
    WITHDRAW_TO("prospect"),
    WITHDRAW_TO("active"),
    WITHDRAW_TO("key", , START("key_review")),
    WITHDRAW_TO("dormant"),
    WITHDRAW_TO("lost"),
    WITHDRAW_TO("archived"),
    { .event = "erase", .label = { "Erase personal data", "删除个人信息" }, .clause = "P14 A", .from = "erasing", .to = "erased",
      .by = "document_controller system",
      .guards = GUARDS(&erasure_confirmed, &customer_answered, &delay_over, &no_open_case, &retention_over),
      .effects = EFFECTS(SET("name", "erase_customer(e.id)"), SET("pinyin", "null"), SET("phone", "null"), SET("phones", "null"), SET("address", "null"),
                         SET("contacts", "null"), SET("lost_reason", "null")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED | TRANSITION_ALONE },
    { NULL },
};
static const struct timer timers[] = {
    { "review_contact", "e.state = 'active' and (e.contact_check_on is null or e.contact_check_on <= company_date(:now))" },
    { "plan_key_visit", "e.state = 'key' and e.next_visit_on <= company_date(:now) + time_rule_number('N_P14_PLAN_AHEAD')" },
    { "erase",
      "e.state = 'erasing' and e.erase_confirmed_at is not null and e.erase_answered_at is not null"
      " and time_rule_due('T_P14_ERASE_DELAY', e.erase_ordered_at) <= :now and not customer_has_open_case(e.id)"
      " and coalesce(retention_ends(e.id) < company_date(:now), true)" },
    { NULL },
};
static const struct machine customer = {
    .name = "customer", .path = "customers", .prefix = "CU", .title = { "Customer", "客户" }, .fields = fields,
    .states = states, .transitions = transitions, .clocks = clocks, .timers = timers, .owner = "dispatcher commerce_officer",
    .amends = "name pinyin kind region industry outlet_id", .without = "reassign pause resume", .display = "name",
    .default_outlet = ":scope_outlet", .work = "e.clocks <> '{}' or e.proposal is not null or e.merging_id is not null or e.state = 'erasing'",
    .warnings = "(select jsonb_agg(jsonb_build_object('code', case when d.name = e.name and d.phones && e.phones then 'possible_duplicate'"
                " when d.name = e.name then 'same_name' else 'same_phone' end, 'id', d.id, 'number', d.number, 'name', d.name, 'state', d.state))"
                " from (select d.* from customer d where (d.name = e.name or d.phones && e.phones) and d.id <> e.id"
                " and d.state not in ('merged', 'erased') order by (d.name = e.name and d.phones && e.phones) desc nulls last, d.id desc limit 5) d)",
};

static const struct form forms[] = {
    { "customer_file", "WWSH-003-P14-R01", { "Customer file", "客户档案" }, 36, "",
      "name kind grade phone address region industry contacts contracts opened_at", "company" },
    { "visit_plan", "WWSH-003-P14-R02", { "Follow-up plan", "回访计划" }, 12, "", "customer_id kind due_on equipment_id repair_id region assignee_id", "company" },
    { "satisfaction_survey", "WWSH-003-P14-R03", { "Satisfaction survey sheet", "满意度调查表" }, 36, "",
      "customer_id channel score_product score_delivery score_installation score_repair_speed score_attitude score_skill score_complaints score_price"
      " overall answer_text answered_by valid", "company" },
    { "survey_report", "WWSH-003-P14-R04", { "Satisfaction survey report", "满意度统计报告" }, 36, "",
      "title survey_kind year questions active_customers sample_size statistics report_text", "company" },
    { "opinion", "WWSH-003-P14-R05", { "Customer's opinions asked for", "客户意见征求表" }, 36, "", "customer_id called_at equipment_id usage_note opinion", "company" },
    { "customer_visit", "WWSH-003-P14-R06", { "Customer visit", "走访记录" }, 36, "", "customer_id called_at assignee_id kind usage_note opinion satisfied complaint_text", "company" },
    { NULL },
};

const struct procedure p14_customers = {
    .number = 14, .code = "P14", .title = { "Customer management", "客户管理" }, .clause = "P14",
    .machines = (const struct machine *const[]){ &customer, &p14_equipment, &p14_visit, &p14_survey, &p14_survey_response, NULL },
    .forms = forms,
};
