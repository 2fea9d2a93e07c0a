/* P10 C: choices, fields, clocks and the form of a claim for compensation. Layer: procedures; for p10_compensation.c
 * alone. */
#ifndef AFTERCARE_PROCEDURES_P10_COMPENSATION_FIELDS_H
#define AFTERCARE_PROCEDURES_P10_COMPENSATION_FIELDS_H

#include "procedures/p10.h"

static const struct choice sources[] = {
    { "repair", { "Repair", "维修" } },
    { "return_repair", { "Return repair", "返修" } },
    { "delivery", { "Delivery or installation", "送货安装" } },
    { "return_exchange", { "Return or exchange", "退换货" } },
    { "loan_agreement", { "Loan of a unit", "备用机借用" } },
    { "complaint", { "Complaint", "客户投诉" } },
    { "recall_unit", { "Recall", "召回" } },
    { NULL },
};
static const struct choice payers[] = { { "company", { "The company", "公司" } },
                                        { "customer", { "The customer", "客户" } },
                                        { NULL } };
static const struct choice bases[] = {
    { "product_defect", { "Defect of the product", "产品缺陷" } },
    { "warranty_terms", { "Warranty: repair, replacement, refund", "三包责任" } },
    { "lost_in_custody", { "Lost or damaged in our hands", "保管期间遗失损坏" } },
    { "service_fault", { "Fault in the service", "服务过错" } },
    { "delay", { "Delay", "逾期" } },
    { "contract", { "Breach of the contract", "违反合同约定" } },
    { "injury", { "Injury", "人身伤害" } },
    { "fraud", { "Fraud", "欺诈" } },
    { "loan_unit", { "Loan unit lost or damaged", "备用机遗失损坏" } },
    { "goodwill", { "Goodwill", "善意补偿" } },
    { "other", { "Other", "其他" } },
    { NULL },
};
static const struct choice line_kinds[] = {
    { "repair", { "Repair", "修理" } },
    { "replace", { "Replacement", "更换" } },
    { "refund", { "Refund", "退款" } },
    { "transport", { "Necessary transport", "必要运输费用" } },
    { "direct_loss", { "Direct loss", "直接损失" } },
    { "injury", { "Medical costs, care, lost income", "医疗、护理、误工等费用" } },
    { "contract_penalty", { "Contractual penalty", "合同违约金" } },
    { "fraud", { "Fraud: three times the price", "欺诈三倍赔偿" } },
    { NULL },
};
static const struct choice told_by[] = {
    { "phone", { "Phone", "电话" } },         { "message", { "Text message", "短信" } },
    { "email", { "E-mail", "电子邮件" } },    { "letter", { "Letter", "信函" } },
    { "visit", { "In person", "当面" } },     { "web", { "Web page", "网页" } },
    { "mediation", { "Mediation", "调解" } }, { NULL },
};
static const struct choice pay_methods[] = {
    { "transfer", { "Bank transfer", "银行转账" } },
    { "cash", { "Cash", "现金" } },
    { "mobile", { "Mobile payment", "移动支付" } },
    { NULL },
};
static const struct choice mediators[] = {
    { "regulator_12315", { "Market regulator (12315)", "市场监管部门(12315)" } },
    { "consumer_association", { "Consumer association", "消费者协会" } },
    { "other", { "Other mediator", "其他调解组织" } },
    { NULL },
};
static const struct choice mediation_results[] = { { "agreed", { "Agreed", "达成协议" } },
                                                   { "not_agreed", { "Not agreed", "未达成协议" } },
                                                   { NULL } };
static const struct choice endings[] = {
    { "paid", { "Paid", "已支付" } },
    { "in_kind", { "Made good without money", "以实物或服务补救" } },
    { "lapsed", { "Offer not taken up", "客户未接受,失效" } },
    { "no_agreement", { "No agreement", "未达成一致" } },
    { "not_needed", { "No loss any more", "损失已消除" } },
    { NULL },
};

static const struct field line_items[] = {
    { "kind", FIELD_ENUM, { "Kind", "项目" }, .choices = line_kinds },
    { "amount", FIELD_MONEY, { "Amount in fen", "金额(分)" }, 0, 1, 10000000000, .example = "80000" },
    { "what_for", FIELD_TEXT, { "What for", "说明" }, 0, 1, 300, .example = "\"同型号主板市价\"" },
    { "legal_basis?", FIELD_TEXT, { "Basis in law or contract", "法律或合同依据" }, 0, 1, 300 },
    { "price?", FIELD_MONEY, { "Price that was paid, in fen", "价款(分)" }, 0, 0, 10000000000 },
    { NULL },
};

#define WORDS(n, en_, zh_, max_)                                                                                       \
    {                                                                                                                  \
        n, FIELD_TEXT, { en_, zh_ }, 0, 1, max_                                                                        \
    }
#define WHEN(n, en_, zh_)                                                                                              \
    {                                                                                                                  \
        n, FIELD_TIME, { en_, zh_ }, FIELD_COMPUTED | FIELD_FILTER                                                     \
    }
static const struct field fields[] = {
    /* the claim */
    REF("repair_id", "Repair", "报修单", FIELD_FILTER, "repair"),
    REF("return_repair_id", "Return repair", "返修单", FIELD_FILTER, "return_repair"),
    REF("delivery_id", "Delivery", "配送单", FIELD_FILTER, "delivery"),
    REF("return_exchange_id", "Return or exchange", "退换货单", FIELD_FILTER, "return_exchange"),
    REF("loan_agreement_id", "Loan of a unit", "备用机借用单", FIELD_FILTER, "loan_agreement"),
    REF("complaint_id", "Complaint", "投诉单", FIELD_FILTER, "complaint"),
    REF("recall_unit_id", "Unit of a recall", "召回对象", FIELD_FILTER, "recall_unit"),
    { "source", FIELD_ENUM, { "Comes from", "来源" }, FIELD_COMPUTED | FIELD_FILTER, .choices = sources },
    { "source_number", FIELD_TEXT, { "Number of the case", "来源单号" }, FIELD_COMPUTED | FIELD_FILTER },
    { "payer", FIELD_ENUM, { "Who pays", "赔偿方" }, FIELD_COMPUTED | FIELD_FILTER, .choices = payers },
    REF("customer_id", "Customer", "客户", FIELD_COMMON | FIELD_FILTER, "customer"),
    { "outlet_id",
      FIELD_REFERENCE,
      { "Outlet", "服务网点" },
      FIELD_COMMON | FIELD_FILTER | FIELD_COMPUTED,
      .machine = "outlet" },
    REF("assignee_id", "Handled by", "经办人", FIELD_COMMON | FIELD_FILTER, "person"),
    { "contact_name", FIELD_TEXT, { "Claimant", "申请人" }, 0, 1, 60, .example = "\"李明\"" },
    { "contact_phone",
      FIELD_TEXT,
      { "Phone", "联系电话" },
      FIELD_SEARCH | FIELD_FILTER | FIELD_PERSONAL,
      3,
      40,
      .example = "\"13912345678\"" },
    { "serial", FIELD_TEXT, { "Serial number", "序列号" }, FIELD_FILTER, 1, 80 },
    { "model", FIELD_TEXT, { "Model", "型号" }, FIELD_FILTER, 1, 120 },
    { "basis", FIELD_ENUM, { "Basis of the claim", "赔偿依据" }, FIELD_FILTER, .choices = bases },
    { "claimed_amount", FIELD_MONEY, { "Claimed in fen", "申请金额(分)" }, FIELD_FILTER, 0, 100000000000 },
    { "loss_text",
      FIELD_TEXT,
      { "What was lost or suffered", "损失情况" },
      0,
      1,
      2000,
      .example = "\"送修主板在运输途中遗失\"" },
    WORDS("evidence", "Evidence", "证据", 1000),
    /* review */
    REF("reviewed_by", "Reviewed by", "受理人", FIELD_COMPUTED, "person"),
    WHEN("reviewed_at", "Reviewed", "受理时间"),
    WORDS("decline_reason", "Why it was declined", "不予受理理由", 1000),
    { "appeal_told", FIELD_BOOLEAN, { "Told how to object", "已告知异议途径" }, FIELD_TRANSIENT },
    WORDS("appeal_text", "Objection of the customer", "客户异议", 1000),
    WHEN("appealed_at", "Objected", "异议时间"),
    /* assessment */
    { "lines", FIELD_LIST, { "What is due", "核定项目" }, 0, 1, 30, .items = line_items },
    { "assessed_amount",
      FIELD_MONEY,
      { "Assessed in fen, the ceiling of an offer", "核定金额(分)" },
      FIELD_COMPUTED | FIELD_FILTER },
    { "supplier", FIELD_TEXT, { "Supplier at fault", "责任供应商" }, FIELD_FILTER, 1, 120, .example = "\"华星科技\"" },
    REF("assessed_by", "Assessed by", "核定人", FIELD_COMPUTED | FIELD_FILTER, "person"),
    WHEN("assessed_at", "Assessed", "核定时间"),
    REF("confirmed_by", "Confirmed by", "财务确认人", FIELD_COMPUTED | FIELD_FILTER, "person"),
    WHEN("confirmed_at", "Confirmed", "财务确认时间"),
    WORDS("return_reason", "Returned because", "退回原因", 1000),
    /* offer and agreement */
    { "offer_amount", FIELD_MONEY, { "Offer in fen", "赔偿方案金额(分)" }, FIELD_FILTER, 1, 100000000000 },
    WORDS("offer_terms", "Terms of the offer", "赔偿方案说明", 2000),
    WHEN("offered_at", "Offered", "提出方案时间"),
    { "offer_valid_until", FIELD_DATE, { "Offer valid until", "方案有效期至" }, FIELD_COMPUTED | FIELD_FILTER },
    { "offers", FIELD_INTEGER, { "Offers made", "方案次数" }, FIELD_COMPUTED | FIELD_FILTER },
    { "customer_signature", FIELD_OBJECT, { "Customer's signature", "客户签字" }, 0, .items = signature_items },
    WORDS("agreed_by", "Agreed by", "同意人", 60),
    { "agreed_via", FIELD_ENUM, { "Agreed by way of", "同意方式" }, 0, .choices = told_by },
    WORDS("recording_ref", "Recording or letter", "录音或信函编号", 120),
    WHEN("agreed_at", "Agreed", "同意时间"),
    { "agreed_sha256", FIELD_TEXT, { "Hash of what was agreed to", "同意内容摘要" }, FIELD_COMPUTED },
    WORDS("dispute_text", "What the customer objects to", "客户异议内容", 1000),
    { "mediator", FIELD_ENUM, { "Mediator", "调解机构" }, FIELD_FILTER, .choices = mediators },
    WORDS("mediation_no", "Number of the mediation", "调解编号", 60),
    { "mediation_result",
      FIELD_ENUM,
      { "Result of the mediation", "调解结果" },
      FIELD_FILTER,
      .choices = mediation_results },
    /* approval and payment */
    REF("approved_by", "Approved by", "批准人", FIELD_COMPUTED | FIELD_FILTER, "person"),
    WHEN("approved_at", "Approved", "批准时间"),
    WORDS("payee_name", "Payee", "收款人", 60),
    { "payee_account", FIELD_TEXT, { "Account", "收款账号" }, FIELD_PERSONAL, 1, 80 },
    WORDS("payee_bank", "Bank", "开户行", 120),
    { "pay_method", FIELD_ENUM, { "Way of payment", "支付方式" }, FIELD_FILTER, .choices = pay_methods },
    REF("payee_changed_by", "Payee changed by", "收款人更正人", FIELD_COMPUTED, "person"),
    { "paid_on", FIELD_DATE, { "Paid on", "支付日期" }, FIELD_FILTER },
    WORDS("payment_ref", "Number of the payment", "付款凭证号", 80),
    REF("paid_by", "Paid by", "付款人", FIELD_COMPUTED, "person"),
    WHEN("paid_at", "Payment entered", "付款登记时间"),
    { "payments_returned", FIELD_INTEGER, { "Payments that came back", "退汇次数" }, FIELD_COMPUTED | FIELD_FILTER },
    WORDS("bank_reason", "Why the bank returned it", "退汇原因", 300),
    /* the end */
    { "closed_as", FIELD_ENUM, { "Closed as", "结案方式" }, FIELD_COMPUTED | FIELD_FILTER, .choices = endings },
    WORDS("outcome", "What was done", "处理结果", 1000),
    WORDS("outcome_evidence", "Evidence of it", "处理凭据", 500),
    WORDS("withdrawal_wish", "What the customer said", "客户撤回意愿", 500),
    REF("merged_into_id", "Merged into", "已并入", FIELD_FILTER, "compensation"),
    { "contact_attempts",
      FIELD_LIST,
      { "Contact attempts", "联系记录" },
      FIELD_COMPUTED,
      .items = contact_attempt_items },
    MOVED_FROM,
    { NULL },
};

static const struct clock clocks[] = {
    { "review_due", { "Accepted or declined", "受理期限" }, "T_P10_REVIEW", NULL, false },
    { "assess_due", { "Assessed", "核定期限" }, "T_P10_ASSESS", NULL, true },
    { "confirm_due", { "Assessment confirmed by finance", "财务确认期限" }, "T_P10_CONFIRM", NULL, true },
    { "dispute_due", { "Dispute answered", "异议处理期限" }, "T_P10_DISPUTE", NULL, false },
    { "approve_due", { "Approved", "批准期限" }, "T_P10_APPROVE", NULL, true },
    { "pay_due", { "Paid", "支付期限" }, "T_P10_PAY", NULL, false },
    { NULL },
};

#endif
