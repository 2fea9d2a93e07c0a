/* P10 A: what points to a defect, from whoever has seen it. The same model again joins the case that runs. */
#include "procedures/p10.h"

const struct choice p10_signal_sources[] = {
    { "service_factor", { "Service factor", "服务因素" } },
    { "repair", { "Repair", "维修" } },
    { "return_repair", { "Return repair: the same fault again and again", "返修同类故障" } },
    { "delivery", { "Delivery or installation", "送货安装" } },
    { "complaint", { "Complaint", "客户投诉" } },
    { "supplier", { "Maker or supplier", "厂家或供应商" } },
    { "regulator", { "Regulator", "市场监管部门" } },
    { "media", { "Media", "媒体" } },
    { "employee", { "Employee", "员工" } },
    { NULL },
};
const struct choice p10_injuries[] = {
    { "none", { "None", "无" } },
    { "minor", { "Minor injury", "轻伤" } },
    { "serious", { "Serious injury", "重伤" } },
    { "death", { "Death", "死亡" } },
    { NULL },
};
static const struct state states[] = {
    { "logged", { "Logged, model to be found out", "已登记待识别" } },
    { "joined", { "In a case", "已并入召回案" }, STATE_TERMINAL },
    { "dismissed", { "No sign of a defect", "不构成线索" }, STATE_TERMINAL },
    { NULL },
};
static const struct field fields[] = {
    { "source", FIELD_ENUM, { "Comes from", "线索来源" }, FIELD_FILTER, .choices = p10_signal_sources },
    { "source_number", FIELD_TEXT, { "Number of the source record", "来源记录编号" }, FIELD_FILTER, 1, 40, .example = "\"CP-2026-000012\"" },
    { "model", FIELD_TEXT, { "Model", "型号" }, FIELD_FILTER, 1, 120, .example = "\"ZN-2000\"" },
    { "batch", FIELD_TEXT, { "Batch", "批次" }, FIELD_FILTER, 1, 80 },
    { "serials", FIELD_TEXTS, { "Serial numbers", "序列号" }, FIELD_FILTER, 0, 200 },
    { "symptom", FIELD_TEXT, { "What was seen", "缺陷现象" }, 0, 1, 2000, .example = "\"电源模块冒烟\"" },
    { "injury", FIELD_ENUM, { "Injury", "人身伤害" }, FIELD_FILTER, .choices = p10_injuries },
    { "property_loss", FIELD_MONEY, { "Loss of property in fen", "财产损失(分)" }, FIELD_FILTER, 0, 100000000000 },
    { "recalled_abroad", FIELD_BOOLEAN, { "Recalled abroad", "境外已召回" }, FIELD_FILTER },
    { "received_at", FIELD_TIME, { "Received", "收到时间" }, FIELD_FILTER },
    { "apart_reason", FIELD_TEXT, { "Why it is a case of its own", "另案理由" }, 0, 1, 500 },
    REF("recall_id", "Recall", "召回案", FIELD_FILTER, "recall"),
    { NULL },
};
static const struct clock clocks[] = {
    { "identify_due", { "Model found out", "线索识别期限" }, "T_P10_OPEN", NULL, false },
    { "identify_injury_due", { "Model found out, somebody was hurt", "线索识别期限(涉及伤害)" }, "T_P10_OPEN_INJURY", NULL, false },
    { NULL },
};

GUARD(received_past, "received_ahead", ":received_at is null or :received_at <= :at + interval '5 minutes'", "received_at", "The time lies ahead",
      "收到时间在将来");
GUARD(source_known, "unknown_source", ":source_number is null or exists (select from entity n where n.number = :source_number)", "source_number",
      "There is nothing with that number", "来源单号不存在");
GUARD(case_open, "case_closed", "exists (select from recall r where r.id = :recall_id and r.closed_at is null)", "recall_id", "That case is closed",
      "该召回案已结束");
GUARD(other_case, "same_case", ":recall_id is distinct from e.recall_id", "recall_id", "It is in that case already", "已在该案中");
GUARD(not_alone, "only_signal", "recall_signals(e.recall_id) > 1", NULL, "The case consists of this signal alone", "该案仅此一条线索");

#define LOG_TAKES "symptom source? source_number? model? batch? serials? injury? property_loss? recalled_abroad? received_at?"
#define LOG_GUARDS GUARDS(&received_past, &source_known)
#define LOGGED SET("source", "coalesce(:source, 'employee')"), SET("received_at", "coalesce(:received_at, :at)"), SET("injury", "coalesce(:injury, 'none')"), \
    RECORD("defect_signal")
#define CASE_OF(model) "recall_open_of(" model ")"
#define NEW_CASE(model, from, own) \
    OPEN("recall", "log_signal", \
         "model = " model "; batch = " from "batch; serials = " from "serials; symptom = " from "symptom; source = " from "source; source_number = " from \
         "source_number; injury = " from "injury; property_loss = " from "property_loss; recalled_abroad = " from "recalled_abroad; own_case = " own, \
         LINK_MUST, NULL)
#define IDENTIFY_TAKES "model batch? serials?"
#define IDENTIFIED STOP("identify_due"), STOP("identify_injury_due")

static const struct transition transitions[] = {
    { .event = "log", .label = { "Log a signal", "登记线索" }, .clause = "P10 A", .to = "joined", .when = CASE_OF(":model") " is not null", .by = P10_STAFF " system",
      .takes = LOG_TAKES, .guards = LOG_GUARDS,
      .effects = EFFECTS(LOGGED, SET("recall_id", CASE_OF(":model")), NOTIFY("service_manager", "recall_signal_again")) },
    { .event = "log", .label = { "Log a signal", "登记线索" }, .clause = "P10 A", .to = "joined", .when = ":model is not null", .by = P10_STAFF " system",
      .takes = LOG_TAKES, .guards = LOG_GUARDS,
      .effects = EFFECTS(LOGGED, SET("recall_id", ":new1"), NEW_CASE(":model", ":", "false")) },
    { .event = "log", .label = { "Log a signal", "登记线索" }, .clause = "P10 A", .to = "logged", .by = P10_STAFF " system", .takes = LOG_TAKES, .guards = LOG_GUARDS,
      .effects = EFFECTS(LOGGED, START_IF("identify_due", NULL, "not " P10_INJURED), START_IF("identify_injury_due", NULL, P10_INJURED),
                         NOTIFY("service_manager", "recall_signal_to_identify"), NOTIFY_IF("deputy_gm", "recall_signal_grave", P10_GRAVE)) },
    { .event = "identify", .label = { "Name the model", "识别型号" }, .clause = "P10 A", .from = "logged", .to = "joined", .when = CASE_OF(":model") " is not null",
      .by = "service_manager technician dept_head", .takes = IDENTIFY_TAKES,
      .effects = EFFECTS(IDENTIFIED, SET("recall_id", CASE_OF(":model")), NOTIFY("service_manager", "recall_signal_again")), .flags = TRANSITION_FINAL },
    { .event = "identify", .label = { "Name the model", "识别型号" }, .clause = "P10 A", .from = "logged", .to = "joined", .by = "service_manager technician dept_head",
      .takes = IDENTIFY_TAKES,
      .effects = EFFECTS(IDENTIFIED, SET("recall_id", ":new1"),
                         OPEN("recall", "log_signal",
                              "model = :model; batch = coalesce(:batch, e.batch); serials = coalesce(:serials, e.serials); symptom = e.symptom; source = e.source;"
                              " source_number = e.source_number; injury = e.injury; property_loss = e.property_loss; recalled_abroad = e.recalled_abroad; own_case = false",
                              LINK_MUST, NULL)),
      .flags = TRANSITION_FINAL },
    { .event = "dismiss", .label = { "No sign of a defect", "不构成线索" }, .clause = "designed", .from = "logged", .to = "dismissed", .by = "service_manager",
      .takes = "reason", .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    /* A model may have two defects. */
    { .event = "set_apart", .label = { "A case of its own", "另立召回案" }, .clause = "designed", .from = "joined", .to = "same", .by = "service_manager",
      .takes = "apart_reason", .guards = GUARDS(&not_alone), .effects = EFFECTS(SET("recall_id", ":new1"), NEW_CASE("e.model", "e.", "true")),
      .flags = TRANSITION_FINAL },
    { .event = "move", .label = { "Move to another case", "转入另案" }, .clause = "designed", .from = "logged joined", .to = "joined", .by = "service_manager",
      .takes = "recall_id reason", .guards = GUARDS(&case_open, &other_case), .effects = EFFECTS(IDENTIFIED), .flags = TRANSITION_FINAL },
    { NULL },
};
static const struct given given[] = { { .event = "amend", .from = "logged joined" }, { NULL } };

const struct machine p10_recall_signal = {
    .name = "recall_signal", .path = "recall-signals", .prefix = "RG", .title = { "Signal of a defect", "缺陷线索" }, .fields = fields, .states = states,
    .transitions = transitions, .clocks = clocks, .given = given, .owner = "service_manager", .readers = P10_STAFF,
    .amends = "symptom batch serials source_number", .without = "revert reassign pause resume",
};
