/* The demo company's spare parts, loan units, and some repairs that wait for a part. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/demo_internal.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

static const struct {
    const char *part_no, *name, *skill, *class;
    int cost, price; /* yuan */
    int store, minimum, outlet;
    bool old_part, serial;
} parts[] = {
    { "SSD-512", "固态硬盘512G", "computer", "A", 280, 420, 9, 5, 2, true, true },
    { "PSU-450", "电源450W", "computer", "B", 160, 260, 6, 4, 2, true, false },
    { "FUSER-P1", "定影组件", "computer", "B", 450, 680, 2, 2, 0, true, false },
    { "SW-PWR", "交换机电源模块", "network", "A", 620, 900, 1, 2, 0, true, true },
    { "LED-RC", "显示接收卡", "display", "A", 380, 560, 4, 2, 1, true, true },
    { "LAMP-UHP", "投影灯泡", "display", "B", 900, 1350, 3, 1, 0, false, false },
    { "RDR-IC", "门禁读卡器", "security", "B", 150, 260, 8, 3, 1, false, false },
    { "HDD-4T", "监控硬盘4T", "security", "A", 680, 980, 0, 2, 0, true, true },
    { "CAP-KIT", "功放电容", "audio_video", "C", 12, 40, 40, 10, 0, false, false },
    { "UPS-BAT", "UPS电池", "power", "B", 240, 390, 5, 4, 0, true, false },
    { "RJ45-100", "水晶头(盒)", "network", "C", 35, 60, 15, 3, 2, false, false },
};
static const char *const units[][2] = {
    { "BY-2026-01", "ZN-2000" }, { "BY-2026-02", "ZN-2000" }, { "BY-2026-03", "便携投影机" }, { "BY-2026-04", "24口交换机" },
};

static bool stock_up(struct demo *demo, int i, const char *part, const char *location, const char *outlet, int quantity, int minimum)
{
    const struct principal *keeper = demo_holder(demo, "warehouse_keeper");
    char id[UUID_TEXT_SIZE];
    json_t *body = json_pack("{s:s,s:s,s:s*,s:s*}", "part_id", part, "location", location, "outlet_id", outlet, "keeper_id",
                             outlet == NULL ? keeper->id : NULL);
    int minute = 430 + i;
    return demo_fire(demo, "stock", "open", NULL, body, keeper, demo_time(demo, minute), id) &&
           (quantity == 0 || demo_fire(demo, "stock", "book_in", id, json_pack("{s:i,s:s}", "quantity", quantity, "reason", "期初库存"), keeper,
                                       demo_time(demo, minute), NULL)) &&
           demo_fire(demo, "stock", "set_levels", id, json_pack("{s:i,s:i}", "min_stock", minimum, "max_stock", 3 * minimum + 2), keeper,
                     demo_time(demo, minute), NULL);
}

static bool add_part(struct demo *demo, int i)
{
    char id[UUID_TEXT_SIZE];
    json_t *body = json_pack("{s:s,s:s,s:s,s:s,s:I,s:I,s:b,s:b,s:i,s:i}", "part_no", parts[i].part_no, "name", parts[i].name, "class", parts[i].class,
                             "unit", "件", "unit_cost", (json_int_t)parts[i].cost * 100, "unit_price", (json_int_t)parts[i].price * 100,
                             "old_part_required", parts[i].old_part, "serial_tracked", parts[i].serial, "warranty_months", 6, "lead_days", 7);
    if (!demo_fire(demo, "part", "register", NULL, body, demo_holder(demo, "materials_officer"), demo_time(demo, 420 + i), id) ||
        !stock_up(demo, i, id, "main", NULL, parts[i].store, parts[i].minimum))
        return false;
    return parts[i].outlet == 0 || stock_up(demo, i, id, "outlet", demo->outlets[0], parts[i].outlet, 1);
}

/* A repair at hand whose technician asks for the part; `steps` says how far the request goes. */
static bool request_part(struct demo *demo, const char *repair, const char *technician, int part, int steps)
{
    const struct principal *who = NULL;
    for (int i = 0; i < DEMO_PERSONS; i++)
        if (strcmp(demo->principals[i].id, technician) == 0)
            who = &demo->principals[i];
    if (who == NULL)
        return true;
    json_t *body = json_pack("{s:s,s:[{s:s,s:i,s:s}]}", "diagnosis", "配件损坏,需更换", "spares", "part_no", parts[part].part_no, "quantity", 1,
                             "old_serial", "OLD-0001");
    if (!demo_fire(demo, "repair", "request_spare", repair, body, who, demo->now_us, NULL))
        return false;
    PGresult *found = PQexecParams(demo->connection, "select r.id, r.charge from spare_request r where r.parent_id = $1::uuid", 1, NULL, &repair, NULL, NULL, 0);
    char id[UUID_TEXT_SIZE] = "";
    if (PQntuples(found) == 1)
        (void)snprintf(id, sizeof id, "%s", PQgetvalue(found, 0, 0));
    PQclear(found);
    bool short_of = parts[part].store == 0;
    const struct principal *keeper = demo_holder(demo, "warehouse_keeper");
    return id[0] != '\0' &&
           (steps < 1 || demo_fire(demo, "spare_request", "check", id, json_pack("{s:b}", "fits", 1), demo_holder(demo, "dispatcher"), demo->now_us, NULL)) &&
           (steps < 2 || demo_fire(demo, "spare_request", "approve", id, json_pack("{s:I,s:s}", "price_told", (json_int_t)parts[part].price * 100, "consent_by", "客户"),
                                   demo_holder(demo, "deputy_gm"), demo->now_us, NULL)) &&
           (steps < 3 || demo_fire(demo, "spare_request", short_of ? "backorder" : "reserve", id, json_object(), keeper, demo->now_us, NULL));
}

static bool add_requests(struct demo *demo)
{
    PGresult *repairs = PQexec(demo->connection,
                               "select r.id, r.assignee_id, r.required_skill\n  from repair r\n where r.state in ('repairing', 'seeking_solution')\n"
                               "   and r.outlet_id is null\n   and r.paused is null\n order by r.number");
    bool good = PQresultStatus(repairs) == PGRES_TUPLES_OK;
    int used[COUNT(parts)] = { 0 };
    for (int row = 0, n = 0; row < PQntuples(repairs) && good && n < 6; row++)
        for (int i = 0; i < COUNT(parts); i++)
            if (strcmp(parts[i].skill, PQgetvalue(repairs, row, 2)) == 0 && used[i]++ == 0) {
                good = request_part(demo, PQgetvalue(repairs, row, 0), PQgetvalue(repairs, row, 1), i, n % 4);
                n++;
                break;
            }
    PQclear(repairs);
    return good;
}

bool demo_load_spares(struct demo *demo)
{
    for (int i = 0; i < COUNT(parts); i++)
        if (!add_part(demo, i))
            return false;
    for (int i = 0; i < COUNT(units); i++)
        if (!demo_fire(demo, "loan_unit", "enter", NULL,
                       json_pack("{s:s,s:s,s:I,s:s,s:s}", "serial", units[i][0], "model", units[i][1], "value", (json_int_t)180000, "condition", "八成新,功能完好",
                                 "accessories", "电源线一根"),
                       demo_holder(demo, "warehouse_keeper"), demo_time(demo, 440), NULL))
            return false;
    return add_requests(demo);
}
