/* Choices and guards that several procedures share. Layer: procedures. */
#ifndef AFTERCARE_PROCEDURES_COMMON_H
#define AFTERCARE_PROCEDURES_COMMON_H

#include "engine/procedure.h"

#define GUARD(name, code, condition, field, en, zh) \
    static const struct guard name = { code, condition, { en, zh }, field }
#define REF(name, en, zh, flags, machine_) { name, FIELD_REFERENCE, { en, zh }, flags, .machine = machine_ }

/* Everybody who works for the company or an outlet. */
#define STAFF \
    "general_manager deputy_gm supervising_leader management_rep dispatcher hotline_clerk followup_clerk service_manager technician" \
    " return_repair_clerk shipping_clerk installer trainer dept_head employee commerce_officer materials_officer finance_officer hr_officer" \
    " office_archivist warehouse_keeper outlet_manager outlet_technician evaluator_lead evaluator document_controller emergency_commander" \
    " facility_keeper"
/* End of a day that is itself allowed. */
#define DAY(date) "(" date ")::timestamp at time zone company_zone()"

/* What a technician can be qualified for (P7 4.1.4.2). */
#define SKILLS(SKILL) \
    SKILL(computer, "Computers and parts", "计算机及配件") \
    SKILL(network, "Network", "网络设备") \
    SKILL(display, "Displays", "显示设备") \
    SKILL(security, "Security and access", "安防门禁") \
    SKILL(audio_video, "Audio and video", "音视频") \
    SKILL(power, "Power supply", "电源设备") \
    SKILL(installation, "Installation", "安装调试")
extern const struct choice skill_choices[];
extern const struct choice role_choices[];       /* the roles of 00-common 1.2 */
extern const struct choice department_choices[]; /* the departments of 00-common 1.1 */
extern const struct choice priority_choices[];
extern const struct choice item_category_choices[]; /* what P5 4.2(8) packs alike */
extern const struct field signature_items[];     /* 00-common rule 3 */
extern const struct field contact_attempt_items[];

/* 00-common rule 13: three attempts on two days, one of them in writing. */
extern const struct guard tried_to_reach;

/* For the person that input `assignee_id` names. */
extern const struct guard technician_is_active, technician_is_qualified, technician_skill_fits, technician_of_outlet;

/* A test names the instruments it was made with (P12). An event that records one takes "instruments? tested_on?" (a machine
 * lists TEST_FIELDS), has both guards, and the effect INSTRUMENTS_USED, which keeps who used what where the impact of a
 * wrong instrument is looked up. The day of the test counts, not the day of entry. */
extern const struct field instrument_items[];
extern const struct guard instruments_usable, test_day_past;
#define TEST_FIELDS \
    { "instruments", FIELD_LIST, { "Instruments used", "所用计量器具" }, FIELD_TRANSIENT, 1, 20, .items = instrument_items }, \
        { "tested_on", FIELD_DATE, { "Day of the test", "测试日期" }, FIELD_TRANSIENT }
#define INSTRUMENTS_USED_AS(list, day) \
    OPEN_EACH("instrument_use", "record", list, \
              "facility_code = item ->> 'facility_code'; job_number = e.number; job_event_no = e.event_no + 1;" \
              " tested_on = " day "; value = item ->> 'value'; unit = item ->> 'unit'; outlet_id = e.outlet_id")
#define INSTRUMENTS_USED INSTRUMENTS_USED_AS(":instruments", "coalesce(:tested_on, company_date(:at))")
/* For `revert` of such events: what was not done used no instrument. */
#define INSTRUMENTS_NOT_USED \
    FIRE_EACH("instrument_use", "parent_id", "c.job_event_no = e.last_event_no", "withdraw", NULL)

/* Guards of the rules that hold everywhere (00-common 3, 8, 14). A signature is bound to what it signs. */
extern const struct guard signed_or_refused, signature_bound, has_charge, no_loss_yet, loss_is_open;
/* Who may be told of a complaint (P4 4.2(9)). */
extern const struct guard is_leader;

/* An outlet ends only when the special equipment and the parts lent to it are fetched (P12, P11, P6). */
extern const struct guard outlet_equipment_fetched;

/* A step that found something wrong reports it to P22: what kind of source this is, which department has to answer (SQL; null
 * where only the service manager can tell), how grave it is, and the fact (SQL over the row `m`); `more` are further inputs. */
#define NONCONFORMITY_OF(source_, dept_, grade_, fact_, more, condition) \
    OPEN("nonconformity", "report", \
         "source = '" source_ "'; source_number = m.number; dept = " dept_ "; grade = '" grade_ "'; fact = nonconformity_fact(" fact_ ", m.number);" \
         " found_at = m.changed_at; outlet_id = m.outlet_id" more, LINK_LATER, condition)

/* What belongs to a customer moves with the files that P14 merges, and back when it splits them: a row CHANGE_CUSTOMER and
 * a field MOVED_FROM in each machine that has a customer_id; P14 fires it (OF_CUSTOMER in p14_customers.c). */
#define MOVED_FROM REF("moved_from_id", "Moved here from the file", "移自档案", FIELD_COMPUTED, "customer")
#define CHANGE_CUSTOMER \
    { .event = "change_customer", .label = { "Move to another file", "移至另一档案" }, .clause = "P14 A", .from = "*", .to = "same", \
      .by = "system", .takes = "customer_id", \
      .effects = EFFECTS(SET("moved_from_id", "case when :customer_id = e.moved_from_id then null else e.customer_id end")), .flags = TRANSITION_FINAL }

/* Work of who is absent, barred or gone is marked, and told to who can give it to somebody else (00-common rule 11): a row
 * MARK_TO_REASSIGN (further effects may follow) and the timers TO_REASSIGN, over the rows that fit `condition`. */
#define IS_ABSENT(person) person " in (select a.person_id from absence a where a.closed_at is null and a.from_at <= :now and a.to_at > :now)"
#define MARK_TO_REASSIGN(from_, told, ...) \
    { .event = "mark_to_reassign", .label = { "Person is absent", "人员缺勤待改派" }, .clause = "00-common 11", .from = from_, .to = "same", \
      .by = "system", .takes = "reason", \
      .effects = EFFECTS(SET("to_reassign", ":reason"), NOTIFY(told, "to_reassign"), ##__VA_ARGS__), .flags = TRANSITION_FINAL }
#define TO_REASSIGN(condition) \
    { "mark_to_reassign", "e.to_reassign is null and e.assignee_id is not null and " condition " and " IS_ABSENT("e.assignee_id"), "reason = 'absence'" }, \
        { "mark_to_reassign", "e.to_reassign is null and " condition " and e.assignee_id in (select p.id from person p where p.state <> 'active')", \
          "reason = 'barred_or_left'" }

extern const struct procedure p01_service_factors, p04_repair, p05_return_repair, p07_staff, p12_facilities, p14_customers, p06_outlets, p21_records,
    p09_return_exchange, p08_delivery, p10_recall_compensation, p11_spares, p13_complaints, p15_improvement, p17_assurance,
    p18_emergency, p20_documents, p22_nonconformity;

#endif
