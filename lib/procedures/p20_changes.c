/* P20: the request for a change. Anyone asks; the document controller says which document it is about and who writes; who
 * approved the document approves its change; then the next version is drafted, and its coming into force ends the request. */
#include "procedures/p20.h"

static const struct choice sources[] = {
    { "employee", { "Employee", "员工" } },
    { "review", { "Periodic review", "定期评审" } },
    { "improvement", { "Improvement", "服务改进" } },
    { "nonconformity", { "Nonconformity", "不符合纠正" } },
    { "complaint", { "Complaint", "客户投诉" } },
    { "evaluation", { "Internal evaluation", "内部评价" } },
    { "service_rule", { "Service rule", "服务制度" } },
    { "objectives", { "Commitments and objectives", "承诺与目标" } },
    { "emergency", { "Emergency drill or event", "应急演练(事件)" } },
    { "service_factor", { "Service factor", "服务因素" } },
    { "law", { "Law or standard", "法规标准" } },
    { NULL },
};
static const struct choice kinds[] = { { "change", { "Change of a document", "更改现有文件" } }, { "new", { "New document", "新编文件" } }, { NULL } };
static const struct state states[] = {
    { "requested", { "Requested", "已申请" } },
    { "pending_approval", { "Waiting for approval", "待批准" } },
    { "approved", { "Approved", "已批准" } },
    { "drafting", { "Next version under way", "编制中" } },
    { "closed", { "In force", "已实施" }, STATE_TERMINAL },
    { "rejected", { "Rejected", "未批准" }, STATE_TERMINAL },
    { "withdrawn", { "Withdrawn", "已撤回" }, STATE_TERMINAL },
    { "joined", { "Joined to another", "已并入" }, STATE_TERMINAL },
    { "abandoned", { "Given up", "已终止" }, STATE_TERMINAL },
    { NULL },
};
static const struct field fields[] = {
    { "kind", FIELD_ENUM, { "Kind", "类型" }, FIELD_FILTER, .choices = kinds },
    REF("document_id", "Document", "文件", FIELD_FILTER, "document"),
    { "class", FIELD_ENUM, { "Class", "文件类别" }, FIELD_FILTER, .choices = p20_classes },
    { "title", FIELD_TEXT, { "Title", "文件名称" }, FIELD_FILTER, 1, 120 },
    { "dept", FIELD_ENUM, { "Department", "部门" }, FIELD_FILTER, .choices = department_choices },
    { "source", FIELD_ENUM, { "Source", "来源" }, FIELD_FILTER, .choices = sources },
    { "source_number", FIELD_TEXT, { "Number of the source record", "来源记录编号" }, FIELD_FILTER, 1, 40, .example = "\"IM-2026-000012\"" },
    { "change_reason", FIELD_TEXT, { "Why", "更改原因" }, 0, 1, 2000, .example = "\"派单规定第3条与实际不符\"" },
    { "change_text", FIELD_TEXT, { "What is to be changed", "更改内容" }, 0, 1, 4000 },
    REF("author_id", "Author", "编制人", FIELD_FILTER, "person"),
    { "assignee_id", FIELD_REFERENCE, { "Who has to act", "经办人" }, FIELD_COMMON | FIELD_FILTER, .machine = "person" },
    { "decision_reason", FIELD_TEXT, { "Reason of the decision", "决定理由" }, 0, 1, 1000 },
    REF("approved_by", "Approved by", "批准人", FIELD_COMPUTED | FIELD_FILTER, "person"),
    { "approved_at", FIELD_TIME, { "Approved at", "批准时间" }, FIELD_COMPUTED | FIELD_FILTER },
    REF("joined_to_id", "Joined to", "并入", FIELD_FILTER, "document_change"),
    { "large_change", FIELD_BOOLEAN, { "Large change: new edition", "重大更改(换版)" }, 0 },
    { NULL },
};
static const struct clock clocks[] = {
    { "screen_due", { "Document and author named", "受理期限" }, "T_P20_SCREEN", NULL, false },
    { "approval_due", { "Decision on the change", "更改审批期限" }, "T_P20_CHANGE_APPROVE", NULL, false },
    { "change_due", { "Change in force", "更改实施期限" }, "T_P20_CHANGE", NULL, false },
    { NULL },
};

GUARD(source_known, "unknown_source",
      ":source_number is null or exists (select from entity n where n.number = :source_number and (:scope_outlet is null or n.outlet_id = :scope_outlet))",
      "source_number", "There is no such source record", "来源记录不存在");
/* What is asked for is about a version that people work by, and not about a law. */
GUARD(in_force, "document_not_in_force",
      "coalesce(:document_id, e.document_id) is null or exists (select from document d where d.id = coalesce(:document_id, e.document_id) and d.class <> 'EX'"
      " and d.state in " P20_IN_FORCE ")",
      "document_id", "That version is not in force, or is an external document", "该版本不在有效状态或为外来文件");
GUARD(asked_in_force, "document_not_in_force",
      ":document_id is null or exists (select from document d where d.id = :document_id and d.class <> 'EX' and d.state in " P20_IN_FORCE ")", "document_id",
      "That version is not in force, or is an external document", "该版本不在有效状态或为外来文件");
GUARD(document_named, "document_missing", "coalesce(:kind, e.kind) = 'new' or coalesce(:document_id, e.document_id) is not null", "document_id",
      "Name the document", "须注明文件");
GUARD(new_described, "new_document_unnamed",
      "coalesce(:kind, e.kind) <> 'new' or (coalesce(:title, e.title) is not null and coalesce(:class, 'EX') <> 'EX' and coalesce(:dept, e.dept) is not null)", "title",
      "A new document has a title, a class and a department in charge", "新编文件须注明名称、类别和归口部门");
GUARD(author_named, "person_not_active", "exists (select from person p where p.id = :author_id and p.state = 'active' and p.customer_id is null)", "author_id",
      "This person is not active", "该人员不在岗");
GUARD(author_active, "person_not_active", "exists (select from person p where p.id = :assignee_id and p.state = 'active' and p.customer_id is null)",
      "assignee_id", "This person is not active", "该人员不在岗");
GUARD(not_own_request, "own_request", "e.opened_by is distinct from :actor or e.source = 'review'", NULL, "Nobody approves the own request", "不得审批本人的申请");
GUARD(original_approver, "not_the_approver", "e.document_id is null or document_approver_decides(e.document_id, :actor, :at)", NULL,
      "Who approved the document approves its change", "须由原核准人批准");
GUARD(not_itself, "joins_itself", ":joined_to_id <> e.id", "joined_to_id", "It cannot be joined to itself", "不得并入自身");
GUARD(same_document, "other_document",
      "exists (select from document_change o where o.id = :joined_to_id and o.closed_at is null and o.state <> 'requested'"
      " and (e.document_id is null or o.document_id = e.document_id))",
      "joined_to_id", "The other request is closed, unnamed or about another document", "所并入的申请已结束、未受理或属其他文件");

#define CONTROLLER "document_controller"
/* Who has to act, and so whose delay it is: the document controller, then who approves, then the author. */
#define WITH_CONTROLLER SET("assignee_id", "document_controller()"), SET("to_reassign", "null")
#define ENDED FIRE("document_id", "end_change", "ended_change_id = e.id")
#define APPROVE(when_, roles) \
    { .event = "approve", .label = { "Approve", "批准更改" }, .clause = "P20 request_change", .from = "pending_approval", .to = "approved", .when = when_, .by = roles, \
      .takes = "note?", .guards = GUARDS(&not_own_request, &original_approver), \
      .effects = EFFECTS(SET("approved_by", ":actor"), SET("approved_at", ":at"), SET("assignee_id", "e.author_id"), STOP("approval_due"), START("change_due"), FIRE("document_id", "begin_change", NULL), \
                         RECORD("change_request"), NOTIFY("@assignee", "change_to_write"), NOTIFY("@opener", "change_approved")), \
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED }
#define REJECT(from_, when_, roles, guards_) \
    { .event = "reject", .label = { "Reject", "不批准" }, .clause = "designed", .from = from_, .to = "rejected", .when = when_, .by = roles, .takes = "decision_reason", \
      .guards = guards_, .effects = EFFECTS(ENDED, RECORD("change_request"), NOTIFY("@opener", "change_rejected")), .flags = TRANSITION_FINAL | TRANSITION_SIGNED }
#define REJECT_PENDING(when_, roles) REJECT("pending_approval", when_, roles, GUARDS(&not_own_request, &original_approver))
#define GIVE_UP(when_, roles) \
    { .event = "give_up", .label = { "Give up", "终止更改" }, .clause = "designed", .from = "approved", .to = "abandoned", .when = when_, .by = roles " " CONTROLLER, \
      .takes = "decision_reason", .effects = EFFECTS(ENDED, RECORD("change_request"), NOTIFY("@opener", "change_abandoned"), NOTIFY("@assignee", "change_abandoned")), \
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED }

static const struct transition transitions[] = {
    { .event = "request", .label = { "Request a change", "提出更改申请" }, .clause = "P20 request_change", .to = "requested", .by = STAFF " system",
      .takes = "change_reason change_text? document_id? kind? title? dept? source? source_number?", .guards = GUARDS(&source_known, &asked_in_force),
      .effects = EFFECTS(LOOK_UP("about", "select d.* from document d where d.id = :document_id"), SET("kind", "coalesce(:kind, 'change')"),
                         SET("source", "coalesce(:source, 'employee')"), SET("title", "coalesce(about.title, :title)"), SET("class", "about.class"),
                         SET("dept", "coalesce(about.dept, :dept)"), WITH_CONTROLLER, START("screen_due"), NOTIFY("document_controller", "change_requested")) },
    { .event = "accept", .label = { "Say which document and who writes", "受理" }, .clause = "P20 create", .from = "requested", .to = "pending_approval", .by = CONTROLLER,
      .takes = "author_id document_id? kind? title? class? dept? change_text?", .guards = GUARDS(&document_named, &in_force, &new_described, &author_named),
      .effects = EFFECTS(LOOK_UP("about", "select d.* from document d where d.id = coalesce(:document_id, e.document_id) and coalesce(:kind, e.kind) = 'change'"),
                         SET("document_id", "about.id"), SET("title", "coalesce(about.title, :title, e.title)"), SET("class", "coalesce(about.class, :class)"),
                         SET("dept", "coalesce(about.dept, :dept, e.dept)"), SET("assignee_id", "null"), STOP("screen_due"), START("approval_due"), P20_TELL_APPROVER("m.class", "change_to_approve")) },
    { .event = "join", .label = { "Join to another", "并入另一申请" }, .clause = "designed", .from = "requested pending_approval", .to = "joined", .by = CONTROLLER,
      .takes = "joined_to_id reason?", .guards = GUARDS(&not_itself, &same_document), .effects = EFFECTS(NOTIFY("@opener", "change_joined")), .flags = TRANSITION_FINAL },
    P20_BY_CLASS(APPROVE),
    REJECT("requested", NULL, CONTROLLER, NULL),
    P20_BY_CLASS(REJECT_PENDING),
    { .event = "send_back", .label = { "Send back to the document controller", "退回受理" }, .clause = "designed", .from = "pending_approval", .to = "requested",
      .by = "service_manager deputy_gm general_manager", .takes = "decision_reason", .guards = GUARDS(&original_approver),
      .effects = EFFECTS(WITH_CONTROLLER, STOP("approval_due"), START("screen_due"), NOTIFY("document_controller", "change_sent_back")) },
    { .event = "withdraw", .label = { "Withdraw", "撤回申请" }, .clause = "designed", .from = "requested pending_approval", .to = "withdrawn", .by = "*@opener",
      .takes = "reason?", .effects = EFFECTS(ENDED), .flags = TRANSITION_FINAL },
    /* The document's row moves too, so that of two changes of one document only one begins its draft. */
    { .event = "carry_out", .label = { "Begin the next version", "开始编制" }, .clause = "P20 change", .from = "approved", .to = "drafting", .by = CONTROLLER " *@assignee",
      .takes = "large_change?",
      .effects = EFFECTS(OPEN("document", "revise",
                              "change_id = e.id; supersedes_id = e.document_id; assignee_id = e.author_id; title = e.title; class = e.class; dept = e.dept;"
                              " large_change = :large_change; change_summary = left(coalesce(e.change_text, e.change_reason), 2000)",
                              LINK_MUST, NULL),
                         FIRE("document_id", "begin_change", NULL)),
      .flags = TRANSITION_FINAL },
    { .event = "end_draft", .label = { "The draft was given up", "草案终止" }, .clause = "designed", .from = "drafting", .to = "approved", .by = "system",
      .effects = EFFECTS(NOTIFY("@assignee", "change_to_write"), NOTIFY("document_controller", "draft_ended")), .flags = TRANSITION_FINAL },
    { .event = "finish", .label = { "The new version is in force", "新版本生效" }, .clause = "P20 make_effective", .from = "drafting", .to = "closed", .by = "system",
      .effects = EFFECTS(RECORD("change_request"), NOTIFY("@opener", "change_in_force")), .flags = TRANSITION_FINAL },
    P20_BY_CLASS(GIVE_UP),
    /* What was approved was the change of a text that is no longer in force. */
    { .event = "follow_version", .label = { "Another version is in force", "转至新版本" }, .clause = "designed", .from = "requested", .to = "same", .by = "system",
      .effects = EFFECTS(SET("document_id", "document_successor(e.document_id)")), .flags = TRANSITION_FINAL },
    { .event = "follow_version", .label = { "Another version is in force", "转至新版本" }, .clause = "designed", .from = "pending_approval approved", .to = "requested",
      .by = "system",
      .effects = EFFECTS(SET("document_id", "document_successor(e.document_id)"), SET("approved_by", "null"), SET("approved_at", "null"), WITH_CONTROLLER, STOP("approval_due"),
                         STOP("change_due"), START("screen_due"), NOTIFY("document_controller", "change_requested")),
      .flags = TRANSITION_FINAL },
    { .event = "mark_to_reassign", .label = { "Who has to act has left", "经办人离职" }, .clause = "00-common 11", .from = "*", .to = "same", .by = "system",
      .effects = EFFECTS(SET("to_reassign", "'left_company'"), NOTIFY("document_controller", "to_reassign")), .flags = TRANSITION_FINAL },
    { .event = "close_with_document", .label = { "The document is abolished", "文件已废止" }, .clause = "designed", .from = "*", .to = "abandoned", .by = "system",
      .effects = EFFECTS(NOTIFY("@opener", "change_abandoned")), .flags = TRANSITION_FINAL },
    { NULL },
};
static const struct timer timers[] = {
    { "follow_version", "e.state in ('requested', 'pending_approval', 'approved') and document_successor(e.document_id) is not null" },
    { "mark_to_reassign", "e.to_reassign is null and e.assignee_id in (select p.id from person p where p.state = 'left')" },
    { NULL },
};
static const struct given given[] = {
    { .event = "amend", .from = "requested pending_approval" },
    { .event = "reassign", .from = "requested approved drafting", .guards = GUARDS(&author_active),
      .effects = EFFECTS(SET("author_id", "case when e.state = 'approved' then :assignee_id else e.author_id end")) },
    { NULL },
};
const struct machine p20_document_change = {
    .name = "document_change", .path = "document-changes", .prefix = "DX", .title = { "Request to change a document", "文件更改申请" }, .fields = fields, .states = states,
    .transitions = transitions, .clocks = clocks, .timers = timers, .given = given, .owner = CONTROLLER, .readers = STAFF, .amends = "change_reason change_text",
    .without = "void pause resume", .display = "title", .default_outlet = ":scope_outlet",
};
