/* A partner's table as text: separated values in UTF-8 or GB18030, and numbers and dates as people type them. Layer: base.
 * Everything is bounded by the caller's limits; all memory is the arena's. */
#ifndef AFTERCARE_TABLE_IN_H
#define AFTERCARE_TABLE_IN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct table {
    const char *const *const *rows; /* rows[0] are the headings; each row has n_columns texts, "" where it was short */
    size_t n_rows, n_columns;
};

struct table_limits {
    size_t rows, columns; /* headings included */
};

enum table_status { TABLE_OK, TABLE_BAD_ENCODING, TABLE_BAD_QUOTES, TABLE_TOO_LARGE, TABLE_EMPTY };

/* `encoding` "utf-8" or "gb18030"; a byte order mark is passed over, blank rows are left out, cells are trimmed. */
enum table_status table_in_parse(const char *bytes, size_t length, const char *encoding, char delimiter, struct table_limits limits,
                                 struct arena *arena, struct table *ret_table);

/* "1,234.50", "¥1234.5", "1234元", full-width digits: fen. `in_yuan` false: a whole number of fen. */
bool table_in_amount(const char *text, bool in_yuan, int64_t *ret_fen);
/* A whole number, with or without separators of thousands. */
bool table_in_integer(const char *text, int64_t *ret_number);
/* 2026/1/5, 2026-01-05, 2026.1.5, 2026年1月5日, 20260105: "2026-01-05". False for a day that does not exist. */
bool table_in_date(const char *text, char ret_date[11]);

#endif
