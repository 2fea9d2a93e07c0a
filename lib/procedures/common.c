#include "procedures/common.h"

const struct choice skill_choices[] = {
#define SKILL(name, en, zh) { #name, { en, zh } },
    SKILLS(SKILL)
#undef SKILL
    { NULL },
};

const struct choice role_choices[] = {
#define ROLE(name, en, zh) { #name, { en, zh } },
#include "engine/roles.def"
#undef ROLE
    { NULL },
};

const struct choice department_choices[] = {
    { "executive", { "Executive", "公司领导" } },
    { "after_sales_center", { "After-sales service centre", "售后服务中心" } },
    { "tech_dept", { "Technical department", "技术部" } },
    { "commerce_dept", { "Commerce department", "商务部" } },
    { "materials_office", { "Materials office", "物资处" } },
    { "finance_office", { "Finance office", "财务处" } },
    { "hr_office", { "Human resources office", "人力资源处" } },
    { "company_office", { "Company office", "公司办公室" } },
    { "outlet", { "Service outlet", "服务网点" } },
    { "external", { "External party", "外部单位" } },
    { NULL },
};

const struct choice priority_choices[] = {
    { "normal", { "Normal", "普通" } },
    { "urgent", { "Urgent", "紧急" } },
    { NULL },
};

const struct choice item_category_choices[] = {
    { "hard_disk", { "Hard disk", "硬盘" } },
    { "cpu_memory", { "Processor or memory", "CPU、内存" } },
    { "board", { "Main board, graphics or other board", "主板、显卡等板卡" } },
    { "drive_keyboard", { "Optical drive or keyboard", "光驱、键盘" } },
    { "display_glass", { "Display or glass", "显示器等玻璃物品" } },
    { "other_shell", { "Other, with a hard shell", "其他硬质外壳配件" } },
    { NULL },
};

static const struct choice relation_choices[] = {
    { "self", { "The customer", "本人" } },
    { "employee", { "Employee of the customer", "单位员工" } },
    { "family", { "Family member", "家属" } },
    { "other", { "Other", "其他" } },
    { NULL },
};

const struct field signature_items[] = {
    { "name", FIELD_TEXT, { "Signed by", "签字人" }, 0, 1, 60, .example = "\"张伟\"" },
    { "content_sha256", FIELD_TEXT, { "Hash of what was signed", "签署内容摘要" }, 0, 64, 64 },
    { "relation?", FIELD_ENUM, { "Relation to the customer", "与客户关系" }, .choices = relation_choices },
    { "attachment_id?", FIELD_TEXT, { "Picture of the signature", "签名图片" }, 0, 36, 36 },
    { NULL },
};

const struct field contact_attempt_items[] = {
    { "at", FIELD_TIME, { "At", "时间" } },
    { "by", FIELD_TEXT, { "By", "联系人员" } },
    { "channel", FIELD_TEXT, { "Channel", "联系方式" } },
    { "number?", FIELD_TEXT, { "Number or address used", "联系号码" } },
    { "result", FIELD_TEXT, { "Result", "联系结果" } },
    { "next_attempt_at?", FIELD_TIME, { "Next attempt", "下次联系时间" } },
    { NULL },
};

const struct guard tried_to_reach = {
    "not_tried_enough",
    "(select count(*) >= time_rule_number('N_CONTACT_TRIES')"
    " and count(distinct company_date((c ->> 'at')::timestamptz)) >= 2"
    " and bool_or(c ->> 'channel' in ('message', 'email', 'letter'))"
    " from jsonb_array_elements(coalesce(e.contact_attempts, '[]')) c"
    " where c ->> 'result' <> 'reached')",
    { "Three attempts on at least two days, one of them in writing, come first",
      "须先在至少两天内联系三次,其中一次为书面" },
    NULL
};

const struct guard technician_is_active = {
    "technician_not_active",
    "exists (select from person p where p.id = :assignee_id and p.state = 'active'"
    " and p.roles && '{technician,outlet_technician,return_repair_clerk,installer}')",
    { "This person is no active technician", "该人员不是在岗维修人员" },
    "assignee_id"
};
const struct guard technician_is_qualified = {
    "technician_not_qualified",
    "exists (select from person p where p.id = :assignee_id and p.qualified_until >= company_date(:at))",
    { "The technician's qualification is missing or has run out", "该维修人员上岗资格缺失或已过期" },
    "assignee_id"
};
const struct guard technician_skill_fits = {
    "technician_skill_missing",
    "exists (select from person p where p.id = :assignee_id"
    " and coalesce(:required_skill, e.required_skill) = any(p.qualified_scope))",
    { "The technician is not qualified for this kind of equipment", "该维修人员不具备此类设备的上岗资格" },
    "assignee_id"
};
const struct guard technician_of_outlet = {
    "technician_of_other_outlet",
    "exists (select from person p where p.id = :assignee_id and p.outlet_id is not distinct from e.outlet_id)",
    { "The technician does not belong to the outlet that has the job", "该人员不属于承接此单的网点" },
    "assignee_id"
};

const struct field instrument_items[] = {
    { "facility_code", FIELD_TEXT, { "Instrument", "器具编号" }, 0, 1, 40, .example = "\"YQ-0012\"" },
    { "value?", FIELD_TEXT, { "Reading", "读数" }, 0, 1, 24, .example = "\"12.05\"" },
    { "unit?", FIELD_TEXT, { "Unit", "单位" }, 0, 1, 20, .example = "\"V\"" },
    { NULL },
};
const struct guard instruments_usable = {
    "instrument_not_usable",
    "instruments_usable(:instruments, coalesce(:tested_on, company_date(:at)))",
    { "An instrument was not in service on the day of the test, or the reading lies outside its limited range",
      "所用计量器具在测试当日不可用,或读数超出限用范围" },
    "instruments"
};
const struct guard test_day_past = {
    "test_day_ahead",
    ":tested_on is null or :tested_on <= company_date(:at)",
    { "The day of the test lies ahead", "测试日期在将来" },
    "tested_on"
};
const struct guard outlet_equipment_fetched = {
    "equipment_to_fetch",
    "not exists (select from facility f where f.outlet_id = e.id and f.closed_at is null)"
    " and not exists (select from stock s where s.outlet_id = e.id and s.on_hand > 0)",
    { "Facilities or parts of the company are still at the outlet", "网点仍有公司设施或备件未收回" },
    NULL
};
const struct guard signed_or_refused = {
    "signature_missing",
    ":customer_signature is not null or (:signature_refused is true and :signature_refused_reason is not null and :evidence is not null)",
    { "The customer signs, or the refusal is stored with a reason and other evidence", "须客户签字,拒签须注明原因并另附证据" },
    "customer_signature"
};
const struct guard signature_bound = {
    "signed_other_content",
    ":customer_signature is null or :customer_signature ->> 'content_sha256' = :content_sha256",
    { "What was signed is not what is stored now", "签署内容与现存内容不一致" },
    "customer_signature"
};
const struct guard has_charge = { "nothing_to_pay", "e.charge_total > 0", { "There is nothing to pay", "无应付费用" }, NULL };
const struct guard no_loss_yet = {
    "loss_reported", "e.loss is null or e.loss_settled_at is not null", { "A loss is reported already", "已登记遗失损坏" }, NULL
};
const struct guard loss_is_open = {
    "no_loss", "e.loss is not null and e.loss_settled_at is null", { "There is no open loss", "无未结遗失损坏" }, NULL
};
const struct guard is_leader = {
    "not_a_leader",
    "exists (select from person p where p.id = :leader_id and p.state = 'active'"
    " and p.roles && '{supervising_leader,deputy_gm,general_manager}')",
    { "Name the supervising leader who was told", "须填写已上报的分管领导" },
    "leader_id"
};
