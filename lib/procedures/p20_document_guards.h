/* P20: what must be true before a step of a document. Layer: procedures; for p20_document.c alone. */
#ifndef AFTERCARE_PROCEDURES_P20_DOCUMENT_GUARDS_H
#define AFTERCARE_PROCEDURES_P20_DOCUMENT_GUARDS_H

#include "procedures/p20.h"

/* ---- writing ---- */
GUARD(code_by_controller, "code_not_yours", ":code is null or :has_document_controller", "code", "The document controller gives the number",
      "文件编号由文件管理员给定");
GUARD(code_shape, "code_malformed", ":code is null or :code ~ '^[A-Z]{2,8}-[0-9]{3}(-[A-Z][0-9]{2,3})*$'", "code", "Numbers look like WWSH-003-P04-R01",
      "编号格式如 WWSH-003-P04-R01");
GUARD(code_free, "code_taken",
      ":code is null or not exists (select from document d where d.code = :code and d.state not in ('voided', 'rejected'))", "code",
      "Another document has this number", "该编号已被占用");
GUARD(code_inherited, "code_inherited", "e.supersedes_id is null", NULL, "A new version keeps the number", "新版本沿用原编号");
GUARD(class_ours, "external_registered_apart", ":class <> 'EX'", "class", "The document controller registers external documents", "外来文件由文件管理员登记");
GUARD(successor_free, "successor_under_way",
      "not exists (select from document d where d.supersedes_id = :supersedes_id and d.state not in ('voided', 'rejected'))", NULL,
      "A next version is under way", "新版本正在编制");
GUARD(has_code, "code_missing", "e.code is not null", NULL, "The document controller gives the number first", "须先由文件管理员给定编号");
GUARD(file_known, "unknown_file", "exists (select from attachment a where a.entity_id = e.id and a.id::text = lower(:file_id))", "file_id",
      "Attach the file first", "须先上传文件正文");
GUARD(file_new, "same_content",
      "not exists (select from document d join attachment a on encode(a.sha256, 'hex') = d.file_sha256"
      " where d.id = e.supersedes_id and a.entity_id = e.id and a.id::text = lower(:file_id))",
      "file_id", "The file is that of the version before", "正文与上一版本相同");
GUARD(change_told, "summary_missing", "e.supersedes_id is null or coalesce(:change_summary, e.change_summary) is not null", "change_summary",
      "Say what is different", "须说明更改内容");
GUARD(author_active, "person_not_active", "exists (select from person p where p.id = :assignee_id and p.state = 'active' and p.customer_id is null)",
      "assignee_id", "This person is not active", "该人员不在岗");

/* ---- three signatures by three people, each on the same file ---- */
GUARD(read_it, "signed_other_content", "lower(:read_sha256) = e.file_sha256", "read_sha256", "What was read is not what was submitted", "所阅正文与提交正文不一致");
GUARD(not_author, "own_document", "e.author_id is distinct from :actor", NULL, "The author neither reviews nor approves", "编制人不得审核或核准");
GUARD(not_reviewer, "own_review", "e.reviewed_by is distinct from :actor", NULL, "The reviewer does not approve", "审核人不得核准");
GUARD(for_department, "other_department",
      ":has_service_manager or :has_deputy_gm or exists (select from person p where p.id = :actor and p.department = e.dept)", NULL,
      "Another department is in charge", "非归口部门");
GUARD(day_ahead, "date_in_past", ":effective_on >= company_date(:at)", "effective_on", "The date lies in the past", "日期已过");

/* ---- distribution ---- */
GUARD(holders_known, "unknown_holder",
      "not exists (select from jsonb_array_elements(:copies) c where c ? 'holder_id' and not exists (select from person p"
      " where p.id::text = lower(c ->> 'holder_id') and p.state = 'active' and p.customer_id is null))",
      "copies", "A holder is no active person", "持有者不在岗");
GUARD(outlets_known, "unknown_outlet",
      "not exists (select from jsonb_array_elements(:copies) c where (c ? 'outlet_id' or c ->> 'dept' = 'outlet')"
      " and not exists (select from outlet o where o.id::text = lower(c ->> 'outlet_id') and o.closed_at is null))",
      "copies", "Name the outlet that gets a copy", "须注明有效的接收网点");
GUARD(training_open, "no_training_needed", "e.training_needed is true and e.trained_on is null", NULL, "No training is waited for", "无待完成培训");
GUARD(training_past, "date_ahead", ":trained_on <= company_date(:at)", "trained_on", "The date lies ahead", "日期在将来");

/* ---- in force ---- */
GUARD(is_ours, "external_document", "e.class <> 'EX'", NULL, "This is for the company's own documents", "仅适用于内部文件");
GUARD(is_external, "not_external", "e.class = 'EX'", NULL, "This is for external documents", "仅适用于外来文件");
GUARD(finding_told, "note_missing", ":review_result = 'suitable' or :review_note is not null", "review_note", "Say what is to be changed", "须说明需更改的内容");
GUARD(edition_named, "edition_unnamed", ":check_result <> 'new_edition' or :new_code is not null", "new_code", "Name the new edition", "须填写新版编号");
GUARD(edition_free, "code_taken",
      ":new_code is null or not exists (select from document d where d.code = :new_code and d.id <> e.id and d.state not in ('voided', 'rejected'))", "new_code",
      "Another document has this number", "该编号已被占用");
GUARD(successor_none, "successor_under_way",
      "not exists (select from document d where d.supersedes_id = e.id and d.state not in ('voided', 'rejected'))", NULL,
      "A next version is under way", "新版本正在编制");

/* ---- obsolete ---- */
GUARD(copies_back, "copies_out",
      "not exists (select from distribution_copy c where c.document_id = e.id and c.state in ('issued', 'held', 'recalling'))", NULL,
      "Copies are out: get them back or list them as lost", "尚有副本未收回,须收回或登记遗失");
GUARD(loans_back, "loan_out", "not exists (select from document_loan l where l.document_id = e.id and l.closed_at is null)", NULL,
      "A lent copy is out", "尚有借出未还");
GUARD(not_signed, "destruction_signed", "e.destroyed_by is null", NULL, "The destruction is signed for", "已签署销毁");
GUARD(is_signed, "destruction_not_signed", "e.destroyed_by is not null", NULL, "The document controller signs first", "须先由文件管理员签署");
GUARD(second_person, "same_person", "e.destroyed_by is distinct from :actor", NULL, "Two people are present", "须两人在场");
GUARD(nothing_out, "issued_already",
      "e.state = 'draft' or (e.class = 'EX' and not exists (select from distribution_copy c where c.document_id = e.id)"
      " and not exists (select from document_loan l where l.document_id = e.id))",
      NULL, "Only what was neither signed nor issued is void", "已签署或发放的文件不得作废登记");

#endif
