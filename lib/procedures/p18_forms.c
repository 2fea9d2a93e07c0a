/* P18: what is printed and kept, and the procedure itself. */
#include "procedures/p18.h"

/* The paper names the plan, not its row. */
#define PLAN_NAME \
    "select jsonb_build_object('plan_name', concat_ws(' ', p.number, p.code, p.title)) from emergency_plan p where p.id = m.plan_id"
static const struct field of_plan[] = { { "plan_name", FIELD_TEXT, { "Plan", "应急预案" } }, { NULL } };

static const struct form forms[] = {
    { "emergency_plan", "WWSH-003-P18-R01", { "Emergency plan", "应急预案" }, 36, "",
      "code title scenario dept edition high_risk organisation duties warning steps resources contacts recovery author_id submitted_at reviewed_by reviewed_at approved_by approved_at"
      " in_force_at last_check_on last_check_by check_kind check_result check_note",
      "company department" },
    { "drill", "WWSH-003-P18-R02", { "Plan, record and evaluation of a drill", "演练计划/记录/评估" }, 36, "",
      "more.plan_name kind planned_on scene place assignee_id participants materials safety_measures held_on attended minutes_used course drill_result evaluation evaluated_by evaluated_at"
      " improvements improvements_done",
      "company", PLAN_NAME, of_plan },
    { "emergency_supply", "WWSH-003-P18-R03", { "Entry in the ledger of emergency supplies", "应急物资台账" }, 36, "",
      "title category unit_name quantity minimum place assignee_id more.plan_name valid_until condition check_note last_check_on last_check_by", "company", PLAN_NAME, of_plan },
    { "incident_report", "WWSH-003-P18-R04", { "Report of an incident", "突发事件报告" }, 60, "",
      "source source_number scenario kind what place occurred_at opened_at opened_by reporter_name reporter_phone customer_id outlet_id dead seriously_injured slightly_injured loss_amount"
      " customers_down national_media suggested_level national_level level authority authority_told_at authority_report_no authority_told_by authority_supplement informed",
      "company authority" },
    { "response_log", "WWSH-003-P18-R05", { "Log of a response", "应急处置记录" }, 60, "",
      "scenario what place level more.plan_name no_plan_reason activated_by activated_at assignee_id team measures response_led_by responded_at log_lines informed control_note controlled_at"
      " terminated_by terminated_at",
      "company", PLAN_NAME, of_plan },
    { "incident_summary", "WWSH-003-P18-R06", { "Summary of an incident", "突发事件总结" }, 60, "",
      "scenario kind what place occurred_at level dead seriously_injured slightly_injured loss_amount customers_down more.plan_name activated_at controlled_at terminated_at recovery_note"
      " comfort_note cause_kind cause responsible_dept evidence investigated_by investigated_at summary lessons plan_adequate plan_flaw summarised_by summarised_at",
      "company", PLAN_NAME, of_plan },
    { NULL },
};

const struct procedure p18_emergency = {
    .number = 18, .code = "P18", .title = { "Emergency preparedness and response", "应急准备与响应" }, .clause = "P18",
    .machines = (const struct machine *const[]){ &p18_emergency_plan, &p18_drill, &p18_incident, &p18_emergency_supply, NULL },
    .forms = forms,
};
