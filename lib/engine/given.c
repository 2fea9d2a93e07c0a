/* The engine-given events of 00-common rules 10 to 13: ordinary rows that every machine has unless it says otherwise. */
#include "engine/plan.h"

#include <string.h>

static const struct choice reassign_reasons[] = {
    { "ill", { "Ill", "生病" } },
    { "leave", { "On leave", "请假" } },
    { "overload", { "Overload", "任务过多" } },
    { "skill", { "Skill does not fit", "技能不符" } },
    { "customer_request", { "Customer's request", "客户要求" } },
    { "conflict", { "Conflict", "冲突" } },
    { "barred", { "Barred from post", "离岗" } },
    { "left_company", { "Left the company", "离职" } },
    { NULL, { NULL, NULL } },
};

static const struct choice pause_reasons[] = {
    { "customer", { "Waiting for the customer", "等待客户" } },
    { "part", { "Waiting for a part", "等待备件" } },
    { "supplier", { "Waiting for the supplier", "等待厂家" } },
    { "site", { "Site not ready", "现场条件不具备" } },
    { "legal", { "Legal question", "法律问题" } },
    { NULL, { NULL, NULL } },
};

static const struct choice contact_channels[] = {
    { "phone", { "Phone", "电话" } },
    { "message", { "Text message", "短信" } },
    { "email", { "E-mail", "电子邮件" } },
    { "letter", { "Letter", "信函" } },
    { "visit", { "Visit", "上门" } },
    { NULL, { NULL, NULL } },
};

static const struct choice contact_results[] = {
    { "reached", { "Reached", "已联系上" } },
    { "no_answer", { "No answer", "无人接听" } },
    { "refused", { "Refused to talk", "拒绝沟通" } },
    { "wrong_number", { "Wrong number", "号码错误" } },
    { "call_later", { "Asked to call later", "约定再联系" } },
    { "sent", { "Message sent", "已发送" } },
    { NULL, { NULL, NULL } },
};

static const struct field fields[] = {
    { "reason", FIELD_TEXT, { "Reason", "原因" }, FIELD_TRANSIENT, 1, 1000, .example = "\"entered by mistake\"" },
    { "note", FIELD_TEXT, { "Note", "备注" }, FIELD_TRANSIENT, 1, 2000 },
    { "reassign_reason", FIELD_ENUM, { "Reason of reassignment", "改派原因" }, FIELD_TRANSIENT, .choices = reassign_reasons },
    { "assignee_id", FIELD_REFERENCE, { "Assignee", "责任人" }, FIELD_COMMON | FIELD_FILTER, .machine = "person" },
    { "pause_reason", FIELD_ENUM, { "Waiting for", "等待原因" }, FIELD_TRANSIENT, .choices = pause_reasons },
    { "resume_at", FIELD_TIME, { "Expected to go on at", "预计恢复时间" }, FIELD_TRANSIENT },
    { "channel_used", FIELD_ENUM, { "Channel", "联系方式" }, FIELD_TRANSIENT, .choices = contact_channels },
    { "number_used", FIELD_TEXT, { "Number or address used", "联系号码" }, FIELD_TRANSIENT, 1, 120 },
    { "contact_result", FIELD_ENUM, { "Result", "联系结果" }, FIELD_TRANSIENT, .choices = contact_results },
    { "next_attempt_at", FIELD_TIME, { "Next attempt", "下次联系时间" }, FIELD_TRANSIENT },
    { NULL },
};

static const struct guard not_paused = { "already_paused", "e.paused is null", { "Work is already waiting", "工作已处于等待状态" }, NULL };
static const struct guard is_paused = { "not_paused", "e.paused is not null", { "Work is not waiting", "工作未处于等待状态" }, NULL };
static const struct guard not_final = { "final_step",
                                        "not e.last_final",
                                        { "The last step is final and cannot be taken back", "最近一步为最终步骤,不可撤回" },
                                        NULL };
static const struct guard revert_in_time = {
    "revert_too_late",
    /* Right behind the step no rule need be looked up. */
    "e.last_final or (e.last_actor_id = :actor and (:now <= e.changed_at or :now <= time_rule_due('T_REVERT_SELF', e.changed_at)))"
    " or (:is_owner and :now < time_rule_due('T_REVERT_OWNER', e.changed_at))",
    { "Only who did it may take it back within 30 minutes, or the procedure's owner within 2 working days",
      "仅本人30分钟内或程序负责角色2个工作日内可撤回" },
    NULL
};
static const struct guard opened_untouched = {
    "opened_moved_on",
    "not exists (select from link l where l.from_id = e.id and l.from_event_no = e.last_event_no and l.state = 'done')",
    { "What the step opened has moved on", "该步骤所启动的事项已有进展" },
    NULL
};
static const struct guard amends_something = { "nothing_to_amend",
                                               "(:given & ~1::bigint) <> 0",
                                               { "Name at least one field to change", "请至少给出一个要更正的字段" },
                                               NULL };

static const struct transition defaults[] = {
    { .event = "amend",
      .label = { "Amend", "更正" },
      .clause = "00-common 10a",
      .from = "*",
      .to = "same",
      .guards = GUARDS(&amends_something) },
    { .event = "revert",
      .label = { "Take back", "撤回" },
      .clause = "00-common 10b",
      .from = "*",
      .to = "previous",
      .by = "*",
      .takes = "reason",
      .guards = GUARDS(&not_final, &revert_in_time, &opened_untouched),
      .flags = TRANSITION_FINAL },
    { .event = "void",
      .label = { "Void", "作废" },
      .clause = "00-common 10d",
      .to = "voided",
      .takes = "reason",
      .flags = TRANSITION_FINAL },
    { .event = "reassign",
      .label = { "Reassign", "改派" },
      .clause = "00-common 11",
      .from = "*",
      .to = "same",
      .takes = "assignee_id reassign_reason note?",
      .effects = EFFECTS(SET("to_reassign", "null"), NOTIFY("@assignee", "assigned")),
      .flags = TRANSITION_FINAL },
    { .event = "pause",
      .label = { "Pause", "等待" },
      .clause = "00-common 12",
      .from = "*",
      .to = "same",
      .takes = "pause_reason resume_at? note?",
      .guards = GUARDS(&not_paused),
      .effects = EFFECTS(SET("paused", "jsonb_build_object('reason', :pause_reason, 'since', :at, 'resume_at', :resume_at)"),
                         SET("clocks", "clocks_pause(e.clocks, :at)")) },
    { .event = "resume",
      .label = { "Resume", "恢复" },
      .clause = "00-common 12",
      .from = "*",
      .to = "same",
      .takes = "note?",
      .guards = GUARDS(&is_paused),
      .effects = EFFECTS(SET("paused", "null"), SET("clocks", "clocks_resume(e.clocks, :at)")) },
    { .event = "contact_attempt",
      .label = { "Log a contact attempt", "登记联系情况" },
      .clause = "00-common 13",
      .from = "*",
      .to = "same",
      .takes = "channel_used contact_result number_used? next_attempt_at? note?",
      .effects = EFFECTS(SET("contact_attempts",
                             "coalesce(e.contact_attempts, '[]') || jsonb_build_object('at', :at, 'by', :actor,"
                             " 'channel', :channel_used, 'number', :number_used, 'result', :contact_result,"
                             " 'next_attempt_at', :next_attempt_at)")),
      .flags = TRANSITION_FINAL },
    { .event = NULL },
};

const struct field *given_field(const char *name)
{
    for (const struct field *f = fields; f->name != NULL; f++)
        if (strcmp(f->name, name) == 0)
            return f;
    return NULL;
}

static bool word_in(const char *list, const char *wanted)
{
    char word[64];
    while (plan_next_word(&list, word, sizeof word))
        if (strcmp(word, wanted) == 0)
            return true;
    return false;
}

static bool has_own(const struct machine *machine, const char *event)
{
    for (const struct transition *t = machine->transitions; t->event != NULL; t++)
        if (strcmp(t->event, event) == 0)
            return true;
    return false;
}

static bool has_field(const struct machine *machine, const char *name)
{
    for (const struct field *f = machine->fields; f != NULL && f->name != NULL; f++)
        if (strcmp(f->name, name) == 0)
            return true;
    return false;
}

static const char *first_states(struct engine *engine, const struct machine *machine)
{
    const char *list = "";
    for (const struct transition *t = machine->transitions; t->event != NULL; t++)
        if (t->from == NULL && !word_in(list, t->to))
            list = arena_printf(&engine->arena, "%s %s", list, t->to);
    return list;
}

static const char *amend_takes(struct engine *engine, const struct machine *machine)
{
    const char *takes = "reason";
    char word[64];
    for (const char *list = machine->amends; plan_next_word(&list, word, sizeof word);)
        takes = arena_printf(&engine->arena, "%s %s?", takes, word);
    return takes;
}

static bool is_wanted(const struct machine *machine, const char *event)
{
    if (has_own(machine, event) || word_in(machine->without, event))
        return false;
    if (strcmp(event, "amend") == 0)
        return machine->amends != NULL;
    if (strcmp(event, "contact_attempt") == 0)
        return has_field(machine, "contact_attempts");
    return true;
}

static const struct guard *const *join_guards(struct engine *engine, const struct guard *const *own,
                                              const struct guard *const *more)
{
    size_t n = 0, m = 0;
    while (own != NULL && own[n] != NULL)
        n++;
    while (more != NULL && more[m] != NULL)
        m++;
    const struct guard **all = ARENA_ARRAY(&engine->arena, const struct guard *, n + m + 1);
    for (size_t i = 0; i < n + m; i++)
        all[i] = i < n ? own[i] : more[i - n];
    return all;
}

static const struct effect *join_effects(struct engine *engine, const struct effect *own, const struct effect *more)
{
    size_t n = 0, m = 0;
    while (own != NULL && own[n].kind != 0)
        n++;
    while (more != NULL && more[m].kind != 0)
        m++;
    struct effect *all = ARENA_ARRAY(&engine->arena, struct effect, n + m + 1);
    for (size_t i = 0; i < n + m; i++)
        all[i] = i < n ? own[i] : more[i - n];
    return all;
}

const struct transition *given_transitions(struct engine *engine, const struct machine *machine)
{
    size_t n = sizeof defaults / sizeof *defaults;
    struct transition *rows = ARENA_ARRAY(&engine->arena, struct transition, n);
    const char *owner = machine->owner == NULL ? "general_manager" : machine->owner;
    size_t count = 0;
    for (const struct transition *d = defaults; d->event != NULL; d++) {
        if (!is_wanted(machine, d->event))
            continue;
        struct transition *row = &rows[count++];
        *row = *d;
        if (strcmp(d->event, "amend") == 0) {
            row->takes = amend_takes(engine, machine);
            row->by = arena_printf(&engine->arena, "%s *@opener", owner);
        } else if (strcmp(d->event, "void") == 0) {
            row->from = first_states(engine, machine);
            row->by = arena_printf(&engine->arena, "%s *@opener", owner);
            if (has_field(machine, "duplicate_of"))
                row->takes = "reason duplicate_of? follows?";
        } else if (row->by == NULL) {
            row->by = arena_printf(&engine->arena, "%s *@assignee", owner);
        }
        if (strcmp(d->event, "reassign") == 0)
            row->by = owner;
        for (const struct given *g = machine->given; g != NULL && g->event != NULL; g++) {
            if (strcmp(g->event, d->event) != 0)
                continue;
            row->by = g->by != NULL ? g->by : row->by;
            row->from = g->from != NULL ? g->from : row->from;
            row->guards = join_guards(engine, row->guards, g->guards);
            row->effects = join_effects(engine, row->effects, g->effects);
        }
    }
    return rows;
}
