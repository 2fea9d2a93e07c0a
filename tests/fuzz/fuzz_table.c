/* Any bytes as a partner's table: rows of one width, or a reason; and any cell as amount, number or date. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/table_in.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    struct arena arena = { 0 };
    struct table table;
    const struct table_limits limits = { 20, 6 };
    if (table_in_parse((const char *)data + 1, size - 1, (data[0] & 1) != 0 ? "gb18030" : "utf-8", (data[0] & 2) != 0 ? ';' : ',', limits, &arena,
                       &table) == TABLE_OK) {
        if (table.n_rows < 2 || table.n_rows > limits.rows || table.n_columns > limits.columns)
            abort();
        for (size_t r = 0; r < table.n_rows; r++)
            for (size_t c = 0; c < table.n_columns; c++) {
                int64_t number;
                char date[11];
                const char *cell = table.rows[r][c];
                if (table_in_amount(cell, true, &number) && number < 0)
                    abort();
                (void)table_in_integer(cell, &number);
                if (table_in_date(cell, date) && !clock_is_date(date))
                    abort();
            }
    }
    arena_done(&arena);
    return 0;
}
