#include "engine/diagram.h"

#include <string.h>

#include "engine/plan.h"
#include "engine/roles.h"

/* DOT strings escape quotes and backslashes the way JSON does, and labels hold nothing else that JSON would escape. */
static void put_attribute(struct buf *out, const char *name, const char *text)
{
    buf_printf(out, "%s=", name);
    buf_json_string(out, text);
}

static void put_states(const struct machine_plan *machine, enum language language, struct buf *out)
{
    for (size_t i = 0; i < machine->n_states; i++) {
        bool ends = (machine->terminal >> i & 1) != 0;
        buf_printf(out, "    s%zu [", i);
        put_attribute(out, "label", text_in(machine->states[i].label, language));
        buf_puts(out, ", ");
        put_attribute(out, "tooltip", machine->states[i].name);
        buf_puts(out, ends ? ", peripheries=2, fillcolor=\"#eeeeee\"];\n" : "];\n");
    }
}

static void put_roles(struct buf *text, uint64_t roles, const char *anybody, enum language language)
{
    if (roles == ~UINT64_C(0)) {
        buf_printf(text, "%s%s", text->length == 0 ? "" : ", ", anybody);
        return;
    }
    for (int i = 0; i < ROLE_MAX; i++)
        if ((roles & role_bit((enum role)i)) != 0)
            buf_printf(text, "%s%s", text->length == 0 ? "" : ", ", text_in(role_titles[i], language));
}

#define BEGINNING SIZE_MAX

static void put_row(const struct row_plan *row, struct text label, enum language language, struct buf *labels,
                    struct buf *tooltip)
{
    static const struct text everybody = { "everybody", "所有人" }, assignee = { "the assignee", "责任人" },
                             opener = { "who opened it", "登记人" };
    struct buf roles = { 0 };
    put_roles(&roles, row->roles, text_in(everybody, language), language);
    put_roles(&roles, row->assignee_roles, text_in(assignee, language), language);
    put_roles(&roles, row->opener_roles, text_in(opener, language), language);
    buf_printf(labels, "%s%s", labels->length == 0 ? "" : "\n", text_in(label, language));
    buf_printf(tooltip, "%s%s: %s", tooltip->length == 0 ? "" : "\n", text_in(label, language), roles.data);
    buf_done(&roles);
}

static bool leads(const struct event_plan *event, const struct row_plan *row, size_t from, size_t to)
{
    if (from == BEGINNING)
        return event->creates && row->to == (int)to;
    return (row->from >> from & 1) != 0 && (row->to < 0 ? from == to : row->to == (int)to);
}

/* One arrow for all steps between two states: labels of parallel arrows would lie on top of each other. */
static void put_arrow(const struct machine_plan *machine, size_t from, size_t to, enum language language,
                      struct buf *out)
{
    struct buf labels = { 0 }, tooltip = { 0 };
    for (size_t i = 0; i < machine->n_events; i++) {
        const struct event_plan *event = &machine->events[i];
        if (event->given && strcmp(event->name, "void") != 0)
            continue;
        for (size_t r = 0; r < event->n_rows; r++)
            if (leads(event, &event->rows[r], from, to)) {
                put_row(&event->rows[r], event->label, language, &labels, &tooltip);
                break;
            }
    }
    if (labels.length > 0) {
        if (from == BEGINNING)
            buf_printf(out, "    start -> s%zu [", to);
        else
            buf_printf(out, "    s%zu -> s%zu [", from, to);
        put_attribute(out, "label", labels.data);
        buf_puts(out, ", ");
        put_attribute(out, "tooltip", tooltip.data);
        buf_puts(out, ", ");
        put_attribute(out, "labeltooltip", tooltip.data);
        buf_puts(out, "];\n");
    }
    buf_done(&labels);
    buf_done(&tooltip);
}

void diagram_write_dot(const struct machine_plan *machine, enum language language, struct buf *out)
{
    buf_puts(out, "digraph ");
    buf_json_string(out, machine->machine->name);
    buf_puts(out, " {\n    graph [rankdir=TB, nodesep=0.4, ranksep=0.6, fontname=\"sans-serif\", ");
    put_attribute(out, "tooltip", text_in(machine->machine->title, language));
    buf_puts(out, "];\n    node [shape=box, style=\"rounded,filled\", fillcolor=\"#ffffff\", fontname=\"sans-serif\", "
                  "fontsize=12];\n"
                  "    edge [fontname=\"sans-serif\", fontsize=10, color=\"#555555\"];\n"
                  "    start [shape=point, width=0.15, tooltip=\"\"];\n");
    put_states(machine, language, out);
    for (size_t to = 0; to < machine->n_states; to++) {
        put_arrow(machine, BEGINNING, to, language, out);
        for (size_t from = 0; from < machine->n_states; from++)
            put_arrow(machine, from, to, language, out);
    }
    buf_puts(out, "}\n");
}
