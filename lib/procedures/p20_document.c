/* P20: a version of a document from its draft to its disposal. What is in force stays in force until the next version is:
 * that one supersedes it in the same step. */
#include "procedures/p20_document_fields.h"
#include "procedures/p20_document_guards.h"

#define CONTROLLER "document_controller"
#define FIRE_IF(column, fired, inputs, condition) \
    { .kind = EFFECT_FIRE, .target = column, .event = fired, .sql = inputs, .mode = LINK_MUST, .when = condition }
#define MONTHS_ON(day, rule) "(" day " + make_interval(months => time_rule_number('" rule "')))::date"
#define REVIEW_IN(rule) \
    SET("next_review_on", MONTHS_ON("company_date(:at)", rule)), SET("review_called", "false"), START_AT("review_due", DAY(MONTHS_ON("company_date(:at)", rule)))
/* Whose turn it is, and so whose delay: the author's while it is written, then that of the roles that sign, then the document
 * controller's; a version in force is looked after by the head of the department in charge. */
#define WITH_CONTROLLER SET("assignee_id", "document_controller()"), SET("to_reassign", "null")
#define WITH_ROLES SET("assignee_id", "null"), SET("to_reassign", "null")
/* What is drafted no more frees the change request for another try. */
#define DRAFT_ENDED FIRE("change_id", "end_draft", NULL)
#define TELL_HOLDERS(what) FIRE_EACH("distribution_copy", "document_id", "c.state in ('issued', 'held')", "pass_on", "announcement = '" what "'")
#define OBSOLETE(why) \
    WITH_CONTROLLER, SET("obsolete_on", "company_date(:at)"), SET("obsolete_reason", why), STOP("review_due"), START("call_due"), NOTIFY("document_controller", "document_to_recall")
#define DRAFTED(author) \
    SET("assignee_id", author), SET("author_id", author), SET("controlled", "coalesce(:controlled, true)")

/* 审核: the head of the department in charge or the service manager; a procedure by the deputy. */
#define REVIEW(when_, roles) \
    { .event = "review", .label = { "Review: in order", "审核通过" }, .clause = "P20 review", .from = "in_review", .to = "pending_approval", .when = when_, .by = roles, \
      .takes = "read_sha256 note?", .guards = GUARDS(&read_it, &not_author, &for_department), \
      .effects = EFFECTS(SET("reviewed_by", ":actor"), SET("reviewed_at", ":at"), START("sign_due"), P20_TELL_APPROVER("e.class", "document_to_approve")), \
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED }
#define SEND_BACK(state_, when_, roles, guards_) \
    { .event = "send_back", .label = { "Send back to the author", "退回编制" }, .clause = "P20 review", .from = state_, .to = "draft", .when = when_, .by = roles, \
      .takes = "return_reason", .guards = guards_, \
      .effects = EFFECTS(STOP("sign_due"), SET("assignee_id", "e.author_id"), SET("reviewed_by", "null"), SET("reviewed_at", "null"), NOTIFY("@assignee", "document_sent_back")) }
#define RETURN_APPROVAL(when_, roles) SEND_BACK("pending_approval", when_, roles, NULL)
#define APPROVE(when_, roles) \
    { .event = "approve", .label = { "Approve", "核准" }, .clause = "P20 approve, P3 3.1", .from = "pending_approval", .to = "approved", .when = when_, .by = roles, \
      .takes = "read_sha256 effective_on note?", .guards = GUARDS(&read_it, &not_author, &not_reviewer, &day_ahead), \
      .effects = EFFECTS(SET("approved_by", ":actor"), SET("approved_at", ":at"), SET("approved_sha256", "e.file_sha256"), SET("return_reason", "null"), \
                         WITH_CONTROLLER, STOP("sign_due"), START("issue_due"), RECORD("document_approval"), NOTIFY("document_controller", "document_to_issue"), \
                         NOTIFY("@opener", "document_approved")), \
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED }
#define REJECT(when_, roles) \
    { .event = "reject", .label = { "Reject", "否决" }, .clause = "P20 states", .from = "in_review pending_approval", .to = "rejected", .when = when_, .by = roles, \
      .takes = "decision_reason", .guards = GUARDS(&not_author), .effects = EFFECTS(DRAFT_ENDED, NOTIFY("@opener", "document_rejected")), \
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED }
/* An error found between approval and the day it comes into force. */
#define STOP_RELEASE(when_, roles) \
    { .event = "stop_release", .label = { "Stop before it is in force", "实施前停止" }, .clause = "designed", .from = "approved issued", .to = "rejected", .when = when_, \
      .by = roles, .takes = "decision_reason", \
      .effects = EFFECTS(FIRE_EACH("distribution_copy", "document_id", "c.state in ('issued', 'held')", "call_back", NULL), DRAFT_ENDED, \
                         NOTIFY("@opener", "document_stopped"), NOTIFY("document_controller", "document_stopped")), \
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED }
#define SUSPEND(when_, roles) \
    { .event = "suspend", .label = { "Suspend", "暂停使用" }, .clause = "P20 suspend", .from = "effective under_change", .to = "suspended", .when = when_, .by = roles, \
      .takes = "suspend_reason", \
      .effects = EFFECTS(TELL_HOLDERS("suspended"), NOTIFY("document_controller", "document_suspended"), NOTIFY("dept_head", "document_suspended")), \
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED }
#define RESUMED(to_, when_, roles) \
    { .event = "resume", .label = { "In force again", "恢复使用" }, .clause = "P20 resume", .from = "suspended", .to = to_, .when = when_, .by = roles, .takes = "note?", \
      .effects = EFFECTS(SET("suspend_reason", "null"), TELL_HOLDERS("resumed"), NOTIFY("dept_head", "document_resumed")), \
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED }
#define BEING_CHANGED "document_is_changing(e.id, null)"
#define RESUME(when_, roles) RESUMED("effective", when_, roles)
#define ABOLISH(when_, roles) \
    { .event = "abolish", .label = { "Abolish", "废止" }, .clause = "P3 abolish", .from = "effective under_change suspended", .to = "superseded", .when = when_, .by = roles, \
      .takes = "obsolete_reason", .guards = GUARDS(&is_ours, &successor_none), \
      .effects = EFFECTS(OBSOLETE(":obsolete_reason"), FIRE_EACH("document_change", "document_id", NULL, "close_with_document", NULL), \
                         NOTIFY("dept_head", "document_abolished")), \
      .flags = TRANSITION_FINAL | TRANSITION_SIGNED }
#define CHECK(to_, when_, ...) \
    { .event = "check_external", .label = { "Check whether it is the current one", "外来文件查新" }, .clause = "P20 limits", .from = "effective suspended", .to = to_, .when = when_, \
      .by = CONTROLLER, .takes = "check_result check_source new_code? new_title? new_effective_on? note?", .guards = GUARDS(&is_external, &edition_named, &edition_free), \
      .effects = EFFECTS(SET("last_review_on", "company_date(:at)"), SET("last_review_by", ":actor"), RECORD("document_review"), __VA_ARGS__), .flags = TRANSITION_FINAL }
#define EXTERNAL_IN_FORCE \
    SET("class", "'EX'"), SET("edition", "1"), SET("revision_no", "0"), SET("controlled", "true"), SET("made_effective_at", ":at"), REVIEW_IN("N_P20_EXTERNAL_MONTHS")

static const struct transition transitions[] = {
    { .event = "create", .label = { "Write a new document", "编制新文件" }, .clause = "P20 create", .to = "draft", .by = STAFF,
      .takes = "title class dept code? controlled? form_no? change_summary?", .guards = GUARDS(&code_by_controller, &code_shape, &code_free, &class_ours),
      .effects = EFFECTS(DRAFTED(":actor"), SET("edition", "1"), SET("revision_no", "0"), NOTIFY_IF("document_controller", "code_wanted", ":code is null")) },
    /* From an approved change request: after five revisions, or when much changes, a new edition (第n版). */
    { .event = "revise", .label = { "Write what a change asks for", "按更改申请编制" }, .clause = "P20 change", .to = "draft", .by = "system",
      .takes = "change_id supersedes_id? assignee_id title? class? dept? large_change? controlled? change_summary?", .guards = GUARDS(&successor_free),
      .effects = EFFECTS(LOOK_UP("prior", "select d.* from document d where d.id = :supersedes_id"), DRAFTED(":assignee_id"), SET("code", "prior.code"),
                         SET("title", "coalesce(:title, prior.title)"), SET("class", "coalesce(prior.class, :class)"), SET("dept", "coalesce(prior.dept, :dept)"),
                         SET("form_no", "prior.form_no"),
                         SET("edition", "case when prior.id is null then 1 when " P20_NEW_EDITION " then prior.edition + 1 else prior.edition end"),
                         SET("revision_no", "case when prior.id is null or " P20_NEW_EDITION " then 0 else prior.revision_no + 1 end"),
                         NOTIFY("@assignee", "document_to_write"), NOTIFY_IF("document_controller", "code_wanted", ":supersedes_id is null")) },
    { .event = "register_external", .label = { "Register an external document", "登记外来文件" }, .clause = "P20 classes", .to = "effective", .by = CONTROLLER,
      .takes = "code title issuer dept effective_on?", .guards = GUARDS(&code_free),
      .effects = EFFECTS(EXTERNAL_IN_FORCE, SET("assignee_id", ":actor")) },
    { .event = "register_edition", .label = { "New edition of an external document", "登记外来文件新版" }, .clause = "P20 limits", .to = "effective", .by = "system",
      .takes = "code title issuer dept supersedes_id effective_on?",
      .effects = EFFECTS(EXTERNAL_IN_FORCE, SET("assignee_id", ":actor"), NOTIFY("dept_head", "external_edition_changed")) },
    { .event = "assign_code", .label = { "Give the number", "给定编号" }, .clause = "P20 create", .from = "draft", .to = "same", .by = CONTROLLER, .takes = "code",
      .guards = GUARDS(&code_inherited, &code_shape, &code_free), .effects = EFFECTS(NOTIFY("@assignee", "code_given")) },
    { .event = "submit", .label = { "Submit", "提交审核" }, .clause = "P20 submit", .from = "draft", .to = "in_review", .by = "*@assignee", .takes = "file_id change_summary?",
      .guards = GUARDS(&has_code, &file_known, &file_new, &change_told),
      .effects = EFFECTS(LOOK_UP("body", "select encode(a.sha256, 'hex') as sha256, a.media_type from attachment a where a.entity_id = e.id and a.id::text = lower(:file_id)"),
                         SET("file_sha256", "body.sha256"), SET("file_type", "body.media_type"), SET("author_id", ":actor"), SET("submitted_at", ":at"), WITH_ROLES, START("sign_due"),
                         NOTIFY_IF("deputy_gm", "document_to_review", "e.class = 'L2'"), NOTIFY_IF("dept_head", "document_to_review", "e.class <> 'L2'"),
                         NOTIFY_IF("service_manager", "document_to_review", "e.class <> 'L2'")) },
    REVIEW("e.class = 'L2'", "deputy_gm"),
    REVIEW(NULL, "dept_head service_manager deputy_gm"),
    SEND_BACK("in_review", "e.class = 'L2'", "deputy_gm", NULL),
    SEND_BACK("in_review", NULL, "dept_head service_manager deputy_gm", GUARDS(&for_department)),
    P20_BY_CLASS(RETURN_APPROVAL),
    P20_BY_CLASS(APPROVE),
    P20_BY_CLASS(REJECT),
    { .event = "issue", .label = { "Issue", "发放" }, .clause = "P20 issue, P3 4.3", .from = "approved", .to = "issued", .by = CONTROLLER,
      .takes = "copies training_needed note?", .guards = GUARDS(&holders_known, &outlets_known),
      .effects = EFFECTS(SET("issued_by", ":actor"), SET("assignee_id", ":actor"), SET("issued_at", ":at"), STOP("issue_due"), START_AT("effective_due", DAY("e.effective_on")),
                         OPEN_EACH("distribution_copy", "issue", ":copies",
                                   "document_id = e.id; copy_no = place; holder_dept = item ->> 'dept'; holder_name = item ->> 'holder_name'; medium = item ->> 'medium';"
                                   " kept_at = item ->> 'kept_at'; assignee_id = (select p.id from person p where p.id::text = lower(item ->> 'holder_id'));"
                                   " outlet_id = (select o.id from outlet o where o.id::text = lower(item ->> 'outlet_id'))"),
                         OPEN("training_event", "plan", "course = left(concat_ws(' ', e.code, e.title), 200); kind = 'basic'; with_exam = false; department = e.dept;"
                              " contents = coalesce(e.change_summary, e.title)", LINK_MUST, ":training_needed is true"),
                         NOTIFY_IF("hr_officer", "document_to_teach", ":training_needed is true")),
      .flags = TRANSITION_FINAL },
    { .event = "confirm_training", .label = { "Training is done", "确认培训完成" }, .clause = "P3 4.4", .from = "issued", .to = "same", .by = "hr_officer",
      .takes = "trained_on training_note", .guards = GUARDS(&training_open, &training_past) },
    { .event = "make_effective", .label = { "Comes into force", "生效" }, .clause = "P20 make_effective", .from = "issued", .to = "effective", .by = "system",
      .effects = EFFECTS(SET("made_effective_at", ":at"), SET("assignee_id", "nonconformity_head(e.dept, null)"), STOP("effective_due"), REVIEW_IN("N_P20_REVIEW_MONTHS"),
                         FIRE("supersedes_id", "supersede", "obsolete_reason = concat_ws(' ', '替代', e.number)"), FIRE("change_id", "finish", NULL),
                         /* 93-links: the form book of P21 follows. */
                         OPEN("form_template", "revise", "form_no = m.form_no; document_number = m.number; edition = m.edition; revision_no = m.revision_no", LINK_LATER,
                              "e.form_no is not null"),
                         NOTIFY("@opener", "document_effective"), NOTIFY("document_controller", "document_effective"), NOTIFY("dept_head", "document_effective")),
      .flags = TRANSITION_FINAL },
    { .event = "supersede", .label = { "Superseded", "被替代" }, .clause = "P20 make_effective", .from = "effective under_change suspended", .to = "superseded", .by = "system",
      .takes = "obsolete_reason", .effects = EFFECTS(OBSOLETE(":obsolete_reason")), .flags = TRANSITION_FINAL },
    { .event = "call_for_review", .label = { "Review is near", "评审(查新)临期" }, .clause = "P20 limits", .from = "effective under_change suspended", .to = "same", .by = "system",
      .effects = EFFECTS(SET("review_called", "true"), NOTIFY("document_controller", "document_to_look_at"), NOTIFY_IF("dept_head", "document_to_look_at", "e.class <> 'EX'")),
      .flags = TRANSITION_FINAL },
    { .event = "periodic_review", .label = { "Periodic review", "定期评审" }, .clause = "P20 periodic_review", .from = "effective under_change", .to = "under_change",
      .when = ":review_result = 'change_needed'", .by = "dept_head service_manager deputy_gm", .takes = "review_result review_note?",
      .guards = GUARDS(&is_ours, &for_department, &finding_told),
      .effects = EFFECTS(SET("last_review_on", "company_date(:at)"), SET("last_review_by", ":actor"), REVIEW_IN("N_P20_REVIEW_MONTHS"), RECORD("document_review"),
                         OPEN("document_change", "request", "document_id = e.id; source = 'review'; dept = e.dept; change_reason = :review_note", LINK_MUST, NULL)),
      .flags = TRANSITION_FINAL },
    { .event = "periodic_review", .label = { "Periodic review", "定期评审" }, .clause = "P20 periodic_review", .from = "effective under_change", .to = "same",
      .by = "dept_head service_manager deputy_gm", .takes = "review_result review_note?", .guards = GUARDS(&is_ours, &for_department, &finding_told),
      .effects = EFFECTS(SET("last_review_on", "company_date(:at)"), SET("last_review_by", ":actor"), REVIEW_IN("N_P20_REVIEW_MONTHS"), RECORD("document_review")),
      .flags = TRANSITION_FINAL },
    CHECK("superseded", ":check_result = 'new_edition'", OBSOLETE("concat_ws(' ', '替代', :new_code)"),
          OPEN("document", "register_edition",
               "code = :new_code; title = coalesce(:new_title, e.title); issuer = e.issuer; dept = e.dept; supersedes_id = e.id; effective_on = :new_effective_on", LINK_MUST, NULL)),
    CHECK("superseded", ":check_result = 'withdrawn'", OBSOLETE("'废止'"), NOTIFY("dept_head", "external_withdrawn")),
    CHECK("same", NULL, REVIEW_IN("N_P20_EXTERNAL_MONTHS")),
    /* An approved change, or its end without a new version; what is suspended stays so. */
    { .event = "begin_change", .label = { "A change is approved", "更改获批" }, .clause = "P20 request_change", .from = "effective under_change", .to = "under_change", .by = "system",
      .flags = TRANSITION_FINAL },
    { .event = "begin_change", .label = { "A change is approved", "更改获批" }, .clause = "P20 request_change", .from = "suspended", .to = "same", .by = "system",
      .flags = TRANSITION_FINAL },
    { .event = "end_change", .label = { "A change is given up", "更改终止" }, .clause = "designed", .from = "under_change", .to = "effective",
      .when = "not document_is_changing(e.id, :ended_change_id)", .by = "system", .takes = "ended_change_id", .flags = TRANSITION_FINAL },
    { .event = "end_change", .label = { "A change is given up", "更改终止" }, .clause = "designed", .from = "* destroyed retained", .to = "same", .by = "system",
      .takes = "ended_change_id", .flags = TRANSITION_FINAL },
    P20_BY_CLASS(SUSPEND),
    RESUMED("under_change", P20_TOP " and " BEING_CHANGED, "general_manager"),
    RESUMED("under_change", P20_RULES " and " BEING_CHANGED, "deputy_gm general_manager"),
    RESUMED("under_change", BEING_CHANGED, "service_manager deputy_gm"),
    P20_BY_CLASS(RESUME),
    P20_BY_CLASS(ABOLISH),
    P20_BY_CLASS(STOP_RELEASE),
    { .event = "mark_to_reassign", .label = { "Who has to act has left", "经办人离职" }, .clause = "00-common 11", .from = "*", .to = "same", .by = "system",
      .effects = EFFECTS(SET("to_reassign", "'left_company'"), NOTIFY("document_controller", "to_reassign")), .flags = TRANSITION_FINAL },
    { .event = "recall", .label = { "Recall the copies", "作废回收" }, .clause = "P20 recall", .from = "superseded", .to = "obsolete_recalling", .by = CONTROLLER,
      .takes = "note?",
      .effects = EFFECTS(SET("recalled_at", ":at"), SET("assignee_id", ":actor"), STOP("call_due"), START("recall_due"),
                         FIRE_EACH("distribution_copy", "document_id", "c.state in ('issued', 'held')", "call_back", NULL),
                         FIRE_EACH("document_loan", "document_id", NULL, "call_back", NULL)),
      .flags = TRANSITION_FINAL },
    { .event = "destroy", .label = { "Destroy: first signature", "销毁(签署)" }, .clause = "P20 destroy", .from = "obsolete_recalling", .to = "same", .by = CONTROLLER,
      .takes = "destruction_method", .guards = GUARDS(&copies_back, &loans_back, &not_signed), .effects = EFFECTS(SET("destroyed_by", ":actor")), .flags = TRANSITION_SIGNED },
    { .event = "witness_destruction", .label = { "Destroyed: second signature", "监销(签署)" }, .clause = "P20 destroy", .from = "obsolete_recalling", .to = "destroyed",
      .by = STAFF, .takes = "note?", .guards = GUARDS(&is_signed, &second_person),
      .effects = EFFECTS(SET("witness_id", ":actor"), SET("disposed_at", ":at"), RECORD("obsolete_disposal")), .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { .event = "retain", .label = { "Keep, marked obsolete", "作废留存" }, .clause = "P20 retain", .from = "obsolete_recalling", .to = "retained", .by = CONTROLLER,
      .takes = "retain_reason", .guards = GUARDS(&copies_back, &loans_back, &not_signed),
      .effects = EFFECTS(SET("disposed_at", ":at"), RECORD("obsolete_disposal")), .flags = TRANSITION_FINAL | TRANSITION_SIGNED },
    { NULL },
};
static const struct timer timers[] = {
    { "make_effective", "e.state = 'issued' and e.effective_on <= company_date(:now) and document_trained(e.id, e.training_needed, e.trained_on)" },
    { "mark_to_reassign", "e.to_reassign is null and e.assignee_id in (select p.id from person p where p.state = 'left')" },
    { "call_for_review", "e.review_called is false and e.state in " P20_IN_FORCE
                         " and e.next_review_on - time_rule_number('N_P20_REVIEW_AHEAD') <= company_date(:now)" },
    { NULL },
};
static const struct given given[] = {
    { .event = "amend", .from = "draft" },
    { .event = "reassign", .guards = GUARDS(&author_active), .effects = EFFECTS(SET("author_id", "case when e.state = 'draft' then :assignee_id else e.author_id end")) },
    { .event = "void", .from = "draft effective", .guards = GUARDS(&nothing_out), .effects = EFFECTS(DRAFT_ENDED) },
    { NULL },
};
const struct machine p20_document = {
    .name = "document", .path = "documents", .prefix = "DO", .title = { "Document", "受控文件" }, .scope = SCOPE_EVERYBODY, .fields = fields, .states = states,
    .transitions = transitions, .clocks = clocks, .timers = timers, .given = given, .owner = CONTROLLER, .readers = STAFF,
    .amends = "title dept change_summary form_no", .without = "pause resume", .display = "title",
    .work = "e.state in ('draft', 'in_review', 'pending_approval', 'approved', 'issued', 'superseded', 'obsolete_recalling') or e.overdue or e.review_called",
};
