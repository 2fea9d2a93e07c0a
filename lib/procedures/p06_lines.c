/* P6 part C: the lines of a settlement slip. A line is one job of the outlet; it is decided by itself. */
#include "procedures/p06.h"

const struct choice settlement_service_kinds[] = {
    { "check", { "Check", "检测" } },          { "minor_repair", { "Minor repair", "小修" } },
    { "part_change", { "Change of a part", "换件" } }, { "upkeep", { "Upkeep", "保养" } },
    { "install", { "Installation", "安装" } }, { "empty_run", { "Empty run", "空跑" } }, { NULL },
};
static const struct choice part_sources[] = {
    { "company_stock", { "From the company", "公司配件" } }, { "outlet_stock", { "The outlet's own", "网点自备" } }, { NULL },
};
const struct field settlement_part_items[] = {
    { "part_no", FIELD_TEXT, { "Part number", "配件号" }, 0, 1, 60 },
    { "quantity", FIELD_INTEGER, { "Quantity", "数量" }, 0, 1, 1000 },
    { "source", FIELD_ENUM, { "Where the part came from", "配件来源" }, .choices = part_sources },
    { "old_part_no?", FIELD_TEXT, { "Number of the returned part", "旧件返还号" }, 0, 1, 60 },
    { "old_serial?", FIELD_TEXT, { "Serial of the old part", "旧件序列号" }, 0, 1, 80 },
    { "new_serial?", FIELD_TEXT, { "Serial of the new part", "新件序列号" }, 0, 1, 80 },
    { NULL },
};
const struct field settlement_line_items[] = {
    { "slip", FIELD_TEXT, { "Number of the dispatch slip", "派工单号" }, 0, 1, 40, .example = "\"RP-2026-000001\"" },
    { "service_kind", FIELD_ENUM, { "Kind of service", "服务类别" }, .choices = settlement_service_kinds },
    { "claimed", FIELD_MONEY, { "Claimed in fen", "申报金额(分)" }, 0, 0, 1000000000 },
    { "line_ref?", FIELD_TEXT, { "The outlet's own reference", "网点行号" }, 0, 1, 60 },
    { "km?", FIELD_INTEGER, { "One-way kilometres", "单程公里数" }, 0, 0, 5000 },
    { "extra_fee?", FIELD_MONEY, { "Extra (night, urgent, hoist) in fen", "附加费(分)" }, 0, 0, 100000000 },
    { "extra_approval?", FIELD_TEXT, { "Who approved the extra", "附加费批准" }, 0, 1, 120 },
    { "parts?", FIELD_LIST, { "Parts", "配件" }, 0, 0, 50, .items = settlement_part_items },
    { "collected?", FIELD_MONEY, { "Collected from the customer in fen", "代收金额(分)" }, 0, 0, 1000000000 },
    { "receipt_no?", FIELD_TEXT, { "Receipt", "收据号" }, 0, 1, 40 },
    { "done_on?", FIELD_DATE, { "Day of the job, checked against the log", "完工日期(核对)" } },
    { NULL },
};

#define PART_OF(name, en, zh) { name, FIELD_MONEY, { en " in fen", zh "(分)" } }
static const struct field computed_item_fields[] = {
    { "tariff_id", FIELD_TEXT, { "Tariff", "结算标准" } },
    { "tariff", FIELD_TEXT, { "Number of the tariff", "结算标准号" } },
    PART_OF("labour", "Labour", "工时"),
    PART_OF("visit", "Visit", "上门费"),
    PART_OF("remote", "Remote fee", "远程费"),
    PART_OF("extra", "Extra", "附加费"),
    PART_OF("parts", "Parts", "配件"),
    PART_OF("total", "Total", "合计"),
    { NULL },
};

static const struct choice decisions[] = {
    { "accept", { "Accept", "认可" } }, { "adjust", { "Adjust", "调整" } }, { "query", { "Query", "置疑" } },
    { "hold", { "Hold", "暂缓" } },     { "reject", { "Reject", "驳回" } }, { NULL },
};
static const struct choice line_warnings[] = {
    { "late", { "Late line", "逾期补报" } },
    { "differs_from_tariff", { "Differs from the tariff", "与标准不符" } },
    { "collected_differs", { "Collected money differs", "代收金额不符" } },
    { "off_price_list", { "Customer charged off the price list", "未按价目收费" } },
    { "km_over_distance", { "Too many kilometres", "公里数过大" } },
    { "remote_twice", { "Remote fee of the same visit", "同次上门重复远程费" } },
    { "not_followed_up", { "Not followed up yet", "尚未回访" } },
    { "complaint", { "Complaint or dissatisfied", "投诉或不满意" } },
    { "again_in_30_days", { "Same unit or phone again", "短期重复维修" } },
    { "picture_twice", { "Same picture twice", "照片重复" } },
    { "short_on_site", { "Very short on site", "现场时间过短" } },
    { "two_places_at_once", { "Two places at once", "同时两处作业" } },
    { NULL },
};

static const struct state states[] = {
    { "open", { "Open", "待审" } },
    { "queried", { "Queried", "置疑" } },
    { "held", { "Held", "暂缓" } },
    { "disputed", { "Disputed", "异议" } },
    { "accepted", { "Accepted", "认可" } },
    { "adjusted", { "Adjusted", "已调整" } },
    { "rejected", { "Rejected", "驳回" } },
    { "settled", { "Settled", "已结算" }, STATE_TERMINAL },
    { "refused", { "Not paid", "不予结算" }, STATE_TERMINAL },
    { "carried", { "Left for a later slip", "转后期" }, STATE_TERMINAL },
    { "withdrawn", { "Withdrawn", "已撤回" }, STATE_TERMINAL },
    { NULL },
};
static const struct field fields[] = {
    { "parent_id", FIELD_REFERENCE, { "Slip", "结算单" }, FIELD_COMMON | FIELD_FILTER, .machine = "settlement" },
    { "outlet_id", FIELD_REFERENCE, { "Outlet", "网点" }, FIELD_COMMON | FIELD_FILTER, .machine = "outlet" },
    { "line_no", FIELD_INTEGER, { "Line", "行号" }, FIELD_FILTER },
    { "line_ref", FIELD_TEXT, { "The outlet's own reference", "网点行号" }, FIELD_FILTER, 1, 60 },
    { "slip", FIELD_TEXT, { "Number of the dispatch slip", "派工单号" }, FIELD_FILTER, 1, 40 },
    { "repair_id", FIELD_REFERENCE, { "Job", "任务" }, FIELD_COMPUTED | FIELD_FILTER, .machine = "repair" },
    { "serial", FIELD_TEXT, { "Serial number", "序列号" }, FIELD_COMPUTED | FIELD_FILTER },
    { "skill", FIELD_ENUM, { "Kind of equipment", "设备类别" }, FIELD_COMPUTED | FIELD_FILTER, .choices = skill_choices },
    { "service_kind", FIELD_ENUM, { "Kind of service", "服务类别" }, FIELD_FILTER, .choices = settlement_service_kinds },
    { "free", FIELD_BOOLEAN, { "Free for the customer", "客户免费" }, FIELD_COMPUTED | FIELD_FILTER },
    { "free_reason", FIELD_TEXT, { "Free because", "免费原因" }, FIELD_COMPUTED },
    { "settled_at", FIELD_TIME, { "Settled with the customer", "与客户善后时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "late", FIELD_BOOLEAN, { "Late line", "逾期补报" }, FIELD_COMPUTED | FIELD_FILTER },
    { "km", FIELD_INTEGER, { "One-way kilometres", "单程公里数" }, 0, 0, 5000 },
    { "extra_fee", FIELD_MONEY, { "Extra in fen", "附加费(分)" }, 0, 0, 100000000 },
    { "extra_approval", FIELD_TEXT, { "Who approved the extra", "附加费批准" }, 0, 1, 120 },
    { "parts", FIELD_LIST, { "Parts", "配件" }, 0, 0, 50, .items = settlement_part_items },
    { "collected", FIELD_MONEY, { "Collected from the customer in fen", "代收金额(分)" }, 0, 0, 1000000000 },
    { "receipt_no", FIELD_TEXT, { "Receipt", "收据号" }, 0, 1, 40 },
    { "picture_ids", FIELD_TEXTS, { "Pictures", "照片" }, FIELD_COMPUTED },
    { "claimed", FIELD_MONEY, { "Claimed in fen", "申报金额(分)" }, FIELD_FILTER, 0, 1000000000 },
    { "computed_items", FIELD_OBJECT, { "How it was computed", "核算明细" }, FIELD_COMPUTED, .items = computed_item_fields },
    { "computed", FIELD_MONEY, { "Computed in fen", "核算金额(分)" }, FIELD_COMPUTED | FIELD_FILTER },
    { "difference", FIELD_MONEY, { "Claimed less computed in fen", "差额(分)" }, FIELD_COMPUTED | FIELD_FILTER },
    { "accepted", FIELD_MONEY, { "Accepted in fen", "认可金额(分)" }, FIELD_COMPUTED | FIELD_FILTER },
    { "customer_computed", FIELD_MONEY, { "By the service price list in fen", "按价目应收(分)" }, FIELD_COMPUTED },
    { "opinion_present", FIELD_BOOLEAN, { "Customer's comment is there", "有客户意见" }, FIELD_COMPUTED },
    { "customer_confirmed", FIELD_BOOLEAN, { "Customer confirmed", "客户已确认" }, FIELD_COMPUTED },
    { "followup_result", FIELD_TEXT, { "Follow-up", "回访结果" }, FIELD_COMPUTED | FIELD_FILTER },
    { "warnings", FIELD_TEXTS, { "To look at", "提示" }, FIELD_COMPUTED | FIELD_FILTER, .choices = line_warnings },
    { "held_by_complaint", FIELD_BOOLEAN, { "Held by an open complaint", "因未结投诉暂缓" }, FIELD_COMPUTED | FIELD_FILTER },
    { "doubt_reported", FIELD_BOOLEAN, { "Looked into by P22", "已转不符合处理" }, FIELD_COMPUTED | FIELD_FILTER },
    { "decision", FIELD_ENUM, { "Decision", "核对结论" }, FIELD_TRANSIENT, .choices = decisions },
    { "accepted_amount", FIELD_MONEY, { "Amount in fen", "认可金额(分)" }, FIELD_TRANSIENT, 0, 1000000000 },
    { "decision_reason", FIELD_TEXT, { "Why", "结论理由" }, 0, 1, 500 },
    { "answer", FIELD_TEXT, { "Answer of the outlet", "网点答复" }, 0, 1, 1000 },
    { "disputes", FIELD_INTEGER, { "Disputed", "异议次数" }, FIELD_COMPUTED | FIELD_FILTER },
    { "carried_from", FIELD_REFERENCE, { "Came over from the line", "转自行" }, FIELD_COMPUTED, .machine = "settlement_line" },
    { "done_on", FIELD_DATE, { "Day of the job, checked against the log", "完工日期(核对)" }, FIELD_TRANSIENT },
    { "facts", FIELD_OBJECT, { "Facts of the job", "任务事实" }, FIELD_TRANSIENT, .items = computed_item_fields },
    { "slip_period", FIELD_TEXT, { "Period of the slip", "结算期间" }, FIELD_TRANSIENT },
    { "slip_kind", FIELD_TEXT, { "Kind of slip", "结算单类别" }, FIELD_TRANSIENT },
    { NULL },
};

#define FACT(name) "(:facts ->> '" name "')"
#define KNOWN(condition) ":facts is null or (" condition ")"
GUARD(known, "unknown_slip", ":facts is not null", "slip", "The outlet has no such dispatch slip", "本网点无此派工单");
GUARD(finished, "job_not_finished", KNOWN(FACT("finished") "::boolean"), "slip", "The job is not settled with the customer", "该任务尚未与客户善后");
GUARD(not_taken, "settled_already", KNOWN("not " FACT("taken") "::boolean"), "slip", "Another slip holds this job", "该任务已在其他结算单中");
GUARD(has_opinion, "opinion_missing", KNOWN(FACT("opinion") "::boolean"), "slip", "The customer's comment is missing", "缺少客户意见");
GUARD(has_confirmation, "confirmation_missing", KNOWN(FACT("confirmed") "::boolean"), "slip",
      "The customer has neither signed nor confirmed by follow-up", "客户未签字也未经回访确认");
GUARD(in_period, "outside_period",
      KNOWN("case :slip_kind when 'regular' then " FACT("month") " = :slip_period or " FACT("carried") " is not null"
            " else " FACT("month") " <= :slip_period end"),
      "slip", "The job belongs to another month", "该任务不属于本期");
GUARD(has_tariff, "no_tariff", KNOWN("not " FACT("finished") "::boolean or :facts -> 'items' <> 'null'"), "slip", "No tariff was in force on that day", "当日无有效结算标准");
GUARD(part_evidence, "part_evidence_missing",
      ":service_kind <> 'part_change' or (jsonb_array_length(coalesce(:parts, '[]')) > 0 and not jsonb_path_exists(:parts,"
      " '$[*] ? (!exists(@.old_serial) || !exists(@.new_serial) || !exists(@.old_part_no))'))",
      "parts", "A change of parts needs old and new serials and the old part", "换件须有新旧件序列号及旧件返还号");
GUARD(remote_evidence, "address_missing", KNOWN("coalesce(:km, 0) = 0 or " FACT("address") "::boolean"), "km", "A remote fee needs an address", "远程费须有地址");
GUARD(extra_evidence, "extra_not_approved", "coalesce(:extra_fee, 0) = 0 or :extra_approval is not null", "extra_approval",
      "Nobody approved the extra fee", "附加费未经批准");
GUARD(receipt_fits, "receipt_differs", KNOWN(FACT("paid") "::bigint = 0 or :receipt_no = " FACT("receipt_no")), "receipt_no",
      "The customer paid: the receipt's number is missing or another", "已向客户收费,收据号缺失或不符");
GUARD(absence_logged, "absence_not_logged", KNOWN(":service_kind <> 'empty_run' or " FACT("absent") "::boolean"), "service_kind",
      "No absence of the customer was logged", "未登记客户缺席");
GUARD(day_fits, "day_differs", KNOWN(":done_on is null or :done_on = company_date(" FACT("settled_at") "::timestamptz)"), "done_on",
      "The log says another day", "与系统记录的完工日期不符");
GUARD(pictures_there, "pictures_missing", KNOWN("not " FACT("pictures_lacking") "::boolean"), "slip",
      "The tariff asks for pictures of nameplate and result", "结算标准要求铭牌与结果照片");

#define STORED(name, fallback) "coalesce(:" name ", " fallback ")"
#define OF_JOB                                                                                                           \
    SET("serial", FACT("serial")), SET("skill", FACT("skill")), SET("free", FACT("free") "::boolean"),                  \
    SET("free_reason", FACT("free_reason")), SET("settled_at", FACT("settled_at") "::timestamptz"),                     \
    SET("opinion_present", FACT("opinion") "::boolean"), SET("customer_confirmed", FACT("confirmed") "::boolean"),      \
    SET("followup_result", FACT("followup")), SET("customer_computed", FACT("customer_computed") "::bigint"),           \
    SET("computed_items", ":facts -> 'items'"), SET("computed", "(:facts #>> '{items,total}')::bigint")

#define IN_SLIP(states) "exists (select from settlement s where s.id = e.parent_id and s.state in (" states "))"
GUARD(in_checking, "slip_not_in_checking", IN_SLIP("'checking'"), NULL, "The slip is not being checked", "结算单不在核对中");
GUARD(in_draft, "slip_not_open_to_changes", IN_SLIP("'draft', 'returned'"), NULL, "The slip is not open to changes", "结算单当前不可修改");
GUARD(is_explained, "reason_missing", ":decision = 'accept' or :decision_reason is not null", "decision_reason", "Say why", "须说明理由");
GUARD(has_amount, "amount_missing", ":decision <> 'adjust' or :accepted_amount is not null", "accepted_amount", "Say how much", "须填写金额");
GUARD(within_tariff, "over_tariff", ":decision <> 'accept' or e.claimed <= e.computed", "decision",
      "More is claimed than the tariff gives: adjust, with a reason", "申报高于标准,须调整并说明理由");
GUARD(manager_rules, "second_dispute", "coalesce(e.disputes, 0) < 2 or :decision = 'hold' or (:has_service_manager)", "decision",
      "A second dispute is for the service manager", "再次异议须由售后服务管理师裁定");
GUARD(deputy_allows_late, "late_line", "e.late is not true or :decision not in ('accept', 'adjust') or (:has_deputy_gm)", "decision",
      "A line this late needs the deputy general manager", "逾期行须副总经理批准");
GUARD(answer_over, "not_yet_over", "(e.clocks #>> '{answer_due,due_at}')::timestamptz <= :at", NULL, "There is still time to answer", "答复期限未到");

GUARD(no_complaint_open, "complaint_open", ":decision not in ('accept', 'adjust') or not job_under_complaint(e.repair_id)", "decision",
      "A complaint about this job is open: the line is held", "该任务有未结投诉,明细暂缓结算");

#define CHECKERS "dispatcher service_manager deputy_gm"
#define DECIDE(decision, state, ...)                                                                                     \
    { .event = "decide", .label = { "Decide", "核对" }, .clause = "designed",                                            \
      .from = "open queried held disputed accepted adjusted rejected", .to = state, .when = ":decision = '" decision "'", \
      .by = CHECKERS, .takes = "decision accepted_amount? decision_reason?",                                             \
      .guards = GUARDS(&in_checking, &is_explained, &has_amount, &within_tariff, &manager_rules, &deputy_allows_late, &no_complaint_open),   \
      .effects = EFFECTS(__VA_ARGS__), .flags = TRANSITION_FINAL }
#define JUDGED GUARDS(&known, &finished, &not_taken, &has_opinion, &has_confirmation, &in_period, &has_tariff, &part_evidence, \
                      &remote_evidence, &extra_evidence, &receipt_fits, &absence_logged, &pictures_there)
#define JUDGED_AS_SENT GUARDS(&known, &finished, &not_taken, &has_opinion, &has_confirmation, &in_period, &has_tariff, &part_evidence, \
                      &remote_evidence, &extra_evidence, &receipt_fits, &absence_logged, &pictures_there, &day_fits)

static const struct transition transitions[] = {
    { .event = "enter", .label = { "Enter", "录入" }, .clause = "P6 4.2.5", .to = "open", .by = "system",
      .takes = "parent_id outlet_id line_no slip service_kind claimed line_ref? km? extra_fee? extra_approval? parts? collected?"
               " receipt_no? done_on? facts? slip_period slip_kind",
      .guards = JUDGED_AS_SENT,
      .effects = EFFECTS(SET("repair_id", FACT("repair_id") "::uuid"), OF_JOB,
                         SET("difference", ":claimed - (:facts #>> '{items,total}')::bigint"),
                         SET("collected", "coalesce(:collected, " FACT("paid") "::bigint)"),
                         SET("late", FACT("month") " < months_before(:slip_period, time_rule_number('N_P6_LATE_MONTHS'))"),
                         SET("carried_from", FACT("carried") "::uuid"), SET("disputes", "coalesce(" FACT("disputes") "::integer, 0)")) },
    { .event = "recheck", .label = { "Check again", "复核" }, .clause = "P6 4.2.5", .from = "open", .to = "same", .by = "system",
      .takes = "slip service_kind? km? extra_fee? extra_approval? parts? receipt_no? facts? slip_period slip_kind", .guards = JUDGED,
      .effects = EFFECTS(OF_JOB, SET("difference", "e.claimed - (:facts #>> '{items,total}')::bigint")), .flags = TRANSITION_FINAL },
    { .event = "weigh", .label = { "Warnings", "提示核查" }, .clause = "designed", .from = "open queried held disputed accepted adjusted rejected",
      .to = "same", .by = "system", .effects = EFFECTS(SET("warnings", "settlement_warnings(e.id)")), .flags = TRANSITION_FINAL },
    /* What can hardly be honest is looked into by P22, whatever becomes of the line. */
    { .event = "report_doubt", .label = { "Hardly honest", "疑似虚报" }, .clause = "designed", .from = "open queried held disputed accepted adjusted rejected",
      .to = "same", .by = "system",
      .effects = EFFECTS(SET("doubt_reported", "true"),
                         NONCONFORMITY_OF("outlet", "'outlet'", "major", "'疑似虚报 hardly honest: ' || m.slip", "", NULL)),
      .flags = TRANSITION_FINAL },
    { .event = "correct", .label = { "Correct", "更正" }, .clause = "designed", .from = "open", .to = "same", .by = "outlet_manager",
      .takes = "service_kind? claimed? line_ref? km? extra_fee? extra_approval? parts? collected? receipt_no?",
      .guards = GUARDS(&in_draft), .effects = EFFECTS(SET("difference", "coalesce(:claimed, e.claimed) - e.computed")),
      .flags = TRANSITION_FINAL },
    { .event = "drop", .label = { "Take out of the slip", "移出结算单" }, .clause = "designed", .from = "open queried", .to = "withdrawn",
      .by = "outlet_manager", .guards = GUARDS(&in_draft), .flags = TRANSITION_FINAL },
    DECIDE("accept", "accepted", SET("accepted", "e.claimed"), STOP("answer_due")),
    DECIDE("adjust", "adjusted", SET("accepted", ":accepted_amount"), STOP("answer_due")),
    DECIDE("query", "queried", SET("accepted", "null"), START("answer_due"), NOTIFY("outlet_manager", "line_queried")),
    DECIDE("hold", "held", SET("accepted", "null"), STOP("answer_due")),
    DECIDE("reject", "rejected", SET("accepted", "0"), STOP("answer_due")),
    { .event = "answer", .label = { "Answer", "答复" }, .clause = "designed", .from = "queried", .to = "open", .by = "outlet_manager",
      .takes = "answer claimed? km? extra_fee? extra_approval? parts? receipt_no?",
      .effects = EFFECTS(STOP("answer_due"), SET("difference", "coalesce(:claimed, e.claimed) - e.computed"), NOTIFY("dispatcher", "line_answered")),
      .flags = TRANSITION_FINAL },
    { .event = "lapse", .label = { "No answer in time", "逾期未答复" }, .clause = "designed", .from = "queried", .to = "rejected", .by = "system",
      .guards = GUARDS(&answer_over), .effects = EFFECTS(SET("accepted", "0"), STOP("answer_due"), NOTIFY("outlet_manager", "line_rejected")),
      .flags = TRANSITION_FINAL },
    { .event = "dispute", .label = { "Dispute", "提出异议" }, .clause = "designed", .from = "accepted adjusted rejected", .to = "disputed",
      .by = "system", .takes = "answer", .effects = EFFECTS(SET("disputes", "coalesce(e.disputes, 0) + 1")), .flags = TRANSITION_FINAL },
    /* While a complaint about the job is open its line waits (P13); then it is looked at as before. */
    { .event = "hold_for_complaint", .label = { "Hold for a complaint", "因投诉暂缓" }, .clause = "P13", .from = "open queried disputed accepted adjusted", .to = "held",
      .by = "system", .guards = GUARDS(&in_checking), .effects = EFFECTS(SET("held_by_complaint", "true"), SET("accepted", "null"), STOP("answer_due"), NOTIFY("dispatcher", "line_held")),
      .flags = TRANSITION_FINAL },
    { .event = "complaint_over", .label = { "Complaint over", "投诉已结" }, .clause = "P13", .from = "held", .to = "open", .by = "system", .guards = GUARDS(&in_checking),
      .effects = EFFECTS(SET("held_by_complaint", "false"), NOTIFY("dispatcher", "line_released")), .flags = TRANSITION_FINAL },
    { .event = "carry", .label = { "Leave for a later slip", "转后期" }, .clause = "designed", .from = "held disputed", .to = "carried",
      .by = "system", .flags = TRANSITION_FINAL },
    { .event = "pay", .label = { "Settled", "已结算" }, .clause = "designed", .from = "accepted adjusted", .to = "settled", .by = "system",
      .flags = TRANSITION_FINAL },
    { .event = "refuse", .label = { "Not paid", "不予结算" }, .clause = "designed", .from = "open queried held disputed accepted adjusted rejected",
      .to = "refused", .by = "system", .flags = TRANSITION_FINAL },
    { .event = "withdraw", .label = { "Withdrawn with the slip", "随单撤回" }, .clause = "designed",
      .from = "open queried held disputed accepted adjusted rejected", .to = "withdrawn", .by = "system", .flags = TRANSITION_FINAL },
    { NULL },
};
static const struct clock clocks[] = { { "answer_due", { "Answer to a query", "置疑答复期限" }, "T_P6_ANSWER", NULL, false }, { NULL } };
static const struct timer timers[] = {
    { "hold_for_complaint",
      "e.state in ('open', 'queried', 'disputed', 'accepted', 'adjusted') and exists (select from settlement s where s.id = e.parent_id and s.state = 'checking')"
      " and e.repair_id in (select c.repair_id from complaint c where c.closed_at is null)" },
    { "complaint_over",
      "e.state = 'held' and e.held_by_complaint and exists (select from settlement s where s.id = e.parent_id and s.state = 'checking')"
      " and not job_under_complaint(e.repair_id)" },
    { "report_doubt", "e.warnings && '{picture_twice,two_places_at_once}' and e.doubt_reported is not true" },
    { "lapse", "e.state = 'queried' and (e.clocks #>> '{answer_due,due_at}')::timestamptz <= :now" },
    { NULL },
};

const struct machine settlement_line = {
    .name = "settlement_line", .path = "settlement-lines", .prefix = "SL", .title = { "Line of a settlement slip", "结算单明细" },
    .fields = fields, .states = states, .transitions = transitions, .clocks = clocks, .timers = timers, .owner = "dispatcher",
    .readers = "dispatcher service_manager deputy_gm general_manager finance_officer outlet_manager",
    .without = "amend reassign pause resume void revert contact_attempt",
};
