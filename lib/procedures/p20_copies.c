/* P20: numbered copies with who signed for them, what is lent, and the lists that are drawn up. */
#include "procedures/p20.h"

#define CONTROLLER "document_controller"

static const struct choice media[] = { { "paper", { "Paper", "纸质" } }, { "electronic", { "Electronic", "电子" } }, { NULL } };
static const struct choice announcements[] = { { "suspended", { "Suspended", "暂停使用" } }, { "resumed", { "In force again", "恢复使用" } }, { NULL } };
static const struct choice replace_reasons[] = { { "worn", { "Worn or damaged", "破损" } }, { "lost", { "Lost", "遗失" } }, { NULL } };

/* ---- a numbered copy ---- */

static const struct state copy_states[] = {
    { "issued", { "Issued, not signed for", "待签收" } },
    { "held", { "Held", "持有" } },
    { "recalling", { "To be given back", "待收回" } },
    { "returned", { "Given back", "已收回" }, STATE_TERMINAL },
    { "replaced", { "Worn, exchanged", "已更换" }, STATE_TERMINAL },
    { "lost", { "Lost, number void", "遗失(分发号作废)" }, STATE_TERMINAL },
    { NULL },
};
static const struct field copy_fields[] = {
    REF("document_id", "Document", "文件", FIELD_FILTER, "document"),
    { "distribution_no", FIELD_INTEGER, { "Distribution number", "分发号" }, FIELD_COMPUTED | FIELD_FILTER, 1, 100000 },
    { "copy_no", FIELD_INTEGER, { "Place on the distribution list", "发放清单序号" }, FIELD_TRANSIENT, 1, 1000 },
    { "holder_dept", FIELD_ENUM, { "Department", "持有部门" }, FIELD_FILTER, .choices = department_choices },
    { "assignee_id", FIELD_REFERENCE, { "Holder", "持有者" }, FIELD_COMMON | FIELD_FILTER, .machine = "person" },
    { "holder_name", FIELD_TEXT, { "Holder without an account", "持有者(无账号)" }, 0, 1, 60 },
    { "outlet_id", FIELD_REFERENCE, { "Outlet", "网点" }, FIELD_COMMON | FIELD_FILTER, .machine = "outlet" },
    { "medium", FIELD_ENUM, { "Medium", "介质" }, FIELD_FILTER, .choices = media },
    { "kept_at", FIELD_TEXT, { "Where it is kept", "存放地点" }, 0, 1, 120 },
    REF("replaces_id", "Instead of the copy", "更换原副本", FIELD_FILTER, "distribution_copy"),
    REF("signed_by", "Signature entered by", "签收登记人", FIELD_COMPUTED, "person"),
    { "signed_name", FIELD_TEXT, { "Signed for by", "签收人" }, 0, 1, 60 },
    { "signed_at", FIELD_TIME, { "Signed for at", "签收时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "announcement", FIELD_ENUM, { "Last announcement", "最近通知" }, 0, .choices = announcements },
    { "recalled_at", FIELD_TIME, { "Recalled at", "回收通知时间" }, FIELD_COMPUTED },
    { "returned_at", FIELD_TIME, { "Given back at", "收回时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "return_condition", FIELD_TEXT, { "Condition", "收回状况" }, 0, 1, 200 },
    { "replace_reason", FIELD_ENUM, { "Exchanged because", "更换原因" }, FIELD_FILTER, .choices = replace_reasons },
    { "loss_text", FIELD_TEXT, { "How it was lost", "遗失情况" }, 0, 1, 500 },
    { "lost_at", FIELD_TIME, { "Reported lost at", "报失时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { NULL },
};
static const struct clock copy_clocks[] = {
    { "sign_due", { "Signed for", "签收期限" }, "T_P20_DISTRIBUTE", NULL, false },
    { "return_due", { "Given back", "收回期限" }, "T_P20_RECALL", NULL, false },
    { NULL },
};
GUARD(released, "document_not_released", "exists (select from document d where d.id = :document_id and d.state in " P20_ALIVE ")", "document_id",
      "Only what is approved is distributed", "未批准或已作废的文件不得发放");
GUARD(holder_named, "holder_missing", "case :holder_dept when 'outlet' then :outlet_id is not null when 'external' then :holder_name is not null else true end",
      "holder_dept", "Name the outlet or the party outside", "须注明网点或外部单位");
GUARD(holder_active, "person_not_active",
      ":assignee_id is null or exists (select from person p where p.id = :assignee_id and p.state = 'active' and p.customer_id is null)", "assignee_id",
      "This person is not active", "该人员不在岗");
GUARD(signer_named, "signer_missing", "e.assignee_id = :actor or :signed_name is not null", "signed_name", "Say who signed", "须注明签收人");
GUARD(loss_told, "loss_text_missing", ":replace_reason <> 'lost' or :loss_text is not null", "loss_text", "Say how it was lost", "须说明遗失情况");
GUARD(document_alive, "document_not_released", "exists (select from document d where d.id = e.document_id and d.state in " P20_ALIVE ")", NULL,
      "Only what is approved is distributed", "未批准或已作废的文件不得发放");
#define ANOTHER \
    OPEN("distribution_copy", "issue", \
         "document_id = e.document_id; holder_dept = e.holder_dept; holder_name = e.holder_name; assignee_id = e.assignee_id; outlet_id = e.outlet_id;" \
         " medium = e.medium; kept_at = e.kept_at; replaces_id = e.id", LINK_MUST, NULL)
/* The number of a lost copy is void, and everybody who hands out documents or works by them hears of it. */
#define LOST \
    SET("lost_at", ":at"), RECORD("distribution_record"), NOTIFY("document_controller", "copy_lost"), NOTIFY("dept_head", "copy_lost"), \
        NOTIFY("service_manager", "copy_lost"), NOTIFY("dispatcher", "copy_lost")
static const struct transition copy_transitions[] = {
    /* Those of the distribution list are due three working days after the approval, others after they were issued. */
    { .event = "issue", .label = { "Issue a copy", "发放副本" }, .clause = "P20 issue", .to = "issued", .by = CONTROLLER,
      .takes = "document_id holder_dept assignee_id? holder_name? outlet_id? medium? kept_at? replaces_id? copy_no?", .guards = GUARDS(&released, &holder_named, &holder_active),
      .effects = EFFECTS(SET("distribution_no", "distribution_next(:document_id) + coalesce(:copy_no, 1) - 1"), SET("medium", "coalesce(:medium, 'paper')"),
                         START_AT("sign_due", "coalesce((select d.approved_at from document d where d.id = :document_id and d.state = 'approved'), :at)"),
                         NOTIFY("@assignee", "copy_to_sign")) },
    { .event = "sign", .label = { "Sign for it", "签收" }, .clause = "P20 issue", .from = "issued", .to = "held", .by = CONTROLLER " outlet_manager *@assignee",
      .takes = "signed_name?", .guards = GUARDS(&signer_named),
      .effects = EFFECTS(SET("signed_by", ":actor"), SET("signed_name", "coalesce(:signed_name, (select p.name from person p where p.id = :actor))"), SET("signed_at", ":at"),
                         STOP("sign_due"), RECORD("distribution_record")),
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "pass_on", .label = { "Announcement", "通知" }, .clause = "P20 suspend", .from = "issued held", .to = "same", .by = "system", .takes = "announcement",
      .effects = EFFECTS(NOTIFY_IF("@assignee", "document_suspended", ":announcement = 'suspended'"), NOTIFY_IF("@assignee", "document_resumed", ":announcement = 'resumed'")),
      .flags = TRANSITION_FINAL },
    { .event = "call_back", .label = { "Recall", "通知收回" }, .clause = "P20 recall", .from = "issued held", .to = "recalling", .by = "system",
      .effects = EFFECTS(SET("recalled_at", ":at"), STOP("sign_due"), START("return_due"), NOTIFY("@assignee", "copy_to_return")), .flags = TRANSITION_FINAL },
    { .event = "take_back", .label = { "Take back", "收回" }, .clause = "P20 recall", .from = "issued held recalling", .to = "returned", .by = CONTROLLER,
      .takes = "return_condition?", .effects = EFFECTS(SET("returned_at", ":at"), RECORD("distribution_record")) },
    { .event = "report_lost", .label = { "Report lost", "报失" }, .clause = "P20 replace_copy", .from = "issued held recalling", .to = "lost", .by = CONTROLLER " *@assignee",
      .takes = "loss_text", .effects = EFFECTS(LOST), .flags = TRANSITION_FINAL },
    { .event = "replace", .label = { "Exchange", "换发" }, .clause = "P20 replace_copy", .from = "issued held", .to = "lost", .when = ":replace_reason = 'lost'", .by = CONTROLLER,
      .takes = "replace_reason loss_text?", .guards = GUARDS(&loss_told, &document_alive), .effects = EFFECTS(LOST, ANOTHER), .flags = TRANSITION_FINAL },
    { .event = "replace", .label = { "Exchange", "换发" }, .clause = "P20 replace_copy", .from = "issued held", .to = "replaced", .by = CONTROLLER,
      .takes = "replace_reason loss_text?", .guards = GUARDS(&document_alive), .effects = EFFECTS(SET("returned_at", ":at"), RECORD("distribution_record"), ANOTHER),
      .flags = TRANSITION_FINAL },
    { .event = "find_again", .label = { "Found again: taken back", "找回" }, .clause = "designed", .from = "lost", .to = "returned", .by = CONTROLLER,
      .takes = "return_condition?", .effects = EFFECTS(SET("returned_at", ":at"), RECORD("distribution_record")), .flags = TRANSITION_FINAL },
    /* Who takes a copy over signs for it. */
    { .event = "reassign", .label = { "Hand over to another holder", "移交" }, .clause = "00-common 11", .from = "issued held", .to = "issued", .by = CONTROLLER,
      .takes = "assignee_id reassign_reason note?", .guards = GUARDS(&holder_active),
      .effects = EFFECTS(SET("holder_dept", "coalesce((select p.department from person p where p.id = :assignee_id), e.holder_dept)"),
                         SET("outlet_id", "(select p.outlet_id from person p where p.id = :assignee_id)"), SET("holder_name", "null"), SET("signed_by", "null"),
                         SET("signed_name", "null"), SET("signed_at", "null"), SET("to_reassign", "null"), START("sign_due"), NOTIFY("@assignee", "copy_to_sign")),
      .flags = TRANSITION_FINAL },
    { .event = "mark_to_reassign", .label = { "The holder has left", "持有者离职" }, .clause = "00-common 11", .from = "*", .to = "same", .by = "system",
      .effects = EFFECTS(SET("to_reassign", "'left_company'"), NOTIFY("document_controller", "to_reassign")), .flags = TRANSITION_FINAL },
    { NULL },
};
static const struct timer copy_timers[] = {
    { "mark_to_reassign", "e.to_reassign is null and e.assignee_id in (select p.id from person p where p.state = 'left')" },
    { NULL },
};
const struct machine p20_distribution_copy = {
    .name = "distribution_copy", .path = "distribution-copies", .prefix = "DN", .title = { "Controlled copy", "受控副本" }, .fields = copy_fields, .states = copy_states,
    .transitions = copy_transitions, .clocks = copy_clocks, .timers = copy_timers, .owner = CONTROLLER, .readers = STAFF, .amends = "kept_at holder_name",
    .without = "void pause resume", .work = "e.state in ('issued', 'recalling') or e.to_reassign is not null",
    .given = (const struct given[]){ { .event = "amend", .from = "issued held" }, { .event = "revert", .from = "issued held recalling returned" }, { NULL } },
    .default_outlet = ":outlet_id",
};

/* ---- what is lent ---- */

static const struct state loan_states[] = {
    { "lent", { "Lent", "借出" } },
    { "returned", { "Given back", "已归还" }, STATE_TERMINAL },
    { "lost", { "Lost", "遗失" }, STATE_TERMINAL },
    { NULL },
};
static const struct field loan_fields[] = {
    REF("document_id", "Document", "文件", FIELD_FILTER, "document"),
    { "assignee_id", FIELD_REFERENCE, { "Borrower", "借阅人" }, FIELD_COMMON | FIELD_FILTER, .machine = "person" },
    { "purpose", FIELD_TEXT, { "What for", "借阅用途" }, 0, 1, 500 },
    { "due_on", FIELD_DATE, { "To be back by", "应归还日期" }, FIELD_FILTER },
    { "marked_uncontrolled", FIELD_BOOLEAN, { "Copy is marked as not controlled", "已加盖非受控标识" }, 0 },
    { "called_back_at", FIELD_TIME, { "Called back at", "催还时间" }, FIELD_COMPUTED },
    { "returned_at", FIELD_TIME, { "Given back at", "归还时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "return_condition", FIELD_TEXT, { "Condition", "归还状况" }, 0, 1, 200 },
    { "loss_text", FIELD_TEXT, { "How it was lost", "遗失情况" }, 0, 1, 500 },
    { NULL },
};
static const struct clock loan_clocks[] = { { "loan_due", { "Given back", "归还期限" }, "T_P20_LOAN", NULL, false }, { NULL } };
GUARD(lendable, "document_not_in_force", "exists (select from document d where d.id = :document_id and d.state in ('effective', 'under_change'))", "document_id",
      "Only a version in force is lent", "仅可借阅有效版本");
GUARD(is_marked, "copy_not_marked", ":marked_uncontrolled is true", "marked_uncontrolled", "A lent copy is marked as not controlled", "借出副本须加盖非受控标识");
GUARD(due_within, "loan_too_long",
      ":due_on is null or (:due_on >= company_date(:at) and :due_on <= company_date(:at) + time_rule_number('N_P20_LOAN_DAYS'))", "due_on",
      "A document is lent for seven days at most", "借阅期限不得超过7天");
#define LOAN_DUE "coalesce(:due_on, company_date(:at) + time_rule_number('N_P20_LOAN_DAYS'))"
static const struct transition loan_transitions[] = {
    { .event = "lend", .label = { "Lend", "借出" }, .clause = "P20 lend", .to = "lent", .by = CONTROLLER,
      .takes = "document_id assignee_id purpose marked_uncontrolled due_on?", .guards = GUARDS(&lendable, &holder_active, &is_marked, &due_within),
      .effects = EFFECTS(SET("due_on", LOAN_DUE), SET("outlet_id", "(select p.outlet_id from person p where p.id = :assignee_id)"), START_AT("loan_due", DAY(LOAN_DUE)),
                         RECORD("document_loan"), NOTIFY("@assignee", "document_lent")) },
    { .event = "call_back", .label = { "Call back", "催还" }, .clause = "P20 recall", .from = "lent", .to = "same", .by = CONTROLLER " system",
      .effects = EFFECTS(SET("called_back_at", ":at"), NOTIFY("@assignee", "loan_to_return")), .flags = TRANSITION_FINAL },
    { .event = "give_back", .label = { "Given back", "归还" }, .clause = "P20 lend", .from = "lent", .to = "returned", .by = CONTROLLER, .takes = "return_condition?",
      .effects = EFFECTS(SET("returned_at", ":at"), RECORD("document_loan")) },
    { .event = "report_lost", .label = { "Report lost", "报失" }, .clause = "designed", .from = "lent", .to = "lost", .by = CONTROLLER " *@assignee", .takes = "loss_text",
      .effects = EFFECTS(RECORD("document_loan"), NOTIFY("document_controller", "loan_lost"), NOTIFY("dept_head", "loan_lost")), .flags = TRANSITION_FINAL },
    { NULL },
};
const struct machine p20_document_loan = {
    .name = "document_loan", .path = "document-loans", .prefix = "DB", .title = { "Lent document", "文件借阅" }, .fields = loan_fields, .states = loan_states,
    .transitions = loan_transitions, .clocks = loan_clocks, .owner = CONTROLLER, .readers = STAFF, .amends = "purpose", .without = "reassign pause resume",
    .given = (const struct given[]){ { .event = "revert", .from = "lent returned" }, { NULL } },
};

/* ---- lists as they were drawn up: the current ones are /v1/reports/controlled-documents ---- */

static const struct choice list_kinds[] = {
    { "controlled", { "Controlled documents", "受控文件清单" } }, { "external", { "External documents", "外来文件清单" } }, { NULL },
};
static const struct state list_states[] = { { "drawn_up", { "Drawn up", "已编制" }, STATE_TERMINAL }, { NULL } };
static const struct field list_fields[] = {
    { "kind", FIELD_ENUM, { "List", "清单" }, FIELD_FILTER, .choices = list_kinds },
    { "as_of", FIELD_DATE, { "As of", "截至日期" }, FIELD_COMPUTED | FIELD_FILTER },
    { "documents", FIELD_INTEGER, { "Documents", "文件数" }, FIELD_COMPUTED, 0, 100000 },
    { NULL },
};
static const struct transition list_transitions[] = {
    { .event = "draw_up", .label = { "Draw up", "编制清单" }, .clause = "P20 records", .to = "drawn_up", .by = CONTROLLER, .takes = "kind",
      .effects = EFFECTS(SET("as_of", "company_date(:at)"), SET("documents", "jsonb_array_length(documents_in_force(:kind = 'external'))"),
                         RECORD_IF("controlled_document_list", ":kind = 'controlled'"), RECORD_IF("external_document_list", ":kind = 'external'")) },
    { NULL },
};
const struct machine p20_document_list = {
    .name = "document_list", .path = "document-lists", .prefix = "DI", .title = { "List of documents", "文件清单" }, .scope = SCOPE_STAFF, .fields = list_fields,
    .states = list_states, .transitions = list_transitions, .owner = CONTROLLER, .readers = STAFF, .without = "amend revert void reassign pause resume", .display = "kind",
};
