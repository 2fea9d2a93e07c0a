/* P10: what is printed and kept, and the procedure itself. Order 19: records of a recall are kept for five years. */
#include "procedures/p10.h"

static const struct form forms[] = {
    { "defect_signal", "WWSH-003-P10-R01", { "Record of a signal of a defect", "缺陷信息记录" }, 60, "",
      "source source_number model batch serials symptom injury property_loss recalled_abroad received_at opened_by opened_at", "company" },
    { "defect_investigation", "WWSH-003-P10-R02", { "Report of the investigation", "缺陷调查报告" }, 60, "",
      "model batch signals symptom injury property_loss finding cause hazard affected_range models range_serials serial_from serial_to delivered_from delivered_to part_id level"
      " conclusion evidence bought_in maker investigated_by investigated_at decided_by",
      "company" },
    { "recall_plan", "WWSH-003-P10-R03", { "Recall plan", "召回计划" }, 60, "",
      "plan_round model models batch range_serials serial_from serial_to level product_scope cause hazard emergency_handling measures measure responsible_contact planned_from"
      " planned_to budget target_percent target_reason change_reason planned_by plan_reviewed_by plan_approved_by plan_approved_at",
      "company regulator" },
    { "recall_notice", "WWSH-003-P10-R04", { "Recall notice", "召回通知(公告)" }, 60, "",
      "model models batch serial_from serial_to level product_scope hazard emergency_handling measures responsible_contact planned_from planned_to filing_no filed_on"
      " notice_channels notice_text published_on",
      "company customer" },
    { "recall_unit", "WWSH-003-P10-R05", { "Entry in the list of units recalled", "召回对象台账" }, 60, "",
      "parent_id serial model customer_id outlet_id level found_in told_via told_to notified_at notified_by contact_attempts measure done_on done_evidence refusal_words"
      " signature_refused_reason evidence exclude_reason",
      "company" },
    { "recall_summary", "WWSH-003-P10-R06", { "Stage or final summary of a recall", "召回阶段总结(总结报告)" }, 60, "",
      "model models level product_scope measures filing_no published_on started_at summary_text units_listed units_notified units_done contact_rate completion_rate"
      " target_percent evaluation evaluated_by final_summary summary_no",
      "company regulator" },
    { "compensation_claim", "WWSH-003-P10-R07", { "Claim for remedy and compensation", "补救赔偿申请/处理单" }, 60, "",
      "customer_id contact_name contact_phone source source_number outlet_id payer basis serial model loss_text "
      "evidence claimed_amount opened_at reviewed_by reviewed_at"
      " lines assessed_amount assessed_by confirmed_by supplier offer_amount offer_terms offered_at offer_valid_until "
      "agreed_by agreed_via agreed_at recording_ref"
      " mediator mediation_no approved_by approved_at payee_name pay_method paid_on payment_ref paid_by outcome",
      "company customer" },
    { "quarantine_record", "WWSH-003-P10-R08", { "Quarantine and disposition", "隔离/处置记录" }, 60, "",
      "model models batch range_serials serial_from serial_to part_id level quarantined contained_by contained_at lift_reason lifted_by", "company" },
    { "authority_report", "WWSH-003-P10-R09", { "Report to the regulator", "向监管部门报告记录" }, 60, "",
      "model batch symptom injury property_loss recalled_abroad report_ground authority report_no reported_on reported_by", "company regulator" },
    { NULL },
};

const struct procedure p10_recall_compensation = {
    .number = 10, .code = "P10", .title = { "Recall, remedy and compensation", "召回及补救赔偿" }, .clause = "P10",
    .machines = (const struct machine *const[]){ &p10_recall_signal, &p10_recall, &p10_recall_unit, &p10_compensation, NULL },
    .forms = forms,
};
