/* P17 B: states, fields and clocks of a request for money. */
#ifndef AFTERCARE_PROCEDURES_P17_REQUESTS_FIELDS_H
#define AFTERCARE_PROCEDURES_P17_REQUESTS_FIELDS_H

#include "procedures/p17.h"

static const struct choice purposes[] = {
    { "refund", { "Refund to a customer", "客户退款" } },
    { "compensation", { "Compensation", "补救赔偿" } },
    { "recall", { "Recall", "召回" } },
    { "outlet_settlement", { "Settlement with an outlet", "网点结算" } },
    { "outlet_setup", { "Set-up of an outlet", "网点设立" } },
    { "facility", { "Facility or instrument", "维修设施" } },
    { "spares", { "Spare parts", "备品备件" } },
    { "training", { "Training", "培训" } },
    { "emergency", { "Emergency", "应急处置" } },
    { "measure", { "Measure against a factor or a nonconformity", "改进措施" } },
    { "other", { "Other", "其他" } },
    { NULL },
};

static const struct state states[] = {
    { "requested", { "Requested", "已申请" } },
    { "checked", { "Checked by finance", "财务已审核" } },
    { "approved", { "Approved", "已批准" } },
    { "paid", { "Paid", "已付款" } },
    { "paid_unapproved", { "Paid, to be approved", "已付款待补批" } },
    { "to_recover", { "To be recovered", "待收回" } },
    { "settled", { "Settled", "已核销" }, STATE_TERMINAL },
    { "rejected", { "Rejected", "已否决" }, STATE_TERMINAL },
    { "recovered", { "Recovered", "已收回" }, STATE_TERMINAL },
    { "withdrawn", { "Withdrawn", "已撤回" }, STATE_TERMINAL },
    { NULL },
};

static const struct field payment_items[] = {
    { "at", FIELD_TIME, { "At", "时间" } },
    { "amount", FIELD_MONEY, { "Amount in fen", "金额(分)" } },
    { "kind", FIELD_ENUM, { "Kind", "类型" }, .choices = p17_movement_kinds },
    { "voucher_no?", FIELD_TEXT, { "Voucher", "凭证号" } },
    { "by?", FIELD_TEXT, { "By", "经办人" } },
    { NULL },
};

static const struct field fields[] = {
    { "purpose", FIELD_ENUM, { "Purpose", "用途" }, FIELD_FILTER, .choices = purposes },
    { "need", FIELD_TEXT, { "What for", "用款事由" }, 0, 1, 2000, .example = "\"召回批次运费\"" },
    { "amount", FIELD_MONEY, { "Amount in fen", "金额(分)" }, FIELD_FILTER, 1, 1000000000000 },
    { "amount_in_words", FIELD_TEXT, { "Amount in words", "金额(大写)" }, FIELD_COMPUTED },
    { "source_number",
      FIELD_TEXT,
      { "Asked for by", "来源单号" },
      FIELD_FILTER,
      1,
      40,
      .example = "\"ST-2026-000012\"" },
    { "source_machine", FIELD_TEXT, { "Kind of source", "来源类别" }, FIELD_COMPUTED | FIELD_FILTER },
    REF("return_exchange_id", "Return or exchange", "退换货单", FIELD_COMPUTED, "return_exchange"),
    { "outlet_id", FIELD_REFERENCE, { "Outlet", "网点" }, FIELD_COMMON | FIELD_FILTER, .machine = "outlet" },
    { "customer_id", FIELD_REFERENCE, { "Customer", "客户" }, FIELD_COMMON | FIELD_FILTER, .machine = "customer" },
    { "payee", FIELD_TEXT, { "Payee", "收款人" }, 0, 1, 120 },
    { "payee_account", FIELD_TEXT, { "Account of the payee", "收款账号" }, 0, 8, 60 },
    REF("fund_id", "Special fund", "专项经费", FIELD_FILTER, "special_fund"),
    REF("line_id", "Line of the plan", "预算明细", FIELD_FILTER, "plan_line"),
    { "budget_ref", FIELD_TEXT, { "Budget", "预算编号" }, FIELD_FILTER, 1, 60 },
    { "emergency", FIELD_BOOLEAN, { "Emergency", "紧急用款" }, FIELD_FILTER },
    REF("leader_id", "Allowed by word of", "口头批准人", 0, "person"),
    REF("requested_by", "Requested by", "申请人", FIELD_FILTER, "person"),
    REF("checked_by", "Checked by", "审核人", FIELD_COMPUTED | FIELD_FILTER, "person"),
    { "check_note", FIELD_TEXT, { "Finding of finance", "审核意见" }, 0, 1, 1000 },
    REF("approved_by", "Approved by", "批准人", FIELD_COMPUTED | FIELD_FILTER, "person"),
    { "approved_at", FIELD_TIME, { "Approved", "批准时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "approval_note", FIELD_TEXT, { "Remark of who approved", "批准意见" }, 0, 1, 1000 },
    { "held", FIELD_MONEY, { "Held for it in fen", "占用金额(分)" }, FIELD_COMPUTED },
    { "paid_total", FIELD_MONEY, { "Paid in fen", "已付金额(分)" }, FIELD_COMPUTED | FIELD_FILTER },
    { "payments", FIELD_LIST, { "Payments", "付款记录" }, FIELD_COMPUTED, .items = payment_items },
    { "voucher_no", FIELD_TEXT, { "Bank voucher", "付款凭证号" }, FIELD_FILTER | FIELD_SEARCH, 1, 60 },
    REF("paid_by", "Paid by", "付款人", FIELD_COMPUTED, "person"),
    { "paid_at", FIELD_TIME, { "Paid", "付款时间" }, FIELD_COMPUTED | FIELD_FILTER },
    { "return_reason", FIELD_TEXT, { "Why it came back", "退回原因" }, 0, 1, 1000 },
    { "reject_reason", FIELD_TEXT, { "Why not", "否决理由" }, 0, 1, 1000 },
    { "vouchers",
      FIELD_TEXT,
      { "Vouchers handed in", "报销凭证" },
      0,
      1,
      1000,
      .example = "\"发票 2 张,编号 0012-0013\"" },
    { "paid_amount", FIELD_MONEY, { "Paid now in fen", "本次付款(分)" }, FIELD_TRANSIENT, 1, 1000000000000 },
    { "part_payment", FIELD_BOOLEAN, { "More will be paid", "分期付款,尚有余款" }, FIELD_TRANSIENT },
    { "returned_amount", FIELD_MONEY, { "Came back in fen", "退回金额(分)" }, FIELD_TRANSIENT, 1, 1000000000000 },
    MOVED_FROM,
    { NULL },
};

static const struct clock clocks[] = {
    { "check_due", { "Checked by finance", "审核期限" }, "T_P17_CHECK", NULL, true },
    { "approve_due", { "Approved", "批准期限" }, "T_P17_APPROVE", NULL, true },
    { "pay_due", { "Paid", "付款期限" }, "T_P17_PAY", NULL, false },
    { "emergency_due", { "Paid in an emergency", "紧急付款期限" }, "T_P17_PAY_EMERGENCY", NULL, false },
    { "approve_after", { "Approved after the payment", "补批期限" }, "T_P17_APPROVE_AFTER", NULL, false },
    { "settle_due", { "Vouchers handed in", "核销期限" }, "T_P17_SETTLE", NULL, true },
    { "recover_due", { "Recovered", "收回期限" }, "T_P17_RECOVER", NULL, false },
    { NULL },
};

#endif
