/* The steps that repairs of the demo company take, and how many repairs take which. */
#include <string.h>

#include "server/demo_internal.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))
#define REQUEST "'customer_id':'@customer','contact_name':'@contact','contact_phone':'@phone','problem':'@problem'," \
    "'address':'@address','equipment_id':'@equipment','required_skill':'@skill','model':'@model'"
#define PRICE "'price_told':'@price','consent_by':'@consent'"
#define DEVICES "'devices':[{'item':'@model','serial':'@serial','accessories':'电源线一根'," \
    "'condition':'外观完好,无磕碰'}]"
#define BACK "'device_returned':'@held','customer_copy_taken_in':'@held'"
#define CALLED "'called_at':'@now','reached':true,'work_confirmed':true"

static const struct demo_step steps[] = {
    { "register", "register", DEMO_HOTLINE, 0, 0, "{'channel':'phone_400'," REQUEST "}" },
    { "urgent", "register", DEMO_HOTLINE, 0, 0, "{'channel':'phone_400','priority':'urgent'," REQUEST "}" },
    { "message", "register", DEMO_DISPATCHER, 0, 0, "{'channel':'message'," REQUEST "}" },
    { "relayed", "register", DEMO_EMPLOYEE, 0, 0, "{'channel':'employee_relay'," REQUEST "}" },
    { "again", "register", DEMO_HOTLINE, 0, 0, "{'channel':'phone_400','repeat_of':'@earlier'," REQUEST "}" },
    { "brought", "register", DEMO_HOTLINE, 0, 0, "{'channel':'carry_in'," REQUEST "}" },
    { "at_outlet", "register", DEMO_OFFICE, 0, 0, "{'channel':'outlet'," REQUEST "}" },
    { "by_customer", "register", DEMO_CUSTOMER, 0, 0, "{'channel':'message'," REQUEST "}" },
    { "by_phone", "resolve_by_phone", DEMO_HOTLINE, 5, 25,
      "{'solution':'电话指导重启设备并检查接线,恢复正常','agreed':true}" },
    { "offer", "assign_outlet", DEMO_DISPATCHER, 5, 25, "{'outlet_id':'@outlet'}" },
    { "accept", "accept_job", DEMO_OFFICE, 5, 60, "{}" },
    { "decline", "decline_job", DEMO_OFFICE, 10, 70, "{'decline_reason':'本网点人员已满负荷'}" },
    { "carry_in", "accept_carry_in", DEMO_TECHNICIAN, 5, 20,
      "{'tag_no':'@tag','device_kept':true,'copy_with_customer':true," DEVICES "}" },
    { "look_at", "accept_carry_in", DEMO_TECHNICIAN, 5, 20, "{'tag_no':'@tag','device_kept':false}" },
    { "dispatch", "dispatch", DEMO_OFFICE, 3, 28, "{'assignee_id':'@technician'}" },
    { "other", "dispatch", DEMO_OFFICE, 20, 90, "{'assignee_id':'@other'}" },
    { "reassign", "reassign", DEMO_OFFICE, 10, 60, "{'assignee_id':'@other','reassign_reason':'ill'}" },
    { "hand_over", "reassign", DEMO_OFFICE, 10, 60,
      "{'assignee_id':'@other','reassign_reason':'overload','keeps_appointment':true}" },
    { "schedule", "schedule", DEMO_TECHNICIAN, 8, 80, "{'appointment_at':'@appointment','charge_told':true}" },
    { "fix_date", "schedule", DEMO_DISPATCHER, 30, 120, "{'appointment_at':'@appointment','charge_told':true}" },
    { "move", "reschedule", DEMO_TECHNICIAN, 15, 50,
      "{'appointment_at':'@appointment','dispatcher_told':true,'reason':'客户临时有会议'}" },
    { "arrive", "arrive", DEMO_TECHNICIAN, 60, 560,
      "{'appearance_in_order':true,'transport_mode':'bus','transport_cost':400}" },
    { "drive", "arrive", DEMO_TECHNICIAN, 40, 160,
      "{'appearance_in_order':true,'transport_mode':'company_car','transport_reason':'需携带大件设备',"
      "'transport_cost':3500}" },
    { "absent", "customer_absent", DEMO_TECHNICIAN, 60, 500, "{'waited_minutes':20,'called_customer':true,'note':'楼道无灯,未拍照'}" },
    { "confirm", "confirm_problem", DEMO_TECHNICIAN, 4, 15, "{'fault_confirmed':'@problem'}" },
    { "repair", "start_repair", DEMO_TECHNICIAN, 5, 25, "{'diagnosis':'@diagnosis'," PRICE "}" },
    { "take_back", "take_back", DEMO_TECHNICIAN, 10, 30,
      "{'diagnosis':'@diagnosis','copy_with_customer':true," PRICE "," DEVICES "}" },
    { "hand_copy", "hand_slip_copy", DEMO_TECHNICIAN, 60, 240, "{'handed_to':'@receiver'}" },
    { "put_off", "defer", DEMO_TECHNICIAN, 10, 30,
      "{'defer_reason':'other_day','explained':true,'diagnosis':'@diagnosis'}" },
    { "put_on", "defer", DEMO_TECHNICIAN, 10, 30, "{'defer_reason':'other_person','explained':true}" },
    { "no_fault", "find_no_fault", DEMO_TECHNICIAN, 20, 60, "{'diagnosis':'反复测试未见异常','explained':true}" },
    { "advise", "advise_replacement", DEMO_TECHNICIAN, 15, 120,
      "{'replacement_reason':'配件停产,维修价值低','replacement_price':268000,'diagnosis':'@diagnosis'}" },
    { "refuse", "decline_replacement", DEMO_TECHNICIAN, 30, 600, "{'customer_choice':'客户暂不更换,希望继续维修'}" },
    { "propose", "propose_unrepaired", DEMO_TECHNICIAN, 10, 120,
      "{'unrepaired_outcome':'returned_unrepaired','unrepaired_reason':'主板烧毁且无可用配件','explained':true}" },
    { "unrepaired", "return_unrepaired", DEMO_OFFICE, 10, 120, "{}" },
    { "again_wrong", "rediagnose", DEMO_TECHNICIAN, 30, 90, "{'diagnosis':'排除首个故障后又发现接口松动'}" },
    { "withdraw", "withdraw", DEMO_TECHNICIAN, 20, 300, "{'withdrawal_wish':'客户决定自行处理,不再维修'}" },
    { "solve", "solve", DEMO_TECHNICIAN, 20, 130,
      "{'solution':'@solution','test_passed':true,'parts_used':'@parts','charge_items':'@charges'}" },
    { "remind", "remind_collection", DEMO_DISPATCHER, 2300, 2440, "{'notice_channels':['phone','message']}" },
    { "remind_2", "remind_collection", DEMO_DISPATCHER, 7300, 7500, "{'notice_channels':['message','letter']}" },
    { "settle", "settle", DEMO_TECHNICIAN, 5, 25,
      "{'customer_signature':'@signature','customer_opinion':'@opinion','satisfaction':'@stars',"
      "'payment_status':'@payment'," BACK "}" },
    { "unsigned", "settle", DEMO_TECHNICIAN, 5, 25,
      "{'signature_refused':true,'signature_refused_reason':'客户称须领导在场方可签字',"
      "'evidence':'现场照片及短信确认','payment_status':'@payment'," BACK "}" },
    { "allow", "allow_on_account", DEMO_DISPATCHER, 5, 25, "{'reason':'合同客户,按月结算'}" },
    { "on_account", "settle", DEMO_TECHNICIAN, 5, 25,
      "{'customer_signature':'@signature','customer_opinion':'@opinion','satisfaction':4,"
      "'payment_status':'on_account'," BACK "}" },
    { "waive", "waive_fee", DEMO_DEPUTY, 10, 100, "{'reason':'重点客户,费用减免'}" },
    { "waived", "settle", DEMO_TECHNICIAN, 5, 25,
      "{'customer_signature':'@signature','customer_opinion':'@opinion','satisfaction':5,"
      "'payment_status':'waived'," BACK "}" },
    { "report", "report_back", DEMO_OFFICE, 15, 240, "{}" },
    { "ask_invoice", "request_invoice", DEMO_HOTLINE, 10, 60, "{'invoice_title':'@customer_name'}" },
    { "invoice", "issue_invoice", DEMO_FINANCE, 60, 400, "{'invoice_no':'@invoice'}" },
    { "lost_slip", "report_slip_loss", DEMO_TECHNICIAN, 20, 90,
      "{'lost_form':'dispatch_slip','loss_note':'途中遗失,已按记录补单'}" },
    { "collect", "collect_slip", DEMO_DISPATCHER, 60, 700,
      "{'slip_received':true,'receipts_received':true,'followup_clerk_id':'@clerk'}" },
    { "call", "follow_up", DEMO_FOLLOWUP, 150, 900,
      "{" CALLED ",'satisfied':true,'is_complaint':false,'score_attitude':5,'score_timeliness':'@stars',"
      "'score_quality':5,'score_result':5}" },
    { "no_answer", "follow_up", DEMO_FOLLOWUP, 150, 700,
      "{'called_at':'@now','reached':false,'next_attempt_at':'@later'}" },
    { "complaint", "follow_up", DEMO_FOLLOWUP, 150, 700,
      "{" CALLED ",'satisfied':false,'is_complaint':true,'complaint_text':'上门超过约定时间两小时,且未提前告知',"
      "'score_attitude':2,'score_timeliness':1,'score_quality':4,'score_result':4}" },
    { "not_fixed", "follow_up", DEMO_FOLLOWUP, 150, 700,
      "{" CALLED ",'satisfied':false,'is_complaint':true,'not_fixed':true,"
      "'complaint_text':'使用三天后同样故障再次出现',"
      "'score_attitude':4,'score_timeliness':4,'score_quality':1,'score_result':1}" },
    { "tell_leader", "report_to_leader", DEMO_FOLLOWUP, 10, 100, "{'leader_id':'@leader'}" },
    { "archive", "archive", DEMO_ARCHIVIST, 100, 1300, "{}" },
    { "cancel", "cancel", DEMO_DISPATCHER, 20, 200,
      "{'cancel_reason':'customer_request','note':'客户来电称设备已自行恢复'}" },
    { "duplicate", "cancel", DEMO_DISPATCHER, 10, 60, "{'cancel_reason':'duplicate','duplicate_of':'@earlier'}" },
    { "unreachable", "cancel", DEMO_DISPATCHER, 450, 900, "{'cancel_reason':'unreachable'}" },
    { "try", "contact_attempt", DEMO_HOTLINE, 20, 90,
      "{'channel_used':'phone','contact_result':'no_answer','number_used':'@phone'}" },
    { "next_day", "contact_attempt", DEMO_HOTLINE, 460, 620,
      "{'channel_used':'phone','contact_result':'no_answer','number_used':'@phone'}" },
    { "write", "contact_attempt", DEMO_HOTLINE, 10, 60,
      "{'channel_used':'message','contact_result':'sent','number_used':'@phone'}" },
    { "pause", "pause", DEMO_OFFICE, 10, 60, "{'pause_reason':'customer','note':'客户单位封闭管理,等待通知'}" },
    { "site", "pause", DEMO_TECHNICIAN, 10, 60, "{'pause_reason':'site','note':'机房停电检修'}" },
    { "go_on", "resume", DEMO_OFFICE, 200, 700, "{}" },
    { "amend", "amend", DEMO_DISPATCHER, 3, 20, "{'reason':'客户补充说明','problem':'@problem_more'}" },
    { "void", "void", DEMO_DISPATCHER, 5, 40, "{'reason':'非维修事项,已转商务部答复'}" },
};

#define DISPATCHED "register dispatch "
#define VISITED "register dispatch schedule arrive confirm "
#define REPAIRED VISITED "repair solve "
#define HELD VISITED "take_back hand_copy "
#define CLOSED "settle report collect call archive"

const struct demo_path demo_paths[] = {
    /* open, early */
    { "register", 9, 3, 60, 0 },
    { "urgent", 3, 2, 14, 0 },
    { "relayed", 2, 10, 60, 0 },
    { "by_customer", 1, 12, 40, DEMO_OWN },
    { "message amend", 2, 5, 30, 0 },
    { "register offer", 3, 5, 60, DEMO_AT_OUTLET },
    { "register offer accept", 2, 5, 50, DEMO_AT_OUTLET },
    { "register offer decline", 1, 5, 40, DEMO_AT_OUTLET },
    { "brought", 2, 3, 20, 0 },
    { "again", 1, 5, 25, DEMO_REPEAT },
    { "register dispatch", 10, 3, 110, 0 },
    { "urgent dispatch", 3, 3, 60, 0 },
    { "at_outlet dispatch", 2, 5, 90, DEMO_AT_OUTLET },
    { "register dispatch try", 2, 10, 200, 0 },
    { "register dispatch reassign", 2, 10, 90, 0 },
    { DISPATCHED "schedule", 12, 5, 300, 0 },
    { "urgent dispatch schedule", 2, 5, 60, 0 },
    { DISPATCHED "schedule move", 3, 5, 200, 0 },
    { DISPATCHED "schedule hand_over", 2, 5, 100, 0 },
    { DISPATCHED "schedule pause", 2, 60, 900, 0 },
    { "register offer accept dispatch schedule", 2, 10, 200, DEMO_AT_OUTLET },
    /* open, on the way */
    { DISPATCHED "schedule arrive", 5, 2, 30, 0 },
    { "urgent dispatch schedule drive", 2, 2, 25, 0 },
    { VISITED, 5, 2, 40, 0 },
    { "brought carry_in", 2, 5, 200, 0 },
    { "brought look_at", 1, 5, 60, 0 },
    { VISITED "repair again_wrong", 1, 5, 60, 0 },
    { VISITED "repair", 6, 5, 90, 0 },
    { VISITED "repair site", 1, 30, 300, 0 },
    { "brought carry_in repair", 2, 20, 500, 0 },
    { DISPATCHED "schedule absent", 2, 10, 200, 0 },
    { DISPATCHED "schedule absent schedule absent fix_date", 1, 10, 200, 0 },
    { DISPATCHED "schedule absent schedule absent", 1, 60, 300, 0 },
    { VISITED "put_off", 4, 10, 300, 0 },
    { VISITED "put_on", 2, 10, 120, 0 },
    { VISITED "take_back", 5, 5, 120, 0 },
    { HELD, 5, 60, 1500, 0 },
    { "at_outlet dispatch schedule arrive confirm take_back hand_copy", 2, 60, 900, DEMO_AT_OUTLET },
    { HELD "advise refuse", 1, 60, 500, 0 },
    { VISITED "advise", 3, 30, 600, 0 },
    { HELD "advise", 2, 60, 900, 0 },
    /* with the customer once more */
    { REPAIRED, 5, 2, 20, 0 },
    { REPAIRED "allow", 1, 10, 60, DEMO_CHARGED },
    { HELD "solve", 3, 30, 900, 0 },
    { HELD "solve remind", 3, 100, 3000, 0 },
    { HELD "solve remind remind_2", 2, 100, 3000, DEMO_CHARGED },
    { VISITED "withdraw", 2, 10, 80, 0 },
    { HELD "propose unrepaired", 2, 30, 400, 0 },
    { REPAIRED "settle", 8, 10, 300, 0 },
    { REPAIRED "settle", 3, 10, 300, DEMO_CHARGED },
    { REPAIRED "unsigned", 2, 30, 400, 0 },
    { "register by_phone", 3, 10, 300, 0 },
    { HELD "solve settle", 2, 30, 300, 0 },
    { REPAIRED "settle report", 9, 10, 500, 0 },
    { "register by_phone report", 2, 30, 400, 0 },
    { REPAIRED "settle ask_invoice report invoice", 2, 60, 500, DEMO_CHARGED },
    { REPAIRED "settle report collect", 10, 30, 1000, 0 },
    { REPAIRED "settle report collect no_answer", 4, 30, 500, 0 },
    { REPAIRED "settle report collect no_answer no_answer", 1, 30, 300, 0 },
    { REPAIRED "unsigned report collect", 1, 60, 500, DEMO_FREE },
    { REPAIRED "settle report collect call", 10, 30, 1200, 0 },
    { REPAIRED "settle report collect complaint", 2, 20, 150, 0 },
    { REPAIRED "settle report collect complaint tell_leader", 3, 60, 1500, 0 },
    { REPAIRED "settle report collect not_fixed", 1, 10, 40, 0 },
    /* closed */
    { REPAIRED CLOSED, 25, 200, 13500, DEMO_FREE },
    { REPAIRED CLOSED, 16, 200, 13500, DEMO_CHARGED },
    { "register dispatch schedule move drive confirm repair solve " CLOSED, 4, 200, 12000, 0 },
    { HELD "solve " CLOSED, 6, 200, 12000, 0 },
    { "brought carry_in repair solve " CLOSED, 5, 200, 12000, 0 },
    { "at_outlet dispatch schedule arrive confirm repair solve " CLOSED, 84, 200, 40000, DEMO_AT_OUTLET },
    { "register offer accept dispatch schedule arrive confirm repair solve " CLOSED, 40, 200, 40000, DEMO_AT_OUTLET },
    { "urgent dispatch schedule drive confirm repair solve " CLOSED, 3, 200, 13000, 0 },
    { VISITED "put_on other schedule arrive confirm repair solve " CLOSED, 2, 200, 11000, 0 },
    { DISPATCHED "schedule absent schedule arrive confirm repair solve " CLOSED, 2, 200, 11000, 0 },
    { DISPATCHED "schedule pause go_on reassign schedule arrive confirm repair solve lost_slip "
      CLOSED, 1, 200, 9000, 0 },
    { VISITED "no_fault " CLOSED, 2, 200, 12000, 0 },
    { VISITED "withdraw " CLOSED, 1, 200, 12000, 0 },
    { HELD "propose unrepaired " CLOSED, 1, 200, 11000, 0 },
    { REPAIRED "allow on_account report collect call archive", 2, 200, 12000, DEMO_CHARGED },
    { REPAIRED "waive waived report collect call archive", 1, 200, 12000, DEMO_CHARGED },
    { REPAIRED "settle report collect no_answer no_answer no_answer archive", 1, 200, 9000, 0 },
    { REPAIRED "settle report collect complaint tell_leader", 2, 200, 10000, 0 },
    { "register by_phone report collect call archive", 3, 200, 12000, 0 },
    { "again dispatch schedule arrive confirm repair solve " CLOSED, 1, 200, 3000, DEMO_REPEAT },
    { "by_customer dispatch schedule arrive confirm repair solve " CLOSED, 1, 200, 9000, DEMO_OWN },
    { "register cancel", 4, 60, 14000, 0 },
    { DISPATCHED "schedule cancel", 1, 60, 12000, 0 },
    { "register duplicate", 2, 30, 2000, DEMO_DUPLICATE },
    { DISPATCHED "try next_day write unreachable", 2, 200, 9000, 0 },
    { "register void", 2, 60, 9000, 0 },
};

int demo_path_count(void)
{
    return COUNT(demo_paths);
}

const struct demo_step *demo_step_find(const char *name, size_t length)
{
    for (int i = 0; i < COUNT(steps); i++)
        if (strlen(steps[i].name) == length && strncmp(steps[i].name, name, length) == 0)
            return &steps[i];
    return NULL;
}
