#include "engine/compile.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static bool in_name(char c)
{
    return c == '_' || isalnum((unsigned char)c);
}

/* Marks the columns that the text reads of a row called `a` or `b`. */
static void find_mentions(const struct machine_plan *machine, const char *text, char a, char b, bool *found)
{
    for (const char *p = text; (p = strchr(p, '.')) != NULL;) {
        bool of_row = p > text && (p[-1] == a || p[-1] == b) && !(p > text + 1 && in_name(p[-2]));
        const char *name = ++p;
        while (in_name(*p))
            p++;
        if (!of_row || p == name)
            continue;
        size_t c = 0;
        while (c < machine->n_columns && (machine->columns[c].name[0] != *name || strncmp(machine->columns[c].name, name, (size_t)(p - name)) != 0 ||
                                          machine->columns[c].name[p - name] != '\0'))
            c++;
        if (c < machine->n_columns)
            found[c] = true;
    }
}

static void replace(struct buf *text, const char *place, size_t length, const char *with)
{
    struct buf whole = { 0 };
    buf_add(&whole, text->data, (size_t)(place - text->data));
    buf_puts(&whole, with);
    buf_puts(&whole, place + length);
    buf_done(text);
    *text = whole;
}

static void replace_mark(struct buf *text, const char *mark, const char *with)
{
    struct buf whole = { 0 };
    const char *from = text->data;
    for (const char *place; (place = strstr(from, mark)) != NULL; from = place + strlen(mark)) {
        buf_add(&whole, from, (size_t)(place - from));
        buf_puts(&whole, with);
    }
    buf_puts(&whole, from);
    buf_done(text);
    *text = whole;
}

/* Each column that a materialized row carries costs in every node above it: what nobody reads behind the gate is left out. */
static void prune_gate(struct engine *engine, const struct machine_plan *machine, struct buf *text)
{
    const char *list = strstr(text->data, machine->column_list), *end = strstr(text->data, GATE_END);
    if (list == NULL || list > end)
        return;
    /* The reply's list of columns is of the moved row, not of the gate. */
    char *behind = arena_strdup(&engine->scratch, end);
    char *reply = strstr(behind, REPLY);
    if (reply != NULL)
        *reply = '\0';
    for (char *returned; (returned = strstr(behind, machine->column_list)) != NULL;)
        memset(returned, ' ', strlen(machine->column_list));
    struct buf kept = { 0 };
    bool *read = ARENA_ARRAY(&engine->scratch, bool, machine->n_columns);
    find_mentions(machine, behind, 'e', 'g', read);
    for (size_t c = 0; c < machine->n_columns; c++)
        if (c == COLUMN_ID || c == COLUMN_STATE || read[c])
            buf_printf(&kept, "%se.%s", kept.length == 0 ? "" : ", ", machine->columns[c].name);
    replace(text, list, strlen(machine->column_list), kept.data);
    buf_done(&kept);
}

static char *take_text(struct sql *sql, struct buf former)
{
    char *text = arena_strdup(&sql->engine->scratch, sql->text.data);
    buf_done(&sql->text);
    sql->text = former;
    return text;
}

/* What the step returns: the columns that effects read, and the reply: judged here, where the row still is one. */
static char *moved_columns(struct step *step, const char *behind)
{
    struct sql *sql = step->sql;
    const struct machine_plan *machine = step->machine;
    struct buf statement = sql->text;
    sql->text = (struct buf){ 0 };
    bool *read = ARENA_ARRAY(&sql->engine->scratch, bool, machine->n_columns);
    find_mentions(machine, behind, 'm', 'm', read);
    if (sql->many)
        find_mentions(machine, strstr(behind, REPLY), 'e', 'e', read);
    for (size_t c = 0; c < machine->n_columns; c++)
        if (c == COLUMN_ID || c == COLUMN_STATE || c == COLUMN_VERSION || read[c])
            buf_printf(&sql->text, "e.%s, ", machine->columns[c].name);
    if (sql->many) {
        sql_put(sql, "e.chain, e::text as packed");
        return take_text(sql, statement);
    }
    sql->at = ":now";
    sql_put(sql, "e.chain,\n       ");
    compile_put_probes(sql, machine, compile_states_after(step->event));
    sql_put(sql, " as probes,\n       ");
    compile_put_content_hash(sql, machine, compile_states_after(step->event));
    const char *warnings = step->event->creates ? machine->machine->warnings : NULL;
    sql_putf(sql, " as content_sha256,\n       %s as warnings,\n       e::text as packed", warnings == NULL ? "null::jsonb" : warnings);
    return take_text(sql, statement);
}

/* Parameters that the text reads of a row called `alias`. */
static void find_asked(const char *text, char alias, bool *found)
{
    for (const char *p = text; (p = strstr(p, ".p")) != NULL; p++) {
        char *end;
        if (p == text || p[-1] != alias || (p > text + 1 && in_name(p[-2])) || !isdigit((unsigned char)p[2]))
            continue;
        unsigned long number = strtoul(p + 2, &end, 10);
        if (number >= 1 && number <= PLAN_MAX_PARAMS && !in_name(*end))
            found[number - 1] = true;
    }
}

static void hand_on(struct buf *list, const char *alias, const bool *params)
{
    for (int i = 0; i < PLAN_MAX_PARAMS; i++)
        if (params[i])
            buf_printf(list, ", %s.p%d", alias, i + 1);
}

/* What effects read of the gate's row goes by another name behind the step, where the row's own columns are the new ones. */
struct gate_reads {
    struct buf of_gate; /* ", e.state as e_state" */
    struct buf of_next; /* ", n.e_state" */
    struct buf as_row;  /* "m.e_state as state" */
};

static void find_gate_reads(struct arena *arena, const struct machine_plan *machine, const char *effects, struct gate_reads *reads)
{
    bool *read = ARENA_ARRAY(arena, bool, machine->n_columns);
    find_mentions(machine, effects, 'e', 'e', read);
    /* next has the gate's times under their own names. */
    buf_puts(&reads->of_next, ", n.step_at as e_step_at, n.step_row as e_step_row");
    buf_puts(&reads->as_row, "m.e_step_at as step_at, m.e_step_row as step_row");
    for (size_t c = 0; c < machine->n_columns; c++) {
        const char *name = machine->columns[c].name;
        if (!read[c])
            continue;
        buf_printf(&reads->of_gate, ", e.%s as e_%s", name, name);
        buf_printf(&reads->of_next, ", n.e_%s", name);
        buf_printf(&reads->as_row, ", m.e_%s as %s", name, name);
    }
}

/* Of many: each part has what it and those behind it need of the parameters and of the row before the step. A join of such
 * small unknown relations would be planned as a loop in a loop. */
static void put_carried(struct step *step)
{
    struct sql *sql = step->sql;
    struct arena *arena = &sql->engine->scratch;
    const char *behind_gate = strstr(sql->text.data, GATE_END);
    char *effects = arena_strdup(arena, strstr(behind_gate, MOVED_COLUMNS));
    bool of_gate[PLAN_MAX_PARAMS] = { false }, of_next[PLAN_MAX_PARAMS] = { false }, of_moved[PLAN_MAX_PARAMS] = { false };
    find_asked(effects, 'm', of_moved);
    find_asked(effects, 'm', of_next);
    find_asked(behind_gate, 'n', of_next);
    for (const char *alias = "mneg"; *alias != '\0'; alias++)
        find_asked(behind_gate, *alias, of_gate);
    *strstr(effects, REPLY) = '\0';
    struct gate_reads reads = { 0 };
    struct buf gate = { 0 }, moved = { 0 };
    find_gate_reads(arena, step->machine, effects, &reads);
    hand_on(&gate, "asked", of_gate);
    buf_puts(&gate, ", asked.place as asked_place");
    hand_on(&reads.of_gate, "e", of_next);
    hand_on(&moved, "n", of_moved);
    buf_puts(&moved, reads.of_next.data);
    buf_puts(&moved, ", n.logged_at as n_logged_at, n.changes as n_changes, n.undo as n_undo, n.content_hash as n_content_hash");
    buf_puts(&moved, step->event->creates ? "" : ", n.gate_state as n_gate_state");
    replace_mark(&sql->text, GATE_CARRIES, gate.data);
    replace_mark(&sql->text, NEXT_CARRIES, reads.of_gate.length == 0 ? "" : reads.of_gate.data);
    replace_mark(&sql->text, MOVED_CARRIES, moved.data);
    replace_mark(&sql->text, MOVED_ROWS,
                 arena_printf(arena, "  from %s m\n  cross join lateral (select %s) e", step->event->creates ? "done" : "moved", reads.as_row.data));
    buf_done(&gate);
    buf_done(&moved);
    buf_done(&reads.of_gate);
    buf_done(&reads.of_next);
    buf_done(&reads.as_row);
}

void compile_columns(struct step *step)
{
    struct buf *text = &step->sql->text;
    if (!step->event->creates)
        prune_gate(step->sql->engine, step->machine, text);
    const char *columns = moved_columns(step, strstr(text->data, MOVED_COLUMNS) + strlen(MOVED_COLUMNS));
    if (step->sql->many)
        put_carried(step);
    replace_mark(text, GATE_END, "");
    replace_mark(text, MOVED_COLUMNS, columns);
}
