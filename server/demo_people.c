/* The demo company itself: people, departments, outlets, prices. */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "engine/fire.h"
#include "engine/roles.h"
#include "server/commands.h"
#include "server/demo_internal.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

/* Human resources first: that person enters the others. */
const struct demo_person demo_persons[DEMO_PERSONS] = {
    { "linyue", "林悦", "hr_officer", "hr_office", NULL, 0, false },
    { "chenjianguo", "陈建国", "general_manager emergency_commander", "executive", NULL, 0, false },
    { "zhoulimin", "周立民", "deputy_gm supervising_leader", "executive", NULL, 0, false },
    { "sunhuimin", "孙慧敏", "management_rep evaluator_lead", "executive", NULL, 0, false },
    { "wangfang", "王芳", "dispatcher", "after_sales_center", NULL, 0, false },
    { "lina", "李娜", "hotline_clerk", "after_sales_center", NULL, 0, false },
    { "zhaomin", "赵敏", "followup_clerk", "after_sales_center", NULL, 0, false },
    { "liuyang", "刘洋", "service_manager dept_head", "after_sales_center", NULL, 0, false },
    { "zhangwei", "张伟", "technician dept_head", "tech_dept", "computer network display installation", 0, false },
    { "liqiang", "李强", "technician", "tech_dept", "display audio_video network", 0, false },
    { "chengang", "陈刚", "technician", "tech_dept", "security power network", 0, false },
    { "yanglei", "杨磊", "technician", "tech_dept", "computer installation power security audio_video", 0, false },
    { "huangzhiyuan", "黄志远", "return_repair_clerk facility_keeper", "tech_dept", NULL, 0, false },
    { "wutao", "吴涛", "installer trainer", "tech_dept", "installation computer network", 0, false },
    { "xujing", "徐静", "materials_officer shipping_clerk warehouse_keeper dept_head", "materials_office", NULL, 0, false },
    { "hulan", "胡岚", "commerce_officer dept_head employee", "commerce_dept", NULL, 0, false },
    { "gaoyue", "高悦", "finance_officer evaluator", "finance_office", NULL, 0, false },
    { "hexia", "何霞", "office_archivist document_controller", "company_office", NULL, 0, false },
    { "luojun", "罗军", "outlet_manager", "outlet", NULL, 1, false },
    { "songkai", "宋凯", "outlet_technician", "outlet", "computer network display", 1, false },
    { "tangbo", "唐波", "outlet_manager outlet_technician", "outlet", "computer power security", 2, false },
    { "qiumin", "邱敏", "outlet_manager outlet_technician", "outlet", "computer display audio_video", 3, false },
    { "fanlei", "范磊", "outlet_manager outlet_technician", "outlet", "network security power", 4, false },
    { "kongli", "孔莉", "outlet_manager outlet_technician", "outlet", "computer network security", 5, false },
    { "baoyong", "包勇", "outlet_manager outlet_technician", "outlet", "display audio_video computer", 6, false },
    { "shijie", "石杰", "outlet_manager outlet_technician", "outlet", "computer power network", 7, false },
    { "yaojuan", "姚娟", "outlet_manager outlet_technician", "outlet", "security audio_video computer", 8, false },
    { "taoming", "陶明", "outlet_manager outlet_technician", "outlet", "computer display power", 9, false },
    { "jiangchao", "江超", "outlet_manager outlet_technician", "outlet", "network audio_video computer", 10, false },
    { "dingping", "丁平", "outlet_manager outlet_technician", "outlet", "computer security display", 11, false },
    { "weigang", "魏刚", "outlet_manager outlet_technician", "outlet", "power computer network", 12, false },
    { "customer", "郑丽", "customer", "external", NULL, 0, true },
};

static const struct {
    const char *code, *name, *head;
} departments[] = {
    { "executive", "公司领导", "chenjianguo" }, { "after_sales_center", "售后服务中心", "liuyang" },
    { "tech_dept", "技术部", "zhangwei" },      { "commerce_dept", "商务部", "hulan" },
    { "materials_office", "物资处", "xujing" }, { "finance_office", "财务处", "gaoyue" },
    { "hr_office", "人力资源处", "linyue" },    { "company_office", "公司办公室", "hexia" },
    { "outlet", "服务网点", "luojun" },
};

static const struct {
    const char *name, *kind, *region, *address, *phone, *skills;
} outlets[DEMO_OUTLETS] = {
    { "城东服务网点", "internal", "城东区", "滨海市城东区和平街18号", "0599-6100001", "computer network display" },
    { "北山服务网点", "external", "北山区", "滨海市北山区工业路205号", "0599-6100002", "computer power security" },
    { "海港服务网点", "external", "海港区", "滨海市海港区建设路20号", "0599-6100003", "computer display audio_video" },
    { "城西服务网点", "external", "城西区", "滨海市城西区人民路37号", "0599-6100004", "network security power" },
    { "高新服务网点", "external", "高新区", "滨海市高新区科技路54号", "0599-6100005", "computer network security" },
    { "南湖服务网点", "external", "南湖区", "滨海市南湖区海滨大道71号", "0599-6100006", "display audio_video computer" },
    { "东港服务网点", "external", "海港区", "滨海市海港区中山路88号", "0599-6100007", "computer power network" },
    { "桥西服务网点", "internal", "城西区", "滨海市城西区文化街105号", "0599-6100008", "security audio_video computer" },
    { "科技园服务网点", "external", "高新区", "滨海市高新区青年路122号", "0599-6100009", "computer display power" },
    { "湖东服务网点", "external", "南湖区", "滨海市南湖区解放大街139号", "0599-6100010", "network audio_video computer" },
    { "工业园服务网点", "external", "北山区", "滨海市北山区工业路156号", "0599-6100011", "computer security display" },
    { "老城服务网点", "external", "城东区", "滨海市城东区和平街173号", "0599-6100012", "power computer network" },
};

static const struct {
    const char *code, *name, *unit, *skill;
    int price;
} prices[] = {
    { "WX-001", "上门检测费", "次", NULL, 5000 },
    { "WX-002", "计算机及配件维修费", "台", "computer", 12000 },
    { "WX-003", "网络设备维修费", "台", "network", 15000 },
    { "WX-004", "显示设备维修费", "台", "display", 20000 },
    { "WX-005", "安防门禁维修费", "点", "security", 10000 },
    { "WX-006", "音视频设备维修费", "台", "audio_video", 18000 },
    { "WX-007", "电源设备维修费", "台", "power", 16000 },
    { "WX-008", "安装调试费", "次", "installation", 14000 },
    { "WX-009", "数据恢复", "次", "computer", 30000 },
    { "WX-010", "系统重装", "台", "computer", 8000 },
    { "WX-011", "夜间及节假日加急费", "次", NULL, 10000 },
    { "WX-012", "空跑费", "次", NULL, 3000 },
};

static json_t *words(const char *list)
{
    json_t *array = json_array();
    for (const char *p = list; *p != '\0';) {
        size_t n = strcspn(p, " ");
        (void)json_array_append_new(array, json_stringn(p, n));
        p += n;
        p += strspn(p, " ");
    }
    return array;
}

static uint64_t role_bits(const char *list)
{
    uint64_t bits = 0;
    char word[40];
    for (const char *p = list; *p != '\0';) {
        size_t n = strcspn(p, " ");
        memcpy(word, p, n);
        word[n] = '\0';
        bits |= role_bit(role_find(word));
        p += n;
        p += strspn(p, " ");
    }
    return bits;
}

static bool add_person(struct demo *demo, int i, const char *outlet_id, const char *customer_id, int minute)
{
    const struct demo_person *person = &demo_persons[i];
    struct principal *principal = &demo->principals[i], who = i == 0 ? system_principal : demo->principals[0];
    who.roles = role_bit(ROLE_hr_officer);
    char phone[40];
    (void)snprintf(phone, sizeof phone, "138000010%02d", i);
    json_t *body = json_pack("{s:s,s:s,s:o,s:s,s:s,s:s*,s:s*}", "login", person->login, "name", person->name, "roles",
                             words(person->roles), "department", person->department, "phone", phone, "outlet_id",
                             outlet_id, "customer_id", customer_id);
    if (!demo_fire(demo, "person", "create", NULL, body, &who, demo_time(demo, minute), principal->id))
        return false;
    (void)snprintf(principal->name, sizeof principal->name, "%s", person->name);
    (void)snprintf(principal->department, sizeof principal->department, "%s", person->department);
    (void)snprintf(principal->outlet_id, sizeof principal->outlet_id, "%s", outlet_id == NULL ? "" : outlet_id);
    (void)snprintf(principal->customer_id, sizeof principal->customer_id, "%s", customer_id == NULL ? "" : customer_id);
    principal->roles = role_bits(person->roles);
    new_password(demo->passwords[i]);
    return set_password(demo->connection, principal->id, demo->passwords[i]);
}

static bool qualify(struct demo *demo, int i)
{
    json_t *body = json_pack("{s:o,s:o}", "qualified_scope", words(demo_persons[i].skills), "qualified_until",
                             demo_date_json(demo, 365 - 7 * i));
    return demo_fire(demo, "person", "qualify", demo->principals[i].id, body, &demo->principals[0],
                     demo_time(demo, 100 + i), NULL);
}

static bool add_outlet(struct demo *demo, int i)
{
    json_t *body = json_pack("{s:s,s:s,s:s,s:s,s:s,s:o}", "name", outlets[i].name, "kind", outlets[i].kind, "region",
                             outlets[i].region, "address", outlets[i].address, "phone", outlets[i].phone, "skills",
                             words(outlets[i].skills));
    return demo_fire(demo, "outlet", "create", NULL, body, demo_holder(demo, "deputy_gm"), demo_time(demo, 60 + i),
                     demo->outlets[i]);
}

bool demo_outlet_is_partner(int outlet)
{
    return strcmp(outlets[outlet].kind, "external") == 0;
}

const struct principal *demo_person(const struct demo *demo, const char *login)
{
    for (int i = 0; i < DEMO_PERSONS; i++)
        if (strcmp(demo_persons[i].login, login) == 0)
            return &demo->principals[i];
    log_fatal("demo", "nobody signs in as %s", login);
}

static const char *person_id(const struct demo *demo, const char *login)
{
    return demo_person(demo, login)->id;
}

static bool add_departments(struct demo *demo)
{
    for (int i = 0; i < COUNT(departments); i++) {
        json_t *body = json_pack("{s:s,s:s,s:s}", "code", departments[i].code, "name", departments[i].name, "head_id",
                                 person_id(demo, departments[i].head));
        if (!demo_fire(demo, "department", "create", NULL, body, &demo->principals[0], demo_time(demo, 90 + i), NULL))
            return false;
    }
    return true;
}

static bool add_prices(struct demo *demo)
{
    for (int i = 0; i < COUNT(prices); i++) {
        json_t *body = json_pack("{s:s,s:s,s:s,s:i,s:s*}", "code", prices[i].code, "name", prices[i].name, "unit",
                                 prices[i].unit, "price", prices[i].price, "skill", prices[i].skill);
        if (!demo_fire(demo, "price_item", "create", NULL, body, demo_holder(demo, "service_manager"),
                       demo_time(demo, 130 + i), NULL))
            return false;
    }
    return true;
}

/* The dispatcher's stand-in for the coming days, and a holiday that the board will have to plan around. */
static bool add_stand_ins(struct demo *demo)
{
    const struct principal *dispatcher = demo_holder(demo, "dispatcher"), *hotline = demo_holder(demo, "hotline_clerk");
    int monday = (demo->now / DEMO_DAY / 5 + 1) * 5 * DEMO_DAY;
    json_t *delegation =
        json_pack("{s:s,s:s,s:s,s:o,s:o,s:s}", "role", "dispatcher", "holder_id", dispatcher->id, "stand_in_id",
                  hotline->id, "from_at", demo_time_json(demo_time(demo, demo->now - 2 * DEMO_DAY)), "to_at",
                  demo_time_json(demo_time(demo, monday + 10 * DEMO_DAY)), "limits", "仅限午间与休息日的派单和改派");
    if (!demo_fire(demo, "delegation", "delegate", NULL, delegation, dispatcher,
                   demo_time(demo, demo->now - 2 * DEMO_DAY), NULL))
        return false;
    const char *technician = person_id(demo, "chengang");
    json_t *absence = json_pack("{s:s,s:s,s:o,s:o,s:s}", "person_id", technician, "kind", "leave", "from_at",
                                demo_time_json(demo_time(demo, monday)), "to_at",
                                demo_time_json(demo_time(demo, monday + 3 * DEMO_DAY - 1)), "stand_in_id",
                                person_id(demo, "yanglei"));
    return demo_fire(demo, "absence", "enter", NULL, absence, dispatcher, demo_time(demo, demo->now - DEMO_DAY), NULL);
}

bool demo_load_people(struct demo *demo)
{
    for (int i = 0; i < DEMO_PERSONS; i++)
        if (demo_persons[i].outlet == 0 && !demo_persons[i].is_customer && !add_person(demo, i, NULL, NULL, i))
            return false;
    for (int i = 0; i < DEMO_OUTLETS; i++)
        if (!add_outlet(demo, i))
            return false;
    for (int i = 0; i < DEMO_PERSONS; i++)
        if (demo_persons[i].outlet != 0 &&
            !add_person(demo, i, demo->outlets[demo_persons[i].outlet - 1], NULL, 62 + i))
            return false;
    for (int i = 0; i < DEMO_PERSONS; i++)
        if (demo_persons[i].skills != NULL && !qualify(demo, i))
            return false;
    return add_departments(demo) && add_prices(demo) && add_stand_ins(demo);
}

bool demo_load_customer_person(struct demo *demo)
{
    for (int i = 0; i < DEMO_PERSONS; i++)
        if (demo_persons[i].is_customer &&
            !add_person(demo, i, NULL, demo->customers[DEMO_OWN_CUSTOMER].id, 450 + 60 * DEMO_CUSTOMERS))
            return false;
    return true;
}
