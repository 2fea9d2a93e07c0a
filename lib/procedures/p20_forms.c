/* P20: what is printed and kept. */
#include "procedures/p20.h"

#define NAME_OF(column) "(select p.name from person p where p.id = " column ")"
#define DOCUMENT_SHOWS \
    "'code', d.code, 'document_title', d.title, 'edition', d.edition, 'revision_no', d.revision_no, 'effective_on', d.effective_on," \
    " 'prepared', " NAME_OF("d.author_id") ", 'reviewed', " NAME_OF("d.reviewed_by") ", 'approved', " NAME_OF("d.approved_by")
#define DOCUMENT_FIELDS \
    { "code", FIELD_TEXT, { "Document number", "文件编号" } }, { "document_title", FIELD_TEXT, { "Title", "文件名称" } }, \
        { "edition", FIELD_INTEGER, { "Edition", "版次(第n版)" } }, { "revision_no", FIELD_INTEGER, { "Revision", "修订次数" } }, \
        { "effective_on", FIELD_DATE, { "In force from", "实施日期" } }, { "prepared", FIELD_TEXT, { "Written by", "编制" } }, \
        { "reviewed", FIELD_TEXT, { "Reviewed by", "审核" } }, { "approved", FIELD_TEXT, { "Approved by", "核准" } }
#define STAMP { "stamp", FIELD_TEXT, { "Stamp", "印章" } }
#define SHOWN "more.code more.document_title more.edition more.revision_no more.effective_on more.prepared more.reviewed more.approved"

static const struct field of_document[] = { DOCUMENT_FIELDS, STAMP, { NULL } };
static const struct field missing_items[] = {
    { "distribution_no", FIELD_INTEGER, { "Distribution number", "分发号" } },
    { "holder", FIELD_TEXT, { "Holder", "持有者" } },
    { "loss_text", FIELD_TEXT, { "How it was lost", "遗失情况" } },
    { NULL },
};
static const struct field disposal_fields[] = {
    { "copies_issued", FIELD_INTEGER, { "Copies issued", "发放份数" } },
    { "copies_back", FIELD_INTEGER, { "Copies back", "收回份数" } },
    { "copies_missing", FIELD_LIST, { "Missing copies", "未收回副本" }, .items = missing_items },
    STAMP,
    { NULL },
};
static const struct field list_items[] = {
    { "code", FIELD_TEXT, { "Document number", "文件编号" } },
    { "title", FIELD_TEXT, { "Title", "文件名称" } },
    { "class", FIELD_ENUM, { "Class", "类别" }, .choices = p20_classes },
    { "dept", FIELD_ENUM, { "Department in charge", "归口部门" }, .choices = department_choices },
    { "edition", FIELD_INTEGER, { "Edition", "版次" } },
    { "revision_no", FIELD_INTEGER, { "Revision", "修订" } },
    { "effective_on", FIELD_DATE, { "In force from", "实施日期" } },
    { "issuer", FIELD_TEXT, { "Issued by", "发布单位" } },
    { "prepared", FIELD_TEXT, { "Written", "编制" } },
    { "reviewed", FIELD_TEXT, { "Reviewed", "审核" } },
    { "approved", FIELD_TEXT, { "Approved", "核准" } },
    { "copies", FIELD_INTEGER, { "Copies", "发放份数" } },
    { "next_review_on", FIELD_DATE, { "Next review", "下次评审" } },
    { NULL },
};
static const struct field list_fields[] = { { "entries", FIELD_LIST, { "Documents", "文件" }, .items = list_items }, { NULL } };

static const struct form forms[] = {
    { "controlled_document_list", "WWSH-003-P20-R01", { "List of controlled documents", "受控文件清单" }, 36, "", "as_of documents more.entries", "company",
      "select jsonb_build_object('entries', documents_in_force(false))", list_fields },
    { "distribution_record", "WWSH-003-P20-R02", { "Distribution and recall of a controlled copy", "文件发放回收登记表" }, 36, "",
      SHOWN " distribution_no holder_dept assignee_id holder_name outlet_id medium kept_at signed_name signed_at recalled_at returned_at return_condition replace_reason"
            " loss_text lost_at more.stamp",
      "company department",
      "select jsonb_build_object(" DOCUMENT_SHOWS ", 'stamp', case when d.controlled and m.state = 'held' then '受控' end) from document d where d.id = m.document_id",
      of_document },
    { "change_request", "WWSH-003-P20-R03", { "Request to change a document", "文件更改申请单" }, 36, "",
      SHOWN " state kind title class dept source source_number change_reason change_text author_id opened_by opened_at approved_by approved_at decision_reason", "company",
      "select jsonb_build_object(" DOCUMENT_SHOWS ") from document d where d.id = m.document_id", of_document },
    { "document_review", "WWSH-003-P20-R04", { "Review of a document", "文件评审记录" }, 36, "",
      "code title class dept edition revision_no effective_on last_review_on last_review_by review_result review_note check_result check_source next_review_on", "company" },
    { "document_loan", "WWSH-003-P20-R05", { "Lent document", "借阅登记" }, 12, "",
      "more.code more.document_title more.edition more.revision_no assignee_id purpose due_on marked_uncontrolled called_back_at returned_at return_condition loss_text"
      " more.stamp",
      "company",
      "select jsonb_build_object('code', d.code, 'document_title', d.title, 'edition', d.edition, 'revision_no', d.revision_no, 'stamp', '非受控')"
      " from document d where d.id = m.document_id",
      of_document },
    { "obsolete_disposal", "WWSH-003-P20-R06", { "Disposal of an obsolete document", "作废/销毁记录" }, 60, "",
      "code title class dept edition revision_no effective_on obsolete_on obsolete_reason recalled_at more.copies_issued more.copies_back more.copies_missing"
      " destruction_method destroyed_by witness_id retain_reason disposed_at more.stamp",
      "company",
      "select document_copies_back(m.id) || jsonb_build_object('stamp', case m.state when 'retained' then '作废留存' else '作废' end)", disposal_fields },
    { "external_document_list", "WWSH-003-P20-R07", { "List of external documents", "外来文件清单" }, 36, "", "as_of documents more.entries", "company",
      "select jsonb_build_object('entries', documents_in_force(true))", list_fields },
    { "document_approval", "WWSH-003-P20-R08", { "Review and approval of a document", "文件审批表" }, 36, "",
      "code title class dept edition revision_no change_id supersedes_id change_summary author_id submitted_at reviewed_by reviewed_at approved_by approved_at"
      " approved_sha256 effective_on",
      "company" },
    { NULL },
};

const struct procedure p20_documents = {
    .number = 20, .code = "P20", .title = { "Document control", "文件控制" }, .clause = "P20",
    .machines = (const struct machine *const[]){ &p20_document, &p20_document_change, &p20_distribution_copy, &p20_document_loan, &p20_document_list, NULL },
    .forms = forms,
};
