/* Choices, states, fields and clocks of a document's version. Layer: procedures, included once. */
#ifndef AFTERCARE_PROCEDURES_P20_DOCUMENT_FIELDS_H
#define AFTERCARE_PROCEDURES_P20_DOCUMENT_FIELDS_H

#include "procedures/p20.h"

const struct choice p20_classes[] = {
    { "L1", { "L1 handbook or quality manual", "一级(手册、质量手册)" } },
    { "L2", { "L2 procedure", "二级(程序文件)" } },
    { "L3", { "L3 rule or work instruction", "三级(制度、作业文件)" } },
    { "L4", { "L4 form", "四级(记录表格)" } },
    { "EX", { "External document", "外来文件" } },
    { NULL },
};
static const struct choice review_results[] = {
    { "suitable", { "Still suitable", "继续适用" } }, { "change_needed", { "To be changed", "需更改" } }, { NULL },
};
static const struct choice check_results[] = {
    { "current", { "In force unchanged", "现行有效" } },
    { "new_edition", { "There is a new edition", "已有新版" } },
    { "withdrawn", { "Withdrawn without successor", "已废止" } },
    { NULL },
};
static const struct choice media[] = { { "paper", { "Paper", "纸质" } }, { "electronic", { "Electronic", "电子" } }, { NULL } };
static const struct field copy_items[] = {
    { "dept", FIELD_ENUM, { "Department", "部门" }, .choices = department_choices },
    { "holder_id?", FIELD_TEXT, { "Holder", "持有者" }, 0, 36, 36 },
    { "holder_name?", FIELD_TEXT, { "Holder without an account", "持有者(无账号)" }, 0, 1, 60 },
    { "outlet_id?", FIELD_TEXT, { "Outlet", "网点" }, 0, 36, 36 },
    { "medium?", FIELD_ENUM, { "Medium", "介质" }, .choices = media },
    { "kept_at?", FIELD_TEXT, { "Where it is kept", "存放地点" }, 0, 1, 120 },
    { NULL },
};
static const struct state states[] = {
    { "draft", { "Being written", "编制" } },
    { "in_review", { "Being reviewed", "审核" } },
    { "pending_approval", { "Waiting for approval", "核准" } },
    { "approved", { "Approved", "已批准" } },
    { "issued", { "Issued", "已发放" } },
    { "effective", { "In force", "有效" } },
    { "under_change", { "In force, being changed", "更改中" } },
    { "suspended", { "Suspended", "暂停使用" } },
    { "superseded", { "Superseded or abolished", "已替代(废止)" } },
    { "obsolete_recalling", { "Copies being recalled", "作废回收" } },
    { "destroyed", { "Destroyed", "已销毁" }, STATE_TERMINAL },
    { "retained", { "Kept, marked obsolete", "作废留存" }, STATE_TERMINAL },
    { "rejected", { "Rejected", "未通过" }, STATE_TERMINAL },
    { NULL },
};
static const struct field fields[] = {
    { "code", FIELD_TEXT, { "Document number", "文件编号" }, FIELD_FILTER | FIELD_SEARCH, 1, 60, .example = "\"WWSH-003-P04\"" },
    { "title", FIELD_TEXT, { "Title", "文件名称" }, FIELD_FILTER | FIELD_SEARCH, 1, 120, .example = "\"报修、送修和上门维修服务控制程序\"" },
    { "class", FIELD_ENUM, { "Class", "文件类别" }, FIELD_FILTER, .choices = p20_classes },
    { "dept", FIELD_ENUM, { "Department in charge", "归口部门" }, FIELD_FILTER, .choices = department_choices },
    { "edition", FIELD_INTEGER, { "Edition", "版次(第n版)" }, FIELD_COMPUTED | FIELD_FILTER, 1, 1000 },
    { "revision_no", FIELD_INTEGER, { "Revision", "修订次数" }, FIELD_COMPUTED | FIELD_FILTER, 0, 1000 },
    { "controlled", FIELD_BOOLEAN, { "Controlled", "受控" }, FIELD_FILTER },
    { "effective_on", FIELD_DATE, { "In force from", "实施日期" }, FIELD_FILTER },
    { "form_no", FIELD_TEXT, { "Number of the form it lays down", "对应表单编号" }, FIELD_FILTER | FIELD_SEARCH, 1, 40, .example = "\"WWSH-003-P04-R02\"" },
    { "issuer", FIELD_TEXT, { "Issued by", "发布单位" }, FIELD_FILTER, 1, 120, .example = "\"国家市场监督管理总局\"" },
    REF("change_id", "Change request", "更改申请", FIELD_FILTER, "document_change"),
    REF("supersedes_id", "Version that it replaces", "被替代版本", FIELD_FILTER, "document"),
    { "large_change", FIELD_BOOLEAN, { "Large change", "重大更改" }, FIELD_FILTER },
    { "change_summary", FIELD_TEXT, { "What is different", "更改内容" }, 0, 1, 2000 },
    { "assignee_id", FIELD_REFERENCE, { "Who has to act", "经办人" }, FIELD_COMMON | FIELD_FILTER, .machine = "person" },
    REF("author_id", "Written by", "编制", FIELD_COMPUTED | FIELD_FILTER, "person"),
    { "submitted_at", FIELD_TIME, { "Submitted at", "编制时间" }, FIELD_COMPUTED },
    { "file_id", FIELD_TEXT, { "Attachment that is the document", "文件正文附件" }, 0, 36, 36 },
    { "file_sha256", FIELD_TEXT, { "Hash of the file", "正文摘要" }, FIELD_COMPUTED, 64, 64 },
    { "file_type", FIELD_TEXT, { "Type of the file", "正文格式" }, FIELD_COMPUTED, 1, 40 },
    { "read_sha256", FIELD_TEXT, { "Hash of the file that was read", "所阅正文摘要" }, FIELD_TRANSIENT, 64, 64 },
    REF("reviewed_by", "Reviewed by", "审核", FIELD_COMPUTED | FIELD_FILTER, "person"),
    { "reviewed_at", FIELD_TIME, { "Reviewed at", "审核时间" }, FIELD_COMPUTED },
    REF("approved_by", "Approved by", "核准", FIELD_COMPUTED | FIELD_FILTER, "person"),
    { "approved_at", FIELD_TIME, { "Approved at", "核准时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "approved_sha256", FIELD_TEXT, { "Hash of what was approved", "核准正文摘要" }, FIELD_COMPUTED, 64, 64 },
    { "return_reason", FIELD_TEXT, { "Sent back because", "退回原因" }, 0, 1, 1000 },
    { "decision_reason", FIELD_TEXT, { "Reason of the decision", "决定理由" }, 0, 1, 1000 },
    { "copies", FIELD_LIST, { "Distribution list", "发放清单" }, FIELD_TRANSIENT, 1, 200, .items = copy_items },
    REF("issued_by", "Issued by", "发放人", FIELD_COMPUTED, "person"),
    { "issued_at", FIELD_TIME, { "Issued at", "发放时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "training_needed", FIELD_BOOLEAN, { "Training comes first", "实施前须培训" }, FIELD_FILTER },
    { "trained_on", FIELD_DATE, { "Trained on", "培训完成日期" }, FIELD_FILTER },
    { "training_note", FIELD_TEXT, { "How it was taught", "培训情况" }, 0, 1, 1000 },
    { "made_effective_at", FIELD_TIME, { "Came into force at", "生效时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "next_review_on", FIELD_DATE, { "To be looked at by", "下次评审日期" }, FIELD_COMPUTED | FIELD_FILTER },
    { "review_called", FIELD_BOOLEAN, { "Called for the review", "已提醒评审" }, FIELD_COMPUTED },
    { "review_result", FIELD_ENUM, { "Result of the review", "评审结论" }, FIELD_FILTER, .choices = review_results },
    { "review_note", FIELD_TEXT, { "What was found", "评审意见" }, 0, 1, 2000 },
    { "last_review_on", FIELD_DATE, { "Last looked at on", "上次评审日期" }, FIELD_COMPUTED | FIELD_FILTER },
    REF("last_review_by", "Last looked at by", "上次评审人", FIELD_COMPUTED, "person"),
    { "check_result", FIELD_ENUM, { "Result of the check", "查新结果" }, FIELD_FILTER, .choices = check_results },
    { "check_source", FIELD_TEXT, { "Looked up at", "查新渠道" }, 0, 1, 200 },
    { "new_code", FIELD_TEXT, { "Number of the new edition", "新版编号" }, FIELD_TRANSIENT, 1, 60 },
    { "new_title", FIELD_TEXT, { "Title of the new edition", "新版名称" }, FIELD_TRANSIENT, 1, 120 },
    { "new_effective_on", FIELD_DATE, { "The new edition is in force from", "新版实施日期" }, FIELD_TRANSIENT },
    { "suspend_reason", FIELD_TEXT, { "Suspended because", "暂停原因" }, 0, 1, 1000 },
    { "obsolete_on", FIELD_DATE, { "Obsolete since", "作废日期" }, FIELD_COMPUTED | FIELD_FILTER },
    { "obsolete_reason", FIELD_TEXT, { "Obsolete because", "作废原因" }, 0, 1, 1000 },
    { "recalled_at", FIELD_TIME, { "Recalled at", "回收通知时间" }, FIELD_COMPUTED },
    { "destruction_method", FIELD_TEXT, { "How it is destroyed", "销毁方式" }, 0, 1, 200 },
    REF("destroyed_by", "Destroyed by", "销毁人", FIELD_COMPUTED, "person"),
    REF("witness_id", "Witnessed by", "监销人", FIELD_COMPUTED, "person"),
    { "disposed_at", FIELD_TIME, { "Disposed of at", "处置时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "retain_reason", FIELD_TEXT, { "Kept because", "留存理由" }, 0, 1, 1000 },
    REF("ended_change_id", "Change that ended", "结束的更改申请", FIELD_TRANSIENT, "document_change"),
    { NULL },
};
static const struct clock clocks[] = {
    { "sign_due", { "Review or approval", "审核核准期限" }, "T_P20_SIGN", NULL, false },
    { "issue_due", { "Distribution", "发放期限" }, "T_P20_DISTRIBUTE", NULL, false },
    { "effective_due", { "In force", "实施期限" }, "T_P20_EFFECTIVE", NULL, false },
    { "review_due", { "Periodic review or check", "定期评审(查新)期限" }, "T_P20_REVIEW", NULL, false },
    { "call_due", { "Recall of the copies", "作废回收启动期限" }, "T_P20_CALL", NULL, false },
    { "recall_due", { "All copies back", "作废文件收回期限" }, "T_P20_RECALL", NULL, false },
    { NULL },
};

#endif
