/* Deliveries of the demo company, one for each way that a delivery may stand. */
#include <stdio.h>
#include <string.h>

#include "engine/compile.h"
#include "server/demo_internal.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))
#define HOURS(n) ((n) * INT64_C(3600000000))

/* One letter a step, see `take`. The hours between steps are the clock's: a trial run knows no night. */
static const struct {
    int customer;
    const char *item;
    bool complete_set;
    const char *steps;
    int hours_ago; /* of the last step */
} deliveries[] = {
    { 5, "一体化机柜成套设备", true, "pgtsndkFwaicRXRheqfAC", 30 },
    { 9, "视频会议成套系统", true, "pgtsndkFwaicRh", 20 },
    { 14, "机房供电成套设备", true, "pgtsndkFwaicR", 26 },
    { 18, "信息发布成套系统", true, "pgtsndkFwaicRhe", 40 },
    { 22, "门禁成套系统", true, "pgtsndkFwa", 50 },
    { 26, "ZN-2000 计算机", false, "pgtsndkx", 70 },
    { 31, "ZN-2000 计算机", false, "pgtsndD", 5 },
    { 35, "激光打印机", false, "pgtsn", 2 },
    { 41, "24英寸显示器", false, "pgt", 3 },
    { 46, "网络交换机", false, "p", 6 },
    { 50, "综合布线成套设备", true, "", 8 },
    { 54, "投影机", false, "S", 4 },
};

struct shipment {
    char id[UUID_TEXT_SIZE];
    int at; /* of `deliveries` */
    int64_t at_us;
};

/* The customer signs what the engine shows at that moment. */
static json_t *signature(struct demo *demo, const struct shipment *shipment)
{
    struct arena arena = { 0 };
    struct bound bound;
    engine_bind_get(engine_machine_by_name(demo->engine, "delivery"), demo_holder(demo, "dispatcher"), shipment->id, shipment->at_us, &arena, &bound);
    PGresult *result = PQexecParams(demo->connection, bound.statement->text, bound.statement->n_params, NULL, bound.values, NULL, NULL, 0);
    json_t *signed_by = json_pack("{s:s,s:s,s:s}", "name", demo->customers[deliveries[shipment->at].customer].contact, "content_sha256",
                                  PQntuples(result) == 1 ? PQgetvalue(result, 0, RESULT_CONTENT_HASH) : "", "relation", "employee");
    PQclear(result);
    arena_done(&arena);
    return signed_by;
}

static json_t *lines(const struct shipment *shipment)
{
    return json_pack("[{s:s,s:s,s:i},{s:s,s:i}]", "item", deliveries[shipment->at].item, "model", deliveries[shipment->at].item, "qty", 1, "item",
                     "安装附件包", "qty", 2);
}

static json_t *packing(const struct shipment *shipment)
{
    char serial[40];
    (void)snprintf(serial, sizeof serial, "SND%06d", 200100 + 37 * shipment->at);
    return json_pack("[{s:s,s:s,s:i,s:s,s:i,s:i},{s:s,s:s,s:i,s:i,s:i},{s:s,s:s,s:i,s:i},{s:s,s:s,s:i,s:i},{s:s,s:s,s:i,s:i}]", "kind", "goods", "item",
                     deliveries[shipment->at].item, "line_no", 1, "serial", serial, "expected", 1, "counted", 1, "kind", "goods", "item", "安装附件包",
                     "line_no", 2, "expected", 2, "counted", 2, "kind", "certificate", "item", "产品合格证", "expected", 1, "counted", 1, "kind",
                     "manual", "item", "使用说明书", "expected", 1, "counted", 1, "kind", "drawing", "item", "安装图纸", "expected", 2, "counted", 2);
}

/* How long before the next step each takes; a trial run and an escort have their full hours. */
static int hours_before(char step)
{
    switch (step) {
    case 'h':
        return 73;
    case 'X':
        return 31; /* the run that tripped */
    case 'f':
        return 49;
    case 'F':
        return 20;
    default:
        return 2;
    }
}

static bool fire(struct demo *demo, struct shipment *shipment, const char *role, const char *event, json_t *body)
{
    return demo_fire(demo, "delivery", event, shipment->id, body, demo_holder(demo, role), shipment->at_us, NULL);
}

static json_t *schedule(struct demo *demo, const struct shipment *shipment)
{
    char vehicle[24];
    (void)snprintf(vehicle, sizeof vehicle, "冀C·A%04d", 1000 + 7 * shipment->at);
    return json_pack("{s:s,s:o,s:o,s:s,s:b}", "assignee_id", demo_holder(demo, "employee")->id, "window_from",
                     demo_time_json(shipment->at_us + HOURS(1)), "window_to", demo_time_json(shipment->at_us + HOURS(1) + HOURS(shipment->at + 8) / 2), "vehicle", vehicle, "in_area", 1);
}

static bool take(struct demo *demo, struct shipment *shipment, char step)
{
    switch (step) {
    case 'S':
        return fire(demo, shipment, "materials_officer", "report_shortage", json_pack("{s:s}", "shortage_text", "灯泡到货延迟,预计下周补齐"));
    case 'p':
        return fire(demo, shipment, "materials_officer", "pack",
                    json_pack("{s:o,s:s,s:b}", "packing", packing(shipment), "packing_by", "company_standard", "transport_safe", 1));
    case 'g':
        return fire(demo, shipment, "materials_officer", "hand_over", json_object());
    case 't':
        return fire(demo, shipment, "dispatcher", "hand_over", json_object());
    case 's':
        return fire(demo, shipment, "dispatcher", "schedule", schedule(demo, shipment));
    case 'n':
        return fire(demo, shipment, "dispatcher", "notify_customer",
                    json_pack("{s:o,s:b}", "called_customer_at", demo_time_json(shipment->at_us), "reached", 1));
    case 'd':
        return fire(demo, shipment, "dispatcher", "depart", json_object());
    case 'k':
        return fire(demo, shipment, "dispatcher", "sign_delivery",
                    json_pack("{s:o,s:s,s:b,s:s}", "customer_signature", signature(demo, shipment), "deliverer_name", "胡岚", "unpacking_needed", 1,
                              "unpacking_findings", "外观完好,数量相符"));
    case 'D':
        return fire(demo, shipment, "dispatcher", "report_discrepancy",
                    json_pack("{s:[{s:s,s:i,s:i,s:s}],s:s}", "found", "kind", "damaged", "line_no", 2, "qty", 1, "text", "附件包外箱受潮", "evidence",
                              "现场照片两张"));
    case 'x':
        return fire(demo, shipment, "dispatcher", "close_delivery", json_object());
    case 'F':
        return fire(demo, shipment, "dispatcher", "fix_date",
                    json_pack("{s:o,s:b,s:s}", "install_on", demo_date_json(demo, 1), "agreed", 1, "assignee_id", demo_holder(demo, "installer")->id));
    case 'w':
        return fire(demo, shipment, "installer", "write_plan", json_pack("{s:s}", "installation_plan", "先核对地面承重与供电,机柜就位固定,接线后逐项通电"));
    case 'a':
        return fire(demo, shipment, "deputy_gm", "approve_plan", json_object());
    case 'i':
        return fire(demo, shipment, "installer", "prepare", json_pack("{s:b,s:b}", "tools_on_site", 1, "plan_told", 1)) &&
               fire(demo, shipment, "installer", "install", json_object());
    case 'c':
        return fire(demo, shipment, "installer", "commission", json_pack("{s:b}", "plan_followed", 1));
    case 'R':
        return fire(demo, shipment, "installer", "start_trial", json_pack("{s:i,s:s}", "load_percent", 100, "commissioning_result", "各项参数正常"));
    case 'X':
        return fire(demo, shipment, "installer", "trial_interrupted", json_pack("{s:s,s:s}", "interruption", "machine_fault", "reading", "电源模块过热保护"));
    case 'h':
        return fire(demo, shipment, "installer", "hand_to_customer", json_pack("{s:s}", "reading", "满负荷72小时无异常"));
    case 'e':
        return fire(demo, shipment, "installer", "start_escort", json_object());
    case 'q':
        return fire(demo, shipment, "trainer", "train_customer",
                    json_pack("{s:[{s:s,s:b}],s:s,s:o}", "operators", "name", demo->customers[deliveries[shipment->at].customer].contact, "passed", 1,
                              "training_content", "日常操作、报警处理与停机", "customer_signature", signature(demo, shipment)));
    case 'f':
        return fire(demo, shipment, "installer", "finish_escort", json_object());
    case 'A':
        return fire(demo, shipment, "installer", "accept_settle", json_pack("{s:o}", "customer_signature", signature(demo, shipment)));
    case 'C':
        return fire(demo, shipment, "dispatcher", "comment", json_pack("{s:s,s:i}", "customer_opinion", "安装规范,讲解耐心", "satisfaction", 5));
    default:
        return false;
    }
}

static bool deliver(struct demo *demo, int i)
{
    const struct demo_customer *customer = &demo->customers[deliveries[i].customer];
    struct shipment shipment = { .at = i };
    int hours = deliveries[i].hours_ago + 4;
    for (const char *step = deliveries[i].steps; *step != '\0'; step++)
        hours += hours_before(*step);
    shipment.at_us = demo->now_us - HOURS(hours);
    shipment.at_us -= shipment.at_us % (HOURS(1) / 4);
    char contract[24];
    (void)snprintf(contract, sizeof contract, "HT-%04d", 1000 + deliveries[i].customer);
    json_t *body = json_pack("{s:s,s:s,s:o,s:s,s:s,s:b,s:b,s:I,s:i}", "customer_id", customer->id, "contract_no", contract, "lines", lines(&shipment),
                             "contact_name", customer->contact, "contact_phone", customer->phone, "install_due", deliveries[i].complete_set,
                             "is_complete_set", deliveries[i].complete_set, "contract_amount", 1980000 + 350000 * (json_int_t)i, "warranty_months", 24);
    (void)json_object_set_new(body, "promised_on", demo_date_json(demo, i % 4));
    if (!demo_fire(demo, "delivery", "register_contract", NULL, body, demo_holder(demo, "commerce_officer"), shipment.at_us, shipment.id))
        return false;
    for (const char *step = deliveries[i].steps; *step != '\0'; step++) {
        shipment.at_us += HOURS(hours_before(*step));
        if (!take(demo, &shipment, *step))
            return false;
    }
    return true;
}

bool demo_load_deliveries(struct demo *demo)
{
    for (int i = 0; i < COUNT(deliveries); i++)
        if (!deliver(demo, i))
            return false;
    return true;
}
