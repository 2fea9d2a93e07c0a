/* P12: premises, tools, instruments, vehicles and anti-static gear: bought, accepted, calibrated, lent, repaired, disposed of. */
#include "procedures/p12_facilities_fields.h"

static const struct state states[] = {
    { "requested", { "Requested", "申购" } },
    { "purchasing", { "Being bought", "采购中" } },
    { "accepting", { "Being accepted", "验收" } },
    { "in_service", { "In service", "在用" } },
    { "limited", { "Limited use", "限用" } },
    { "due", { "Calibration is due", "待检" } },
    { "calibrating", { "Being calibrated", "送检" } },
    { "failed", { "Failed", "不合格" } },
    { "under_repair", { "Under repair", "维修" } },
    { "sealed", { "Sealed", "封存停用" } },
    { "lost", { "Lost", "丢失" } },
    { "scrapped", { "Scrapped", "报废" }, STATE_TERMINAL },
    { "rejected", { "Rejected", "退回" }, STATE_TERMINAL },
    { NULL },
};
static const struct clock clocks[] = {
    { "calibration", { "Calibration due", "检定校准到期" }, "T_P12_CAL_DUE", NULL, false },
    { "lab_back", { "Back from the laboratory", "送检归还期限" }, "T_P12_LAB_BACK", NULL, false },
    { NULL },
};


/* The next calibration follows from the certificate and the interval; nobody enters it. */
#define NEXT(months) "(:calibrated_on + make_interval(months => coalesce(" months ", time_rule_number('T_P12_CAL'))))::date"
#define NEXT_ASKED NEXT("coalesce(:cal_interval_months, e.cal_interval_months)")
#define NEXT_KEPT NEXT("e.cal_interval_months")

GUARD(calibration_not_waived, "instrument_needs_calibration", ":category <> 'instrument' or :needs_calibration is not false",
      "needs_calibration", "Measuring instruments are always calibrated", "计量器具必须检定校准");
GUARD(not_own_request, "own_request", "e.opened_by is distinct from :actor", NULL, "Nobody approves an own request", "不得审批本人申请");
GUARD(of_tech_dept, "other_department",
      "exists (select from person p where p.id = :actor and (p.department = 'tech_dept' or 'deputy_gm' = any(p.roles)))"
      " or exists (select from delegation d join person h on h.id = d.holder_id where d.stand_in_id = :actor and d.state = 'active'"
      " and d.from_at <= :at and d.to_at > :at and (d.role = 'deputy_gm' or (d.role = 'dept_head' and h.department = 'tech_dept')))",
      NULL, "The head of the technical department approves", "须技术部负责人审批");
GUARD(price_approved, "price_above_approved", ":amount is null or :amount <= e.amount", "amount",
      "It costs more than was approved: ask again", "超出批准金额,须重新申购");
GUARD(accepted_whole, "papers_incomplete", ":papers_complete is true", "papers_complete",
      "It is accepted whole, with manual and accessories", "须验收合格且资料附件齐全");
GUARD(calibrated_before_use, "not_calibrated", "e.needs_calibration is not true or (:certificate_no is not null and :calibrated_on is not null"
      " and coalesce(:traceable_to, e.traceable_to) is not null)", "certificate_no",
      "It is calibrated before it is used, with a traceable certificate", "启用前须检定校准并有可溯源证书");
GUARD(class_given, "class_missing", "e.needs_calibration is not true or coalesce(:class, e.class) is not null", "class",
      "Say whether it is class A, B or C", "须确定A、B、C类别");
GUARD(kind_fits_class, "legal_body_needed",
      "coalesce(:class, e.class) is distinct from 'A' or e.needs_calibration is not true or :calibration_kind = 'legal_verification'",
      "calibration_kind", "Class A goes to the legal verification body", "A类须送法定检定机构");
GUARD(class_a_body, "legal_body_needed", "e.class is distinct from 'A' or :calibration_kind = 'legal_verification'", "calibration_kind",
      "Class A goes to the legal verification body", "A类须送法定检定机构");
#define IN_TIME(next) ":calibrated_on is null or (:calibrated_on <= company_date(:at) and " next " > company_date(:at))"
GUARD(certificate_in_time, "calibration_date_wrong", IN_TIME(NEXT_ASKED), "calibrated_on",
      "The calibration lies ahead, or has run out already", "检定校准日期在将来或已超期");
GUARD(certificate_kept_in_time, "calibration_date_wrong", IN_TIME(NEXT_KEPT), "calibrated_on",
      "The calibration lies ahead, or has run out already", "检定校准日期在将来或已超期");
GUARD(calibrated_while_out, "calibrated_before_sent", ":calibrated_on is null or e.out_since is null or :calibrated_on >= e.out_since",
      "calibrated_on", "It was calibrated before it was sent", "检定校准日期早于送检日期");
#define UNKNOWN_CERTIFICATE \
    ":certificate_no is null or not exists (select from jsonb_array_elements(coalesce(e.certificates, '[]')) c where c ->> 'no' = :certificate_no)"
GUARD(certificate_new, "certificate_known", UNKNOWN_CERTIFICATE, "certificate_no", "This certificate is entered already", "该证书已登记");
GUARD(reference_good, "reference_not_usable",
      "e.calibration_kind is distinct from 'in_house' or (:reference_code is not null and exists (select from facility f where f.code = :reference_code"
      " and f.class = 'A' and f.id <> e.id and instrument_usable(f.statuses, :calibrated_on, null, null)))",
      "reference_code", "An in-house calibration needs a class A standard that was in service on that day", "内部校准须使用当日在用的A类标准器");
GUARD(range_given, "range_missing",
      "(:usable_from is not null or :usable_to is not null) and (:usable_from is null or measured(:usable_from) is not null)"
      " and (:usable_to is null or measured(:usable_to) is not null)"
      " and coalesce(measured(:usable_from) <= measured(:usable_to), true)",
      "usable_from", "Give the range in which it may be used, in numbers", "须以数字注明可用范围");
GUARD(is_measuring, "measures_nothing", "e.needs_calibration", NULL, "It is not calibrated: report a breakdown", "该设施无须检定校准,请登记故障");
GUARD(wrong_pass_known, "no_pass_to_void", ":pass_was_wrong is not true or e.state <> 'calibrating'", "pass_was_wrong",
      "It is being calibrated: enter the new result", "正在送检,请登记新结果");
GUARD(not_lent, "is_lent", "e.holder_id is null", NULL, "It is lent and has to be given back first", "已借出,须先归还");
GUARD(is_lent, "not_lent", "e.holder_id is not null", NULL, "It is not lent", "未借出");
GUARD(back_ahead, "expected_back_in_past", ":expected_back is null or :expected_back >= company_date(:at)", "expected_back",
      "It is expected back in the past", "预计归还日期已过");
GUARD(planned_ahead, "plan_in_past", ":planned_on >= company_date(:at)", "planned_on", "The plan lies in the past", "计划日期已过");
GUARD(kind_given, "calibration_not_named", ":calibration_kind is not null", "calibration_kind",
      "After a repair it is calibrated: say how", "维修后须检定校准,请填写方式");
GUARD(checked, "not_checked", ":checked_ok is true", "checked_ok", "It has to be checked first", "须先检查合格");
GUARD(idle_long, "not_idle",
      "facility_idle_since(e.id, (e.statuses -> 0 ->> 'at')::timestamptz)"
      " < (company_date(:at) - make_interval(months => time_rule_number('N_P12_IDLE_MONTHS')))::date",
      NULL, "It was used in the last six months", "近六个月内曾使用");
GUARD(wiped, "data_not_wiped", "e.state = 'lost' or :data_wiped is true", "data_wiped", "Data has to be wiped first", "须先清除数据");
GUARD(taken_off, "asset_not_removed", ":asset_removed is true", "asset_removed", "Take it off the asset list", "须办理资产销账");
GUARD(keeps_it, "not_keeper_or_holder",
      "e.assignee_id = :actor or e.holder_id = :actor or e.outlet_id = :scope_outlet"
      " or exists (select from person p where p.id = :actor and 'facility_keeper' = any(p.roles))",
      NULL, "The keeper or who holds it reports a loss", "由保管人或持有人登记");
GUARD(holds_it, "not_holder",
      "e.holder_id = :actor or exists (select from person p where p.id = :actor and 'facility_keeper' = any(p.roles))",
      NULL, "Who borrowed it or the keeper enters that", "由借用人或设施管理员登记");
GUARD(loan_short, "loan_too_long", ":due_on >= company_date(:at) and :due_on <= company_date(:at) + time_rule_number('T_P12_LOAN')", "due_on",
      "Tools are lent for seven days at most", "借用不得超过7天");
GUARD(borrower_active, "person_not_active",
      ":borrower_id is null or exists (select from person p where p.id = :borrower_id and p.state = 'active')", "borrower_id",
      "This person is not active", "该人员不在岗");
GUARD(lends_own, "lent_to_another", ":borrower_id is null or :borrower_id = :actor"
      " or exists (select from person p where p.id = :actor and 'facility_keeper' = any(p.roles))", "borrower_id",
      "Only the keeper lends to others", "仅设施管理员可为他人办理借用");
GUARD(drives, "no_vehicle", "e.category = 'vehicle'", NULL, "Only vehicles have an odometer", "仅车辆登记里程");
GUARD(drives_on, "odometer_back", ":odometer >= coalesce(e.odometer, 0)", "odometer", "The odometer does not run back", "里程不得倒退");
GUARD(has_label, "label_not_wanted", "e.label_printed is false", NULL, "There is no new label to print", "无待打印标识");
GUARD(certificate_open, "label_is_printed",
      "(:certificate_no is null and :calibrated_on is null and :traceable_to is null)"
      " or (e.label_printed is false and e.state in ('in_service', 'limited') and e.certificate_no is not null)",
      "certificate_no", "The label is printed: enter a corrected certificate", "标识已打印,请登记更正证书");
GUARD(has_certificate, "no_certificate", "e.certificate_no is not null", NULL, "There is no certificate to correct", "无可更正的证书");
GUARD(goes_somewhere, "no_place_given", ":outlet_id is not null or :location is not null or :to_centre is true", "location",
      "Say where it goes", "须注明去向");

/* Every status is kept with its days, so that a test can be judged by the day on which it was made. */
#define STATUS_OF(state_, until, from, to, unit) \
    "coalesce(e.statuses, '[]') || jsonb_build_object('at', :at, 'state', " state_ ", 'until', " until ", 'from', " from ", 'to', " to ", 'unit', " unit ")"
#define STATUS(state_, until, from, to, unit) SET("statuses", STATUS_OF(state_, until, from, to, unit))
#define SAME_STATUS(until) STATUS_OF("e.state", until, "e.usable_from", "e.usable_to", "e.range_unit")
#define LABEL(colour) SET("label", "'" colour "'"), SET("label_printed", "false")
#define USABLE(state_, until, from, to, unit, colour) STATUS("'" state_ "'", until, from, to, unit), LABEL(colour), SET("due_soon", "false"), \
    SET("usable_until", "coalesce(" until " - 1, date '9999-12-31')")
#define IN_SERVICE(until) USABLE("in_service", until, "null::text", "null::text", "null::text", "green"), SET("usable_from", "null"), \
    SET("usable_to", "null"), SET("range_unit", "null"), SET("limitation", "null"), SET("out_since", "null"), SET("fault", "null")
#define OUT(state_) STATUS("'" state_ "'", "null::date", "null::text", "null::text", "null::text"), SET("usable_until", "null"), SET("due_soon", "false")
#define CERTIFICATE(on, result, kind, lab, more) \
    SET("certificates", "case when :certificate_no is null then e.certificates else coalesce(e.certificates, '[]') || jsonb_build_object('no', :certificate_no," \
                        " 'on', " on ", 'result', " result ", 'kind', " kind ", 'lab', " lab ", 'entered_at', :at" more ") end")
#define CALIBRATED SET("last_cal", ":calibrated_on"), SET("next_cal", NEXT_ASKED), SET("planned_on", "null"), SET("expected_back", "null"), \
    STOP("lab_back"), START_AT("calibration", "(" NEXT_ASKED ")::timestamp at time zone company_zone()"), RECORD("calibration_certificate")
#define PASSED(result) CALIBRATED, CERTIFICATE(":calibrated_on", result, "e.calibration_kind", "e.lab", ", 'traceable_to', :traceable_to"), \
    INSTRUMENTS_USED_AS("case when :reference_code is not null then jsonb_build_array(jsonb_build_object('facility_code', :reference_code)) end", ":calibrated_on")
#define CALIBRATION_TAKES "certificate_no calibrated_on traceable_to cal_interval_months? reference_code? note?"
#define SENT SET("out_since", "company_date(:at)"), OUT("calibrating"), STOP("calibration"), \
    START_IF("lab_back", "(:expected_back)::timestamp at time zone company_zone()", ":expected_back is not null")

/* What was measured since the last calibration that counts as good is in doubt. */
#define GOOD_SINCE "facility_good_since(case when :pass_was_wrong is true then e.certificates || jsonb_build_object('voids', e.certificate_no) else e.certificates end)"
#define FAILED(since, when_) OUT("failed"), LABEL("red"), STOP("calibration"), STOP("lab_back"), \
    OPEN("impact_assessment", "open", "facility_id = e.id; facility_code = e.code; cause = :fault; since = " since, LINK_MUST, when_), \
    NONCONFORMITY_OF("calibration", "'tech_dept'", "major", "m.code || ': ' || m.fault", "; serial = m.serial", when_), \
    NOTIFY("facility_keeper", "instrument_failed")
/* Who needs it asks for the money, not who allows the purchase. */
#define FUNDS \
    OPEN("fund_request", "request", "purpose = 'facility'; need = m.need; amount = m.amount; budget_ref = m.budget_ref; payee = m.supplier;" \
         " outlet_id = m.outlet_id; source_number = m.number; requested_by = m.opened_by", LINK_LATER, NULL)
#define LENDERS "technician return_repair_clerk installer outlet_technician facility_keeper"

static const struct transition transitions[] = {
    { .event = "request", .label = { "Request", "申购" }, .clause = "P12 request", .to = "requested",
      .by = "technician return_repair_clerk installer facility_keeper outlet_manager outlet_technician",
      .takes = "name category need amount code? model? class? measures? measuring_range? accuracy? needs_calibration? cal_interval_months?"
               " location? budget_ref? supplier? outlet_id?",
      .guards = GUARDS(&calibration_not_waived),
      .effects = EFFECTS(SET("needs_calibration", "coalesce(:needs_calibration, :category = 'instrument')"), NOTIFY("dept_head", "facility_requested"),
                         NOTIFY_IF("deputy_gm", "facility_requested", ":amount > time_rule_number('N_P12_HEAD_LIMIT')")) },
    { .event = "enter", .label = { "Enter what is there", "登记现有设施" }, .clause = "designed", .to = "accepting", .by = "facility_keeper",
      .takes = "name category code? model? serial? class? measures? measuring_range? accuracy? needs_calibration? cal_interval_months?"
               " location? outlet_id? assignee_id? amount? supplier?",
      .guards = GUARDS(&calibration_not_waived),
      .effects = EFFECTS(SET("needs_calibration", "coalesce(:needs_calibration, :category = 'instrument')")) },
    { .event = "approve", .label = { "Approve", "批准" }, .clause = "P12 approve", .from = "requested", .to = "purchasing",
      .when = "e.amount <= time_rule_number('N_P12_HEAD_LIMIT')", .by = "dept_head deputy_gm", .takes = "note?",
      .guards = GUARDS(&not_own_request, &of_tech_dept),
      .effects = EFFECTS(FUNDS,
                         NOTIFY("materials_officer", "facility_to_buy")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "approve", .label = { "Approve", "批准" }, .clause = "P12 approve", .from = "requested", .to = "purchasing", .by = "deputy_gm",
      .takes = "note?", .guards = GUARDS(&not_own_request),
      .effects = EFFECTS(FUNDS,
                         NOTIFY("materials_officer", "facility_to_buy")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "refuse", .label = { "Refuse", "不批准" }, .clause = "designed", .from = "requested", .to = "rejected", .by = "dept_head deputy_gm",
      .takes = "refusal_reason", .guards = GUARDS(&not_own_request), .flags = TRANSITION_SIGNED },
    { .event = "cancel_purchase", .label = { "Cancel the purchase", "取消采购" }, .clause = "P12 cancel_purchase", .from = "requested purchasing",
      .to = "rejected", .by = "materials_officer *@opener", .takes = "refusal_reason", .effects = EFFECTS(CANCEL("fund_request")), .flags = TRANSITION_FINAL },
    { .event = "deliver", .label = { "Delivered", "到货" }, .clause = "P12 deliver", .from = "purchasing", .to = "accepting",
      .by = "materials_officer", .takes = "supplier? serial? model? amount?", .guards = GUARDS(&price_approved),
      .effects = EFFECTS(NOTIFY("facility_keeper", "facility_to_accept")) },
    { .event = "accept", .label = { "Accept", "验收合格" }, .clause = "P12 accept", .from = "accepting", .to = "in_service", .by = "facility_keeper",
      .takes = "papers_complete code? serial? location? class? measures? measuring_range? accuracy? assignee_id? certificate_no? calibrated_on?"
               " traceable_to? calibration_kind? lab? cal_interval_months? odometer? note?",
      .guards = GUARDS(&accepted_whole, &calibrated_before_use, &class_given, &kind_fits_class, &certificate_in_time),
      .effects = EFFECTS(SET("code", "coalesce(:code, e.code, e.number)"), SET("assignee_id", "coalesce(:assignee_id, e.assignee_id, :actor)"),
                         SET("last_cal", "case when e.needs_calibration then :calibrated_on end"),
                         SET("next_cal", "case when e.needs_calibration then " NEXT_ASKED " end"),
                         CERTIFICATE(":calibrated_on", "'pass'", ":calibration_kind", ":lab", ", 'traceable_to', :traceable_to"),
                         IN_SERVICE("(case when e.needs_calibration then " NEXT_ASKED " end)"),
                         START_IF("calibration", "(" NEXT_ASKED ")::timestamp at time zone company_zone()", "e.needs_calibration"),
                         RECORD("facility"), RECORD("facility_acceptance"), RECORD_IF("calibration_certificate", "e.needs_calibration")),
      .flags = TRANSITION_FINAL },
    { .event = "reject", .label = { "Reject, deliver again", "验收不合格重新供货" }, .clause = "P12 reject", .from = "accepting", .to = "purchasing",
      .when = ":redeliver is true", .by = "facility_keeper", .takes = "refusal_reason claim? redeliver? note?",
      .effects = EFFECTS(RECORD("facility_acceptance"), NOTIFY("materials_officer", "facility_rejected")), .flags = TRANSITION_FINAL },
    { .event = "reject", .label = { "Reject", "验收退回" }, .clause = "P12 reject", .from = "accepting", .to = "rejected", .by = "facility_keeper",
      .takes = "refusal_reason claim? redeliver? note?",
      .effects = EFFECTS(RECORD("facility_acceptance"), NOTIFY("materials_officer", "facility_rejected")), .flags = TRANSITION_FINAL },
    { .event = "warn", .label = { "Calibration is due soon", "即将到期" }, .clause = "P12 warn", .from = "in_service limited", .to = "same",
      .by = "system", .effects = EFFECTS(SET("due_soon", "true"), NOTIFY("@assignee", "calibration_due_soon"), NOTIFY("facility_keeper", "calibration_due_soon")),
      .flags = TRANSITION_FINAL },
    { .event = "fall_due", .label = { "Calibration is due", "到期停用" }, .clause = "P12 fall_due", .from = "in_service limited", .to = "due",
      .by = "system", .effects = EFFECTS(OUT("due"), LABEL("red"), NOTIFY("@assignee", "calibration_due"), NOTIFY("facility_keeper", "calibration_due")),
      .flags = TRANSITION_FINAL },
    { .event = "plan_calibration", .label = { "Plan the calibration", "安排送检" }, .clause = "P12 records", .from = "in_service limited due",
      .to = "same", .by = "facility_keeper", .takes = "planned_on calibration_kind lab?", .guards = GUARDS(&is_measuring, &planned_ahead, &class_a_body),
      .effects = EFFECTS(RECORD("calibration_plan")) },
    { .event = "adjust_interval", .label = { "Change the interval", "调整周期" }, .clause = "P12 limits", .from = "in_service limited due calibrating sealed",
      .to = "same", .by = "facility_keeper", .takes = "cal_interval_months reason", .guards = GUARDS(&is_measuring),
      .effects = EFFECTS(SET("next_cal", "least(e.next_cal, (e.last_cal + make_interval(months => :cal_interval_months))::date)"),
                         SET("usable_until", "least(e.usable_until, (e.last_cal + make_interval(months => :cal_interval_months))::date - 1)"),
                         { .kind = EFFECT_SET, .target = "statuses", .when = "e.state in ('in_service', 'limited')",
                           .sql = SAME_STATUS("least(e.next_cal, (e.last_cal + make_interval(months => :cal_interval_months))::date)") },
                         START_IF("calibration", "least(e.next_cal, (e.last_cal + make_interval(months => :cal_interval_months))::date)::timestamp at time zone company_zone()",
                                  "e.state in ('in_service', 'limited')")),
      .flags = TRANSITION_FINAL },
    { .event = "send", .label = { "Send to be calibrated", "送检" }, .clause = "P12 send", .from = "in_service limited due", .to = "calibrating",
      .by = "facility_keeper", .takes = "calibration_kind lab? expected_back? note?",
      .guards = GUARDS(&is_measuring, &class_a_body, &not_lent, &back_ahead), .effects = EFFECTS(SENT) },
    { .event = "pass", .label = { "Passed", "合格" }, .clause = "P12 pass", .from = "calibrating", .to = "in_service", .by = "facility_keeper",
      .takes = CALIBRATION_TAKES, .guards = GUARDS(&certificate_in_time, &calibrated_while_out, &certificate_new, &reference_good),
      .effects = EFFECTS(PASSED("'pass'"), IN_SERVICE("(" NEXT_ASKED ")")), .flags = TRANSITION_FINAL },
    { .event = "limit", .label = { "Limited use", "限用" }, .clause = "P12 limit", .from = "calibrating", .to = "limited", .by = "facility_keeper",
      .takes = "usable_from? usable_to? range_unit limitation? " CALIBRATION_TAKES,
      .guards = GUARDS(&range_given, &certificate_in_time, &calibrated_while_out, &certificate_new, &reference_good),
      .effects = EFFECTS(PASSED("'limited'"), USABLE("limited", "(" NEXT_ASKED ")", ":usable_from", ":usable_to", ":range_unit", "yellow"),
                         SET("usable_from", ":usable_from"), SET("usable_to", ":usable_to"), SET("out_since", "null")),
      .flags = TRANSITION_FINAL },
    { .event = "fail", .label = { "Failed", "不合格" }, .clause = "P12 fail", .from = "calibrating in_service limited", .to = "failed",
      .by = "facility_keeper", .takes = "fault certificate_no? pass_was_wrong? note?",
      .guards = GUARDS(&is_measuring, &certificate_new, &wrong_pass_known),
      .effects = EFFECTS(FAILED(GOOD_SINCE, NULL), SET("last_cal", GOOD_SINCE), RECORD_IF("calibration_certificate", ":certificate_no is not null"),
                         SET("certificates", "case when :certificate_no is null and :pass_was_wrong is not true then e.certificates else coalesce(e.certificates, '[]')"
                                             " || jsonb_build_object('no', coalesce(:certificate_no, '-'), 'on', company_date(:at), 'result', 'fail', 'kind', e.calibration_kind,"
                                             " 'lab', e.lab, 'voids', case when :pass_was_wrong is true then e.certificate_no end, 'entered_at', :at) end")),
      .flags = TRANSITION_FINAL },
    { .event = "break_down", .label = { "Broken, measuring function touched", "故障且影响计量" }, .clause = "P12 break_down", .from = "in_service limited",
      .to = "failed", .when = "e.needs_calibration and :measuring_touched is not false", .by = "facility_keeper", .takes = "fault measuring_touched? note?",
      .effects = EFFECTS(FAILED("facility_good_since(e.certificates)", NULL)), .flags = TRANSITION_FINAL },
    { .event = "break_down", .label = { "Broken", "故障" }, .clause = "P12 break_down", .from = "in_service limited", .to = "under_repair",
      .by = "facility_keeper", .takes = "fault measuring_touched? note?", .effects = EFFECTS(OUT("under_repair"), LABEL("red"), STOP("calibration")) },
    { .event = "repair", .label = { "Repair", "送修" }, .clause = "P12 repair", .from = "failed", .to = "under_repair", .by = "facility_keeper",
      .takes = "repairer? expected_back? note?", .guards = GUARDS(&not_lent, &back_ahead),
      .effects = EFFECTS(OUT("under_repair"), START_IF("lab_back", "(:expected_back)::timestamp at time zone company_zone()", ":expected_back is not null")) },
    { .event = "recheck", .label = { "Repaired, to be calibrated", "修复送检" }, .clause = "P12 recheck", .from = "under_repair", .to = "calibrating",
      .when = "e.needs_calibration", .by = "facility_keeper",
      .takes = "repair_report repairer? repair_cost? checked_ok? calibration_kind? lab? expected_back? note?",
      .guards = GUARDS(&kind_given, &class_a_body, &not_lent, &back_ahead),
      .effects = EFFECTS(STOP("lab_back"), SENT, RECORD("facility_repair")), .flags = TRANSITION_FINAL },
    { .event = "recheck", .label = { "Repaired", "修复" }, .clause = "P12 recheck", .from = "under_repair", .to = "in_service", .by = "facility_keeper",
      .takes = "repair_report repairer? repair_cost? checked_ok? calibration_kind? lab? expected_back? note?", .guards = GUARDS(&checked),
      .effects = EFFECTS(IN_SERVICE("null::date"), STOP("lab_back"), RECORD("facility_repair")), .flags = TRANSITION_FINAL },
    { .event = "seal", .label = { "Seal", "封存" }, .clause = "P12 seal", .from = "in_service", .to = "sealed", .by = "facility_keeper",
      .takes = "reason", .guards = GUARDS(&not_lent, &idle_long),
      .effects = EFFECTS(OUT("sealed"), SET("out_since", "company_date(:at)"), LABEL("red"), STOP("calibration"), RECORD("facility_disposal")) },
    { .event = "unseal", .label = { "Unseal", "启封" }, .clause = "P12 unseal", .from = "sealed", .to = "in_service", .when = "e.needs_calibration",
      .by = "facility_keeper", .takes = "certificate_no? calibrated_on? traceable_to? calibration_kind? lab? cal_interval_months? checked_ok? note?",
      .guards = GUARDS(&calibrated_before_use, &class_a_body, &certificate_in_time, &calibrated_while_out, &certificate_new),
      .effects = EFFECTS(CALIBRATED, CERTIFICATE(":calibrated_on", "'pass'", ":calibration_kind", ":lab", ", 'traceable_to', :traceable_to"),
                         IN_SERVICE("(" NEXT_ASKED ")")),
      .flags = TRANSITION_FINAL },
    { .event = "unseal", .label = { "Unseal", "启封" }, .clause = "P12 unseal", .from = "sealed", .to = "in_service", .by = "facility_keeper",
      .takes = "certificate_no? calibrated_on? traceable_to? calibration_kind? lab? cal_interval_months? checked_ok? note?", .guards = GUARDS(&checked),
      .effects = EFFECTS(IN_SERVICE("null::date")), .flags = TRANSITION_FINAL },
    { .event = "propose_scrap", .label = { "Propose to scrap", "提出报废" }, .clause = "designed", .from = "failed sealed under_repair due limited lost",
      .to = "same", .by = "facility_keeper", .takes = "disposal_reason value_left?",
      .effects = EFFECTS(SET("scrap_proposed", "true"), NOTIFY("deputy_gm", "disposal_proposed")) },
    { .event = "scrap", .label = { "Scrap", "报废" }, .clause = "P12 scrap", .from = "failed sealed under_repair due limited lost", .to = "scrapped",
      .by = "deputy_gm", .takes = "disposal_reason? data_wiped? asset_removed value_left?", .guards = GUARDS(&not_lent, &wiped, &taken_off),
      .effects = EFFECTS(OUT("scrapped"), SET("scrap_proposed", "false"), SET("label", "null"), SET("label_printed", "null"), RECORD("facility_disposal"),
                         FIRE_EACH("maintenance_plan", "facility_id", NULL, "end", NULL), NOTIFY("finance_officer", "facility_scrapped")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "report_loss", .label = { "Report a loss", "登记丢失" }, .clause = "P12 report_loss", .from = "in_service limited due calibrating", .to = "lost",
      .by = LENDERS " outlet_manager *@assignee", .takes = "evidence value_left? data_on_it? note?", .guards = GUARDS(&keeps_it),
      .effects = EFFECTS(OUT("lost"), SET("label", "null"), SET("label_printed", "null"), STOP("calibration"), STOP("lab_back"), SET("holder_id", "null"),
                         SET("planned_jobs", "(select coalesce(jsonb_agg(jsonb_build_object('repair_id', r.id, 'number', r.number)), '[]')"
                                             " from tool_loan l join repair r on r.id = l.repair_id"
                                             " where l.facility_id = e.id and l.closed_at is null and r.closed_at is null)"),
                         FIRE_EACH("tool_loan", "facility_id", NULL, "mark_lost", NULL), NOTIFY("facility_keeper", "facility_lost"),
                         NOTIFY("deputy_gm", "facility_lost"), NOTIFY("dispatcher", "facility_lost"),
                         NONCONFORMITY_OF("facility", "case when m.outlet_id is not null then 'outlet' else 'tech_dept' end", "minor", "concat_ws(': ', m.code, m.evidence)", "; serial = m.serial", NULL)),
      .flags = TRANSITION_FINAL },
    { .event = "found", .label = { "Found, to be calibrated", "找回待检" }, .clause = "P12 found", .from = "lost", .to = "due", .when = "e.needs_calibration",
      .by = "facility_keeper", .takes = "checked_ok? note?", .effects = EFFECTS(OUT("due"), LABEL("red")), .flags = TRANSITION_FINAL },
    { .event = "found", .label = { "Found", "找回" }, .clause = "P12 found", .from = "lost", .to = "in_service", .by = "facility_keeper",
      .takes = "checked_ok? note?", .guards = GUARDS(&checked), .effects = EFFECTS(IN_SERVICE("null::date")), .flags = TRANSITION_FINAL },
    { .event = "lend", .label = { "Lend", "借用" }, .clause = "P12 lend", .from = "in_service", .to = "same", .by = LENDERS,
      .takes = "due_on borrower_id? repair_id? note?", .guards = GUARDS(&not_lent, &lends_own, &borrower_active, &loan_short),
      .effects = EFFECTS(SET("holder_id", "coalesce(:borrower_id, :actor)"),
                         OPEN("tool_loan", "open", "facility_id = e.id; facility_code = e.code; assignee_id = coalesce(:borrower_id, :actor); due_on = :due_on;"
                                                   " repair_id = :repair_id", LINK_MUST, NULL)),
      .flags = TRANSITION_FINAL },
    { .event = "give_back", .label = { "Give back", "归还" }, .clause = "P12 give_back", .from = "in_service limited due failed under_repair", .to = "same",
      .by = LENDERS, .takes = "return_condition?", .guards = GUARDS(&is_lent, &holds_it),
      .effects = EFFECTS(SET("holder_id", "null"), FIRE_EACH("tool_loan", "facility_id", NULL, "close", "return_condition = :return_condition")),
      .flags = TRANSITION_FINAL },
    { .event = "change_holder", .label = { "Handed over", "移交" }, .clause = "00-common 11", .from = "in_service limited due failed under_repair",
      .to = "same", .by = "system", .takes = "holder_id", .flags = TRANSITION_FINAL },
    { .event = "transfer", .label = { "Move to another place", "调拨" }, .clause = "P6 4.3.1", .from = "in_service limited due sealed", .to = "same",
      .by = "facility_keeper", .takes = "location? outlet_id? to_centre? assignee_id? note?", .guards = GUARDS(&goes_somewhere, &not_lent),
      .effects = EFFECTS(SET("outlet_id", "case when :to_centre is true then null else coalesce(:outlet_id, e.outlet_id) end"), NOTIFY("@assignee", "facility_moved")) },
    { .event = "read_odometer", .label = { "Read the odometer", "登记里程" }, .clause = "P12 limits", .from = "in_service limited due", .to = "same",
      .by = LENDERS " outlet_manager", .takes = "odometer", .guards = GUARDS(&drives, &drives_on) },
    { .event = "print_label", .label = { "Print the label", "打印标识" }, .clause = "P12 labels", .from = "in_service limited due failed under_repair sealed",
      .to = "same", .by = "facility_keeper", .guards = GUARDS(&has_label), .effects = EFFECTS(SET("label_printed", "true"), RECORD("facility_label")),
      .flags = TRANSITION_FINAL },
    { .event = "correct_certificate", .label = { "Enter a corrected certificate", "登记更正证书" }, .clause = "designed", .from = "in_service limited",
      .to = "same", .by = "facility_keeper", .takes = "certificate_no calibrated_on traceable_to? reason",
      .guards = GUARDS(&has_certificate, &certificate_new, &certificate_kept_in_time),
      .effects = EFFECTS(SET("last_cal", ":calibrated_on"), SET("next_cal", NEXT_KEPT), SET("usable_until", NEXT_KEPT " - 1"), SET("label_printed", "false"),
                         SET("due_soon", "false"), SET("statuses", SAME_STATUS(NEXT_KEPT)),
                         CERTIFICATE(":calibrated_on", "case e.state when 'limited' then 'limited' else 'pass' end", "e.calibration_kind", "e.lab", ", 'traceable_to', coalesce(:traceable_to, e.traceable_to), 'follows', e.certificate_no"),
                         START_AT("calibration", "(" NEXT_KEPT ")::timestamp at time zone company_zone()"), RECORD("calibration_certificate")),
      .flags = TRANSITION_FINAL },
    { NULL },
};

static const struct timer timers[] = {
    { "fall_due", "e.state in ('in_service', 'limited') and e.next_cal <= company_date(:now)" },
    { "warn", "e.state in ('in_service', 'limited') and e.due_soon is not true and e.next_cal > company_date(:now)"
              " and e.next_cal - time_rule_number('T_P12_WARN') <= company_date(:now)" },
    { NULL },
};

static const struct given given[] = {
    { .event = "amend", .guards = GUARDS(&certificate_open, &certificate_kept_in_time, &certificate_new),
      .effects = EFFECTS(SET("last_cal", "coalesce(:calibrated_on, e.last_cal)"), SET("next_cal", "coalesce(" NEXT_KEPT ", e.next_cal)"),
                         SET("usable_until", "coalesce(" NEXT_KEPT " - 1, e.usable_until)"),
                         { .kind = EFFECT_SET, .target = "statuses", .when = ":calibrated_on is not null",
                           .sql = SAME_STATUS(NEXT_KEPT) },
                         { .kind = EFFECT_SET, .target = "certificates", .when = ":certificate_no is not null or :calibrated_on is not null or :traceable_to is not null",
                           .sql = "jsonb_set(e.certificates, '{-1}', (e.certificates -> -1) || jsonb_strip_nulls(jsonb_build_object("
                                  "'no', :certificate_no, 'on', :calibrated_on, 'traceable_to', :traceable_to)))" },
                         START_IF("calibration", "(" NEXT_KEPT ")::timestamp at time zone company_zone()", ":calibrated_on is not null")) },
    { NULL },
};

static const struct machine facility = {
    .name = "facility", .path = "facilities", .prefix = "FC", .title = { "Facility", "设施设备" }, .fields = facility_fields,
    .states = states, .transitions = transitions, .clocks = clocks, .timers = timers, .given = given, .owner = "facility_keeper",
    .amends = "name model serial location measures measuring_range accuracy certificate_no calibrated_on traceable_to",
    .without = "pause resume", .display = "name",
};

const struct procedure p12_facilities = {
    .number = 12, .code = "P12", .title = { "Repair facilities and measuring equipment", "维修设施" }, .clause = "P12",
    .machines = (const struct machine *const[]){ &facility, &p12_instrument_use, &p12_impact_assessment, &p12_retest, &p12_tool_loan,
                                                 &p12_maintenance_plan, &p12_maintenance_record, NULL },
    .forms = facility_forms,
};
